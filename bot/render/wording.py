"""Every sentence that Kabar says, on Telegram and in the terminal alike.

They stand in one place so that they can be translated in one place. None contains markup:
``html`` and ``terminal`` dress them.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from retrieval.records import Answer, Article

START = (
    "Hello, I am Kabar. Ask me about the news, in any language, and I answer with the outlets' "
    "own words: whole sentences, quoted as they were printed, with where they are from.\n\n"
    "Just write your question. If nothing that I have read answers it, I say so."
)
HELP = (
    "Write a question about the news, in any language. I look through the articles that I have "
    "read and quote the sentences that answer, word for word, with their source. Where nothing "
    "answers, I say so and name the closest headlines.\n\n"
    "/ask QUESTION – ask; in a group this is how to reach me\n"
    "/digest – the day's stories every day, or /digest now; /stop ends it\n"
    "/topics energy, -crypto – what comes first in it, and what is left out\n"
    "/quiet 22-7 – when nothing is sent\n"
    "/why – why the last digest was as it was\n"
    "/trend TOPIC – how much was written about it, day by day\n"
    "/help – this text"
)
CHAT_START = (
    "Ask me about the news, in any language, and I answer with the outlets' own words. "
    "/help tells more, /quit ends this."
)
CHAT_HELP = (
    "Write a question about the news, in any language. I look through the articles that I have "
    "read and quote the sentences that answer, word for word, with their source. Where nothing "
    "answers, I say so and name the closest headlines.\n\n"
    "/help – this text\n"
    "/quit – end this, as Ctrl-D does"
)
CHAT_END = "Goodbye."
COMMANDS = {
    "ask": "Ask a question about the news",
    "digest": "The day's stories, every day or now",
    "topics": "What comes first in the digest, and what is left out",
    "quiet": "Hours in which nothing is sent",
    "trend": "How much was written about a topic",
    "why": "Why the last digest was as it was",
    "stop": "End the daily digest",
    "help": "What Kabar does and how to ask",
}
"""The command menu."""

ADMIN_COMMANDS = {
    "feeds": "The feeds that are read, and how each is",
    "addfeed": "Read a feed, or a site's feeds, from now on",
    "removefeed": "Read a feed no longer",
}
"""What an operator has in the menu besides."""

ADMIN_HELP = (
    "As an operator you can also send or forward a link to have that article read, and\n"
    "/feeds – the feeds that are read, and how each is\n"
    "/addfeed ADDRESS – read a feed, or the feeds of a site, from now on\n"
    "/removefeed ADDRESS or NUMBER – read a feed no longer; its articles stay"
)
ADD_FEED_USAGE = (
    "Write the address of a feed or of a site after the command, like this: "
    "/addfeed https://example.org"
)
REMOVE_FEED_USAGE = (
    "Write the feed's address, or its number in /feeds, after the command, like this: /removefeed 2"
)
NO_FEEDS = "No feed is read yet. /addfeed ADDRESS adds one."
NOTICE = "For the operator:"

ASK_USAGE = "Write your question after the command, like this: /ask who did Putin call?"
NO_WORDS = (
    "I could not find any words to search for in that. Ask me about the news, for example: "
    "who did Putin call?"
)
ONLY_TEXT = "I can only read text so far. Write me a question about the news."
UNKNOWN_COMMAND = "I do not know that command. /help tells what I can do."
FAILED = "Something went wrong on my side, sorry. Please ask again in a moment."
BUSY = "My library is busy at the moment, sorry. Please ask again in a minute."

NOT_FOUND = "Nothing in the news that Kabar has read answers this."
NEAREST = "The closest headlines, which do not answer it:"
EMPTY_LIBRARY = "Kabar has not read any news yet, so it cannot answer. Please ask again later."
UNTITLED = "Untitled"

MAX_TITLE = 250  # characters; a headline that is longer is no headline
MAX_LINK = 1_024  # characters

_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
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


def question_was_cut(characters: int) -> str:
    """Say that only the beginning of a long question was used."""
    return f"That was long: I searched for its first {characters:,} characters."


def library_line(articles: int, newest: datetime | None) -> str:
    """Say how much was read, and how fresh it is."""
    read = (
        "Kabar has read one article" if articles == 1 else f"Kabar has read {articles:,} articles"
    )
    return f"{read}, the newest of {day(newest)}." if newest else f"{read}."


def day(moment: datetime) -> str:
    """Return a date for people: "3 Jan 2022"."""
    moment = moment.astimezone(UTC)
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"


def attribution(article: Article) -> Attribution:
    """Return where an article is from, in words."""
    link = web_link(article.url)
    source = one_line(article.source or "") or (urlsplit(link).hostname if link else "") or ""
    when = day(article.published_at) if article.published_at else ""
    details = " · ".join(part for part in (source, when) if part)
    return Attribution(one_line(article.title) or source or UNTITLED, link, details)


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


def not_found_lines(answer: Answer) -> tuple[str, str]:
    """Return what to say above and below the nearest headlines of an unanswered question."""
    if not answer.library_articles:
        return EMPTY_LIBRARY, ""
    return NOT_FOUND, library_line(answer.library_articles, answer.library_newest)
