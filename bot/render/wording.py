"""Sentences that several rooms say, on Telegram and in the terminal alike.

Each is said by a translator, so in the reader's language. None contains markup: ``html`` and
``terminal`` dress them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from retrieval.records import Answer, Article, Followed, Period, Quote

if TYPE_CHECKING:
    from bot.render.readers import Reader
    from bot.render.translation import Translator
    from retrieval.records import Follow


def start(t: Translator) -> str:
    """Greet."""
    return t(
        "Hello, I am Kabar. Ask me about the news, in any language, and I answer with the "
        "outlets' own words: whole sentences, quoted as they were printed, with where they are "
        "from.\n\nJust write your question. If nothing that I have read answers it, I say so."
    )


def group_start(t: Translator) -> str:
    """Greet a group or a channel: what is not addressed to a bot it may not even see there."""
    return t(
        "Hello, I am Kabar. I answer questions about the news with the outlets' own words.\n\n"
        "Here, write /ask and your question, like this: /ask who did Putin call?\n"
        "To ask further, reply to my answer. I answer nothing else that is written here. Admins "
        "can set a daily digest with /digest and my language with /language."
    )


def group_help(t: Translator) -> str:
    """Tell what can be done in a group or a channel, how to ask first."""
    return help_text(
        t,
        t(
            "Write /ask and your question, like this: /ask who did Putin call? To ask further, "
            "reply to my answer. I look through the articles that I have read and quote the "
            "sentences that answer, word for word, with their source."
        ),
    )


def help_text(t: Translator, first: str | None = None) -> str:
    """Tell what can be done, command by command.

    Args:
        t: In which language.
        first: What to begin with, instead of what Kabar does for a person.
    """
    return "\n".join(
        [
            first or about(t),
            "",
            t("/ask QUESTION – ask; in a group this is how to reach me"),
            t("/latest TOPIC – the newest on a topic, or of today"),
            t("/new – forget what we talked about, for a new subject"),
            t("/follow QUESTION – hear of it when there is something new; /following lists them"),
            t("/digest – the day's stories every day, or /digest now; /stop ends it"),
            t("/topics energy, -crypto – what comes first in it, and what is left out"),
            t("/quiet 22-7 – when nothing is sent"),
            t("/why – why the last digest was as it was"),
            t("/trend TOPIC – how much was written about it, day by day"),
            t("/sources – what I have read"),
            t("/language – in which language I speak"),
            t("/privacy – what I keep of you; /forget erases it"),
            t("/help – this text"),
        ]
    )


def about(t: Translator) -> str:
    """Tell what Kabar does."""
    return t(
        "Write a question about the news, in any language. I look through the articles that I "
        "have read and quote the sentences that answer, word for word, with their source. Where "
        "nothing answers, I say so and name the closest headlines."
    )


def chat_start(t: Translator) -> str:
    """Greet in the terminal."""
    return t(
        "Ask me about the news, in any language, and I answer with the outlets' own words. "
        "/help tells more, /quit ends this."
    )


def chat_help(t: Translator) -> str:
    """Tell what can be done in the terminal."""
    return "\n".join([about(t), "", t("/help – this text"), t("/quit – end this, as Ctrl-D does")])


def chat_end(t: Translator) -> str:
    """Say goodbye in the terminal."""
    return t("Goodbye.")


def commands(t: Translator) -> dict[str, str]:
    """Return the command menu."""
    return {
        "ask": t("Ask a question about the news"),
        "latest": t("The newest stories, or the newest on a topic"),
        "new": t("Start a new subject"),
        "follow": t("Hear of a question when there is something new"),
        "following": t("The questions that are followed, to remove some"),
        "digest": t("The day's stories, every day or now"),
        "topics": t("What comes first in the digest, and what is left out"),
        "quiet": t("Hours in which nothing is sent"),
        "trend": t("How much was written about a topic"),
        "why": t("Why the last digest was as it was"),
        "stop": t("End the daily digest"),
        "sources": t("What Kabar has read"),
        "language": t("In which language Kabar speaks"),
        "privacy": t("What Kabar keeps of you"),
        "forget": t("Erase all that Kabar knows of you"),
        "help": t("What Kabar does and how to ask"),
    }


def admin_commands(t: Translator) -> dict[str, str]:
    """Return what an operator has in the menu besides."""
    return {
        "feeds": t("The feeds that are read, and how each is"),
        "addfeed": t("Read a feed, or a site's feeds, from now on"),
        "removefeed": t("Read a feed no longer"),
    }


def admin_help(t: Translator) -> str:
    """Tell an operator what can be done."""
    return t(
        "As an operator you can also send or forward a link to have that article read, and\n"
        "/feeds – the feeds that are read, and how each is\n"
        "/addfeed ADDRESS – read a feed, or the feeds of a site, from now on\n"
        "/removefeed ADDRESS or NUMBER – read a feed no longer; its articles stay"
    )


def add_feed_usage(t: Translator) -> str:
    """Tell how a feed is added."""
    return t(
        "Write the address of a feed or of a site after the command, like this: "
        "/addfeed https://example.org"
    )


def remove_feed_usage(t: Translator) -> str:
    """Tell how a feed is removed."""
    return t(
        "Write the feed's address, or its number in /feeds, after the command, like this: "
        "/removefeed 2"
    )


def ask_usage(t: Translator) -> str:
    """Tell how `/ask` is used."""
    return t("Write your question after the command, like this: /ask who did Putin call?")


def follow_usage(t: Translator) -> str:
    """Tell how a question is followed."""
    return t(
        "Write the question after the command, like this: /follow when will the new airport "
        "open? Or reply to one of my answers with /follow."
    )


def followed(became: Followed, follow: Follow | None, most: int, t: Translator) -> str:
    """Say what became of the wish to follow a question."""
    question = one_line(follow.question) if follow else ""
    if became is Followed.NEW:
        return t(
            "I follow it: {question}\n\nWhen I read something new that answers it, I write here, "
            "at most once an hour and not in quiet hours. /following lists what is followed.",
            question=question,
        )
    if became is Followed.KNOWN:
        return t("I follow that already: {question}", question=question)
    return followed_briefly(became, most, t)


def followed_briefly(became: Followed, most: int, t: Translator) -> str:
    """Say the same in passing."""
    if became is Followed.NEW:
        return t("I follow it and write when there is something new. /following lists it.")
    if became is Followed.KNOWN:
        return t("I follow that already. /following lists it.")
    return t(
        "{count} questions are followed here, and no more can be. Remove one in /following first.",
        count=t.number(most),
    )


def no_following_here(t: Translator) -> str:
    """Say that a channel follows nothing."""
    return t("In a channel I follow no questions. Please ask me in private or in a group.")


def no_words(t: Translator) -> str:
    """Say that there is nothing to search for."""
    return t(
        "I could not find any words to search for in that. Ask me about the news, for example: "
        "who did Putin call?"
    )


def only_text(t: Translator) -> str:
    """Say that only text is read."""
    return t("I can only read text so far. Write me a question about the news.")


def unknown_command(t: Translator) -> str:
    """Say that there is no such command."""
    return t("I do not know that command. /help tells what I can do.")


def failed(t: Translator) -> str:
    """Say that something went wrong."""
    return t("Something went wrong on my side, sorry. Please ask again in a moment.")


def busy(t: Translator) -> str:
    """Say that the library is locked."""
    return t("My library is busy at the moment, sorry. Please ask again in a minute.")


MAX_TITLE = 250  # characters; a headline that is longer is no headline
MAX_LINK = 1_024  # characters

_BREAKS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Attribution:
    """Where words are from.

    Args:
        title: The headline, on one line.
        link: The article's address on the web, if it has one that can be opened.
        details: Who published it and when, as far as known; may be empty.
    """

    title: str
    link: str | None
    details: str


def question_was_cut(t: Translator, characters: int) -> str:
    """Say that only the beginning of a long question was used."""
    return t(
        "That was long: I searched for its first {count} characters.", count=t.number(characters)
    )


def library_line(reader: Reader, articles: int, newest: datetime | None) -> str:
    """Say how much was read, and how fresh it is."""
    t = reader.t
    if newest is None:
        return t.plural("Kabar has read one article.", "Kabar has read {count} articles.", articles)
    return t.plural(
        "Kabar has read one article, of {day}.",
        "Kabar has read {count} articles, the newest of {day}.",
        articles,
        day=t.published(newest, datetime.max.replace(tzinfo=UTC), reader.zone),
    )


def attribution(article: Article, reader: Reader) -> Attribution:
    """Return where an article is from, in words."""
    link = web_link(article.url)
    source = outlet(article)
    when = reader.when(article.published_at) if article.published_at else ""
    details = " · ".join(part for part in (source, when) if part)
    return Attribution(one_line(article.title) or source or reader.t("Untitled"), link, details)


def outlet(article: Article) -> str:
    """Return who published an article: the outlet's name, else its site; may be empty."""
    link = web_link(article.url)
    return one_line(article.source or "") or (urlsplit(link).hostname if link else "") or ""


