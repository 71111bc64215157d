"""Answers as Telegram messages, with what can be pressed below them.

Always true: everything that an outlet or a person wrote is escaped; a quote stands in
``<blockquote>`` and nothing else does; the text in it is the quote, character for character, or
of one too long for a message its beginning, and then that is said below; an answer is one message,
within Telegram's limits.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from bot.callbacks import Action, pack
from bot.render import wording
from bot.render.buttons import Keyboard, Share
from bot.render.html import linked, plain_block, quote_block
from bot.render.outlets import told_by, told_differently
from bot.render.quote_links import quote_link
from bot.render.readers import Reader
from bot.render.splitting import Block, Message, first_part, fits, last_part, utf16_units
from bot.render.splitting import pack as pack_blocks
from retrieval.errors import QuoteError
from retrieval.records import Answer, Article, Context, Nearest, Quote, Span

QUOTES_A_PAGE = 3

# What is shown of a quote, so that with its source and what is said around it it fits a message,
# markup included: an ampersand takes five bytes, and 2,800 of them with title and link stay below
# 32,768.
MAX_QUOTE_UNITS = 2_800


@dataclass(frozen=True, slots=True)
class Page:
    """Some of an answer's quotes.

    Args:
        messages: One; more only for headlines with absurd addresses.
        start: Which quote is the first, from 0.
        end: Which is the first on the next page.
    """

    messages: list[Message]
    start: int
    end: int


def answer_page(answer: Answer, reader: Reader, remark: str | None = None) -> Page:
    """Return the first page of an answer, or that there is none.

    Args:
        answer: Found or not.
        reader: For whom.
        remark: A sentence about the question, shown last ("That was long: …").

    Raises:
        QuoteError: A quote's offsets are no slice of its article; nothing may be sent.
    """
    quotes = (*answer.quotes, *answer.more)
    asides = [*wording.understood(answer, quotes, reader), *([remark] if remark else [])]
    if answer.answered:
        above = wording.elsewhen(answer.period, quotes, reader)
        return quotes_page(quotes, 0, reader, above=above, asides=asides)
    return Page(pack_blocks([*_not_found(answer, reader), *_asides(asides)]), 0, 0)


def quotes_page(
    quotes: Sequence[Quote],
    start: int,
    reader: Reader,
    *,
    above: str | None = None,
    asides: Sequence[str] = (),
) -> Page:
    """Return a page of quotes: as many, of three, as fit one message.

    Args:
        quotes: All of an answer.
        start: Which is the first on the page.
        reader: For whom.
        above: What is to be known before they are read.
        asides: Sentences about the search, shown small below.

    Raises:
        QuoteError: A quote's offsets are no slice of its article.
    """
    opening = [plain_block(above)] if above else []
    last = list(_asides(asides))
    for end in range(min(start + QUOTES_A_PAGE, len(quotes)), start, -1):
        shown = [
            _quote(
                quotes[number],
                reader,
                goes_on=number + 1 < end and _of_one_article(quotes[number], quotes[number + 1]),
                above=told_differently(quotes, number, start, reader),
            )
            for number in range(start, end)
        ]
        blocks = [block for block in shown if block is not None]
        if len(blocks) == end - start:
            messages = pack_blocks([*opening, *blocks, *last])
            if len(messages) == 1:
                return Page(messages, start, end)
    above = told_differently(quotes, start, start, reader)
    cut = _cut_quote(quotes[start], reader, above)
    return Page(pack_blocks([*opening, cut, *last]), start, start + 1)


def answer_keyboard(
    turn_id: int,
    reader: Reader,
    page: Page,
    quotes: int,
    question: str,
    *,
    follow_id: int | None = None,
) -> Keyboard:
    """Return the buttons under a page of an answer.

    Args:
        turn_id: Of the question.
        reader: For whom.
        page: Which quotes are shown.
        quotes: How many there are.
        question: What is shared.
        follow_id: The follow that it is an update of, if it is one.
    """
    t = reader.t
    following = (t("Follow"), pack(Action.FOLLOW, turn_id))
    if follow_id is not None:
        following = (t("Stop following"), pack(Action.UNFOLLOW, follow_id))
    around = []
    if page.start > 0:
        around.append((t("« First quotes"), pack(Action.ANSWER, turn_id, 0)))
    if page.end < quotes:
        around.append((t("More quotes »"), pack(Action.ANSWER, turn_id, page.end)))
    return (
        *([around] if around else []),
        [
            (t("Context"), pack(Action.CONTEXT, turn_id, page.start)),
            (t("Sources"), pack(Action.SOURCES, turn_id)),
            following,
        ],
        [
            ("👍", pack(Action.GOOD, turn_id)),
            ("👎", pack(Action.BAD, turn_id)),
            Share(t("Share"), question),
        ],
    )


def context_message(context: Context, reader: Reader) -> Message:
    """Return a quote in bold among the sentences around it, as many of them as fit."""
    quote = context.quote
    text = quote.article.text
    room = MAX_QUOTE_UNITS - utf16_units(_words(quote))
    if room < 0:
        return quotes_page([quote], 0, reader).messages[0]
    before = last_part(text[context.around.start : quote.start], room // 2)
    after = first_part(text[quote.end : context.around.end], room - utf16_units(before))
    start, end = quote.start - len(before), quote.end + len(after)
    html = f"{_escaped(before)}<b>{_escaped(quote.text)}</b>{_escaped(after)}"
    source = _source(quote, reader)
    is_cut = (start, end) != context.around
    shortened = _shortened(reader) if is_cut else Block("", "")
    block = Block(
        f"<blockquote>{html}</blockquote>\n{shortened.html}{source.html}",
        f"{text[start:end]}\n{shortened.plain}{source.plain}",
        source.link,
    )
    return pack_blocks([block])[0]


def sources_message(articles: Sequence[Article], reader: Reader) -> Message:
    """Return a story's other articles, as many as fit."""
    t = reader.t
    if not articles:
        return pack_blocks([plain_block(t("Nobody else that Kabar reads has told it."))])[0]
    message = pack_blocks([plain_block(t("Others who told this story:"))])[0]
    for article in articles:
        longer = pack_blocks([Block(message.html, message.plain), headline(article, reader)])
        if len(longer) > 1:
            break
        message = longer[0]
    return message


