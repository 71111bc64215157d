"""How the Bot API says no: a status, a description and sometimes parameters.

The descriptions are Telegram's own words, because clients (this bot among them) tell errors
apart by them. Where the words are python-telegram-bot's concern too, it maps the status to a
class: 401 and 404 InvalidToken, 403 Forbidden, 409 Conflict, 429 RetryAfter, 400 BadRequest.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class ApiError(Exception):
    """A refusal, sent to the client as ``{"ok": false, …}``.

    Args:
        code: The HTTP status, repeated in the body as ``error_code``.
        description: Telegram's words, with their prefix ("Bad Request: …").
        parameters: ``retry_after`` in seconds, or ``migrate_to_chat_id``.
    """

    def __init__(
        self, code: int, description: str, parameters: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(f"{code} {description}")
        self.code = code
        self.description = description
        self.parameters = dict(parameters or {})

    def as_json(self) -> dict[str, Any]:
        """Return the body that Telegram would send."""
        body: dict[str, Any] = {
            "ok": False,
            "error_code": self.code,
            "description": self.description,
        }
        if self.parameters:
            body["parameters"] = self.parameters
        return body


def bad_request(reason: str) -> ApiError:
    """A 400: the request makes no sense to Telegram."""
    return ApiError(400, f"Bad Request: {reason}")


def forbidden(reason: str) -> ApiError:
    """A 403: the bot may not do this, now or ever."""
    return ApiError(403, f"Forbidden: {reason}")


def conflict(reason: str) -> ApiError:
    """A 409: somebody else is receiving this bot's updates."""
    return ApiError(409, f"Conflict: {reason}")


def too_many_requests(retry_after: int) -> ApiError:
    """A 429: come back in ``retry_after`` seconds."""
    return ApiError(
        429,
        f"Too Many Requests: retry after {retry_after}",
        {"retry_after": retry_after},
    )


def migrated(new_chat_id: int) -> ApiError:
    """A 400 that tells the new id of a group which became a supergroup."""
    return ApiError(
        400,
        "Bad Request: group chat was upgraded to a supergroup chat",
        {"migrate_to_chat_id": new_chat_id},
    )


UNAUTHORIZED = (401, "Unauthorized")
NOT_FOUND = (404, "Not Found")
