"""Keeping what reading came to: together, and each for itself where together does not go."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from retrieval.intake.rounds.recorder import Recorded, Recorder
from retrieval.records import Page, PageOutcome, Written
from tests.intake.rounds.reading import NOW, Reading
from tests.storage.builders import make_article


def outcome(name: str, **article: object) -> PageOutcome:
    made = make_article(name, source="Post")
    made = replace(made, **article)  # type: ignore[arg-type]
    page = Page(f"https://example.org/{name}", article_id=made.id, read_at=NOW)
    return PageOutcome(page, made)


def record(reading: Reading, *outcomes: PageOutcome) -> list[Recorded | BaseException]:
    async def together() -> list[Recorded | BaseException]:
        recorder = Recorder(reading.means)
        return await asyncio.gather(*map(recorder.record, outcomes), return_exceptions=True)

    return asyncio.run(together())


def test_one_that_cannot_be_kept_does_not_keep_back_the_others(reading: Reading) -> None:
    first, bad, last = record(
        reading, outcome("a"), outcome("b", published_at=NOW.replace(tzinfo=None)), outcome("c")
    )
    assert isinstance(bad, ValueError)
    assert [each[1] for each in (first, last) if isinstance(each, tuple)] == [Written.NEW] * 2
    assert [article.id for article in reading.articles()] == ["c", "a"]


def test_the_same_words_of_one_source_are_kept_once_and_of_two_twice(reading: Reading) -> None:
    one = outcome("a")
    assert one.article
    same = replace(one.article, id="b")
    other = replace(one.article, id="c", source="Courier")
    kept = record(
        reading,
        one,
        PageOutcome(Page("https://example.org/b", article_id="b"), same),
        PageOutcome(Page("https://example.org/c", article_id="c"), other),
    )
    assert [each[1] for each in kept if isinstance(each, tuple)] == [
        Written.NEW,
        Written.UNCHANGED,
        Written.NEW,
    ]
    assert reading.page("https://example.org/b").article_id == "a"
    assert {article.id for article in reading.articles()} == {"a", "c"}


def test_what_was_withdrawn_is_no_reason_to_leave_out_the_same_words(reading: Reading) -> None:
    one = outcome("a")
    assert one.article
    record(reading, one)
    record(reading, PageOutcome(one.page, withdrawn=True))
    again = replace(one.article, id="b")
    record(reading, PageOutcome(Page("https://example.org/b", article_id="b"), again))
    assert [article.id for article in reading.articles()] == ["b"]
