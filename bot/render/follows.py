"""Followed questions and their updates as Telegram messages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.callbacks import Action, pack
from bot.render import wording
from bot.render.answers import Page, quotes_page
from bot.render.html import text_message
from bot.render.splitting import Message

if TYPE_CHECKING:
    from bot.render.buttons import Button, Keyboard
    from bot.render.readers import Reader
    from bot.render.translation import Translator
    from retrieval.records import Follow, Quote, Turn

LISTED = "list"
"""Says that a button stands under the list, which is to be shown anew."""

_BUTTONS_A_ROW = 5


def update_page(turn: Turn, quotes: Sequence[Quote], reader: Reader) -> Page:
    """Return what is sent of an update: one message.

    Args:
        turn: The update's.
        quotes: Its quotes, at least one.
        reader: For whom.
    """
    return quotes_page(quotes, 0, reader, above=update_heading(turn, reader.t))


def update_heading(turn: Turn, t: Translator) -> str:
    """Return what stands above an update's quotes."""
    return t("🔔 Update: {question}", question=wording.one_line(turn.question))


def stop_button(follow_id: int, t: Translator) -> Button:
    """Return the button that ends a follow."""
    return t("Stop following"), pack(Action.UNFOLLOW, follow_id)


def waiting_keyboard(turn_id: int, t: Translator) -> Keyboard:
    """Return what is offered where nothing answers a question yet."""
    return [[(t("Tell me when there is something"), pack(Action.FOLLOW, turn_id))]]


def following_message(follows: Sequence[Follow], reader: Reader) -> tuple[Message, Keyboard]:
    """Return what a chat follows, with a button for each that removes it."""
    t = reader.t
    if not follows:
        return text_message(
            t(
                "No question is followed here. Press “Follow” below an answer, or write /follow "
                "and your question."
            )
        ), ()
    lines = [t("Followed here; a button removes:")]
    for number, follow in enumerate(follows, start=1):
        lines.append(
            t(
                "{number}. {question} (since {day})",
                number=number,
                question=wording.one_line(follow.question, _shown(len(follows))),
                day=t.moment(follow.created_at, reader.zone),
            )
        )
    buttons = [
        (f"✕ {number}", pack(Action.UNFOLLOW, follow.id, LISTED))
        for number, follow in enumerate(follows, start=1)
    ]
    rows = [
        buttons[first : first + _BUTTONS_A_ROW] for first in range(0, len(buttons), _BUTTONS_A_ROW)
    ]
    return text_message("\n".join(lines)), rows


def _shown(count: int) -> int:
    """Return how many characters of each question fit a message with so many."""
    return min(wording.MAX_TITLE, 3_000 // count)
