"""From what went wrong on the web to the error that says so.

What can be tried again is a `RetryLaterError`, whatever the reason; what was forbidden or is
gone says that it is. The libraries' exceptions are sorted here and nowhere else.
"""

from __future__ import annotations

import ssl
from datetime import datetime, timedelta
from http import HTTPStatus

import httpcore
import httpx

from retrieval.errors import (
    FetchError,
    GoneError,
    IntakeError,
    RefusedError,
    RetryLaterError,
)
from retrieval.intake.web.connections import ForbiddenAddressError, UnknownHostError
from retrieval.intake.web.freshness import Header, retry_after

_REFUSING = (401, 402, 403, 451)
_NOT_NOW = (408, 425, 429)

_KNOWN: tuple[tuple[tuple[type[Exception], ...], type[FetchError], str], ...] = (
    (
        (UnknownHostError,),
        RetryLaterError,
        "no such host is known, or no name server answers",
    ),
    (
        # All that httpx itself objects to, as it looks at redirects that it may not follow.
        (httpx.RemoteProtocolError, httpx.InvalidURL),
        RefusedError,
        "it redirects to what is no web address",
    ),
    (
        (httpcore.NetworkError, httpcore.ProtocolError),
        RetryLaterError,
        "the connection broke, or the answer is no valid HTTP",
    ),
)


def failure_of_status(status: int, header: Header, where: str, now: datetime) -> FetchError:
    """Return the error for an answer that is no page.

    Args:
        status: The answer's status.
        header: Its headers.
        where: The address.
        now: The time, for a ``Retry-After`` that is a date.
    """
    named = _named(status)
    if status in (404, 410):
        return GoneError(where, f"it is not there ({named})", status)
    if status in _NOT_NOW or status >= 500:
        wait = retry_after(header, now)
        asked = f", to be asked again in {_in_words(wait)}" if wait else ""
        return RetryLaterError(where, f"the site cannot answer now ({named}{asked})", wait)
    if status in _REFUSING:
        return FetchError(where, f"the site refuses to show it ({named})")
    return FetchError(where, f"the site does not give it ({named})")


def failure_of_exception(error: Exception, where: str, seconds: float) -> FetchError | None:
    """Return the error for what a library raised; None for what is nobody's known failure.

    Args:
        error: What was raised.
        where: The address.
        seconds: How long the fetch was allowed to take.
    """
    if isinstance(error, ForbiddenAddressError):
        return RefusedError(where, str(error))
    if isinstance(error, (TimeoutError, httpcore.TimeoutException)):
        return RetryLaterError(where, f"the site took longer than {seconds:g} seconds")
    if isinstance(error, httpcore.ConnectError):
        return _failure_of_connecting(error, where)
    for kinds, failure, reason in _KNOWN:
        if isinstance(error, kinds):
            return failure(where, reason)
    return None


def retold(error: IntakeError, where: str, reason: str) -> IntakeError:
    """Return the same error about another address, on the way to which it happened.

    Args:
        error: What happened.
        where: The address that it is told of.
        reason: Why, in words for a person.
    """
    if isinstance(error, GoneError):
        return GoneError(where, reason, error.status)
    if isinstance(error, RetryLaterError):
        return RetryLaterError(where, reason, error.retry_after)
    return type(error)(where, reason)


def _failure_of_connecting(error: httpcore.ConnectError, where: str) -> FetchError:
    cause = error.args[0] if error.args else None
    if isinstance(cause, ssl.SSLCertVerificationError):
        return FetchError(where, f"the site's certificate is not valid: {cause.verify_message}")
    if isinstance(cause, ssl.SSLError):
        return FetchError(where, "no secure connection: the site and Kabar agree on no TLS")
    return RetryLaterError(where, "the site cannot be reached")


def _named(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def _in_words(span: timedelta) -> str:
    minutes = round(span.total_seconds() / 60)
    if minutes < 2:
        return f"{span.total_seconds():.0f} seconds"
    return f"{minutes} minutes" if minutes < 120 else f"{minutes / 60:.0f} hours"
