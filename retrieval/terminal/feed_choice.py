"""What a person types to say which feed they mean, or which address.

Always true: a name is understood in one way or not at all. An exact address wins, then a
number of the list, then a part of address or title that only one feed has.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from retrieval.errors import UsageError
from retrieval.terminal.feed_words import name_of

if TYPE_CHECKING:
    from retrieval.records import Feed, FeedStatus

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_FEED_SCHEME = re.compile(r"feed:(?://)?(?=[a-z]+://)|feed(?=://)", re.IGNORECASE)
_MOST_NAMED = 4
"""Feeds that are listed when a name fits more than one."""


def full_address(typed: str) -> str:
    """Return an address as a browser would take it: without a scheme, https is meant.

    Addresses of the old ``feed:`` scheme, which browsers used to hand to feed readers, are
    what they stand for.

    Raises:
        UsageError: Nothing was typed, or there are blanks in it.
    """
    address = typed.strip()
    if not address or any(character.isspace() for character in address):
        raise UsageError(f"{typed!r} is no address; one looks like https://example.org/feed.xml.")
    if old := _FEED_SCHEME.match(address):
        rest = address[old.end() :]
        address = f"https{rest}" if rest.startswith("://") else rest
    return address if _SCHEME.match(address) else f"https://{address}"


def choose_feed(
    feeds: Sequence[FeedStatus], name: str, listed_by: str = "`kabar feeds list`"
) -> Feed:
    """Return the feed that somebody means.

    Args:
        feeds: In the order of the list that they saw.
        name: An address, a number of the list from 1, or a part of address or title.
        listed_by: What shows them that list.

    Raises:
        UsageError: None is meant, or it is not clear which.
    """
    wanted = name.strip()
    known = [status.feed for status in feeds]
    if wanted.isascii() and wanted.isdigit():
        number = int(wanted)
        if 1 <= number <= len(known):
            return known[number - 1]
        raise UsageError(f"There is no feed {number}; {listed_by} shows {len(known)}.")
    part = wanted.casefold()
    for found in (
        [feed for feed in known if feed.url == wanted],
        [feed for feed in known if _bare(feed.url) == _bare(wanted)],
        [feed for feed in known if part and (part in _words(feed))],
    ):
        if len(found) == 1:
            return found[0]
        if found:
            names = ", ".join(feed.url for feed in found[:_MOST_NAMED])
            more = f" and {len(found) - _MOST_NAMED} more" if len(found) > _MOST_NAMED else ""
            raise UsageError(
                f"{wanted} may be any of {names}{more}; give the whole address or the number."
            )
    raise UsageError(f"No feed is called {wanted!r}; {listed_by} names those there are.")


def _words(feed: Feed) -> str:
    return f"{feed.url}\n{name_of(feed)}".casefold()


def _bare(address: str) -> str:
    """Return what tells addresses apart when people type them."""
    return _SCHEME.sub("", address.strip(), count=1).removeprefix("www.").rstrip("/").casefold()
