"""What an engine promises of followed questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from retrieval.records import Delivery, Follow, Followed, FollowUpdate, Turn


class FollowStorage(Protocol):
    """Who follows which question, and the updates on their way.

    A chat follows a question once, however it is spelled. Of a follow one update at most is open
    in the outbox. `OutboxStorage.turn_over` begins none of a follow that was told within
    `BETWEEN_UPDATES`, unless it is the same one again, and notes when it begins one; it keeps the
    message that holds an update that was sent with the update's turn, and opens that.
    `SubscriberStorage` pauses a chat's follows with its digest, moves them, uniting those that
    both chats have, and deletes them with the chat.
    """

    def add_follow(self, follow: Follow, most: int) -> tuple[Followed, Follow | None]:
        """Follow a question, unless the chat follows ``most`` already.

        Returns:
            What became of it, and the follow as stored; None where there are too many.
        """
        ...

    def get_follow(self, follow_id: int) -> Follow | None:
        """Return a follow, or None."""
        ...

    def follows_of(self, chat_id: int) -> list[Follow]:
        """Return what a chat follows, in the order in which it began to."""
        ...

    def remove_follow(self, follow_id: int) -> bool:
        """Forget a follow with its updates, sent or not; return whether there was one."""
        ...

    def resume_follows(self, chat_id: int, now: datetime) -> int:
        """Let a chat that can be reached again hear of what is added from now on.

        Returns:
            How many follows were paused.
        """
        ...

    def due_follows(self, until: datetime, now: datetime, limit: int) -> list[Follow]:
        """Return follows to be looked at, those looked at longest ago first, then by id.

        They were not looked at up to ``until``, are due at ``now``, not paused, and have no open
        update.
        """
        ...

    def hold_follows(self, until: Mapping[int, datetime]) -> None:
        """Look at follows no earlier than a time each."""
        ...

    def looked_follows(self, follow_ids: Sequence[int], until: datetime) -> None:
        """Note up to when articles were looked at and nothing is to be told; never backwards."""
        ...

    def plan_update(self, update: FollowUpdate, delivery: Delivery, turn: Turn) -> int | None:
        """Write an update: its turn, closed, and its delivery, and what the follow was told.

        Args:
            update: What is new.
            delivery: Without kind, follow and turn, which are set here.
            turn: What its buttons show.

        Returns:
            The turn's id; None, and nothing is written, where the follow is gone or paused, has
            an open update, or was looked at by another meanwhile.
        """
        ...
