"""`kabar ask`, `search` and `explain`: what they answer, and in which shape."""

from __future__ import annotations

import json
from contextlib import nullcontext
from pathlib import Path

import pytest

from retrieval.kabar import Kabar
from retrieval.terminal import rendering
from tests.cli.conftest import (
    ARTICLE_KEYS,
    QUESTION,
    SENTENCE,
    UNANSWERABLE,
    Command,
)
from tests.conftest import KabarFactory


def test_an_answer_is_a_quote_with_its_source(ask: Command) -> None:
    outcome = ask("ask", QUESTION)
    assert outcome.status == 0
    assert SENTENCE in outcome.out
    assert "Presiden Putin Telepon Presiden Erdogan" in outcome.out
    assert "\x1b" not in outcome.out  # no colours but on a terminal
    assert outcome.err == ""


def test_words_without_quotation_marks_are_a_question(ask: Command) -> None:
    assert SENTENCE in ask("ask", *QUESTION.split()).out


def test_what_nothing_answers_is_said_and_the_nearest_marked(ask: Command) -> None:
    outcome = ask("ask", UNANSWERABLE)
    assert outcome.status == 0
    said, marked, library = outcome.out.strip().split("\n\n")
    assert said == rendering.NOT_FOUND
    assert marked.startswith(f"{rendering.NEAREST}\n• Presiden Putin")
    assert library == "Kabar has read 1 article."
    assert "▌" not in outcome.out


def test_an_answer_as_json_has_the_documented_shape(ask: Command, kabar: Kabar) -> None:
    content = ask("ask", QUESTION, "--json").json
    assert list(content) == [
        "question", "language", "answered", "confidence", "answer", "quotes", "nearest",
        "took_ms", "receipt", "library",
    ]  # fmt: skip
    assert content["question"] == QUESTION
    assert content["answered"] is True
    assert 0 < content["confidence"] <= 1
    (article,) = kabar.latest(1)
    for quote in content["quotes"]:
        assert set(quote) == {"text", "start", "end", "score", "article"}
        assert quote["text"] == article.text[quote["start"] : quote["end"]]
        assert set(quote["article"]) == ARTICLE_KEYS
    assert content["quotes"][0]["article"]["id"] == article.id


def test_a_refusal_as_json_has_no_quotes_but_what_is_nearest(ask: Command) -> None:
    content = ask("ask", UNANSWERABLE, "--json").json
    assert content["answered"] is False
    assert content["quotes"] == []
    assert [set(nearest) for nearest in content["nearest"]] == [{"score", "article"}]
    assert content["library"] == {"articles": 1, "newest": None}


def test_an_answer_can_be_explained_now_and_later(ask: Command) -> None:
    text = ask("ask", QUESTION, "--explain").out
    assert "answered: confidence" in text
    assert "meaning: rank 1" in text
    content = ask("ask", QUESTION, "--explain", "--json").json
    receipt = content["explanation"]
    assert receipt["question"] == QUESTION
    assert receipt["signals"]
    assert receipt["hits"][0]["features"]
    later = ask("explain", str(content["receipt"]), "--json").json
    assert later == receipt
    assert ask("explain", "987654").failed_with_one_sentence(1)


def test_filters_narrow_what_is_asked(ask: Command) -> None:
    narrowed = ("ask", QUESTION, "--json")
    assert ask(*narrowed, "--source", "seeds", "--language", "ID").json["answered"]
    assert not ask(*narrowed, "--source", "nobody").json["answered"]
    assert not ask(*narrowed, "--language", "fr").json["answered"]
    assert not ask(*narrowed, "--since", "2022-01-01").json["answered"]  # it has no date


@pytest.mark.parametrize(
    "dates",
    [
        ("--since", "yesterday"),
        ("--until", "2022-13-01"),
        ("--until", "9999-12-31"),
        ("--since", "2022-01-02", "--until", "2022-01-01"),
    ],
)
def test_dates_that_make_no_sense_are_wrong_usage(ask: Command, dates: tuple[str, ...]) -> None:
    assert ask("ask", QUESTION, *dates).failed_with_one_sentence(2)


def test_until_a_day_includes_that_day(
    command: Command, kabar_factory: KabarFactory, tmp_path: Path
) -> None:
    library = kabar_factory()
    file = tmp_path / "dated.jsonl"
    article = {"title": "Match", "text": "The match ended.", "published_at": "2022-01-03T20:00:00Z"}
    file.write_text(json.dumps(article))
    library.ingest([file])
    library.index_pending()

    def found(*dates: str) -> int:
        outcome = command(
            "search", "match", "--json", *dates, open_library=lambda _: nullcontext(library)
        )
        return len(outcome.json["hits"])

    assert found("--since", "2022-01-03", "--until", "2022-01-03") == 1
    assert found("--until", "2022-01-03T20:00:00Z") == 0
    assert found("--until", "2022-01-02") == 0
    assert found("--since", "2022-01-04") == 0


def test_hits_have_the_documented_shape(ask: Command, kabar: Kabar) -> None:
    content = ask("search", "Putin Erdogan", "-k", "2", "--json").json
    assert list(content) == ["query", "hits", "took_ms"]
    assert [hit["rank"] for hit in content["hits"]] == [1, 2]
    (article,) = kabar.latest(1)
    for hit in content["hits"]:
        assert list(hit) == [
            "rank", "score", "dense", "lexical", "dense_rank", "lexical_rank", "passage", "article",
        ]  # fmt: skip
        passage = hit["passage"]
        assert passage["text"] == article.text[passage["start"] : passage["end"]]
        assert set(hit["article"]) == ARTICLE_KEYS
    assert "meaning: rank 1" in ask("search", "Putin").out
