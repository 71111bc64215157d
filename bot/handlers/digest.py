"""The daily digest as somebody asks for it: /digest, /stop, and today's at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.handlers.choices import with_command
from bot.handlers.subscriptions import argument_of
from bot.journal import note
from bot.parsing.digest_command import DigestCommand, Wish, parse_digest_command
from bot.render.digest import digest_message

if TYPE_CHECKING:
    from telegram import Update

    from bot.handlers.questions import Questions
    from bot.handlers.subscriptions import Subscriptions, Talk


class DigestCommands:
    """Handles /digest and /stop.

    Args:
        subscriptions: Where settings are kept, and how answers go out.
        questions: What counts what costs as much as a question: a digest now.
    """

    def __init__(self, subscriptions: Subscriptions, questions: Questions) -> None:
        self._to = subscriptions
        self._questions = questions

    async def digest(self, update: Update, _: Any) -> None:
        """Do what /digest asks for; without a word it shows the settings, and is turned on."""
        note(kind="digest")
        message = update.effective_message
        if message is None:
            return
        talk = await self._to.about(message)
        command = await self._to.work(
            parse_digest_command, argument_of(message), talk.preferences.language
        )
        if command is None:
            await self._to.say(talk, how_to_set(talk))
        elif command.wish is Wish.NOW:
            if await self._questions.admitted(message):
                await self._now(talk, update.update_id)
        elif command.wish is Wish.SETTINGS and talk.is_on:
            await self._to.show_settings(talk)
        elif command.wish is Wish.OFF:
            await self._stop(talk)
        elif await self._to.may_set(talk):
            await self.set(talk, command)

    async def stop(self, update: Update, _: Any) -> None:
        """End the digest; the settings stay, for whoever comes back."""
        note(kind="stop")
        if message := update.effective_message:
            await self._stop(await self._to.about(message))

    async def set(self, talk: Talk, command: DigestCommand) -> None:
        """Turn the digest on with what was chosen, and show how it is set."""
        preferences = with_command(talk.preferences, command)
        await self._to.show_settings(talk, await self._to.subscribe(talk, preferences))

    async def _stop(self, talk: Talk) -> None:
        if not await self._to.may_set(talk):
            return
        if not talk.is_new:
            await self._to.call(self._to.desk.unsubscribe, talk.chat_id)
        await self._to.say(
            talk, talk.t("You will get no more digests. /digest brings them back as they were.")
        )

    async def _now(self, talk: Talk, request_id: int) -> None:
        async with self._to.panels.typing(talk.place):
            digest = await self._to.work(self._to.desk.digest_now, talk.chat_id)
        pushed = digest_message(digest, talk.preferences.timezone, talk.t)
        message_id = await self._to.panels.send(talk.place, pushed.message, pushed.keyboard)
        if message_id is not None:
            await self._to.call(
                self._to.desk.record_now, talk.chat_id, digest, request_id, message_id
            )


def how_to_set(talk: Talk) -> str:
    """Return the one sentence for what could not be understood after /digest."""
    return talk.t(
        "I could not read that. A time and a place set the digest, like this: "
        "/digest 07:30 Asia/Jakarta"
    )
