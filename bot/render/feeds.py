"""What an operator is told of feeds and of articles read for them, as Telegram messages.

Always true: what a feed or an outlet wrote is escaped and on one line; every message is within
Telegram's limits.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from html import escape

from bot.render import wording
from bot.render.html import linked
from bot.render.readers import ENGLISH
from bot.render.splitting import Block, Message, pack
from retrieval.records import Article, Extent, Feed, FeedStatus, Notice, Written
from retrieval.terminal.feed_words import condition, count, name_of, next_visit

t = ENGLISH.t
"""Operators read what `kabar feeds` prints as well, which is English."""

MAX_REASON = 350  # characters of an error or a notice

_READ = {
    Written.NEW: "Read: ",
    Written.UPDATED: "Read again, as it has changed: ",
    Written.UNCHANGED: "Read before, and unchanged: ",
}


def feed_messages(feeds: Sequence[FeedStatus], now: datetime) -> list[Message]:
    """Return the list of feeds, numbered from 1, a few lines each."""
    if not feeds:
        return [_message(t("No feed is read yet. /addfeed ADDRESS adds one."))]
    return pack([_feed(number, status, now) for number, status in enumerate(feeds, start=1)])


def added_messages(feeds: Sequence[Feed], known: frozenset[str]) -> list[Message]:
    """Return what `/addfeed` did.

    Args:
        feeds: What is read from now on.
        known: The addresses of those that were read before.
    """
    return pack(
        _named("Known already: " if feed.url in known else "Added: ", feed) for feed in feeds
    )


def removed_message(feed: Feed) -> Message:
    """Return what `/removefeed` did."""
    block = _named("Removed: ", feed)
    return Message(f"{block.html}\nIts articles stay.", f"{block.plain}\nIts articles stay.")


def article_block(article: Article, written: Written) -> Block:
    """Return that an article was read, with its source and date."""
    where = wording.attribution(article, ENGLISH)
    details = f" ({where.details.replace(' · ', ', ')})" if where.details else ""
    if article.extent is Extent.SUMMARY:
        details += ". Only its headline and a summary can be read."
    title = linked(where.title, where.link)
    return Block(
        f"{_READ[written]}{title}{escape(details, quote=False)}",
        f"{_READ[written]}{where.title}{details}",
    )


def reason_block(reason: str) -> Block:
    """Return why something could not be done."""
    return _block(wording.one_line(reason, MAX_REASON))


def notice_message(notices: Sequence[Notice]) -> Message:
    """Return what the operator has to know, as one message.

    Args:
        notices: At least one, and at most ten, so that they fit.
    """
    (message,) = pack(
        [
            _block(
                "\n".join(
                    [t("For the operator:"), *(f"• {_short(notice.text)}" for notice in notices)]
                )
            )
        ]
    )
    return message


def _feed(number: int, status: FeedStatus, now: datetime) -> Block:
    feed = status.feed
    heading = f"{number}. {wording.one_line(name_of(feed), 80)}"
    state = condition(status, now)
    lines = [
        wording.one_line(feed.url),
        f"{_short(state)} · {count(status.articles_24h, 'article')} in 24 h"
        f" · next visit {next_visit(status, now)}",
    ]
    rest = "\n".join(lines)
    return Block(
        f"<b>{escape(heading, quote=False)}</b>\n{escape(rest, quote=False)}",
        f"{heading}\n{rest}",
    )


def _named(done: str, feed: Feed) -> Block:
    return _block(f"{done}{wording.one_line(name_of(feed))}\n{wording.one_line(feed.url)}")


def _short(text: str) -> str:
    return wording.one_line(text, MAX_REASON)


def _block(text: str) -> Block:
    return Block(escape(text, quote=False), text)


def _message(text: str) -> Message:
    return Message(escape(text, quote=False), text)
