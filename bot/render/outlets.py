"""What other outlets say, below and above a quote: who says the same, and who says otherwise.

Always true: an outlet is named by the name under which its articles are stored, else by its site;
each name is linked to the very sentence that says the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from bot.render import wording
from bot.render.html import linked
from bot.render.quote_links import quote_link
from bot.render.splitting import Block

if TYPE_CHECKING:
    from bot.render.readers import Reader
    from retrieval.records import Article, Quote

NAMED = 4
"""Outlets that are named; of more it is said how many. Each link may have two kilobytes."""

_LONGEST = 60
"""Characters of a name."""


def outlet_name(article: Article, reader: Reader) -> str:
    """Return an outlet's name, its site where it has none, else the headline."""
    where = wording.attribution(article, reader)
    return wording.one_line(wording.outlet(article) or where.title, _LONGEST)


def told_by(quote: Quote, reader: Reader) -> Block | None:
    """Return the line that names who says the same, each name linked; None where nobody does."""
    if not quote.also:
        return None
    t = reader.t
    names, links = [], []
    for other in quote.also[:NAMED]:
        name = outlet_name(other.article, reader)
        link = wording.web_link(other.article.url)
        names.append(name)
        links.append(
            linked(name, quote_link(link, other.article.text, other.span) if link else None)
        )
    left = len(quote.also) - len(names)
    more = f" {t.plural('and one more', 'and {count} more', left)}" if left else ""
    lead = t("Also told by:")
    return Block(
        f"{escape(lead, quote=False)} {', '.join(links)}{escape(more, quote=False)}",
        f"{lead} {', '.join(names)}{more}",
    )


def told_differently(
    quotes: Sequence[Quote], number: int, start: int, reader: Reader
) -> str | None:
    """Return the line above a quote that tells otherwise; None where it does not.

    Args:
        quotes: All of an answer.
        number: Which of them.
        start: The first that is shown with it: what it differs from may be on another page.
        reader: For whom.
    """
    if not quotes[number].differs:
        return None
    head = number
    while head > 0 and quotes[head].differs:
        head -= 1
    if head >= start:
        return reader.t("Told differently:")
    name = outlet_name(quotes[head].article, reader)
    return reader.t("Told differently than by {source}:", source=name)
