"""What the bot says when it asks for something to be typed, and how it knows that it asked.

A reply to such a message is an answer, whoever was restarted in between: the words of the
message tell what was asked for, in whatever language.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from bot.handlers.expected import Wanted
from bot.render.translation import LANGUAGES, translator

if TYPE_CHECKING:
    from telegram import Message

    from bot.render.translation import Translator


def prompt(wanted: Wanted, t: Translator) -> str:
    """Return what to say to be told something."""
    return {
        Wanted.TIME: t("At what time? Reply as you like: 7:30, 19.00, 8 pm"),
        Wanted.ZONE: t(
            "Where are you? Reply with a city or an offset (+7), or share your location."
        ),
        Wanted.DAYS: t("On which days? Reply like this: Mon, Wed, Fri"),
        Wanted.TOPICS: t(
            "Which topics? Reply with commas between them, and a minus before what you do not "
            "want: energy, Turkey, -crypto"
        ),
        Wanted.QUIET: t("From when to when shall it be quiet? Reply like this: 22-7"),
    }[wanted]


def not_understood(wanted: Wanted, t: Translator) -> str:
    """Return the one kind sentence for a time, a zone or days that cannot be read."""
    return {
        Wanted.TIME: t("I could not read that as a time. Write it like 7:30, 19.00 or 8 pm."),
        Wanted.ZONE: t(
            "I know no such place. Write a big city nearby, or an offset like +7, or share your "
            "location."
        ),
        Wanted.DAYS: t("I could not read that as days. Write them like Mon-Fri or Mon, Wed."),
    }[wanted]


def asked_in(message: Message) -> Wanted | None:
    """Return what one of the bot's messages asks for, or None."""
    return _prompts().get((message.text or "").strip())


@cache
def _prompts() -> dict[str, Wanted]:
    return {
        prompt(wanted, translator(language)): wanted for language in LANGUAGES for wanted in Wanted
    }
