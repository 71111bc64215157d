r"""Answers in the terminal, worded as the bot words them.

What an outlet wrote must not drive a person's terminal: control characters and direction
marks are shown as escapes (``\x1b``), never sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from rich.style import Style
from rich.text import Text

from bot.render import wording
from bot.render.outlets import outlet_name
from bot.render.readers import Reader
from retrieval.records import Answer, Article
from retrieval.terminal.rendering import quote_text, visible

SOURCE_STYLE = "cyan"
ASIDE_STYLE = "dim"


def answer_text(answer: Answer, reader: Reader) -> Text:
    """Return an answer for a rich console; ``.plain`` for anything else."""
    text = Text()
    if answer.answered:
        quoted = (*answer.quotes, *answer.more)
        text.append(wording.elsewhen(answer.period, quoted, reader) or "")
        for _, group in groupby(answer.quotes, key=lambda quote: quote.article.id):
            text.append("\n\n" if text else "")
            quotes = list(group)
            if quotes[0].differs:
                text.append(f"{reader.t('Told differently:')}\n")
            for number, quote in enumerate(quotes):
                text.append("\n" if number else "")  # two quotes must not look like one
                text.append_text(quote_text(quote)).append("\n")
            text.append_text(_source(quotes[0].article, reader))
            also = [other.article for quote in quotes for other in quote.also]
            if also:
                text.append("\n").append_text(_also(also, reader))
        for line in wording.understood(answer, quoted, reader):
            text.append(f"\n\n{line}", ASIDE_STYLE)
        return text
    above, below = wording.not_found_lines(answer, reader)
    text.append(above)
    if answer.nearest:
        text.append(f"\n\n{wording.nearest(reader.t)}")
        for nearest in answer.nearest:
            text.append("\n• ").append_text(_source(nearest.article, reader, " – "))
    if below:
        text.append(f"\n\n{below}", ASIDE_STYLE)
    return text


def _also(articles: Sequence[Article], reader: Reader) -> Text:
    """Return who says the same; the names are links where they work."""
    names = Text(", ").join(
        Text(visible(outlet_name(article, reader)), Style(link=wording.web_link(article.url)))
        for article in articles
    )
    return Text(f"{reader.t('Also told by:')} ", ASIDE_STYLE).append_text(names)


def _source(article: Article, reader: Reader, separator: str = "\n") -> Text:
    """Return headline, source, date and address; the headline is a link where they work."""
    where = wording.attribution(article, reader)
    style = Style.parse(SOURCE_STYLE)
    if where.link:
        style += Style(link=where.link)
    text = Text().append(where.title, style)  # as a base style it would colour the rest too
    details = " · ".join(part for part in (where.details, where.link or "") if part)
    return text.append(f"{separator}{details}", ASIDE_STYLE) if details else text
