"""Answers as the command line prints them."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime

from retrieval.records import Period
from retrieval.terminal.rendering import answer_text
from tests.bot.records import article, found, not_found, whole

JANUARY = Period("in January", datetime(2022, 1, 1, tzinfo=UTC), datetime(2022, 2, 1, tzinfo=UTC))


def test_an_answer_from_a_time_says_which() -> None:
    answer = dataclasses.replace(found(whole(article("One."))), period=JANUARY)
    assert answer_text(answer).plain.endswith("Published: 2022-01-01 to 2022-01-31 (“in January”)")


def test_a_refusal_says_which_time_was_looked_in() -> None:
    since = dataclasses.replace(JANUARY, words="since January", published_before=None)
    text = answer_text(dataclasses.replace(not_found(article()), period=since)).plain
    assert "Looked at what was published: since 2022-01-01 (“since January”)." in text
