"""/quiet: the hours in which nothing is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.handlers.choices import with_quiet
from bot.handlers.subscriptions import argument_of
from bot.journal import note
from bot.parsing.quiet import is_off, parse_quiet

if TYPE_CHECKING:
    from telegram import Update

    from bot.handlers.subscriptions import Subscriptions, Talk


class Quiet:
    """Handles /quiet, and hours typed when asked for.

    Args:
        subscriptions: Where settings are kept, and how answers go out.
    """

    def __init__(self, subscriptions: Subscriptions) -> None:
        self._to = subscriptions

    async def command(self, update: Update, _: Any) -> None:
        """Set the quiet hours, or tell them."""
        note(kind="quiet")
        message = update.effective_message
        if message is None:
            return
        talk = await self._to.about(message)
        typed = argument_of(message)
        if typed:
            await self.set(talk, typed)
        else:
            await self._to.say(talk, f"{quiet_line(talk)} {how_to_set(talk)}")

    async def set(self, talk: Talk, typed: str) -> None:
        """Set the hours as somebody typed them, or none."""
        hours = parse_quiet(typed)
        if hours is None and not is_off(typed):
            await self._to.say(talk, how_to_set(talk))
            return
        if await self._to.may_set(talk):
            chosen = with_quiet(talk.preferences, hours)
            await self._to.change(talk, chosen)
            await self._to.say(talk, quiet_line(talk.with_preferences(chosen)))


def quiet_line(talk: Talk) -> str:
    """Return when it is quiet, in words."""
    hours = talk.preferences.quiet
    if hours is None:
        return talk.t("There are no quiet hours: the digest comes when it is due.")
    return talk.t(
        "Quiet from {begin} to {end} ({zone}): what falls due then comes afterwards, in one "
        "message.",
        begin=f"{hours[0]:%H:%M}",
        end=f"{hours[1]:%H:%M}",
        zone=talk.preferences.timezone,
    )


def how_to_set(talk: Talk) -> str:
    """Return how quiet hours are set, in a sentence."""
    return talk.t("Name the hours like this: /quiet 22-7, or /quiet off")
