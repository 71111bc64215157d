"""`LocalBotApi`: the local Bot API, running in a thread of this process, with people in it.

    with LocalBotApi() as api:      # the bot polls api.base_url with api.token
        ana = api.person("Ana")
        question = ana.says("who did Putin call?")
        answer = api.wait_for_reply(question)

It listens on loopback only, on a free port unless one is given.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any, Self

from bot.playground.faults import Faults
from bot.playground.guard import Guard
from bot.playground.people import Group, Person
from bot.playground.server import BotApi
from bot.playground.serving import Serving, listen
from bot.playground.state import Call, Chat, Json, World

BOT_ID = 123456789
TOKEN = f"{BOT_ID}:AAlocal-bot-api-of-kabar_0123456789"
"""Shaped as a token is shaped, so that whatever removes secrets must remove it."""


class LocalBotApi:
    """The server, the world behind it, and the trouble on order.

    Args:
        port: The port to listen on; 0 for any free one.
        token: The token that the bot must present.
        username: The bot's username.
        first_update_id: By default far from any other server's, as at Telegram: a bot that
            remembers what it has handled must not take a new update for an old one.
    """

    def __init__(
        self,
        port: int = 0,
        token: str = TOKEN,
        username: str = "KabarTestBot",
        first_update_id: int | None = None,
    ) -> None:
        self.token = token
        bot_user = {
            "id": int(token.partition(":")[0]),
            "is_bot": True,
            "first_name": "Kabar",
            "username": username,
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": True,
        }
        if first_update_id is None:
            first_update_id = 10**8 + secrets.randbelow(9 * 10**8)
        self.world = World(bot_user, first_update_id=first_update_id)
        self.faults = Faults()
        self.api = BotApi(self.world, token, self.faults)
        # A library that knew another world must not take this one for it.
        self._first_id = 10**6 + secrets.randbelow(10**9)
        self.port = port
        self._serving: Serving | None = None

    @property
    def base_url(self) -> str:
        """The address in the form that python-telegram-bot's ``base_url`` takes."""
        return f"http://127.0.0.1:{self.port}/bot"

    def start(self) -> Self:
        """Listen, and return once calls are answered."""
        listener = listen(self.port)
        self.port = listener.getsockname()[1]
        application = Guard(self.api.application(), port=self.port, page=False)
        self._serving = Serving(application, listener, "local-bot-api", self.api.close)
        return self

    def stop(self) -> None:
        """End the server; what is known stays, so that `start` can go on with it."""
        if self._serving:
            self._serving.stop()
            self._serving = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def person(self, name: str = "Ana", language_code: str = "en") -> Person:
        """Add somebody who has a private chat with the bot."""
        with self.world.change():
            user_id = self._first_id + len(self.world.chats)
            user = {
                "id": user_id,
                "is_bot": False,
                "first_name": name,
                "language_code": language_code,
            }
            chat = Chat({"id": user_id, "type": "private", "first_name": name})
            self.world.chats[user_id] = chat
            return Person(self.world, user, chat)

    def group(
        self, title: str = "Group", *, forum: bool = False, privacy_mode: bool = True
    ) -> Group:
        """Add a group with the bot in it."""
        with self.world.change():
            chat_id = -1_000_000_000_000 - self._first_id - len(self.world.chats)
            json: Json = {"id": chat_id, "type": "supergroup", "title": title}
            if forum:
                json["is_forum"] = True
            chat = Chat(json, privacy_mode=privacy_mode)
            self.world.chats[chat_id] = chat
            return Group(self.world, chat)

    def revoke_token(self) -> None:
        """Let nobody in from now on, as after /revoke at BotFather."""
        self.api.token = None

    def calls(self, method: str) -> list[Call]:
        """Return the calls of a method, oldest first."""
        with self.world.lock:
            return [call for call in self.world.calls if call.method.lower() == method.lower()]

    def written(self) -> list[Json]:
        """Return every message that the bot wrote anywhere, oldest first."""
        with self.world.lock:
            messages = [
                message
                for chat in self.world.chats.values()
                for message in chat.messages.values()
                if message["from"]["id"] == self.world.bot["id"]
            ]
        return sorted(messages, key=lambda message: int(message["message_id"]))

    def replies(self, message: Json) -> list[Json]:
        """Return what the bot answered to a message, oldest first."""
        with self.world.lock:
            return list(self.world.replies.get((message["chat"]["id"], message["message_id"]), ()))

    def wait_for(
        self, condition: Callable[[], Any], timeout: float = 30.0, what: str = "it"
    ) -> Any:
        """Wait until a condition is true and return its value.

        Args:
            condition: Asked again after every change of the world.
            timeout: Seconds to wait.
            what: What is waited for, for the error.

        Raises:
            TimeoutError: It did not come true.
        """
        with self.world.changed:
            value = self.world.changed.wait_for(condition, timeout)
        if not value:
            calls = [f"{call.method} {call.status}" for call in self.world.calls][-20:]
            raise TimeoutError(f"{what} did not happen in {timeout} s; last calls: {calls}")
        return value

    def wait_for_reply(self, message: Json, timeout: float = 30.0) -> Json:
        """Wait for the bot's first answer to a message."""
        replies = self.wait_for(lambda: self.replies(message), timeout, "a reply")
        return dict(replies[0])

    def wait_for_replies(self, messages: Sequence[Json], timeout: float = 60.0) -> None:
        """Wait until each of these messages was answered."""
        self.wait_for(
            lambda: all(self.replies(message) for message in messages),
            timeout,
            f"a reply to each of {len(messages)} messages",
        )
