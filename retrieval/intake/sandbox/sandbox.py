"""Read documents of strangers in a process that may be lost.

Always true: whatever the document is, the caller gets a record or an `IntakeError` of one clear
sentence, within a bounded time; this process never parses it. Feeds and pages can make their
readers slow (half a megabyte can take feedparser minutes), huge or dead, so the reading is done
in a child that is limited in memory, watched by the clock, killed when it is over, and started
anew for the next document.
"""

from __future__ import annotations

import logging
import queue
import threading
import weakref
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

from retrieval.errors import IntakeError, TooLargeError
from retrieval.intake.sandbox.child import Child, ChildLostError, Lost
from retrieval.intake.sandbox.codec import to_plain, to_record
from retrieval.intake.sandbox.tasks import TASKS
from retrieval.records import ExtractedPage, FeedContent, FeedEntry, FoundFeed

log = logging.getLogger(__name__)

TASK_SECONDS = 10.0
"""For one document: a hundred times what an ordinary one takes, on a machine that is busy."""

_KINDS = {"IntakeError": IntakeError, "TooLargeError": TooLargeError}
_MAX_REASON_CHARS = 300


class Sandbox:
    """Children that read documents. Any thread may call; callers wait for a child that is free.

    A child is started when it is first needed, and ends with this process however that ends.

    Args:
        workers: How many documents are read at once, at most.
        seconds: How long reading one may take.
    """

    def __init__(self, workers: int = 1, *, seconds: float = TASK_SECONDS) -> None:
        self._seconds = seconds
        # Last in, first out: with little to do one child does it all and no other is started.
        self._free: queue.LifoQueue[_Place] = queue.LifoQueue()
        self._places = [_Place() for _ in range(workers)]
        for place in self._places:
            self._free.put(place)
        self._closed = threading.Event()
        self._end = weakref.finalize(self, _kill_all, self._places)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def read_feed(self, content: bytes, *, url: str, content_type: str | None) -> FeedContent:
        """Read a feed or a sitemap.

        Args:
            content: All of it.
            url: Where it was fetched from.
            content_type: The header as it was sent.

        Returns:
            What it says.

        Raises:
            IntakeError: If it cannot be read.
        """
        arguments = {"url": url, "content_type": content_type}
        result: FeedContent = self._do("read_feed", [content], arguments, url)
        return result

    def find_feeds(self, content: bytes, *, url: str, content_type: str | None) -> list[FoundFeed]:
        """Find the feeds that a page links to.

        Args:
            content: The page.
            url: Where it was fetched from.
            content_type: The header as it was sent.

        Returns:
            The feeds, feeds of comments last; none if there are none.

        Raises:
            IntakeError: If it cannot be read.
        """
        arguments = {"url": url, "content_type": content_type}
        result: list[FoundFeed] = self._do("find_feeds", [content], arguments, url)
        return result

    def read_opml(self, content: bytes, where: str = "the list of feeds") -> list[FoundFeed]:
        """Read a list of feeds (OPML).

        Args:
            content: The file.
            where: Its name, for the error.

        Returns:
            Its feeds in order, each once.

        Raises:
            IntakeError: If it cannot be read.
        """
        result: list[FoundFeed] = self._do("read_opml", [content], {"where": where}, where)
        return result

    def read_page(
        self,
        pages: Sequence[tuple[bytes, str, str | None]],
        *,
        entry: FeedEntry | None = None,
    ) -> ExtractedPage:
        """Find the article in a page.

        Args:
            pages: The page and the further pages of its article, in order: content, address, and
                content type as it was sent.
            entry: What the feed said of it.

        Returns:
            What was found, not cleaned yet.

        Raises:
            IntakeError: If it cannot be read.
        """
        arguments = {
            "pages": [{"url": url, "content_type": form} for _, url, form in pages],
            "entry": to_plain(entry),
        }
        contents = [content for content, _, _ in pages]
        result: ExtractedPage = self._do("read_page", contents, arguments, pages[0][1])
        return result

    @property
    def pids(self) -> tuple[int, ...]:
        """The numbers of the processes that run now, for who watches them."""
        return tuple(place.pid for place in self._places if place.pid is not None)

    def close(self) -> None:
        """End the children; who still waits for one gets an `IntakeError`."""
        self._closed.set()
        _kill_all(self._places)

    def _do(self, task: str, parts: Sequence[bytes], arguments: dict[str, Any], where: str) -> Any:
        place = self._free.get()
        try:
            reply = self._ask(place, task, parts, arguments, where)
            return _understood(reply, TASKS[task][1], where)
        except _NonsenseError as error:
            place.empty()
            log.warning("%s: the reader answered nonsense: %s", where, error)
            raise IntakeError(where, "reading it failed, and its reader was replaced") from error
        finally:
            if self._closed.is_set():  # a child that was just starting
                place.empty()
            self._free.put(place)

    def _ask(
        self,
        place: _Place,
        task: str,
        parts: Sequence[bytes],
        arguments: dict[str, Any],
        where: str,
    ) -> dict[str, Any]:
        for attempt in (1, 2):
            if self._closed.is_set():
                raise IntakeError(where, "it was not read: Kabar is stopping")
            try:
                reply = place.child().ask(task, parts, arguments, self._seconds)
            except ChildLostError as error:
                place.empty()
                if self._closed.is_set():
                    continue
                # One that somebody ended while it had nothing to do is no fault of the document.
                if error.idle and attempt == 1:
                    continue
                raise IntakeError(where, self._why(error.why)) from error
            except BaseException:
                place.empty()  # Ctrl-C: an answer is on its way that nobody will read
                raise
            if reply.get("last") is not False:
                place.empty()
            return reply
        raise IntakeError(where, "it was not read: Kabar is stopping")

    def _why(self, why: Lost) -> str:
        if why is Lost.TIMED_OUT:
            return f"reading it took longer than {self._seconds:g} seconds and was given up"
        if why is Lost.NOT_STARTED:
            return "it was not read: the process that reads documents does not start"
        return "reading it ended the process that reads documents"


class _Place:
    """Where a child is, or is to be."""

    def __init__(self) -> None:
        self._child: Child | None = None

    @property
    def pid(self) -> int | None:
        child = self._child
        return child.pid if child else None

    def child(self) -> Child:
        if self._child is None:
            self._child = Child()
        return self._child

    def empty(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.kill()


class _NonsenseError(Exception):
    """An answer that is none."""


def _understood(reply: dict[str, Any], kind: Any, where: str) -> Any:
    """Turn a reply into a record, or into the error that it tells of."""
    if "result" in reply:
        try:
            return to_record(kind, reply["result"])
        except (ValueError, TypeError, RecursionError) as error:
            raise _NonsenseError(str(error)[:_MAX_REASON_CHARS]) from error
    if "refused" in reply:
        reason = str(reply["refused"])[:_MAX_REASON_CHARS]
        raise _KINDS.get(str(reply.get("kind")), IntakeError)(where, reason)
    if reply.get("failed") == "memory":
        raise IntakeError(where, "reading it took more memory than it may")
    if "failed" in reply:
        log.debug("%s could not be read:\n%s", where, reply.get("trace"))
        raise IntakeError(where, f"it cannot be read ({str(reply['failed'])[:100]})")
    raise _NonsenseError("neither a result nor an error")


def _kill_all(places: list[_Place]) -> None:
    for place in places:
        place.empty()
