"""What a site's robots.txt allows (RFC 9309).

Always true: an address is asked for only after its site's robots.txt was, today. No robots.txt
(4xx) allows everything; one that cannot be had now (5xx, a broken answer) allows nothing for
now. Of all files together a bounded number of bytes is remembered.
"""

from __future__ import annotations

import re
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from protego import Protego

from retrieval.errors import IntakeError, RefusedError, RetryLaterError
from retrieval.intake.web.exchange import Answer
from retrieval.intake.web.failures import retold
from retrieval.intake.web.freshness import fresh_for, retry_after
from retrieval.intake.web.keyed_locks import KeyedLocks
from retrieval.intake.web.redirects import TooManyRedirectsError, follow
from retrieval.intake.web.targets import Target
from retrieval.intake.web.user_agent import PRODUCT

MAX_ROBOTS_BYTES = 512_000
"""What is beyond is not read: RFC 9309 asks for at least 500 KiB."""
_REMEMBERED_BYTES = 1_500_000
"""Of the files as sent: a hostile one takes up to 55 times as much memory, one of a real site
about ten times its few kilobytes."""
_REMEMBERED_SITES = 2_000
_LONGEST = timedelta(hours=24)  # RFC 9309, 2.4
_SHORTEST = timedelta(hours=1)
"""A site whose every answer is stale at once would be asked twice for every page."""
_AGAIN_AFTER = timedelta(minutes=5)

_AGENT_LINE = re.compile(r"\s*user(?:-|\s+)?agent\s*[:\s]\s*(?P<name>[^#]*)", re.IGNORECASE)
_TOKEN = re.compile(r"[a-z_-]+", re.IGNORECASE)


class _UnreachedError(Exception):
    """Its cause is why the site itself could not be asked: the same holds for its pages."""


@dataclass(frozen=True, slots=True)
class _Known:
    rules: Protego | None
    not_now: str | None
    until: float
    size: int


class Robots:
    """What is known of the sites' robots.txt."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, _Known] = OrderedDict()
        self._size = 0
        self._asking = KeyedLocks()

    async def admit(self, target: Target, ask: Callable[[Target], Awaitable[Answer]]) -> float:
        """See whether an address may be asked for.

        Args:
            target: The address.
            ask: Asks for one address.

        Returns:
            The seconds that the site asks for between two requests.

        Raises:
            RefusedError: The site does not want it to be read.
            RetryLaterError: The site's wishes cannot be known now.
            IntakeError: The site cannot be reached, as ``ask`` raises it.
        """
        robots = target.robots
        site = str(robots.url)
        async with self._asking.hold(site):
            known = self._recall(site)
            if known is None:
                known = await self._learn(target, robots, ask)
                self._remember(site, known)
        if known.not_now:
            wait = timedelta(seconds=max(known.until - time.monotonic(), 0))
            raise RetryLaterError(target.shown, known.not_now, wait)
        if known.rules is None:
            return 0.0
        if not known.rules.can_fetch(str(target.url), PRODUCT):
            raise RefusedError(target.shown, "the site's robots.txt does not allow it to be read")
        return known.rules.crawl_delay(PRODUCT) or 0.0

    async def _learn(
        self, target: Target, robots: Target, ask: Callable[[Target], Awaitable[Answer]]
    ) -> _Known:
        async def ask_site(each: Target) -> Answer:
            try:
                return await ask(each)
            except IntakeError as error:
                if each is robots:
                    raise _UnreachedError from error
                raise

        try:
            answer = (await follow(robots, ask_site)).answer
        except TooManyRedirectsError:
            return _allowing()  # RFC 9309, 2.3.1.2
        except _UnreachedError as unreached:
            error = unreached.__cause__
            assert isinstance(error, IntakeError)  # noqa: S101 - raised from one above
            raise retold(error, target.shown, error.reason) from error
        except IntakeError as error:
            reason = f"the site's robots.txt cannot be had, so nothing may be read: {error.reason}"
            raise RetryLaterError(target.shown, reason, _AGAIN_AFTER) from error
        if answer.status == 200:
            rules = Protego.parse(_for_us(answer.content.decode("utf-8-sig", "replace")))
            stays = fresh_for(answer.header, datetime.now(UTC)) or _LONGEST
            until = time.monotonic() + min(max(stays, _SHORTEST), _LONGEST).total_seconds()
            return _Known(rules, None, until, len(answer.content))
        if answer.status == 429 or answer.status >= 500:
            return _not_now(answer)
        return _allowing()

    def _recall(self, site: str) -> _Known | None:
        known = self._known.get(site)
        if known is None or known.until <= time.monotonic():
            return None
        self._known.move_to_end(site)
        return known

    def _remember(self, site: str, known: _Known) -> None:
        if before := self._known.pop(site, None):
            self._size -= before.size
        self._known[site] = known
        self._size += known.size
        while self._size > _REMEMBERED_BYTES or len(self._known) > _REMEMBERED_SITES:
            _, oldest = self._known.popitem(last=False)
            self._size -= oldest.size


def _allowing() -> _Known:
    return _Known(None, None, time.monotonic() + _LONGEST.total_seconds(), 0)


def _not_now(answer: Answer) -> _Known:
    wait = retry_after(answer.header, datetime.now(UTC)) or _AGAIN_AFTER
    return _Known(
        None,
        f"the site's robots.txt cannot be had now ({answer.status}), so nothing may be read",
        time.monotonic() + min(wait, _LONGEST).total_seconds(),
        0,
    )


def _for_us(text: str) -> str:
    """Give all other robots one name, and us ours.

    Protego keeps every rule for every robot of its group: of a file of half a megabyte that
    names 20,000 robots and 20,000 rules, 400 million. And a group that names us with a
    version is meant for us (RFC 9309, 2.2.1 compares the leading token only).
    """
    lines = []
    for line in text.splitlines():
        named = _AGENT_LINE.match(line)
        if named is None:
            lines.append(line)
            continue
        name = named["name"].strip()
        token = _TOKEN.match(name)
        if token and token[0].lower() == PRODUCT.lower():
            lines.append(f"User-agent: {PRODUCT}")
        else:
            lines.append(f"User-agent: {'*' if name == '*' else 'others'}")
    return "\n".join(lines)
