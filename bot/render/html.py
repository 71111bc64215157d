"""Answers as Telegram messages.

Always true: everything that an outlet or a person wrote is escaped; a quote stands in
``<blockquote>`` and nothing else does; the text in a quote's blockquotes, put together, is
the quote, character for character; every message is within Telegram's limits.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby

from bot.render import wording
from bot.render.splitting import Block, Message, fits, pack, split_text
from retrieval.errors import QuoteError
from retrieval.records import Answer, Article, Nearest, Quote

# What a part of a quote may have, so that with its source it fits a message, markup included:
# an ampersand takes five bytes, and 3,300 of them with title and link stay below 32,768.
MAX_QUOTE_UNITS = 3_300


def text_message(text: str) -> Message:
    """Return a message that is nothing but a text of Kabar's own."""
    return Message(escape(text, quote=False), text)


def answer_messages(answer: Answer, note: str | None = None) -> list[Message]:
    """Return an answer as messages, in the order to send them.

    Args:
        answer: Found or not.
        note: A sentence about the question, shown last ("That was long: …").

    Raises:
        QuoteError: A quote's offsets are no slice of its article; nothing may be sent.
    """
    blocks = list(_quotes(answer) if answer.answered else _not_found(answer))
    if note:
        blocks.append(_plain_block(note))
    return pack(blocks)


def _quotes(answer: Answer) -> Iterator[Block]:
    for _, group in groupby(answer.quotes, key=lambda quote: quote.article.id):
        quotes = list(group)
        source = _source(quotes[0].article)
        together = _joined([*(_quote_block(_words(quote)) for quote in quotes), source])
        if fits(together.html, together.plain):
            yield together
            continue
        for quote in quotes:
            # A blank part would be an empty message, which Telegram refuses.
            parts = [part for part in split_text(_words(quote), MAX_QUOTE_UNITS) if part.strip()]
            yield from map(_quote_block, parts[:-1])
            yield _joined([_quote_block(parts[-1]), source])


def _joined(blocks: Sequence[Block]) -> Block:
    """Return blocks as one, a line each; the last one's link is the whole's."""
    html = "\n".join(block.html for block in blocks)
    return Block(html, "\n".join(block.plain for block in blocks), blocks[-1].link)


def _words(quote: Quote) -> str:
    """Return a quote's words, or refuse: offsets outside the text would slice it silently."""
    if not 0 <= quote.start < quote.end <= len(quote.article.text) or not quote.text.strip():
        raise QuoteError(
            f"A quote of article {quote.article.id} at {quote.start}–{quote.end} is no slice of it."
        )
    return quote.text


def _quote_block(text: str) -> Block:
    return Block(f"<blockquote>{escape(text, quote=False)}</blockquote>", text)


def _source(article: Article) -> Block:
    """Return an article's headline, linked where it can be, and where and when it appeared."""
    where = wording.attribution(article)
    title = _linked(where.title, where.link, otherwise="b")
    if not where.details:
        return Block(title, where.title, where.link)
    details = escape(where.details, quote=False)
    return Block(f"{title}\n{details}", f"{where.title}\n{where.details}", where.link)


def _not_found(answer: Answer) -> Iterator[Block]:
    above, below = wording.not_found_lines(answer)
    yield _plain_block(above)
    if answer.nearest:
        lines = [_plain_block(wording.NEAREST), *map(_headline, answer.nearest)]
        together = _joined([*lines])
        # One block, so that headlines never stand in a message that does not say what they
        # are. Only absurd addresses make the list too long for one message.
        yield from [together] if fits(together.html, together.plain) else lines
    if below:
        yield _plain_block(below)


def _headline(nearest: Nearest) -> Block:
    where = wording.attribution(nearest.article)
    details = f" – {where.details}" if where.details else ""
    title = _linked(where.title, where.link)
    # Without a link for the preview: a picture below would make it look like an answer.
    return Block(f"• {title}{escape(details, quote=False)}", f"• {where.title}{details}")


def _linked(title: str, link: str | None, otherwise: str = "") -> str:
    text = escape(title, quote=False)
    if link:
        return f'<a href="{escape(link)}">{text}</a>'
    return f"<{otherwise}>{text}</{otherwise}>" if otherwise else text


def _plain_block(text: str) -> Block:
    return Block(escape(text, quote=False), text)
