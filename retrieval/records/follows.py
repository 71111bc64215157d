"""Questions that are followed, and what is told of them when something new is read.

A follow keeps its question in the words that are searched for, and of what was told where it
stands, never the words.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from retrieval.records.conversations import QuoteKey

BETWEEN_UPDATES = timedelta(hours=1)
"""Of one question somebody hears once in so long at most."""


@dataclass(frozen=True, slots=True)
class Follow:
    """A question that a chat follows.

    Args:
        chat_id: Where its updates go.
        user_id: Who follows; None where nobody is known to have written.
        question: As it is searched for; unique within its chat, as `question_key` has it.
        created_at: Since when. What was added before is never told.
        looked_until: Articles added before were looked at.
        due_from: Not to be looked at earlier: it was told within the hour, or it is quiet there.
        thread_id: The forum topic.
        language: Of the interface, for a chat that chose none.
        told: Where everything stands that it was told, or that the answer said, oldest first.
        told_at: When the last update was begun.
        paused: Whether the chat cannot be reached.
        id: The store's; None before.
    """

    chat_id: int
    user_id: int | None
    question: str
    created_at: datetime
    looked_until: datetime
    due_from: datetime
    thread_id: int | None = None
    language: str = "en"
    told: tuple[QuoteKey, ...] = ()
    told_at: datetime | None = None
    paused: bool = False
    id: int | None = None


class Followed(StrEnum):
    """What became of a wish to follow a question."""

    NEW = "new"
    KNOWN = "known"
    TOO_MANY = "too many"


@dataclass(frozen=True, slots=True)
class FollowUpdate:
    """Something new about a followed question.

    ``quotes`` are new, best first; ``looked_until`` is up to when articles were looked at.
    """

    follow_id: int
    quotes: tuple[QuoteKey, ...]
    found_at: datetime
    looked_until: datetime
    receipt_id: int | None = None


@dataclass(frozen=True, slots=True)
class FollowReport:
    """What a tick did: how many follows were looked at, and how many updates written."""

    looked: int = 0
    planned: int = 0


def question_key(question: str) -> str:
    """Return what two spellings of one question have in common: letters and digits, folded."""
    folded = unicodedata.normalize("NFKC", question).casefold()
    kept = (each if each.isalnum() or _is_mark(each) else " " for each in folded)
    return " ".join("".join(kept).split())


def _is_mark(character: str) -> bool:
    """Tell whether a character belongs to the letter before it, as vowels do in Hindi and Thai."""
    return unicodedata.category(character).startswith("M")
