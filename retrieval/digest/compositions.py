"""Digests composed once for everyone with the same settings and the same past, and kept.

Always true: a composition that is kept under a key is never made again, by whichever process; so
what two of them plan at the same moment tells the same.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

from retrieval.digest.key import composition_key

if TYPE_CHECKING:
    from retrieval.digest.composer import Composer
    from retrieval.records import Digest, Preferences, Subscriber
    from retrieval.storage.base import Storage

TOLD_DAYS = timedelta(days=14)
"""What was told so long ago is not told again."""

_FIRST = timedelta(days=1)
"""What the first digest of somebody looks back on."""

_LONGEST = timedelta(days=8)
"""What any digest looks back on at most: a week, for those who have one a week."""

_OVERLAP = timedelta(hours=2)
"""An article is in a story only some time after it was added. What was told is known anyhow."""

_KEPT = 4_096


class Composed(NamedTuple):
    """A digest that is kept; one that is not, since it is empty, has no id but 0."""

    digest_id: int
    is_empty: bool


class Compositions:
    """Composes what is not kept yet. Safe to use from any thread.

    Args:
        storage: Where digests are kept.
        composer: Gives what composes; called when there is something to compose.
    """

    def __init__(self, storage: Storage, composer: Callable[[], Composer]) -> None:
        self._storage = storage
        self._composer = composer
        self._known: OrderedDict[str, Composed] = OrderedDict()
        self._lock = Lock()
        self.made = 0

    def daily(
        self, preferences: Preferences, since: datetime, until: datetime, told: Sequence[int]
    ) -> Composed:
        """Return the digest of a span of time, composed if nobody has yet."""
        key = composition_key(preferences, since, until, told)
        return self._kept(key, lambda: self._composer().compose(preferences, since, until, told))

    def breaking(
        self, story_ids: Sequence[int], preferences: Preferences, now: datetime, told: Sequence[int]
    ) -> Composed:
        """Return a digest of what is new among breaking stories.

        A story that was told is not told again between digests, whatever is new in it.
        """
        ids = ",".join(str(each) for each in sorted(story_ids))
        key = composition_key(preferences, now, now, told)
        key = hashlib.sha256(f"breaking {ids} {key}".encode()).hexdigest()[:40]

        def compose() -> Digest:
            digest = self._composer().compose_stories(story_ids, preferences, now, told)
            return replace(
                digest, stories=tuple(each for each in digest.stories if not each.update)
            )

        # An empty one is not kept: while a story breaks there would be one with every tick.
        return self._kept(key, compose, keep_empty=False)

    def breaking_stories(self, now: datetime) -> list[int]:
        """Return ids of stories that many outlets told within an hour."""
        return self._composer().breaking(now)

    def _kept(
        self, key: str, compose: Callable[[], Digest], *, keep_empty: bool = True
    ) -> Composed:
        with self._lock:
            known = self._known.get(key)
            if known is None:
                known = self._stored(key) or self._made(key, compose(), keep_empty=keep_empty)
                self._known[key] = known
                while len(self._known) > _KEPT:
                    self._known.popitem(last=False)
        return known

    def _stored(self, key: str) -> Composed | None:
        digest_id = self._storage.digest_with_key(key)
        if digest_id is None:
            return None
        digest = self._storage.get_digests([digest_id]).get(digest_id)
        return Composed(digest_id, digest is None or not digest.stories)

    def _made(self, key: str, digest: Digest, *, keep_empty: bool) -> Composed:
        self.made += 1
        if not digest.stories and not keep_empty:
            return Composed(0, is_empty=True)
        return Composed(self._storage.write_digest(key, digest), not digest.stories)


def looked_at_since(subscriber: Subscriber, until: datetime) -> datetime:
    """Return from when on articles are looked at for somebody's digest.

    Args:
        subscriber: With up to when its digests have told the news.
        until: When the digest is made.
    """
    covered = subscriber.covered_until
    if covered is None or covered >= until:  # the second: the clock was set back
        return until - _FIRST
    return max(covered - _OVERLAP, until - _LONGEST)
