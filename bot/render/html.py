"""Pieces of Telegram's HTML. Always true: what is put in is escaped."""

from __future__ import annotations

from html import escape

from bot.render.splitting import Block, Message
from retrieval.records import Span

FOLDED_FROM = 600
"""Characters from which a quote is folded, to be opened by a touch."""


def text_message(text: str) -> Message:
    """Return a message that is nothing but a text of Kabar's own."""
    return Message(escape(text, quote=False), text)


def plain_block(text: str) -> Block:
    """Return a block that is nothing but text."""
    return Block(escape(text, quote=False), text)


def quote_block(text: str, marked: Span | None = None) -> Block:
    """Return an outlet's words as a quote, a long one folded.

    Args:
        text: The words.
        marked: What of them stands in bold.
    """
    fold = " expandable" if len(text) > FOLDED_FROM else ""
    html = escape(text, quote=False)
    if marked:
        parts = (text[: marked.start], text[marked.start : marked.end], text[marked.end :])
        before, bold, after = (escape(part, quote=False) for part in parts)
        html = f"{before}<b>{bold}</b>{after}"
    return Block(f"<blockquote{fold}>{html}</blockquote>", text)


def linked(title: str, link: str | None, otherwise: str = "") -> str:
    """Return a title as a link, or where there is none in the tag ``otherwise``."""
    text = escape(title, quote=False)
    if link:
        return f'<a href="{escape(link)}">{text}</a>'
    return f"<{otherwise}>{text}</{otherwise}>" if otherwise else text
