"""Buttons under messages: rows of labels, each with what it says when it is pressed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

MAX_SHARED = 256
"""Characters of an inline query."""


@dataclass(frozen=True, slots=True)
class Share:
    """A button that lets its presser choose a chat to ask the same in.

    Args:
        label: What stands on it.
        query: What is asked there, inline.
    """

    label: str
    query: str


Button = tuple[str, str] | Share
"""A label with its callback data, or one that shares."""

Keyboard = Sequence[Sequence[Button]]


def markup(keyboard: Keyboard) -> InlineKeyboardMarkup | None:
    """Return a keyboard as Telegram takes it; None for none."""
    rows = [[_button(button) for button in row] for row in keyboard if row]
    return InlineKeyboardMarkup(rows) if rows else None


def _button(button: Button) -> InlineKeyboardButton:
    if isinstance(button, Share):
        return InlineKeyboardButton(button.label, switch_inline_query=button.query[:MAX_SHARED])
    label, data = button
    return InlineKeyboardButton(label, callback_data=data)
