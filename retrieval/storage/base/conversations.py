"""What an engine promises of conversations: turns, feedback, and limits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Protocol

from retrieval.records import (
    Feedback,
    Forgotten,
    QuestionCount,
    Turn,
    Verdict,
)


class TurnStorage(Protocol):
    """Questions and their answers."""

    def write_turn(self, turn: Turn) -> Turn:
        """Keep a turn and return it with its id.

        A turn of the same chat and question message is replaced, keeping id and ``reply_id``: an
        edited question is the same turn.
        """
        ...

    def set_reply(self, turn_id: int, reply_id: int) -> None:
        """Keep which message holds the answer."""
        ...

    def get_turn(self, turn_id: int) -> Turn | None:
        """Return a turn, or None."""
        ...

    def turn_of_question(self, chat_id: int, question_id: int) -> Turn | None:
        """Return the turn of a question's message, or None."""
        ...

    def turn_of_reply(self, chat_id: int, reply_id: int) -> Turn | None:
        """Return the turn of an answer's message, or None."""
        ...

    def last_turns(
        self,
        chat_id: int,
        user_id: int | None,
        *,
        thread_id: int | None = None,
        since: datetime,
        limit: int,
    ) -> list[Turn]:
        """Return a person's open turns in a chat (and topic), newest first."""
        ...

    def close_turns(self, chat_id: int, user_id: int | None) -> int:
        """Let no follow-up build on a person's turns in a chat any more; return how many."""
        ...

    def forget_turns(self, before: datetime) -> int:
        """Delete turns asked before a time with their receipts; return how many turns.

        Done in several transactions, so that others may write in between.
        """
        ...


class FeedbackStorage(Protocol):
    """What people think of answers; one verdict a person and answer, the last."""

    def write_feedback(
        self, turn_id: int, user_id: int | None, verdict: Verdict, at: datetime
    ) -> bool:
        """Keep a verdict, with what the turn and its receipt say at this moment.

        Feedback outlives its turn. Returns False where there is no such turn.
        """
        ...

    def iterate_feedback(self) -> Iterator[Feedback]:
        """Return all feedback, oldest first."""
        ...


class LimitStorage(Protocol):
    """How much a person asked, so that a restart forgets no limit."""

    def count_questions(self, user_id: int, day: date, more: int = 0) -> QuestionCount:
        """Add to a person's number of questions of a day, and return it."""
        ...

    def tell_limit(self, user_id: int, day: date) -> None:
        """Note that a person was told of the day's limit."""
        ...

    def forget_counts(self, before: date) -> int:
        """Delete the numbers of days before a day; return how many."""
        ...


class PersonStorage(Protocol):
    """All that is known of a person."""

    def forget_person(self, chat_id: int, user_id: int) -> Forgotten:
        """Erase all that is known of a person at once, in one transaction.

        Turns with their receipts, feedback, counts, follows with their updates, the private
        chat's subscription with its deliveries, and the contents of handled updates of theirs:
        the update ids stay, so that nothing is handled twice. What they wrote in groups goes as
        well.
        """
        ...

    def forget_everybody(self) -> None:
        """Erase all that is known of anybody at once, in one transaction.

        What `forget_person` erases, of all, with digests, updates that were not handled and what
        the operator was to be told. What was read of the news stays, with its feeds.
        """
        ...
