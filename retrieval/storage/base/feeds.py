"""What an engine promises of feeds, and of the pages to be read for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from retrieval.records import Feed, FeedStatus, Page, PageOutcome, Written


class FeedStorage(Protocol):
    """Feeds: when each was and is to be visited. The address is the key."""

    def add_feed(self, feed: Feed) -> bool:
        """Keep a feed; return False, and change nothing, where its address is known."""
        ...

    def feeds(self) -> list[FeedStatus]:
        """Return all feeds, by the time they were added.

        An article counts for every feed that lists its page, a pending page for the first.
        """
        ...

    def get_feed(self, url: str) -> Feed | None:
        """Return a feed, or None."""
        ...

    def remove_feed(self, url: str) -> bool:
        """Forget a feed and its pages that were not read yet; its articles stay.

        A page that another feed lists too becomes that feed's.
        """
        ...

    def pause_feed(self, url: str, because: str | None) -> bool:
        """Pause a feed, or with None visit it again, from now on; return whether it exists.

        Taken up again, it is due at once, and its failures are forgotten.
        """
        ...

    def claim_feeds(
        self, now: datetime, limit: int, *, lease: timedelta, due_only: bool = True
    ) -> list[Feed]:
        """Take feeds for a visit, the longest due first, none that is paused or taken.

        One that was taken is nobody else's until ``lease`` is over or its visit is recorded;
        and its ``next_visit_at`` is set to its interval from ``now`` in the same transaction:
        a process that is killed in the middle does not visit it again within its interval.
        The feeds are returned as they were before.

        Args:
            now: The present moment.
            limit: The most to return.
            lease: How long a visit may take.
            due_only: Leave out those whose next visit is not due yet.
        """
        ...

    def record_visit(self, feed: Feed, pages: Sequence[Page] = ()) -> int:
        """Keep a visit's outcome and the pages that it found, together; end the claim.

        A page whose address, or whose feed and entry key, is known is not added again; where
        it was read, or given up, and what this feed says of it differs from before, it becomes
        due at once, with the new `FeedEntry`. Addresses do not count as a difference: an image's
        is often signed anew at each visit. One that is just being read is left to the next
        visit that still finds the difference. An address that is not known under a key that is
        moves that page to it, due at once; a key that stands for two addresses in one visit is
        not believed.

        Args:
            feed: Its new state. Whether it is paused is taken from it only to pause it. A feed
                that was removed meanwhile stays removed, and its pages are left out.
            pages: What it lists now.

        Returns:
            How many pages were new.
        """
        ...


class PageStorage(Protocol):
    """Pages: a queue of addresses to read, and to look at again. The address is the key."""

    def claim_pages(self, now: datetime, limit: int, *, lease: timedelta) -> list[Page]:
        """Take pages that are due, the newest entries first, none taken by another.

        Not more of one host than a fair share of ``limit`` while others wait. The order is by
        the entry's date, or when it was found if that is earlier or there is none.
        """
        ...

    def get_page(self, url: str) -> Page | None:
        """Return a page, or None."""
        ...

    def record_pages(self, outcomes: Sequence[PageOutcome], *, model: str) -> list[Written | None]:
        """Keep what reading pages came to, each with its article, all in one transaction.

        An article that is new or unchanged is written as by `write_articles`; with ``indexed``
        given its passages for ``model`` are replaced in the same transaction. Where
        ``withdrawn`` is set, the article named by the page loses its passages and is neither
        indexed nor found again until it is written anew. The claim ends. A page that was not
        known is added. Its ``article_id`` is that of the article, where one is given.

        Returns:
            For each outcome what writing its article did, None without one.
        """
        ...

    def count_due_pages(self, now: datetime) -> int:
        """Return how many pages wait to be read or looked at again, and are not taken."""
        ...

    def forget_pages(self, before: datetime) -> int:
        """Delete pages found before a time, with nothing to do, that no feed listed since.

        Done in several transactions, so that others may write in between.
        """
        ...