def headline(article: Article, reader: Reader) -> Block:
    """Return a headline on one line, linked, with where and when it appeared."""
    where = wording.attribution(article, reader)
    details = f" – {where.details}" if where.details else ""
    title = linked(where.title, where.link)
    # Without a link for the preview: a picture below would make it look like an answer.
    return Block(f"• {title}{_escaped(details)}", f"• {where.title}{details}")


def _quote(quote: Quote, reader: Reader, *, goes_on: bool, above: str | None) -> Block | None:
    """Return a quote with its source and who says the same; None if longer than a message."""
    words = _words(quote)
    source = _passing_source(quote, reader) if goes_on else _source(quote, reader)
    quoted = quote_block(words, _marked(quote))
    lines = [
        *([plain_block(above)] if above else []),
        quoted,
        *([source] if source.plain else []),
        *([same] if (same := told_by(quote, reader)) else []),
    ]
    block = _lines(lines, source.link)
    return block if fits(block.html, block.plain) else None


def _lines(lines: Sequence[Block], link: str | None) -> Block:
    """Return blocks on lines of their own, as one."""
    return Block(
        "\n".join(line.html for line in lines), "\n".join(line.plain for line in lines), link
    )


def _cut_quote(quote: Quote, reader: Reader, above: str | None) -> Block:
    """Return the beginning of a quote that is longer than a message, and that it is no more."""
    words = first_part(_words(quote), MAX_QUOTE_UNITS)
    source = _source(quote, reader)
    lines = [*([plain_block(above)] if above else []), quote_block(words), _shortened(reader)]
    block = _lines([*lines, source], source.link)
    same = told_by(quote, reader)
    whole = _lines([*lines, source, same], source.link) if same else block
    return whole if fits(whole.html, whole.plain) else block


def _shortened(reader: Reader) -> Block:
    """Return the line that says, outside of the quote, that it is not all of it."""
    words = f"[…] {reader.t('Shortened to fit into one message.')}"
    return Block(f"<i>{_escaped(words)}</i>", words)


def _marked(quote: Quote) -> Span | None:
    """Return where in a quote's words the answer stands, if it does."""
    marked = quote.answer
    if marked is None or not quote.start <= marked.start < marked.end <= quote.end:
        return None
    return Span(marked.start - quote.start, marked.end - quote.start)


def _words(quote: Quote) -> str:
    """Return a quote's words, or refuse: offsets outside the text would slice it silently."""
    if not 0 <= quote.start < quote.end <= len(quote.article.text) or not quote.text.strip():
        raise QuoteError(
            f"A quote of article {quote.article.id} at {quote.start}–{quote.end} is no slice of it."
        )
    return quote.text


def _source(quote: Quote, reader: Reader) -> Block:
    """Return a quote's headline, linked to the sentence, and where and when it appeared."""
    where = wording.attribution(quote.article, reader)
    sentence = quote_link(where.link, quote.article.text, quote.span) if where.link else None
    title = linked(where.title, sentence, otherwise="b")
    if not where.details:
        return Block(title, where.title, where.link)
    return Block(
        f"{title}\n{_escaped(where.details)}", f"{where.title}\n{where.details}", where.link
    )


def _of_one_article(quote: Quote, following: Quote) -> bool:
    """Tell whether two quotes that follow each other share a headline."""
    return quote.article.id == following.article.id


def _passing_source(quote: Quote, reader: Reader) -> Block:
    """Return the link of a quote whose article's headline comes below the next one."""
    link = wording.attribution(quote.article, reader).link
    if link is None:
        return Block("", "")
    words = reader.t("at this sentence")
    return Block(linked(words, quote_link(link, quote.article.text, quote.span)), words, link)


def _not_found(answer: Answer, reader: Reader) -> Iterator[Block]:
    above, below = wording.not_found_lines(answer, reader)
    yield plain_block(above)
    if answer.nearest:
        yield from _nearest(answer.nearest, reader)
    if below:
        yield plain_block(below)


def _nearest(nearest: Sequence[Nearest], reader: Reader) -> Iterator[Block]:
    lines = [plain_block(wording.nearest(reader.t))]
    lines += [headline(each.article, reader) for each in nearest]
    together = Block(
        "\n".join(line.html for line in lines), "\n".join(line.plain for line in lines)
    )
    # One block, so that headlines never stand in a message that does not say what they
    # are. Only absurd addresses make the list too long for one message.
    yield from [together] if fits(together.html, together.plain) else lines


def _asides(lines: Sequence[str]) -> Iterator[Block]:
    if lines:
        text = "\n".join(lines)
        yield Block(f"<i>{_escaped(text)}</i>", text)


def _escaped(text: str) -> str:
    return escape(text, quote=False)
