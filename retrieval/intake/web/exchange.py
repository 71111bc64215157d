"""One request and its answer, in the site's turn and within its bounds. No redirects here.

Always true: a request carries no cookie, no credentials and no ``Referer``; of an answer no
more is kept than the limits allow; and whatever a site sends, what comes out is an `Answer` or
an `IntakeError`.
"""

from __future__ import annotations

import asyncio
import logging
import re
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any

import httpcore
import httpx

from retrieval.errors import FetchError, IntakeError
from retrieval.intake.web.allowance import Allowance
from retrieval.intake.web.bodies import BodyLimits, read_body
from retrieval.intake.web.connections import CheckedBackend, CheckedTransport
from retrieval.intake.web.failures import failure_of_exception
from retrieval.intake.web.politeness import Turns
from retrieval.intake.web.targets import Target

_HEADER_BYTES = 64 * 1024
"""Together; h11 and h2 stop at about as much, before they are all here."""
_DRAIN_BYTES = 64 * 1024
_DRAIN_SECONDS = 1.0
_FIT_FOR_HEADER = re.compile(r"[\x20-\x7e\x80-\xff]{1,1000}")

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a site answered; ``content`` is empty unless ``status`` is 200."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    content: bytes

    def header(self, name: str) -> str | None:
        """The first header of a name, as sent."""
        wanted = name.encode()
        for sent, value in self.headers:
            if sent.lower() == wanted:
                return value.decode("latin-1")
        return None


class Exchange:
    """The pooled client, and the turns at the sites.

    Args:
        backend: What dials.
        tls: How certificates are verified.
        user_agent: How we introduce ourselves.
        turns: Whose turn it is.
        max_requests: How many are made at once, over all sites.
    """

    def __init__(
        self,
        backend: CheckedBackend,
        tls: ssl.SSLContext,
        user_agent: str,
        turns: Turns,
        max_requests: int,
    ) -> None:
        self._turns = turns
        self._slots = asyncio.Semaphore(max_requests)
        self._client = httpx.AsyncClient(
            transport=CheckedTransport(backend, tls, max_connections=2 * max_requests),
            headers={"User-Agent": user_agent, "Accept-Encoding": "gzip"},
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            timeout=None,  # noqa: S113 - an Allowance is around every request
            trust_env=False,
            follow_redirects=False,
        )

    async def aclose(self) -> None:
        """Close all connections."""
        await self._client.aclose()

    async def get(
        self,
        target: Target,
        headers: Mapping[str, str],
        allowance: Allowance,
        limits: BodyLimits,
        pause: float = 0.0,
    ) -> Answer:
        """Ask for an address, when it is its site's turn.

        Args:
            target: The address.
            headers: More headers; those that cannot be sent as they are, are left out.
            allowance: How long it may take.
            limits: How much of the body is read.
            pause: Seconds that the site asks for between two requests.

        Raises:
            IntakeError: There is no answer, or it is too large, too slow or makes no sense.
        """
        fit = [
            (name.encode(), value.encode("latin-1"))
            for name, value in headers.items()
            if _FIT_FOR_HEADER.fullmatch(value)
        ]
        where = target.shown
        async with self._turns.turn(target.site, pause), self._slots:
            try:
                async with allowance.spend():
                    response = await self._send(target, fit)
                    return await self._read(response, limits, where)
            except IntakeError:
                raise
            except Exception as error:
                known = failure_of_exception(error, where, allowance.seconds)
                if known is None:
                    # What libraries raise over a hostile answer is no closed list: a round
                    # must go on, and the trace is for us.
                    logger.warning("%s: an answer that no library took", where, exc_info=True)
                    known = FetchError(where, "the answer makes no sense")
                raise known from error

    async def _send(self, target: Target, headers: Sequence[tuple[bytes, bytes]]) -> httpx.Response:
        """Send a request; once more, if a connection from earlier broke before it answered.

        Sites close connections that nobody used for a while, and for HTTP/2 that is seen only
        when the next request is on its way.
        """
        connected = False

        async def trace(event: str, _: Mapping[str, Any]) -> None:
            nonlocal connected
            connected = connected or event == "connection.connect_tcp.started"

        while True:
            request = self._client.build_request(
                "GET", target.url, headers=headers, extensions={"trace": trace}
            )
            try:
                return await self._client.send(request, stream=True)
            except (httpcore.NetworkError, httpcore.ProtocolError):
                if connected:
                    raise
                connected = True  # or as good as: this is the last attempt

    async def _read(self, response: httpx.Response, limits: BodyLimits, where: str) -> Answer:
        whole = False
        try:
            answer = Answer(response.status_code, tuple(response.headers.raw), b"")
            if sum(len(name) + len(value) + 4 for name, value in answer.headers) > _HEADER_BYTES:
                raise FetchError(where, "the answer's headers are larger than 64 KiB")
            if answer.status != 200:
                whole = await _drained(response)
                return answer
            content = await read_body(
                response.aiter_raw(),
                coding=response.headers.get("content-encoding"),
                announced=answer.header("content-length"),
                limits=limits,
                where=where,
            )
            whole = len(content) < limits.max_bytes
            return replace(answer, content=content)
        finally:
            await response.aclose()
            if not whole and response.http_version == "HTTP/2":
                # Only HTTP/1.1 connections end with a body that nobody wants. Here the site
                # would send it all the same, and use up what may be on its way to us.
                await response.extensions["network_stream"].aclose()


async def _drained(response: httpx.Response) -> bool:
    """Whether the little that comes with an error is read, so that the connection can stay."""
    size = 0
    try:
        async with asyncio.timeout(_DRAIN_SECONDS):
            async for piece in response.aiter_raw():
                size += len(piece)
                if size > _DRAIN_BYTES:
                    return False
    except Exception:  # the answer is known already, whatever becomes of its body
        return False
    return True
