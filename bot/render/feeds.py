"""What an operator is told of feeds and of articles read for them, as Telegram messages.

Always true: what a feed or an outlet wrote is escaped and on one line; every message is within
Telegram's limits. Why something failed is told as Kabar's log tells it, in English.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from bot.render import wording
from bot.render.html import linked, text_message
from bot.render.readers import Reader
from bot.render.splitting import Block, Message, pack
from bot.render.translation import Translator
from retrieval.newsroom import Health, verdict_of
from retrieval.records import Article, Extent, Feed, FeedStatus, Notice, Written
from retrieval.terminal.feed_words import name_of

MAX_REASON = 350  # characters of an error or a notice


def feed_messages(feeds: Sequence[FeedStatus], reader: Reader) -> list[Message]:
    """Return the list of feeds, numbered from 1, a few lines each."""
    if not feeds:
        return [text_message(reader.t("No feed is read yet. /addfeed ADDRESS adds one."))]
    return pack([_feed(number, status, reader) for number, status in enumerate(feeds, start=1)])


def added_messages(feeds: Sequence[Feed], known: frozenset[str], t: Translator) -> list[Message]:
    """Return what `/addfeed` did.

    Args:
        feeds: What is read from now on.
        known: The addresses of those that were read before.
        t: The operator's.
    """
    return pack(
        _named(t("Known already: {name}", name=_name(feed)), feed)
        if feed.url in known
        else _named(t("Added: {name}", name=_name(feed)), feed)
        for feed in feeds
    )


def removed_message(feed: Feed, t: Translator) -> Message:
    """Return what `/removefeed` did."""
    stay = t("Its articles stay.")
    block = _named(t("Removed: {name}", name=_name(feed)), feed)
    return Message(f"{block.html}\n{escape(stay, quote=False)}", f"{block.plain}\n{stay}")


def article_block(article: Article, written: Written, reader: Reader) -> Block:
    """Return that an article was read, with its source and date."""
    t = reader.t
    where = wording.attribution(article, reader)
    details = f" ({where.details.replace(' · ', ', ')})" if where.details else ""
    if article.extent is Extent.SUMMARY:
        details += f". {t('Only its headline and a summary can be read.')}"
    done = {
        Written.NEW: t("Read:"),
        Written.UPDATED: t("Read again, as it has changed:"),
        Written.UNCHANGED: t("Read before, and unchanged:"),
    }[written]
    title = linked(where.title, where.link)
    return Block(
        f"{escape(done, quote=False)} {title}{escape(details, quote=False)}",
        f"{done} {where.title}{details}",
    )


def reason_block(reason: str) -> Block:
    """Return why something could not be done."""
    return _block(wording.one_line(reason, MAX_REASON))


def notice_message(notices: Sequence[Notice], t: Translator) -> Message:
    """Return what the operator has to know, as one message.

    Args:
        notices: At least one, and at most ten, so that they fit.
        t: The operator's.
    """
    lines = [t("For the operator:"), *(f"• {_notice(notice, t)}" for notice in notices)]
    (message,) = pack([_block("\n".join(lines))])
    return message


def _notice(notice: Notice, t: Translator) -> str:
    """Return a notice; in another language than English with what it is about said first."""
    matter, _, about = notice.key.partition(" ")
    said = {
        "dead": t("A feed cannot be read:"),
        "stale": t("A feed brings nothing new:"),
        "paused": t("A feed is not visited any more:"),
        "digests": t("It is not known of some digests whether they arrived:"),
    }.get(matter)
    text = _short(notice.text)
    return f"{said} {text}" if said and about and t.language != "en" else text


def _feed(number: int, status: FeedStatus, reader: Reader) -> Block:
    t, feed = reader.t, status.feed
    heading = f"{number}. {wording.one_line(name_of(feed), 80)}"
    told = t.plural("one article in a day", "{count} articles in a day", status.articles_24h)
    lines = [
        wording.one_line(feed.url),
        f"{_short(_condition(status, reader))} · {told} · {_next_visit(feed, reader)}",
    ]
    rest = "\n".join(lines)
    return Block(
        f"<b>{escape(heading, quote=False)}</b>\n{escape(rest, quote=False)}",
        f"{heading}\n{rest}",
    )


def _condition(status: FeedStatus, reader: Reader) -> str:
    """Return how a feed is, in a few words."""
    t, feed = reader.t, status.feed
    match verdict_of(status, reader.moment).health:
        case Health.DEAD:
            return t("dead: {reason}", reason=feed.error)
        case Health.PAUSED:
            return t("paused: {reason}", reason=feed.paused_because)
        case Health.STALE:
            newest = status.newest_article or feed.changed_at
            if newest is None:
                return t("stale: no articles")
            return t("stale: newest article {when}", when=t.away(newest, reader.moment))
        case Health.NEVER_VISITED:
            return t("not visited yet")
    return t("in order")


def _next_visit(feed: Feed, reader: Reader) -> str:
    t = reader.t
    if feed.paused_because is not None:
        return t("no visit")
    due = feed.next_visit_at
    if due is None or due <= reader.moment:
        return t("next visit now")
    return t("next visit {when}", when=t.away(due, reader.moment))


def _name(feed: Feed) -> str:
    return wording.one_line(name_of(feed))


def _named(done: str, feed: Feed) -> Block:
    return _block(f"{done}\n{wording.one_line(feed.url)}")


def _short(text: str) -> str:
    return wording.one_line(text, MAX_REASON)


def _block(text: str) -> Block:
    return Block(escape(text, quote=False), text)