def web_link(url: str | None) -> str | None:
    """Return an address if it can be opened in a browser, else None."""
    if not url or len(url) > MAX_LINK:
        return None
    if any(character.isspace() or not character.isprintable() for character in url):
        return None
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and host else None


def one_line(text: str, limit: int = MAX_TITLE) -> str:
    """Return a headline or a name fit for one line among others.

    Control characters and direction marks go: in a headline they can only make the words
    around it look like something else. This is never done to a quote.
    """
    kept = "".join(
        " " if unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") else character
        for character in text
        if unicodedata.bidirectional(character)
        not in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
    )
    line = _BREAKS.sub(" ", kept).strip()
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def not_found_lines(answer: Answer, reader: Reader) -> tuple[str, str]:
    """Return what to say above and below the nearest headlines of an unanswered question."""
    t = reader.t
    if not answer.library_articles:
        return t(
            "Kabar has not read any news yet, so it cannot answer. Please ask again later."
        ), ""
    below = library_line(reader, answer.library_articles, answer.library_newest)
    if answer.period:
        return t(
            "Nothing that Kabar has read from that time answers this. Time: {period}.",
            period=period(answer.period, reader),
        ), below
    return t("Nothing in the news that Kabar has read answers this."), below


def nearest(t: Translator) -> str:
    """Head the headlines that do not answer."""
    return t("The closest headlines, which do not answer it:")


