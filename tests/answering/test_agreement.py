"""What one quote is to another, over vectors made by hand."""

from __future__ import annotations

import json

import numpy as np

from retrieval.answering.agreement import ACROSS, WITHIN, Relation, Sentences, distinct, relate
from retrieval.indexing.analyzer import analyze
from tests.answering.builders import leaning
from tests.answering.labelled_pairs import DATA, MEANT, PARTS, read_pairs

DIED = "Five people died when the ferry sank off Buton."


def quote(*texts: str, language: str = "en", cosine: float = 1.0, axes: str = "1") -> Sentences:
    """Sentences with this cosine to those of cosine 1, each on an axis of its own."""
    vectors = np.stack([leaning(cosine, int(axis)) for axis in axes])
    return Sentences(texts, [analyze(text) for text in texts], language, vectors)


def test_near_sentences_that_say_no_less_say_the_same() -> None:
    other = "The ferry sank off Buton and five people died, police said."
    assert relate(quote(DIED), quote(other, cosine=WITHIN.same + 0.01)) is Relation.SAME
    assert relate(quote(DIED), quote(other, cosine=WITHIN.same - 0.01)) is Relation.NONE


def test_near_sentences_with_another_number_differ() -> None:
    other = "Nine people died when the ferry sank off Buton."
    assert relate(quote(DIED), quote(other, cosine=0.9)) is Relation.DIFFERS
    assert relate(quote(DIED), quote(other, cosine=0.4)) is Relation.NONE


def test_another_measure_needs_to_be_nearer() -> None:
    one, other = "Prices rose 3.2 percent in June.", "Prices rose 3.6 percent in June."
    between = (WITHIN.differs + WITHIN.measures) / 2
    assert relate(quote(one), quote(other, cosine=between)) is Relation.NONE
    assert relate(quote(one), quote(other, cosine=0.9)) is Relation.DIFFERS


def test_the_same_words_are_a_reprint_unless_a_number_was_changed() -> None:
    assert relate(quote(DIED), quote(f"BUTON (AP) - {DIED}", cosine=0.95)) is Relation.REPRINT
    changed = f"BUTON (AP) - {DIED}".replace("Five", "Six")
    assert relate(quote(DIED), quote(changed, cosine=0.95)) is Relation.DIFFERS


def test_without_a_word_in_common_nothing_is_said_within_a_language() -> None:
    assert relate(quote("Rescuers left."), quote("Prices rose.", cosine=0.99)) is Relation.NONE


def test_across_languages_there_are_other_bars() -> None:
    other = "Lima orang tewas saat feri tenggelam di Buton."
    near = quote(other, language="id", cosine=ACROSS.same + 0.01)
    assert relate(quote(DIED), near) is Relation.SAME
    far = quote(other.replace("Lima", "Enam"), language="id", cosine=ACROSS.differs - 0.01)
    assert relate(quote(DIED), far) is Relation.NONE


def test_every_sentence_must_be_said_by_the_other() -> None:
    two = Sentences(
        [DIED, "The captain was arrested."],
        [analyze(DIED), analyze("The captain was arrested.")],
        "en",
        np.eye(4, dtype=np.float32)[:2],
    )
    first = Sentences(two.texts[:1], two.terms[:1], "en", two.vectors[:1])
    # Not the same words, or it would be a reprint.
    first = Sentences(["Five died; the ferry sank off Buton."], *[first.terms, "en", first.vectors])
    assert relate(first, two) is Relation.SAME
    assert relate(two, first) is Relation.NONE


def test_what_a_passage_shares_is_taken_out_of_its_sentences() -> None:
    shared = np.array([3, 0, 0, 0], np.float32)
    own = np.eye(4, dtype=np.float32)[1:3]
    mixed = shared + own
    plain = mixed / np.linalg.norm(mixed, axis=1, keepdims=True)
    level = np.zeros(4, np.float32)
    assert plain[0] @ plain[1] > 0.85
    assert distinct(plain, level)[0] @ distinct(plain, level)[1] < 0.6
    alone = distinct(plain[:1], level)
    assert np.allclose(alone, plain[:1], atol=1e-6)


def test_the_labelled_pairs_are_in_shape() -> None:
    pairs = [pair for part in PARTS for pair in read_pairs(part)]
    assert len(pairs) >= 150
    assert {pair.label for pair in pairs} == set(MEANT)
    assert len({(pair.one, pair.other) for pair in pairs}) == len(pairs)
    sizes = [len(read_pairs(part)) for part in PARTS]
    assert abs(sizes[0] - sizes[1]) <= 5
    for part in PARTS:
        for line in (DATA / f"agreement-{part}.jsonl").read_text(encoding="utf-8").splitlines():
            assert set(json.loads(line)) == {"label", "languages", "one", "other"}


def test_one_sentence_with_a_word_changed_says_something_else() -> None:
    one = "The teachers went on strike over unpaid wages on Monday."
    other = one.replace("teachers", "doctors")
    assert relate(quote(one), quote(other, cosine=0.95)) is Relation.NONE
