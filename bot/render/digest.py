"""A digest, a story in full, and why a digest was as it was, as Telegram messages.

Always true: a quote stands whole in ``<blockquote>`` or is left out, everything that others
wrote is escaped, and a digest is one message within Telegram's limits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from html import escape

from bot.callbacks import Action, pack
from bot.render.buttons import Button, Keyboard
from bot.render.html import linked, quote_block, text_message
from bot.render.quote_links import quote_link
from bot.render.readers import Reader
from bot.render.splitting import Block, Message, fits
from bot.render.splitting import pack as pack_blocks
from bot.render.translation import Translator, translator
from bot.render.wording import attribution, one_line
from bot.render.zones import zone_named
from retrieval.records import (
    Delivery,
    DeliveryKind,
    Digest,
    DigestStory,
    StoryView,
    Why,
)
from retrieval.records.digests import WhyReason


@dataclass(frozen=True, slots=True)
class PushMessage:
    """A message with its buttons, row by row."""

    message: Message
    keyboard: Keyboard = ()


def push_message(digest: Digest, delivery: Delivery) -> PushMessage:
    """Return a digest as it is pushed, in the delivery's language and zone."""
    is_breaking = delivery.kind in (DeliveryKind.FIRST_BREAKING, DeliveryKind.SECOND_BREAKING)
    return digest_message(
        digest, delivery.timezone, translator(delivery.language), is_breaking=is_breaking
    )


def digest_message(
    digest: Digest, timezone: str, t: Translator, *, is_breaking: bool = False
) -> PushMessage:
    """Return a digest as one message.

    Names of outlets are left out before quotes are, and quotes from the last story on.

    Args:
        digest: With quotes checked.
        timezone: As `Preferences.timezone`, in which times are told.
        t: The language.
        is_breaking: Whether it tells breaking stories between two digests.
    """
    if not digest.stories:
        return PushMessage(text_message(t("There is nothing new to tell today.")))
    zone = zone_named(timezone)
    day = t.day(digest.until.astimezone(zone).date())
    head = t("Breaking") if is_breaking else t("The news of {day}", day=day)
    count = len(digest.stories)
    tries = [(True, count), *((False, quoted) for quoted in range(count, -1, -1))]
    for names, quoted in tries:
        blocks = [Block(f"<b>{escape(head, quote=False)}</b>", head)]
        for rank, story in enumerate(digest.stories, 1):
            blocks.append(_story(rank, story, zone, t, names=names, quoted=rank <= quoted))
        message = _joined(blocks)
        if fits(message.html, message.plain):
            break
    return PushMessage(message, _digest_buttons(digest, t))


def story_message(view: StoryView, timezone: str, t: Translator) -> list[Message]:
    """Return a story in full: its quotes, its sources and its course, in order of time."""
    zone = zone_named(timezone)
    blocks = [Block(f"<b>{escape(view.headline, quote=False)}</b>", view.headline)]
    for quote in view.quotes:
        blocks.append(quote_block(quote.text))
    sources = _sources(view.sources, view.independent_sources, t)
    blocks.append(Block(escape(sources, quote=False), sources))
    for article in view.articles:
        where = attribution(article, Reader(t, zone))
        # Never when it was added: that would look like the outlet's own date.
        published = article.published_at
        moment = f"{t.moment(published, zone)} – " if published else ""
        name = f" ({article.source})" if article.source else ""
        blocks.append(
            Block(
                f"{moment}{linked(where.title, where.link, 'b')}{escape(name, quote=False)}",
                f"{moment}{where.title}{name}",
            )
        )
    return pack_blocks(blocks)