class Understood(Protocol):
    """An answer or a turn: what was searched for, in which time, and in which order."""

    @property
    def question(self) -> str:
        """What was asked, in the person's own words."""

    @property
    def searched(self) -> str | None:
        """What was searched for, where that is another question."""

    @property
    def answered(self) -> bool:
        """Whether there are quotes."""

    @property
    def period(self) -> Period | None:
        """The time that was asked for."""

    @property
    def newest_first(self) -> bool:
        """Whether the latest was asked for."""


def understood(what: Understood, quotes: Sequence[Quote], reader: Reader) -> list[str]:
    """Say what was searched for, and in which time, where the question does not say it all.

    Args:
        what: An answer, or a turn.
        quotes: Its quotes, all of them.
        reader: For whom.
    """
    t = reader.t
    lines = []
    if what.searched and what.searched != what.question:
        lines.append(t("Searched: {question}", question=one_line(what.searched)))
    if what.period and what.answered and elsewhen(what.period, quotes, reader) is None:
        lines.append(t("Published: {period}", period=period(what.period, reader)))
    if what.newest_first:
        lines.append(t("The newest first."))
    return lines


def elsewhen(asked: Period | None, quotes: Sequence[Quote], reader: Reader) -> str | None:
    """Say that the quotes are not of the time that was asked for; None where they are.

    Args:
        asked: That time, if any.
        quotes: All of an answer: none of them was looked for outside that time unless nothing
            in it answers.
        reader: For whom.
    """
    if asked is None or all(asked.covers(quote.article.published_at) for quote in quotes):
        return None
    return reader.t(
        "Nothing from that time ({period}) answers this. From other days:",
        period=period(asked, reader),
    )


def period(period: Period, reader: Reader) -> str:
    """Return a time in dates: "23 Nov 2026", "16 to 22 Nov 2026", "since 23 Nov 2026"."""
    t, zone = reader.t, reader.zone
    never = datetime.max.replace(tzinfo=UTC)
    first = t.published(period.published_from, never, zone) if period.published_from else ""
    if period.published_before is None:
        return t("since {day}", day=first)
    last = t.published(period.published_before - timedelta(seconds=1), never, zone)
    if not first:
        return t("until {day}", day=last)
    return first if first == last else t("{first} to {last}", first=first, last=last)
