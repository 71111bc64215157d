"""What people ask, what they were answered, and what they want to hear more of.

A turn keeps its quotes by article and offsets, never their words: whoever shows them again
slices them again. ``chat_id`` and ``user_id`` are Telegram's; a ``user_id`` is None where nobody
is known to have written (a channel, an anonymous admin).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from retrieval.records.articles import Span


class QuoteKey(NamedTuple):
    """Where a quote stands: offsets in an article of that version (its ``content_hash``).

    ``also``, ``differs`` and ``answer`` are as in `Quote`; those of ``also`` have none of them.
    """

    article_id: str
    start: int
    end: int
    version: str
    also: tuple[QuoteKey, ...] = ()
    differs: bool = False
    answer: Span | None = None

    @property
    def each(self) -> tuple[QuoteKey, ...]:
        """Its own place and those of ``also``, each for itself."""
        return tuple(QuoteKey(*key[:4]) for key in (self, *self.also))


@dataclass(frozen=True, slots=True)
class Period:
    """A time named in a question, to be looked for among dates of publication.

    ``published_from`` is inclusive, ``published_before`` exclusive, both UTC; one may be None.
    ``words`` are those of the question that name it, as they were written.
    """

    words: str
    published_from: datetime | None
    published_before: datetime | None

    def covers(self, moment: datetime | None) -> bool:
        """Tell whether what was published at a moment is of this time; without a date it is not."""
        return moment is not None and not (
            (self.published_from is not None and moment < self.published_from)
            or (self.published_before is not None and moment >= self.published_before)
        )


@dataclass(frozen=True, slots=True)
class Turn:
    """One question and its answer.

    Args:
        chat_id: Where it was asked.
        user_id: By whom.
        question: As it was written.
        asked_at: When, in UTC.
        searched: What was searched for; differs where the turns before were needed.
        language: Of the question, as detected.
        answered: Whether it was answered with quotes.
        quotes: All quotes that can be shown, best first, those behind "More quotes" included.
        period: The time that was looked in.
        newest_first: Whether the newest was asked for.
        question_id: Telegram's id of the message with the question; unique within its chat.
        reply_id: Telegram's id of the message with the answer; None until it is sent.
        thread_id: The forum topic.
        receipt_id: Of the answer's receipt.
        follow_id: Of the follow that this is an update of; None for what was asked.
        open: Whether follow-ups may build on it; `/new` closes.
        id: The store's; None before.
    """

    chat_id: int
    user_id: int | None
    question: str
    asked_at: datetime
    searched: str
    language: str | None = None
    answered: bool = False
    quotes: tuple[QuoteKey, ...] = ()
    period: Period | None = None
    newest_first: bool = False
    question_id: int | None = None
    reply_id: int | None = None
    thread_id: int | None = None
    receipt_id: int | None = None
    follow_id: int | None = None
    open: bool = True
    id: int | None = None


class Replied(NamedTuple):
    """Which message (Telegram's id) holds the answer of which turn."""

    turn_id: int
    message_id: int


@dataclass(frozen=True, slots=True)
class Asked:
    """Where a question was asked, and by whom; see `Turn`."""

    chat_id: int
    user_id: int | None = None
    question_id: int | None = None
    thread_id: int | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """A question with what it takes to understand it.

    Args:
        question: As it was written.
        turns: What was said before, newest first; empty where nothing was, or all is forgotten.
        timezone: The person's, as in `Preferences`: "yesterday" is theirs.
        language: Of the interface, ISO 639-1: which of two readings of "03/01" is meant.
        asked: Where; then it is kept as a turn. None where nobody goes on from it.
    """

    question: str
    turns: tuple[Turn, ...] = ()
    timezone: str = "UTC"
    language: str = "en"
    asked: Asked | None = None


class Verdict(StrEnum):
    """What somebody thinks of an answer."""

    GOOD = "good"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Feedback:
    """A verdict on an answer, with all that is needed to measure by it, and nobody's name.

    ``passage_ids`` are those of the hits that the answer was made of, best first.
    """

    turn_id: int
    user_id: int | None
    verdict: Verdict
    given_at: datetime
    question: str = ""
    searched: str = ""
    answered: bool = False
    quotes: tuple[QuoteKey, ...] = ()
    passage_ids: tuple[int, ...] = ()
    model: str = ""


class QuestionCount(NamedTuple):
    """How many questions a person asked on a day, and whether they were told that it is enough."""

    asked: int
    told: bool


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was erased of a person, by kind: numbers of rows."""

    rows: Mapping[str, int]
