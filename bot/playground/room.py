"""The playground's page: a messenger in the browser, in which people talk to the real bot.

It shows the world of the local Bot API and lets its people write, press, edit and wait. It listens
on loopback alone. A page of another site must neither read nor write here: a request is answered
only if it is addressed to this machine by a name of its own (`Host`), and a change only if it
comes from this very page (`Origin`), as JSON. What anybody wrote goes out as JSON and is put into
the page as text.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

if TYPE_CHECKING:
    from bot.playground.local import LocalBotApi
    from bot.playground.people import Group, Person

Json = dict[str, Any]

PAGE = Path(__file__).parent / "page"
FILES = {
    "/": "index.html",
    "/style.css": "style.css",
    "/app.js": "app.js",
    "/icon.svg": "icon.svg",
}
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        "img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
MAX_BODY = 64_000  # bytes
MAX_TEXT = 4_096  # characters that Telegram lets a person write at once
CALLS_SHOWN = 60
MAX_DAYS = 60
_SHOWN = (
    *("message_id", "from", "date", "edit_date", "text", "caption", "entities"),
    "reply_markup",
)
_QUIET = frozenset({"getupdates", "getme", "deletewebhook", "setmycommands"})


@dataclass
class PushedClock:
    """The time, as it is or later: it can be pushed forward and never back."""

    ahead: timedelta = field(default_factory=timedelta)

    def now(self) -> datetime:
        """Return the playground's time, in UTC."""
        return datetime.now(UTC) + self.ahead

    def push(self, hours: int) -> None:
        """Let so many hours have passed."""
        self.ahead = min(self.ahead + timedelta(hours=hours), timedelta(days=MAX_DAYS))


class PlaygroundRoom:
    """The page over one world.

    Args:
        api: The local Bot API, whose world is shown.
        people: Who may be played.
        group: A group that all of them are in.
        clock: The world's and the library's time.
    """

    def __init__(
        self, api: LocalBotApi, people: list[Person], group: Group, clock: PushedClock
    ) -> None:
        self._api = api
        self._people = {person.id: person for person in people}
        self._group = group
        self._clock = clock
        self._actions: Mapping[str, Callable[[Person, Json], None]] = {
            "say": self._say,
            "press": self._press,
            "edit": self._edit,
        }

    def application(self, port: int) -> Starlette:
        """Return the ASGI application, to be served on loopback at a port."""
        self._origins = {f"http://{host}:{port}" for host in ("127.0.0.1", "localhost")}
        return Starlette(
            routes=[
                *(Route(path, self._file, methods=["GET"]) for path in FILES),
                Route("/state", self._state, methods=["GET"]),
                Route("/clock", self._changed(self._push), methods=["POST"]),
                *(
                    Route(f"/{name}", self._changed(self._acting(act)), methods=["POST"])
                    for name, act in self._actions.items()
                ),
            ],
            middleware=[
                Middleware(
                    TrustedHostMiddleware,
                    allowed_hosts=["127.0.0.1", "localhost"],
                    www_redirect=False,
                )
            ],
        )

    @staticmethod
    async def _file(request: Request) -> Response:
        return FileResponse(PAGE / FILES[request.url.path], headers=HEADERS)

    async def _state(self, _: Request) -> Response:
        return JSONResponse(self._shown(), headers=HEADERS)

    def _changed(self, act: Callable[[Json], None]) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            if request.headers.get("origin") not in self._origins:
                return _refused(403, "Only the playground's own page may do that.")
            if request.headers.get("content-type", "").partition(";")[0] != "application/json":
                return _refused(415, "JSON is expected.")
            try:
                body = await _body(request)
                act(body)
            except (ValueError, KeyError, TypeError):
                return _refused(400, "That cannot be done here.")
            return JSONResponse({"done": True}, headers=HEADERS)

        return endpoint

    def _acting(self, act: Callable[[Person, Json], None]) -> Callable[[Json], None]:
        return lambda body: act(self._people[int(body["person"])], body)

    def _push(self, body: Json) -> None:
        hours = int(body["hours"])
        if not 1 <= hours <= 24 * 7:
            raise ValueError("a week at most")
        self._clock.push(hours)

    def _say(self, person: Person, body: Json) -> None:
        text = str(body["text"]).strip()
        if not 0 < len(text) <= MAX_TEXT:
            raise ValueError("nothing, or too much")
        group = self._group if int(body["chat"]) == self._group.id else None
        reply_to = None
        if body.get("reply_to"):
            reply_to = self._message(int(body["chat"]), int(body["reply_to"]))
        person.says(text, group=group, reply_to=reply_to)

    def _press(self, person: Person, body: Json) -> None:
        person.presses(self._message(int(body["chat"]), int(body["message"])), str(body["data"]))

    def _edit(self, person: Person, body: Json) -> None:
        message = self._message(int(body["chat"]), int(body["message"]))
        text = str(body["text"]).strip()
        if message["from"]["id"] != person.id or not 0 < len(text) <= MAX_TEXT:
            raise ValueError("somebody else's message, or nothing")
        person.edits(message, text)

    def _message(self, chat_id: int, message_id: int) -> Json:
        if chat_id not in (*self._people, self._group.id):
            raise KeyError(chat_id)
        message: Json = self._api.world.chats[chat_id].messages[message_id]
        return message

    def _shown(self) -> Json:
        """Return all that the page shows."""
        world = self._api.world
        with world.lock:
            chats = [
                {
                    "id": chat_id,
                    "title": chat.json.get("title") or "Kabar",
                    "messages": [_message_shown(one) for one in chat.messages.values()],
                }
                for chat_id, chat in world.chats.items()
                if chat_id in self._people or chat_id == self._group.id
            ]
            calls = [call for call in world.calls if call.method.lower() not in _QUIET]
            return {
                "now": self._clock.now().isoformat(timespec="seconds"),
                "bot": world.bot,
                "people": [
                    {"id": one.id, "name": one.user["first_name"], "language": _language(one)}
                    for one in self._people.values()
                ],
                "group": self._group.id,
                "chats": chats,
                "commands": {
                    code or "en": commands
                    for (scope, code), commands in world.commands.items()
                    if scope == "default"
                },
                "calls": [
                    {
                        "method": call.method,
                        "status": call.status,
                        "chat": str(_given(call.params, "chat_id")),
                        "text": _given(call.params, "text")[:200],
                    }
                    for call in calls[-CALLS_SHOWN:]
                ],
            }


def _language(person: Person) -> str:
    return str(person.user.get("language_code", "en"))


def _message_shown(message: Json) -> Json:
    """Return what the page needs of a message."""
    shown = {key: message[key] for key in _SHOWN if key in message}
    if "reply_to_message" in message:
        shown["reply_to"] = message["reply_to_message"]["message_id"]
    return shown


def _given(params: Any, name: str) -> str:
    return str(params.text(name)) if hasattr(params, "text") else ""


async def _body(request: Request) -> Json:
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > MAX_BODY:
            raise ValueError("too much")
    body = json.loads(content)
    if not isinstance(body, dict):
        raise ValueError("no object")
    return body


def _refused(status: int, why: str) -> Response:
    return JSONResponse({"done": False, "why": why}, status, headers=HEADERS)
