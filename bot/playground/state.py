"""What the local Bot API knows: people, groups, messages, and updates that wait for the bot.

Everything is plain Bot API JSON, kept in memory. One lock guards it, because tests and the
messenger page push from other threads than the one that serves the bot; `changed` tells
whoever waits for something that it may have happened.
"""

from __future__ import annotations

import itertools
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from bot.playground.errors import bad_request, forbidden
from bot.playground.rates import RateMeter

Json = dict[str, Any]

CALLS_KEPT = 100_000  # the log of calls must not grow for ever in a playground left open

DEFAULT_UPDATES = frozenset(
    {
        "message",
        "edited_message",
        "channel_post",
        "edited_channel_post",
        "callback_query",
        "inline_query",
        "chosen_inline_result",
        "my_chat_member",
        "poll",
        "poll_answer",
    }
)
"""What an empty ``allowed_updates`` means: all but a few kinds."""


@dataclass
class Call:
    """One call of the Bot API, with what it was answered."""

    method: str
    params: Json
    at: float
    status: int = 0
    result: Any = None


@dataclass
class Chat:
    """A conversation: its public JSON, its messages by id, and whether the bot may write."""

    json: Json
    messages: dict[int, Json] = field(default_factory=dict)
    refusal: str | None = None  # "bot was blocked by the user", …
    privacy_mode: bool = True
    members: dict[int, Json] = field(default_factory=dict)  # what each is in the chat, by user
    closed_topics: set[int] = field(default_factory=set)

    @property
    def id(self) -> int:
        """The chat's id; a person's private chat has the person's."""
        return int(self.json["id"])


class World:
    """People, chats, messages and updates.

    Args:
        bot: The bot's own user, as getMe tells it.
        clock: Seconds since the epoch; the messenger page moves it forward.
        first_update_id: The id of the first update.
    """

    def __init__(
        self, bot: Json, clock: Callable[[], float] = time.time, first_update_id: int = 1
    ) -> None:
        self.bot = bot
        self.clock = clock
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self.chats: dict[int, Chat] = {}
        self.updates: list[Json] = []
        self.allowed_updates = DEFAULT_UPDATES
        self.calls: deque[Call] = deque(maxlen=CALLS_KEPT)
        self.commands: dict[tuple[str, str], list[Json]] = {}
        self.replies: defaultdict[tuple[int, int], list[Json]] = defaultdict(list)
        self.webhook_url = ""
        self.open_queries: set[str] = set()
        self.offers: dict[str, list[Json]] = {}  # inline results, by query
        self.files: dict[str, bytes] = {}  # pictures that the bot sent, by file id
        self.rates = RateMeter()
        self.confirmed = 0  # updates deleted because a later offset was asked for
        self._listeners: list[Callable[[], None]] = []
        self._ids = {
            "update": itertools.count(first_update_id),
            "message": itertools.count(1),
            "query": itertools.count(1),
        }

    @contextmanager
    def change(self) -> Iterator[None]:
        """Hold the lock, then wake everybody who waits for a change."""
        with self.changed:
            yield
            self.changed.notify_all()
        for listener in tuple(self._listeners):
            listener()

    def on_change(self, listener: Callable[[], None]) -> None:
        """Call ``listener`` after each change, in whatever thread made it."""
        self._listeners.append(listener)

    def new_id(self, kind: str) -> int:
        """Return the next id of a kind: "update", "message" or "query"."""
        return next(self._ids[kind])

    def chat(self, chat_id: object) -> Chat:
        """Return a chat the bot may look at.

        Raises:
            ApiError: 400, there is no such chat.
        """
        if chat_id in (None, ""):
            raise bad_request("chat_id is empty")
        if str(chat_id).startswith("@"):
            for chat in self.chats.values():
                if chat.json.get("username") == str(chat_id)[1:]:
                    return chat
        try:
            return self.chats[int(str(chat_id))]
        except (KeyError, ValueError):
            raise bad_request("chat not found") from None

    def writable_chat(self, chat_id: object) -> Chat:
        """Return a chat the bot may write to.

        Raises:
            ApiError: 400, there is no such chat; 403, the bot was blocked or removed.
        """
        chat = self.chat(chat_id)
        if chat.refusal:
            raise forbidden(chat.refusal)
        return chat

    def add_message(self, chat: Chat, sender: Json, **content: Any) -> Json:
        """Keep a new message and return it."""
        message: Json = {
            "message_id": self.new_id("message"),
            "from": sender,
            "chat": chat.json,
            "date": int(self.clock()),
            **content,
        }
        chat.messages[message["message_id"]] = message
        target = content.get("reply_to_message")
        if target and sender["id"] == self.bot["id"]:
            self.replies[chat.id, target["message_id"]].append(message)
        return message

    def push(self, kind: str, content: Json) -> Json:
        """Put an update in the bot's queue, unless the bot did not ask for its kind."""
        update: Json = {"update_id": self.new_id("update"), kind: content}
        if kind in self.allowed_updates:
            self.updates.append(update)
        return update

    def confirm(self, offset: int) -> None:
        """Delete what an offset confirms: everything below it, or all but the last -offset."""
        before = len(self.updates)
        if offset < 0:
            self.updates = self.updates[offset:]
        elif offset > 0:
            self.updates = [one for one in self.updates if one["update_id"] >= offset]
        self.confirmed += before - len(self.updates)
