"""How the tests of this folder fetch: a `Fetcher` of its own for each, and its own loop."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

import httpx

from retrieval.intake.web import Fetched, Fetcher
from retrieval.intake.web.addresses import NetworkRules
from retrieval.intake.web.connections import Resolve, resolve_with_system
from retrieval.settings import RetrievalSettings

T = TypeVar("T")


def web_settings(**values: Any) -> RetrievalSettings:
    """Settings for a site on this machine that needs no pause."""
    given = {"KABAR_ALLOW_PRIVATE": True, "KABAR_FETCH_PAUSE_SECONDS": 0, **values}
    return RetrievalSettings(_env_file=None, **given)  # type: ignore[call-arg]


def with_fetcher(
    use: Callable[[Fetcher], Awaitable[T]],
    *,
    rules: NetworkRules | None = None,
    resolve: Resolve = resolve_with_system,
    tls: ssl.SSLContext | None = None,
    **values: Any,
) -> T:
    """Use a fetcher, in a loop of its own."""

    settings = web_settings(**values)
    fetcher = Fetcher(settings, rules=rules, resolve=resolve, tls=tls or usual_authorities())

    async def run() -> T:
        async with fetcher:
            return await use(fetcher)

    return asyncio.run(run())


@cache
def usual_authorities() -> ssl.SSLContext:
    """What a fetcher makes for itself; once, because it takes a while."""
    return httpx.create_ssl_context(trust_env=False)


def fetch(url: str, *, known: Mapping[str, Any] | None = None, **how: Any) -> Fetched:
    """Fetch one address; ``known`` are its validators."""
    return with_fetcher(lambda fetcher: fetcher.fetch(url, **(known or {})), **how)


def leading_to(*addresses: str) -> Resolve:
    """A name server that says that every name leads to these addresses."""

    async def resolve(host: str, port: int) -> Sequence[str]:
        return addresses

    return resolve