def why_message(why: Why, t: Translator) -> PushMessage:
    """Return in words why the last digest was as it was, or why none came."""
    zone = zone_named(why.subscriber.preferences.timezone)
    lines = [_reason(why, t)]
    if why.digest is not None and why.digest.stories:
        lines.append(
            t(
                "It was chosen from {count} articles; {sent} stories were left out because you "
                "had them before.",
                count=why.digest.considered,
                sent=why.digest.already_sent,
            )
        )
    if why.feeds_failing:
        lines.append(
            t("{failing} of {all} feeds cannot be read.", failing=why.feeds_failing, all=why.feeds)
        )
    if why.subscriber.next_due is not None:
        due = t.moment(why.subscriber.next_due, zone)
        lines.append(t("The next is due on {moment}.", moment=due))
    return PushMessage(text_message("\n".join(lines)))


def _reason(why: Why, t: Translator) -> str:
    return {
        WhyReason.NOT_SUBSCRIBED: t("No digest comes because it is off. /digest turns it on."),
        WhyReason.PAUSED: t("No digest came because I could not reach this chat."),
        WhyReason.QUIET: t("The digest waits until your quiet hours are over."),
        WhyReason.WAITING: t("The digest is on its way."),
        WhyReason.NOT_YET: t("No digest was due yet."),
        WhyReason.SENT: t("You got the last digest."),
        WhyReason.IN_DOUBT: t(
            "Nobody knows whether the last digest arrived; it is not sent twice."
        ),
        WhyReason.LATE: t("The last digest could not be sent in time, and late it is not sent."),
        WhyReason.REFUSED: t("Telegram did not take the last digest."),
        WhyReason.SOURCES_DOWN: t("No digest came because nothing could be read in that time."),
        WhyReason.ALREADY_SENT: t(
            "No digest came because all that was new had been told to you, or is left out."
        ),
        WhyReason.NOTHING_NEW: t("No digest came because there was nothing new to tell."),
    }[why.reason]


def _story(
    rank: int,
    story: DigestStory,
    zone: tzinfo,
    t: Translator,
    *,
    names: bool,
    quoted: bool,
) -> Block:
    link = _opened(story, Reader(t, zone), quoted=quoted)
    title = story.headline if names else one_line(story.headline, 120)
    update = f"{t('Update')}: " if story.update else ""
    lines = [
        Block(
            f"{rank}. {update}{linked(title, link, 'b')}",
            f"{rank}. {update}{title}",
        )
    ]
    if quoted and story.quote is not None:
        lines.append(quote_block(story.quote.text))
    outlets = tuple(dict.fromkeys(one.source for one in story.articles if one.source))
    about = _sources(outlets if names else outlets[:2], story.independent_sources, t)
    known = [one.published_at for one in story.articles if one.published_at is not None]
    if known:
        about += f" · {t.moment(max(known), zone)}"
    lines.append(Block(escape(about, quote=False), about))
    return Block("\n".join(one.html for one in lines), "\n".join(one.plain for one in lines))


def _sources(outlets: Sequence[str], count: int, t: Translator) -> str:
    named = f": {', '.join(outlets)}" if outlets else ""
    number = t("1 source") if count == 1 else t("{count} sources", count=count)
    return number + named


def _opened(story: DigestStory, reader: Reader, *, quoted: bool) -> str | None:
    """Return the link of a story: its quote's sentence, else its first article."""
    if quoted and story.quote:
        link = attribution(story.quote.article, reader).link
        if link:
            return quote_link(link, story.quote.article.text, story.quote.span)
    return attribution(story.articles[0], reader).link if story.articles else None


def _joined(blocks: Sequence[Block]) -> Message:
    return Message(
        "\n\n".join(block.html for block in blocks), "\n\n".join(block.plain for block in blocks)
    )


def _digest_buttons(digest: Digest, t: Translator) -> Sequence[Sequence[Button]]:
    if digest.id is None:
        return ()
    rows: list[Sequence[Button]] = []
    for action, label in ((Action.STORY, t("More about 1")), (Action.LESS, t("Less like 1"))):
        each = [
            (label if rank == 1 else str(rank), pack(action, digest.id, rank))
            for rank in range(1, len(digest.stories) + 1)
        ]
        rows += [each[start : start + 5] for start in range(0, len(each), 5)]
    return rows
