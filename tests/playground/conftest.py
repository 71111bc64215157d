"""What the tests of the local Bot API share: a server, and a client that speaks raw HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from bot.playground.local import LocalBotApi

Caller = Callable[..., httpx.Response]


@pytest.fixture
def api() -> Iterator[LocalBotApi]:
    with LocalBotApi(first_update_id=1) as server:
        yield server


@pytest.fixture
def call(api: LocalBotApi) -> Iterator[Caller]:
    with httpx.Client(trust_env=False, timeout=10) as client:

        def post(method: str, **params: Any) -> httpx.Response:
            return client.post(f"{api.base_url}{api.token}/{method}", json=params)

        yield post
