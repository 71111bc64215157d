"""The follow desk: the questions that people follow, and when there is something to say.

Made once by `Kabar`, reached as ``kabar.follows``. Synchronous, and any thread may call; nothing
heavy is opened before there is something to look at. What is to be sent goes to the outbox, from
which the push sends it as it does digests.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING

from retrieval.answering.answerer import clean_question
from retrieval.digest.quiet import is_night, release_at
from retrieval.digest.schedule import local_date
from retrieval.errors import UsageError
from retrieval.records import (
    Ask,
    Delivery,
    Follow,
    Followed,
    FollowReport,
    FollowUpdate,
    Inquiry,
    QuoteKey,
    Subscriber,
    Turn,
)

if TYPE_CHECKING:
    from retrieval.follows.finder import Finder, News
    from retrieval.storage.base import Storage

MOST_FOLLOWED = 20
"""Questions that a chat may follow at once."""

_LOOKED_AT_ONCE = 16
"""Questions embedded together; between two batches the next question of a person has its turn."""
_BATCHES = 8
"""Batches of a tick: so long at most the digest's plan, which shares the thread, waits."""
_GOOD_FOR = timedelta(days=2)
"""How long an update may still be sent: unlike a digest it has no time of its own."""


class FollowDesk:
    """Follows and their updates.

    Args:
        storage: The library.
        model: The name under which passages are stored.
        clock: What time it is, in UTC.
        understand: A question to what is searched for.
        subscriber: A chat to its settings: quiet hours, zone and language.
        finder: Gives what finds news; called when there is something to look at.
    """

    def __init__(
        self,
        storage: Storage,
        model: str,
        clock: Callable[[], datetime],
        *,
        understand: Callable[[Ask], Inquiry],
        subscriber: Callable[[int], Subscriber],
        finder: Callable[[], Finder],
    ) -> None:
        self._storage = storage
        self._model = model
        self._clock = clock
        self._understand = understand
        self._subscriber = subscriber
        self._finder = finder
        self._planning = Lock()

    # -- who follows what ------------------------------------------------------------------

    def follow(
        self,
        question: Ask | Turn,
        *,
        chat_id: int,
        user_id: int | None,
        thread_id: int | None = None,
        language: str = "en",
    ) -> tuple[Followed, Follow | None]:
        """Follow a question from now on.

        Args:
            question: As it was written, or a turn: then what it quoted is told already.
            chat_id: Where to tell.
            user_id: Who follows.
            thread_id: The forum topic.
            language: Of the interface.

        Returns:
            What became of it, and the follow; None where the chat follows too many.

        Raises:
            QuestionError: There is nothing in it to search for.
        """
        told: tuple[QuoteKey, ...] = ()
        if isinstance(question, Turn):
            searched = question.searched
            told = tuple(one for key in question.quotes for one in key.each)
        else:
            searched = self._understand(question).searched
        now = self._clock()
        self._storage.resume_follows(chat_id, now)
        follow = Follow(
            chat_id=chat_id,
            user_id=user_id,
            question=clean_question(searched),
            created_at=now,
            looked_until=now,
            due_from=now,
            thread_id=thread_id,
            language=language,
            told=told,
        )
        return self._storage.add_follow(follow, MOST_FOLLOWED)

    def following(self, chat_id: int) -> list[Follow]:
        """Return what a chat follows, in the order in which it began to."""
        self.resume(chat_id)  # whoever asks can be reached
        return self._storage.follows_of(chat_id)

    def get(self, follow_id: int, chat_id: int) -> Follow | None:
        """Return a follow of a chat; another chat's is None, as is one that was stopped."""
        found = self._storage.get_follow(follow_id)
        return found if found is not None and found.chat_id == chat_id else None

    def stop(self, follow_id: int) -> bool:
        """Follow a question no longer; return whether it was followed."""
        return self._storage.remove_follow(follow_id)

    def resume(self, chat_id: int) -> int:
        """Let a chat that can be reached again hear of what is added from now on."""
        return self._storage.resume_follows(chat_id, self._clock())

    def is_silent(self, chat_id: int) -> bool:
        """Tell whether it is night where a chat is, so that no sound may tell of an update."""
        subscriber = self._subscriber(chat_id)
        return subscriber.created_at is not None and is_night(subscriber.preferences, self._clock())

    # -- the plan --------------------------------------------------------------------------

    def plan(self, now: datetime | None = None) -> FollowReport:
        """Do a tick: look at what was added since, and write updates of what is new.

        Where nothing was added it costs two look-ups. What is more than `_BATCHES` is left to the
        next tick: those looked at longest ago come first.

        Raises:
            StorageError: The library cannot be read or written; the next tick takes up the rest.
            ModelError: The embedding model cannot be opened.
        """
        moment = now or self._clock()
        looked = planned = 0
        with self._planning:
            until = self._storage.indexed_until(self._model)
            if until is None:
                return FollowReport()
            for _ in range(_BATCHES):
                page = self._storage.due_follows(until, moment, _LOOKED_AT_ONCE)
                if not page:
                    break
                awake = self._awake(page, moment)
                if awake:
                    planned += self._look(awake, until, moment)
                    looked += len(awake)
        return FollowReport(looked, planned)

    def _awake(self, follows: Sequence[Follow], now: datetime) -> list[Follow]:
        """Return those that may be told now; what falls into quiet hours is looked at after."""
        held: dict[int, datetime] = {}
        for follow in follows:
            subscriber = self._subscriber(follow.chat_id)
            if subscriber.created_at is None or follow.id is None:
                continue
            try:
                release = release_at(subscriber.preferences, now)
            except UsageError:  # there is no such zone any more; the digest's plan tells of it
                release = now + timedelta(days=1)
            if release > now:
                held[follow.id] = release
        if held:
            self._storage.hold_follows(held)
        return [follow for follow in follows if follow.id not in held]

    def _look(self, follows: Sequence[Follow], until: datetime, now: datetime) -> int:
        """Look at follows and write what is new; return how many updates."""
        found = self._finder().find(follows)
        planned = 0
        for follow in follows:
            news = found.get(follow.id or 0)
            if news is not None:
                planned += self._write(follow, news, until, now)
        silent = [each.id for each in follows if each.id is not None and each.id not in found]
        self._storage.looked_follows(silent, until)
        return planned

    def _write(self, follow: Follow, news: News, until: datetime, now: datetime) -> bool:
        subscriber = self._subscriber(follow.chat_id)
        preferences = subscriber.preferences
        update = FollowUpdate(
            follow_id=follow.id or 0,
            quotes=tuple(quote.key for quote in news.quotes),
            found_at=now,
            looked_until=until,
            receipt_id=self._storage.write_receipt(news.receipt),
        )
        delivery = Delivery(
            chat_id=follow.chat_id,
            local_date=local_date(now, preferences.timezone),
            kind="update",
            digest_id=None,
            language=follow.language if subscriber.created_at is None else preferences.language,
            timezone=preferences.timezone,
            due_at=now,
            release_at=now,
            expires_at=now + _GOOD_FOR,
            thread_id=follow.thread_id,
        )
        turn = Turn(
            chat_id=follow.chat_id,
            user_id=follow.user_id,
            question=follow.question,
            asked_at=now,
            searched=follow.question,
            language=news.language,
            answered=True,
            thread_id=follow.thread_id,
        )
        return self._storage.plan_update(update, delivery, turn) is not None
