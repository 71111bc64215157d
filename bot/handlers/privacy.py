"""What a person may decide about themselves: the language, and what is kept of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from telegram.constants import ChatType

from bot.callbacks import Action, Press
from bot.journal import note
from bot.render.browse import forget_message, language_message, privacy_message
from bot.render.html import text_message
from bot.render.translation import LANGUAGES, translator

if TYPE_CHECKING:
    from telegram import Update

    from bot.handlers.buttons import Presses
    from bot.handlers.subscriptions import Subscriptions, Talk
    from retrieval.kabar import Kabar


class Privacy:
    """Handles `/language`, `/privacy` and `/forget`.

    Args:
        kabar: The library, whose desk forgets.
        subscriptions: Where settings are kept, and how answers go out.
    """

    def __init__(self, kabar: Kabar, subscriptions: Subscriptions) -> None:
        self._kabar = kabar
        self._to = subscriptions

    @property
    def presses(self) -> Presses:
        """What does which action."""
        return {Action.SPEAK: self._speak, Action.ERASE: self._erase}

    async def language(self, update: Update, _: Any) -> None:
        """Ask which language is to be spoken."""
        note(kind="language")
        if message := update.effective_message:
            talk = await self._to.about(message)
            if await self._to.may_set(talk, talk.t("Only admins of this chat can change that.")):
                await self._to.panels.send(talk.place, *language_message(talk.t))

    async def privacy(self, update: Update, _: Any) -> None:
        """Tell what is kept."""
        note(kind="privacy")
        if message := update.effective_message:
            talk = await self._to.about(message)
            await self._to.panels.send(talk.place, privacy_message(talk.t))

    async def forget(self, update: Update, _: Any) -> None:
        """Ask whether all is to be erased; in private, where it is nobody else's business."""
        note(kind="forget")
        message = update.effective_message
        if message is None:
            return
        talk = await self._to.about(message)
        if message.chat.type != ChatType.PRIVATE:
            await self._to.say(talk, talk.t("Please write /forget to me in private."))
            return
        await self._to.panels.send(talk.place, *forget_message(talk.t))

    async def _speak(self, talk: Talk, press: Press) -> str | None:
        language = press.values[0] if press.values else ""
        if language not in LANGUAGES:
            return None
        if not await self._to.may_set(talk):
            return ""
        await self._to.change(talk, replace(talk.preferences, language=language))
        t = translator(language)
        said = t("From now on I speak English.")
        if talk.query is not None:
            await self._to.panels.change(talk.query, text_message(said), ())
        return said

    async def _erase(self, talk: Talk, press: Press) -> str | None:
        if talk.user_id is None or talk.chat_id != talk.user_id:
            return None
        t = talk.t
        if press.values == ("yes",):
            await self._to.call(self._kabar.conversations.forget, talk.chat_id, talk.user_id)
            said = t("Done: all that I knew of you is erased.")
        elif press.values == ("no",):
            said = t("Nothing was erased.")
        else:
            return None
        if talk.query is not None:
            await self._to.panels.change(talk.query, text_message(said), ())
        return said
