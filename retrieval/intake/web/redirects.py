"""Follow redirects: each is a new address, looked at like the first.

Always true: nothing that was meant for one address is sent to another.
"""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import urljoin

from retrieval.errors import FetchError, IntakeError, RefusedError
from retrieval.intake.web.exchange import Answer
from retrieval.intake.web.failures import retold
from retrieval.intake.web.targets import Target, parse_target

MAX_REDIRECTS = 5
_FOR_GOOD = (301, 308)
REDIRECTING = (301, 302, 303, 307, 308)


class TooManyRedirectsError(FetchError):
    """It leads on and on."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """Where redirects led to, and what was answered there.

    ``moved_to`` is the last address that was reached by redirects for good alone (301, 308),
    None if there was none: what comes after a temporary redirect may be elsewhere tomorrow.
    """

    target: Target
    answer: Answer
    moved_to: str | None


async def follow(start: Target, ask: Callable[[Target], Awaitable[Answer]]) -> Arrival:
    """Ask for an address, and for those that it redirects to.

    Args:
        start: The address.
        ask: Asks for one address.

    Raises:
        IntakeError: As ``ask`` raises; with the way there, if it was not the first address.
        TooManyRedirectsError: More than five.
    """
    target, moved_to, for_good = start, None, True
    for _ in range(MAX_REDIRECTS + 1):
        try:
            answer = await ask(target)
            if answer.status not in REDIRECTING:
                return Arrival(target, answer, moved_to)
            onward = _next(target, answer)
        except IntakeError as error:
            if target is start:
                raise
            reason = f"it redirects to {target.shown}: {error.reason}"
            raise retold(error, start.shown, reason) from error
        target = onward
        for_good = for_good and answer.status in _FOR_GOOD
        if for_good:
            moved_to = str(target.url)
    raise TooManyRedirectsError(start.shown, f"it redirects more than {MAX_REDIRECTS} times")


def _next(target: Target, answer: Answer) -> Target:
    location = (answer.header("location") or "").strip()
    if not location:
        raise FetchError(target.shown, "it redirects, but does not say where to")
    with contextlib.suppress(UnicodeDecodeError):
        # Addresses outside ASCII are sent as they are typed: in UTF-8.
        location = location.encode("latin-1").decode()
    try:
        onward = urljoin(str(target.url), location)
    except ValueError as error:
        raise RefusedError(target.shown, "it redirects to what is no web address") from error
    if "#" not in onward and target.url.fragment:
        onward += f"#{target.url.fragment}"  # RFC 9110, 10.2.2
    try:
        return parse_target(onward)
    except RefusedError as error:
        reason = f"it redirects to {error.where}: {error.reason}"
        raise retold(error, target.shown, reason) from error
