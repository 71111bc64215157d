"""How texts are cut to windows."""

from __future__ import annotations

import random
from dataclasses import replace

from retrieval.kabar import Kabar
from training.data import Labelled
from training.excerpts import Excerpts


def test_an_excerpt_holds_the_answer_or_is_about_the_question(kabar: Kabar) -> None:
    sentences = [f"Kalimat nomor {number} tentang sawah dan hujan." for number in range(30)]
    told = "Presiden menelepon Erdogan tadi malam."
    text = " ".join([*sentences[:5], told, *sentences[5:]])
    start = text.index("Erdogan")
    answered = Labelled("q", "Siapa ditelepon presiden?", "a", text, start, start + 7)
    excerpts = Excerpts(kabar, {}, random.Random(1))
    right = excerpts.right(answered)
    assert right
    assert right.passage[right.start : right.end] == "Erdogan"
    assert len(right.passage) < len(text)
    assert told in excerpts.about(answered, text).passage
    unanswered = excerpts.right(replace(answered, start=-1, end=-1))
    assert unanswered
    assert unanswered.start == -1
    assert told in unanswered.passage
    beside = excerpts.beside(answered, right)
    assert beside
    assert beside.start == -1
    assert "Erdogan" not in beside.passage


def test_an_answer_over_two_sentences_that_no_window_holds_is_left_out(kabar: Kabar) -> None:
    long = "Ia bercerita " + "panjang lebar " * 80
    text = f"{long}tentang Recep. Erdogan {long}."
    start = text.index("Recep")
    question = Labelled("q", "Siapa?", "a", text, start, text.index("Erdogan") + 7)
    assert Excerpts(kabar, {}, random.Random(1)).right(question) is None
