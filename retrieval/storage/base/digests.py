"""What an engine promises of subscribers, digests and the outbox."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Protocol

from retrieval.records import (
    Candidate,
    Delivery,
    Digest,
    DigestDay,
    InDoubt,
    Settled,
    Subscriber,
    ToldStory,
)


class SubscriberStorage(Protocol):
    """Who wants a digest, and how."""

    def get_subscriber(self, chat_id: int) -> Subscriber | None:
        """Return what is known of a chat, or None."""
        ...

    def write_subscriber(self, subscriber: Subscriber) -> None:
        """Keep a chat's settings; ``created_at`` of a known one stays."""
        ...

    def delete_subscriber(self, chat_id: int) -> bool:
        """Forget a chat with its deliveries and follows; return whether it had settings."""
        ...

    def due_subscribers(self, now: datetime, limit: int) -> list[Subscriber]:
        """Return those whose ``next_due`` is not after ``now``, earliest first, then by chat."""
        ...

    def breaking_subscribers(self, after: int | None, limit: int) -> list[Subscriber]:
        """Return active, unpaused ones that want breaking stories, by chat, from one after."""
        ...

    def pause_subscriber(self, chat_id: int, because: str) -> int:
        """Stop all deliveries to a chat that cannot be reached.

        Its open deliveries are closed as REFUSED, ``next_due`` becomes None, its follows are
        paused.

        Returns:
            How many deliveries were closed.
        """
        ...

    def move_subscriber(self, chat_id: int, new_chat_id: int) -> None:
        """Take a group along that became a supergroup: settings, deliveries, follows, at once.

        What the new chat has already stays its own; what both have, the new chat's wins.
        """
        ...


class DigestStorage(Protocol):
    """Digests, each kept once, and what their candidates are."""

    def digest_candidates(self, model: str, since: datetime, until: datetime) -> list[Candidate]:
        """Return articles in stories added at or after ``since`` and before ``until``.

        By article key. Withdrawn ones are not among them. Quick: 5,000 in some 50 ms.
        """
        ...

    def story_candidates(self, model: str, story_ids: Iterable[int]) -> list[Candidate]:
        """Return all articles of stories, whenever added, by article key."""
        ...

    def write_digest(self, key: str, digest: Digest) -> int:
        """Keep a digest under a key; return the id, of the one kept if the key is known."""
        ...

    def digest_with_key(self, key: str) -> int | None:
        """Return the id of the digest kept under a key."""
        ...

    def get_digests(self, ids: Iterable[int]) -> dict[int, Digest]:
        """Return digests with quotes and articles as they are stored now.

        An article that is gone or withdrawn is left out; a quote whose article is gone, or whose
        words are not those that were chosen, is None.
        """
        ...

    def told_digests(self, chat_ids: Sequence[int], since: datetime) -> dict[int, tuple[int, ...]]:
        """Return for each chat the ids of digests that it was told, or may have been, ascending.

        Of deliveries due at or after ``since`` that are open, SENT, IN_DOUBT or MERGED.
        """
        ...

    def told_stories(self, model: str, digest_ids: Iterable[int]) -> list[ToldStory]:
        """Return the stories of digests, by digest id and rank."""
        ...


class OutboxStorage(Protocol):
    """Deliveries: what is to be sent, each once.

    Two processes never hold the same delivery. Of one chat only the oldest open delivery is
    handed out, so that messages come in order.
    """

    def plan_deliveries(
        self,
        deliveries: Sequence[Delivery],
        next_due: Mapping[int, datetime | None],
        covered: Mapping[int, datetime],
    ) -> int:
        """Write deliveries, and of each subscriber when it is due next, in one transaction.

        ``covered`` is up to when their digests tell the news from now on; who is not in it keeps
        what is known. A delivery whose chat, date and kind are known is left as it is. A
        subscriber that became inactive or paused meanwhile, or whose ``next_due`` another process
        moved on, is left alone, and nothing is written for it.

        Returns:
            How many deliveries are new.
        """
        ...

    def claim_deliveries(
        self, owner: str, now: datetime, lease: timedelta, limit: int
    ) -> list[Delivery]:
        """Lease deliveries that may be sent now, earliest due first, equal digests together.

        First takes back what was CLAIMED by one whose lease is over, and closes as LATE what is
        too late.
        """
        ...

    def turn_over(
        self,
        owner: str,
        settled: Sequence[Settled],
        begun: Sequence[int],
        now: datetime,
        lease: timedelta,
    ) -> list[int]:
        """Settle what was sent and begin what comes next, in one durable transaction.

        Args:
            owner: Who holds them.
            settled: What became of those that were begun.
            begun: Ids of claimed deliveries that are about to be sent.
            now: The moment.
            lease: How long from now those of ``begun`` are held; `keep_leases` holds the rest.

        Returns:
            Those of ``begun`` that may be sent: still CLAIMED by ``owner`` and not too late.
            Nothing else may be sent.
        """
        ...

    def keep_leases(self, owner: str, now: datetime, lease: timedelta) -> None:
        """Hold everything that is held for a while longer."""
        ...

    def release_claims(self, owner: str) -> int:
        """Give back what is CLAIMED and was not begun; return how many."""
        ...

    def resolve_doubts(self, now: datetime, policy: InDoubt) -> list[Delivery]:
        """Decide what is SENDING by one whose lease is over; each is counted as a doubt.

        SKIP closes it as IN_DOUBT; RESEND makes it WAITING again, or LATE where it is too late.

        Returns:
            The deliveries as they were before.
        """
        ...

    def close_delivery(self, delivery_id: int, state: str, detail: str | None) -> bool:
        """Close one that is WAITING; return whether it was."""
        ...

    def record_delivery(self, delivery: Delivery) -> bool:
        """Keep a delivery that was sent in another way; False where its key is known."""
        ...

    def deliveries_of(self, chat_id: int, limit: int) -> list[Delivery]:
        """Return a chat's deliveries of digests, newest due first."""
        ...

    def delivery_of_message(self, chat_id: int, message_id: int) -> Delivery | None:
        """Return what a message of the bot delivered."""
        ...

    def waiting_deliveries(self, chat_id: int) -> list[Delivery]:
        """Return a chat's WAITING deliveries of digests, oldest due first."""
        ...

    def digest_days(self, since: date, *, updates: bool = False) -> list[DigestDay]:
        """Return how each day's digests, or updates of follows, stand, newest first."""
        ...

    def count_subscribers(self) -> tuple[int, int, int]:
        """Return how many subscribers there are, how many active, how many paused."""
        ...

    def forget_deliveries(self, before: datetime) -> int:
        """Delete closed deliveries due before a time, and digests that nobody needs any more."""
        ...
