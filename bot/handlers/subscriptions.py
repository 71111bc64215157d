"""What the digest's handlers share: who is talking, what they may do, and how they are answered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from telegram.constants import ChatType

from bot.delivery import Place, place_of
from bot.handlers.addressed import author_of
from bot.journal import note
from bot.render.html import text_message
from bot.render.settings import settings_message
from bot.render.translation import LANGUAGES, Translator, translator

if TYPE_CHECKING:
    from datetime import datetime

    import telegram
    from telegram import CallbackQuery, Chat, User

    from bot.handlers.panels import Panels
    from bot.handlers.permissions import Permissions
    from bot.offload import Offload
    from bot.render.digest import PushMessage
    from bot.render.splitting import Message
    from retrieval.digest_desk import DigestDesk
    from retrieval.kabar import Kabar
    from retrieval.records import Preferences, Subscriber

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Talk:
    """One message, or one press of a button, and what is known of its chat.

    Args:
        place: Where answers go.
        user_id: Who wrote or pressed; None in a channel.
        subscriber: The chat's settings, as stored, or those of somebody new.
        t: Words in the chat's language.
        now: The moment of it, by the library's clock, in UTC.
        message: What was written; None for a press.
        query: What was pressed; None for a message.
    """

    place: Place
    user_id: int | None
    subscriber: Subscriber
    t: Translator
    now: datetime
    message: telegram.Message | None = None
    query: CallbackQuery | None = None

    @property
    def chat_id(self) -> int:
        """The chat."""
        return self.subscriber.chat_id

    @property
    def preferences(self) -> Preferences:
        """What the chat has chosen so far."""
        return self.subscriber.preferences

    @property
    def in_channel(self) -> bool:
        """Whether it is a channel that is talked in."""
        shown = self.query.message if self.query else self.message
        return shown is not None and shown.chat.type == ChatType.CHANNEL

    @property
    def is_on(self) -> bool:
        """Whether a digest comes to the chat."""
        return self.subscriber.active and self.subscriber.paused_because is None

    def with_preferences(self, preferences: Preferences) -> Talk:
        """Return the talk as it is once these preferences are kept."""
        return replace(self, subscriber=replace(self.subscriber, preferences=preferences))

    @property
    def is_new(self) -> bool:
        """Whether the chat has no settings of its own yet."""
        return self.subscriber.created_at is None


class Subscriptions:
    """Looks settings up, keeps them and shows them.

    Args:
        kabar: The library, whose desk has the subscribers.
        offload: The threads in which that is done.
        panels: How answers with buttons go out.
        permissions: Who may set a chat's digest.
    """

    def __init__(
        self, kabar: Kabar, offload: Offload, panels: Panels, permissions: Permissions
    ) -> None:
        self._kabar = kabar
        self._offload = offload
        self.panels = panels
        self._permissions = permissions

    @property
    def desk(self) -> DigestDesk:
        """What does everything that subscribers want; to be called by `call` or `work`."""
        return self._kabar.digests

    async def call(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call something quick of the desk."""
        return await self._offload.call(function, *args, **kwargs)

    async def work(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call something that may take a second: what embeds, composes or draws."""
        return await self._offload.compose(function, *args, **kwargs)

    async def about(self, message: telegram.Message) -> Talk:
        """Return what is known where a message was written."""
        subscriber = await self._subscriber(message.chat, message.from_user)
        return Talk(
            place_of(message, silent=self.desk.is_quiet(subscriber)),
            author_of(message),
            subscriber,
            translator(subscriber.preferences.language),
            self.desk.now(),
            message=message,
        )

    async def entering(self, chat: Chat, user: User) -> Talk:
        """Return what is known of a chat that somebody let the bot into."""
        subscriber = await self._subscriber(chat, user)
        t = translator(subscriber.preferences.language)
        return Talk(Place(chat.id), user.id, subscriber, t, self.desk.now())

    async def pressed(self, query: CallbackQuery) -> Talk | None:
        """Return what is known where a button was pressed; None for a message that is nowhere."""
        if query.message is None:
            return None
        chat = query.message.chat
        subscriber = await self._subscriber(chat, query.from_user)
        thread = getattr(query.message, "message_thread_id", None)
        in_topic = getattr(query.message, "is_topic_message", False)
        return Talk(
            Place(chat.id, query.message.message_id, thread if in_topic else None),
            query.from_user.id,
            subscriber,
            translator(subscriber.preferences.language),
            self.desk.now(),
            query=query,
        )

    async def may_set(self, talk: Talk, refused: str | None = None) -> bool:
        """Tell whether whoever talks may set this chat's digest; if not, say so.

        Args:
            talk: Where.
            refused: What to say to a message instead, where it is not about the digest.
        """
        t = talk.t
        if talk.query is not None:
            if await self._permissions.presser_may_set(talk.query):
                return True
            note(refused="no admin")
            await self.panels.answer(talk.query, t("Only admins of this chat can change that."))
            return False
        if talk.message is None or await self._permissions.writer_may_set(talk.message):
            return True
        note(refused="no admin")
        await self.say(talk, refused or t("Only admins of this chat can set its digest."))
        return False

    async def say(self, talk: Talk, text: str) -> None:
        """Answer with a sentence."""
        await self.panels.send(talk.place, text_message(text))

    async def say_all(self, talk: Talk, messages: Sequence[Message]) -> None:
        """Answer with messages."""
        await self.panels.say(talk.place, messages)

    async def ask(self, talk: Talk, text: str) -> None:
        """Ask for something to be typed."""
        await self.panels.send(talk.place, text_message(text), asks=True)

    async def show(self, talk: Talk, pushed: PushMessage) -> None:
        """Answer with a message that may have buttons; in place where a button was pressed."""
        if talk.query is not None and await self.panels.change(
            talk.query, pushed.message, pushed.keyboard
        ):
            return
        await self.panels.send(talk.place, pushed.message, pushed.keyboard)

    async def show_settings(self, talk: Talk, subscriber: Subscriber | None = None) -> None:
        """Answer with the settings."""
        await self.show(talk, settings_message(subscriber or talk.subscriber, talk.t))

    async def subscribe(self, talk: Talk, preferences: Preferences) -> Subscriber:
        """Turn the digest on, with these preferences."""
        thread = talk.place.thread_id
        return await self.call(self.desk.subscribe, talk.chat_id, preferences, thread_id=thread)

    async def change(self, talk: Talk, preferences: Preferences) -> Subscriber:
        """Keep preferences; the digest stays on or off."""
        return await self.call(self.desk.change, talk.chat_id, preferences)

    async def _subscriber(self, chat: Chat, user: User | None) -> Subscriber:
        subscriber = await self.call(self.desk.subscriber, chat.id)
        if subscriber.created_at is None and user is not None and user.language_code:
            language = user.language_code.partition("-")[0]
            if language in LANGUAGES:
                preferences = replace(subscriber.preferences, language=language)
                return replace(subscriber, preferences=preferences)
        return subscriber


def argument_of(message: telegram.Message) -> str:
    """Return what stands after the command."""
    _command, *rest = (message.text or "").split(maxsplit=1)
    return rest[0].strip() if rest else ""
