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
from bot.playground.ledger import Ledger
from bot.playground.rates import RateMeter

Json = dict[str, Any]

CALLS_KEPT = 100_000
MESSAGES_KEPT = 100_000
PRESSES_KEPT = 200
EDITED = ("text", "entities", "reply_markup", "link_preview_options")
ACTION_SECONDS = 5.0  # as long Telegram shows "typing…"

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
    """One call of the Bot API, with what it was answered.

    ``about`` are the messages it was made for, as far as that can be told.
    """

    method: str
    params: Json
    at: float
    status: int = 0
    result: Any = None
    id: int = 0
    about: frozenset[tuple[int, int]] = frozenset()


@dataclass(frozen=True, slots=True)
class Action:
    """What the bot is doing in a chat ("typing"), until when (seconds, monotonic)."""

    name: str
    until: float


@dataclass
class Press:
    """Somebody's press of a button, and what the bot answered to it: None until it did."""

    person: int
    chat: int
    message: int
    data: str
    answer: Json | None = None


@dataclass
class Chat:
    """A conversation: its public JSON, its messages by id, and whether the bot may write."""

    json: Json
    messages: dict[int, Json] = field(default_factory=dict)
    refusal: str | None = None  # "bot was blocked by the user", …
    privacy_mode: bool = True
    members: dict[int, Json] = field(default_factory=dict)  # what each is in the chat, by user
    closed_topics: set[int] = field(default_factory=set)
    reply_wanted: int = 0  # the message to which the bot asks for a reply (ForceReply)

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
        self.ledger = Ledger()
        self.calls: deque[Call] = deque(maxlen=CALLS_KEPT)
        self.actions: dict[tuple[int, int | None], Action] = {}  # by chat and topic
        self.presses: dict[str, Press] = {}  # by query; the last of them
        self.commands: dict[tuple[str, str], list[Json]] = {}
        self.replies: defaultdict[tuple[int, int], list[Json]] = defaultdict(list)
        self.webhook_url = ""
        self.open_queries: set[str] = set()
        self.offers: dict[str, list[Json]] = {}  # inline results, by query
        self.inline_queries: dict[str, Json] = {}  # those that nothing was offered to yet
        self.cached_offers: dict[tuple[int | None, str], tuple[float, str]] = {}
        self.files: dict[str, bytes] = {}  # pictures that the bot sent, by file id
        self.rates = RateMeter()
        self.messages_kept = MESSAGES_KEPT  # in a chat
        self.confirmed = 0  # updates deleted because a later offset was asked for
        self._listeners: list[Callable[[], None]] = []
        self._ids = {
            "update": itertools.count(first_update_id),
            "message": itertools.count(1),
            "query": itertools.count(1),
            "call": itertools.count(1),
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

    def keep(self, *, messages: int, calls: int) -> None:
        """Keep so many messages of a chat, and calls: a playground is left open for days."""
        self.messages_kept = messages
        self.calls = deque(self.calls, maxlen=calls)

    def new_id(self, kind: str) -> int:
        """Return the next id of a kind: "update", "message", "query" or "call"."""
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
        self.ledger.touch("message", chat.id, message["message_id"])
        while len(chat.messages) > self.messages_kept:
            oldest = next(iter(chat.messages))
            del chat.messages[oldest]
            self.ledger.forget("message", chat.id, oldest)
        if sender["id"] == self.bot["id"]:
            self._end_action(chat.id, message.get("message_thread_id"))
        target = content.get("reply_to_message")
        if target and sender["id"] == self.bot["id"]:
            self.replies[chat.id, target["message_id"]].append(message)
        return message

    def edit_message(self, message: Json, content: Json) -> None:
        """Put other content into a message: what it had of text, markup and buttons goes."""
        for key in EDITED:
            message.pop(key, None)
        message |= content | {"edit_date": int(self.clock())}
        self.ledger.touch("message", message["chat"]["id"], message["message_id"])

    def begin_action(self, chat_id: int, thread: int | None, name: str) -> None:
        """Show what the bot is doing, for five seconds or until it writes."""
        self.actions[chat_id, thread] = Action(name, time.monotonic() + ACTION_SECONDS)
        self.ledger.touch("action", chat_id, thread)

    def _end_action(self, chat_id: int, thread: int | None) -> None:
        if self.actions.pop((chat_id, thread), None):
            self.ledger.touch("action", chat_id, thread)

    def begin_press(self, query_id: str, press: Press) -> None:
        """Keep a press that waits for the bot's answer."""
        self.open_queries.add(query_id)
        self.presses[query_id] = press
        self.ledger.touch("press", query_id)
        if len(self.presses) > PRESSES_KEPT:
            oldest = next(iter(self.presses))
            del self.presses[oldest]
            self.ledger.forget("press", oldest)

    def record(self, call: Call) -> None:
        """Keep a call in the log, or that it was answered meanwhile."""
        if not call.id:
            call.id = self.new_id("call")
            if len(self.calls) == self.calls.maxlen:
                self.ledger.forget("call", self.calls[0].id)
            self.calls.append(call)
        self.ledger.touch("call", call.id)

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
