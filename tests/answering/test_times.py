"""Questions that name a time, and questions for the newest, with the real model."""

from __future__ import annotations

from retrieval.kabar import Kabar
from tests.answering.news import NEWS


def test_what_was_published_in_the_time_asked_for_is_quoted(dated: Kabar) -> None:
    answer = dated.ask("Who paid for the night library in Halden on 3 January 2022?")
    assert answer.answered
    assert answer.period is not None
    assert all(answer.period.covers(quote.article.published_at) for quote in answer.quotes)


def test_where_that_time_holds_no_answer_other_times_are_asked(dated: Kabar) -> None:
    answer = dated.ask("Who paid for the night library in Halden on 8 January 2022?")
    assert answer.answered
    assert NEWS["library"].answers in " ".join(quote.text for quote in answer.quotes)
    assert answer.period is not None
    assert not answer.period.covers(answer.quotes[0].article.published_at)
    receipt = dated.explain(answer.receipt_id or 0)
    assert receipt is not None
    assert receipt.answered


def test_the_bar_is_the_same_at_all_times(dated: Kabar) -> None:
    answer = dated.ask("What is the weather in Tokyo on 8 January 2022?")
    assert not answer.answered
    assert answer.period is not None


def test_the_newest_first_are_only_those_that_answer_by_themselves(dated: Kabar) -> None:
    question = NEWS["orchid"].questions["en"]
    assert len({hit.article.id for hit in dated.search(question).hits}) > 1  # and what is near it
    newest = dated.ask(f"latest on {question}")
    assert newest.newest_first
    titles = {quote.article.title for quote in (*newest.quotes, *newest.more)}
    assert titles == {NEWS["orchid"].title}
