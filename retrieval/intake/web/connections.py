"""Connections that lead where they were checked to lead.

Always true: an address is dialled only if it passed `NetworkRules`, and it is that very address
that is dialled. The name is looked up once, here, for each connection; TLS is still made with
the name, so certificates are verified as ever. As the check stands below the pool, redirects
and names that change where they lead have no way around it.

A name that leads to several addresses is refused as soon as one of them is forbidden: a public
site has no reason to name a private address, and what mixes the two is an attack or a mistake.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from ipaddress import ip_address
from typing import Protocol, runtime_checkable

import httpcore
import httpx

from retrieval.intake.web.addresses import Address, NetworkRules

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""From a host and port to the IP addresses to try, best first."""

_DIAL_SECONDS = 6.0
"""For each but the last address: a site whose IPv6 is dead is still read over IPv4."""
_MAX_ADDRESSES = 4
_KEPT_OPEN_SECONDS = 30.0


class ForbiddenAddressError(Exception):
    """The rules forbid where a name leads; the text says why, in words for a person."""


class UnknownHostError(Exception):
    """Nobody knows where a name leads."""


async def resolve_with_system(host: str, port: int) -> Sequence[str]:
    """Look a name up as the rest of this machine does.

    Each lookup has a thread of its own that nobody waits for: the C library may take half a
    minute over a dead name and cannot be interrupted, and in asyncio's own small pool a few
    dead names would hold up all others, and the end of the program.

    Raises:
        UnknownHostError: The name is not known, or nobody could be asked.
    """
    loop = asyncio.get_running_loop()
    found: asyncio.Future[list[str]] = loop.create_future()

    def settle(addresses: list[str], error: Exception | None) -> None:
        if not found.done():
            if error:
                found.set_exception(error)
            else:
                found.set_result(addresses)

    def look_up() -> None:
        addresses: list[str] = []
        problem: Exception | None = None
        try:
            for *_, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
                addresses.append(str(address[0]))
        except (OSError, UnicodeError) as error:
            problem = UnknownHostError(str(error))
            problem.__cause__ = error
        with contextlib.suppress(RuntimeError):  # the loop has ended: nobody waits any more
            loop.call_soon_threadsafe(settle, addresses, problem)

    threading.Thread(target=look_up, name="name lookup", daemon=True).start()
    return await found


class CheckedBackend(httpcore.AsyncNetworkBackend):
    """Dials what the rules allow.

    Args:
        rules: What may be dialled.
        resolve: Where names lead.
    """

    def __init__(self, rules: NetworkRules, resolve: Resolve = resolve_with_system) -> None:
        self._rules = rules
        self._resolve = resolve
        self._network = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Look a name up, check every address that it leads to, and dial them in turn.

        Raises:
            ForbiddenAddressError: The port, or one of the addresses, is forbidden.
            UnknownHostError: The name leads nowhere.
            httpcore.ConnectError: Nobody answered at any of the addresses.
        """
        if objection := self._rules.objection_to_port(port):
            raise ForbiddenAddressError(objection)
        addresses = await self._checked(host, port)
        failure: Exception | None = None
        for address in addresses:
            limit = None if address is addresses[-1] else _DIAL_SECONDS
            try:
                return await self._network.connect_tcp(
                    str(address), port, limit, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = failure or error
        raise failure or UnknownHostError(host)

    async def _checked(self, host: str, port: int) -> list[Address]:
        found: list[Address] = []
        for text in await self._resolve(host, port):
            address = ip_address(text)
            if objection := self._rules.objection_to_address(address):
                raise ForbiddenAddressError(objection)
            if address not in found:
                found.append(address)
        return found[:_MAX_ADDRESSES]

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Refuse: no web address leads to a socket file.

        Raises:
            ForbiddenAddressError: Always.
        """
        raise ForbiddenAddressError("it leads to a socket file")

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)


class CheckedTransport(httpx.AsyncBaseTransport):
    """An httpx transport over a pool of checked connections, HTTP/2 where the site speaks it.

    httpx's own transport has no place for a network backend. This one lets httpcore's
    exceptions through as they are.
    """

    def __init__(
        self, backend: httpcore.AsyncNetworkBackend, tls: ssl.SSLContext, max_connections: int
    ) -> None:
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=tls,
            max_connections=max_connections,
            keepalive_expiry=_KEPT_OPEN_SECONDS,
            http2=True,
            network_backend=backend,
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request, and return the answer as soon as its headers are here."""
        answer = await self._pool.handle_async_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(
                    scheme=request.url.raw_scheme,
                    host=request.url.raw_host,
                    port=request.url.port,
                    target=request.url.raw_path,
                ),
                headers=request.headers.raw,
                extensions=request.extensions,
            )
        )
        return httpx.Response(
            status_code=answer.status,
            headers=answer.headers,
            stream=_Body(answer.stream),
            extensions=answer.extensions,
        )

    async def aclose(self) -> None:
        """Close all connections."""
        await self._pool.aclose()


@runtime_checkable
class _Stream(Protocol):
    """What an asynchronous pool's bodies are, and its types do not say."""

    def __aiter__(self) -> AsyncIterator[bytes]: ...

    async def aclose(self) -> None: ...


class _Body(httpx.AsyncByteStream):
    def __init__(self, stream: object) -> None:
        assert isinstance(stream, _Stream)  # noqa: S101 - an asynchronous pool's are
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._stream:
            yield piece

    async def aclose(self) -> None:
        await self._stream.aclose()
