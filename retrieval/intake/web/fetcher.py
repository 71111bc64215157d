"""`Fetcher`: fetch an address, politely and safely.

    async with Fetcher(settings) as fetcher:
        fetched = await fetcher.fetch("https://example.org/feed.xml", etag=known.etag)

Always true of a fetch: it takes no longer than the settings say once its turn has come, holds
no more of an answer than they say, and ends in a `Fetched` or an `IntakeError` with one clear
sentence. Where it may lead is checked for every connection, so also after every redirect.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Self

import httpx

from retrieval.errors import IntakeError, RefusedError
from retrieval.intake.web.addresses import NetworkRules
from retrieval.intake.web.allowance import Allowance
from retrieval.intake.web.bodies import BodyLimits
from retrieval.intake.web.connections import CheckedBackend, Resolve, resolve_with_system
from retrieval.intake.web.exchange import Answer, Exchange
from retrieval.intake.web.failures import failure_of_status
from retrieval.intake.web.freshness import fresh_for
from retrieval.intake.web.politeness import Turns
from retrieval.intake.web.redirects import REDIRECTING, follow
from retrieval.intake.web.robots import MAX_ROBOTS_BYTES, Robots
from retrieval.intake.web.targets import Target, parse_target, shown
from retrieval.intake.web.user_agent import user_agent
from retrieval.settings import RetrievalSettings

ACCEPT = (
    "text/html, application/xhtml+xml, application/rss+xml, application/atom+xml, "
    "application/feed+json, application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, "
    "*/*;q=0.5"
)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Fetched:
    """What was fetched.

    Args:
        url: Where it was in the end, after redirects.
        status: 200; or 304, if it is what the caller knows already.
        content: The body, unpacked; empty for 304.
        content_type: As sent.
        etag: To be given with the next fetch; for 304 the one that was given, unless renewed.
        last_modified: Likewise.
        fresh_for: How long it need not be fetched again; None if the site does not say.
        moved_to: The address to be asked from now on, if the site said so (301, 308).
    """

    url: str
    status: int
    content: bytes
    content_type: str | None
    etag: str | None
    last_modified: str | None
    fresh_for: timedelta | None
    moved_to: str | None


class Fetcher:
    """Fetches addresses; one for a whole process, so that every site has one line of turns.

    It is used within ``async with``, and may be entered again when it was left: what sites want
    of robots is remembered meanwhile.

    Args:
        settings: Bounds, pause, and how we introduce ourselves.
        rules: What may be dialled; by default what the settings allow.
        resolve: Where names lead; by default what the machine says.
        tls: How certificates are verified; by default with the usual authorities.
    """

    def __init__(
        self,
        settings: RetrievalSettings,
        *,
        rules: NetworkRules | None = None,
        resolve: Resolve = resolve_with_system,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._settings = settings
        self._rules = rules or NetworkRules.of(settings)
        self._resolve = resolve
        self._tls = tls
        self._turns = Turns(settings.fetch_pause_seconds)
        self._robots = Robots()
        self._limits = BodyLimits(round(settings.max_fetch_megabytes * 1_000_000))
        self._exchange: Exchange | None = None

    async def __aenter__(self) -> Self:
        if self._tls is None:
            self._tls = await asyncio.to_thread(httpx.create_ssl_context, trust_env=False)
        self._exchange = Exchange(
            CheckedBackend(self._rules, self._resolve),
            self._tls,
            user_agent(self._settings.contact),
            self._turns,
            self._settings.max_fetches,
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._exchange:
            exchange, self._exchange = self._exchange, None
            await exchange.aclose()

    async def fetch(
        self,
        url: str,
        *,
        etag: str | None = None,
        last_modified: str | None = None,
        accept: str = ACCEPT,
    ) -> Fetched:
        """Fetch an address, when it is its site's turn.

        Args:
            url: The address.
            etag: The ``ETag`` of what is known of it; sent to this very address only.
            last_modified: Its ``Last-Modified``, likewise.
            accept: What is wanted, as an ``Accept`` header.

        Returns:
            What was fetched; with status 304 and no content if it has not changed.

        Raises:
            RefusedError: It may not be fetched: the address, or the site's robots.txt.
            GoneError: It is not there.
            RetryLaterError: The site is busy, down, slow or cannot be reached.
            TooLargeError: It is larger than the limit.
            FetchError: The site refuses, or its answer makes no sense.
        """
        begun = time.monotonic()
        try:
            fetched = await self._fetch(url, etag, last_modified, accept)
        except IntakeError as error:
            logger.debug("%s, after %.1f s", error, time.monotonic() - begun)
            raise
        took = time.monotonic() - begun
        size = len(fetched.content)
        logger.debug("%s: %d, %d bytes, %.1f s", shown(url), fetched.status, size, took)
        return fetched

    async def _fetch(
        self, url: str, etag: str | None, last_modified: str | None, accept: str
    ) -> Fetched:
        start = parse_target(url)
        allowance = Allowance(self._settings.max_fetch_seconds)
        known = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        conditions = {name: value for name, value in known.items() if value}

        async def ask(target: Target) -> Answer:
            headers = {"Accept": accept} | (conditions if target.url == start.url else {})
            pause = await self._admit(target, allowance)
            answer = await self._open_exchange.get(target, headers, allowance, self._limits, pause)
            if answer.status == 304 and conditions and target.url == start.url:
                return answer
            if answer.status == 200 or answer.status in REDIRECTING:
                return answer
            raise failure_of_status(answer.status, answer.header, target.shown, datetime.now(UTC))

        arrival = await follow(start, ask)
        answer = arrival.answer
        unchanged = answer.status == 304
        return Fetched(
            url=str(arrival.target.url),
            status=answer.status,
            content=answer.content,
            content_type=answer.header("content-type"),
            etag=answer.header("etag") or (etag if unchanged else None),
            last_modified=answer.header("last-modified") or (last_modified if unchanged else None),
            fresh_for=fresh_for(answer.header, datetime.now(UTC)),
            moved_to=arrival.moved_to,
        )

    async def _admit(self, target: Target, allowance: Allowance) -> float:
        """Return the pause that the site asks for, or raise why it may not be asked."""
        if objection := self._rules.objection_to_port(target.port):
            raise RefusedError(target.shown, objection)
        limits = BodyLimits(MAX_ROBOTS_BYTES, cut=True)

        async def ask(robots: Target) -> Answer:
            return await self._open_exchange.get(robots, {}, allowance, limits)

        return await self._robots.admit(target, ask)

    @property
    def _open_exchange(self) -> Exchange:
        if self._exchange is None:
            raise RuntimeError("a Fetcher is used within `async with`")
        return self._exchange
