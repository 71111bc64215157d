r"""Records as text for people, with colours where they work.

What an outlet wrote must not drive a person's terminal: control characters and direction
marks are shown as escapes (``\x1b``), never sent.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.text import Text

if TYPE_CHECKING:
    from retrieval.records import (
        Answer,
        Article,
        FeedStatus,
        Finding,
        LibraryStatistics,
        Period,
        Quote,
        Receipt,
        SearchResult,
    )

QUOTE_STYLE = "bold"
TITLE_STYLE = "cyan"
ASIDE_STYLE = "dim"
GOOD_STYLE = "green"
BAD_STYLE = "bold red"

NOT_FOUND = "Nothing in the news that Kabar has read answers this."
NEAREST = "The closest headlines, which do not answer it:"
EMPTY_LIBRARY = "Kabar has not read any news yet; read some with `kabar ingest PATH`."
TOLD_THE_SAME = "Also told by:"
TOLD_DIFFERENTLY = "Told differently:"
NO_HITS = "Nothing was found."

_DIRECTION_MARKS = frozenset(("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"))
_UNITS = ("bytes", "kB", "MB", "GB", "TB")
_MOST_NAMES = 10
"""Sources or languages that are listed."""


def show(text: Text) -> None:
    """Print to standard output; a line is never broken, so that a quote can be copied whole."""
    Console(highlight=False).print(text, soft_wrap=True)


def visible(text: str) -> str:
    """Return a text with everything that a terminal could obey made visible."""
    return "".join(_visible(character) for character in text)


def _visible(character: str) -> str:
    if character == "\n":
        return character
    steers = (
        unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp")
        or unicodedata.bidirectional(character) in _DIRECTION_MARKS
    )
    return ascii(character)[1:-1] if steers else character


def one_line(text: str) -> str:
    """Return a text fit for one line among others."""
    return visible(" ".join(text.split()))


def answer_text(answer: Answer) -> Text:
    """Return an answer: each quote in a block of its own, or what comes closest."""
    if answer.answered:
        blocks = [_quote(quote) for quote in answer.quotes]
        period = answer.period
        if period and all(period.covers(quote.article.published_at) for quote in answer.quotes):
            blocks.append(Text(f"Published: {_time_looked_in(period)}", ASIDE_STYLE))
        elif period:
            days = _time_looked_in(period)
            blocks.insert(0, Text(f"Nothing published {days} answers this. From other days:"))
        return Text("\n\n").join(blocks)
    if not answer.library_articles:
        return Text(EMPTY_LIBRARY)
    text = Text(NOT_FOUND)
    if answer.period:
        text.append(f" Looked at what was published: {_time_looked_in(answer.period)}.")
    if answer.nearest:
        text.append(f"\n\n{NEAREST}")
        for nearest in answer.nearest:
            text.append("\n• ").append_text(_article(nearest.article, " – "))
    newest = f", the newest of {_day(answer.library_newest)}" if answer.library_newest else ""
    read = _count(answer.library_articles, "article")
    return text.append(f"\n\nKabar has read {read}{newest}.", ASIDE_STYLE)


def _quote(quote: Quote) -> Text:
    """Return a quote with its source, and with who says the same."""
    text = Text(f"{TOLD_DIFFERENTLY}\n" if quote.differs else "")
    text.append_text(quote_text(quote))
    text.append("\n").append_text(_article(quote.article, "\n"))
    for other in quote.also:
        text.append(f"\n{TOLD_THE_SAME} ").append_text(_article(other.article, " – "))
    return text


def _time_looked_in(period: Period) -> str:
    """Return a time in dates, with the words of the question that named it."""
    first = _day(period.published_from) if period.published_from else ""
    if period.published_before is None:
        days = f"since {first}"
    else:
        last = _day(period.published_before - timedelta(microseconds=1))
        days = first if first == last else f"{first} to {last}"
        days = days if first else f"until {last}"
    return f"{days} (“{one_line(period.words)}”)"


def search_text(result: SearchResult) -> Text:
    """Return the hits of a query, best first."""
    if not result.hits:
        return Text(NO_HITS)
    blocks = []
    for rank, hit in enumerate(result.hits, start=1):
        block = Text(f"{rank:>2}. ").append_text(_article(hit.article, "\n    "))
        block.append(f"\n    {one_line(hit.text)}")
        scores = f"\n    score {hit.score:.3f} · {_rank('meaning', hit.dense_rank, hit.dense)}"
        scores += f" · {_rank('words', hit.lexical_rank, hit.lexical)}"
        blocks.append(block.append(scores, ASIDE_STYLE))
    return Text("\n").join(blocks)


def _rank(kind: str, rank: int | None, score: float | None = None) -> str:
    where = "not found" if rank is None else f"rank {rank}"
    return f"{kind}: {where}" + ("" if score is None else f" ({score:.3f})")


def quote_text(quote: Quote) -> Text:
    """Return a quote in bold; where an answer is marked in it, that alone is."""
    marked = quote.answer
    if marked is None:
        text = Text(visible(quote.text), QUOTE_STYLE)
    else:
        whole = quote.article.text
        text = Text(visible(whole[quote.start : marked.start]))
        text.append(visible(whole[marked.start : marked.end]), QUOTE_STYLE)
        text.append(visible(whole[marked.end : quote.end]))
    return Text("\n").join(Text("▌ ").append_text(line) for line in text.split("\n"))


def _article(article: Article, separator: str) -> Text:
    """Return headline, source, date and address."""
    text = Text().append(one_line(article.title) or "Untitled", TITLE_STYLE)
    details = [
        one_line(article.source or ""),
        _day(article.published_at) if article.published_at else "",
        one_line(article.url or ""),
    ]
    known = " · ".join(detail for detail in details if detail)
    return text.append(f"{separator}{known}", ASIDE_STYLE) if known else text


def receipt_text(receipt: Receipt) -> Text:
    """Return why an answer was what it was."""
    details = receipt.details
    rows = [
        ("receipt", f"{receipt.id}, of {receipt.asked_at:%Y-%m-%d %H:%M:%S} UTC"),
        ("question", one_line(receipt.question)),
        (
            "searched for",
            f"{one_line(details['searched'])} ({details['language'] or 'language unknown'})",
        ),
        ("model", receipt.model),
        ("decision", _decision(receipt)),
        *((f"  {name}", f"{value:.4f}") for name, value in details["signals"].items()),
    ]
    text = _table("Why", rows)
    text.append("\n\nHits", TITLE_STYLE)
    for number, hit in enumerate(details["hits"], start=1):
        text.append(f"\n{number:>2}. {hit['score']:.4f}  {_slice(hit)}")
        ranks = f"{_rank('meaning', hit['dense_rank'])} · {_rank('words', hit['lexical_rank'])}"
        features = " ".join(f"{name}={value:.3f}" for name, value in hit["features"].items())
        text.append(f"\n    {ranks} · {features}", ASIDE_STYLE)
    if not details["hits"]:
        text.append("\n    none")
    if details["quotes"]:
        text.append("\n\nQuotes", TITLE_STYLE)
        for number, quote in enumerate(details["quotes"], start=1):
            text.append(f"\n{number:>2}. {quote['score']:.4f}  {_slice(quote)}")
    return text


def _slice(piece: Mapping[str, Any]) -> str:
    place = f"{one_line(piece['article'])}[{piece['start']}:{piece['end']}]"
    return f"{place} version {piece['version'][:12]}"


def _decision(receipt: Receipt) -> str:
    outcome = "answered" if receipt.answered else "not answered"
    threshold = receipt.details.get("threshold")
    if threshold is None:  # a receipt of an older version
        return f"{outcome}: confidence {receipt.confidence:.4f}"
    relation = "reaches" if receipt.confidence >= threshold else "is below"
    reason = f"confidence {receipt.confidence:.4f} {relation} {threshold:.4f}"
    if receipt.confidence >= threshold and not receipt.answered:
        reason += ", but no quote is left that the store still says word for word"
    return f"{outcome}: {reason}"


def statistics_text(
    statistics: LibraryStatistics, details: Mapping[str, str], feeds: Sequence[FeedStatus]
) -> Text:
    """Return what is in the library."""
    notes = {
        "not indexed yet": statistics.unindexed_articles,
        "withdrawn by their outlets": statistics.withdrawn,
    }
    asides = ", ".join(f"{count:,} {what}" for what, count in notes.items() if count)
    rows = [
        ("articles", f"{statistics.articles:,}" + (f" ({asides})" if asides else "")),
        ("passages", f"{statistics.passages:,}"),
        ("stories", f"{statistics.stories:,}"),
        ("published", _period(statistics.oldest, statistics.newest)),
        ("last added", _day(statistics.last_added) if statistics.last_added else "never"),
        ("sources", _names(statistics.sources)),
        ("languages", _names(statistics.languages)),
        ("feeds", _feeds(feeds)),
        ("receipts", f"{statistics.receipts:,}"),
        ("on disk", size_text(statistics.bytes_on_disk)),
    ]
    text = _table("Library", rows).append("\n\nEngine", TITLE_STYLE)
    for name, value in details.items():
        text.append(f"\n  {name}: ", ASIDE_STYLE).append(value)
    return text


def findings_text(findings: Sequence[Finding]) -> Text:
    """Return what `doctor` found, a line each, with a remedy where one is needed."""
    lines = []
    for finding in findings:
        mark = ("ok    ", GOOD_STYLE) if finding.ok else ("WRONG ", BAD_STYLE)
        line = Text().append(*mark)
        line.append(f"{finding.check}: {one_line(finding.detail)}", "" if finding.ok else "bold")
        if finding.remedy and not finding.ok:
            line.append(f"\n      → {finding.remedy}")
        lines.append(line)
    return Text("\n").join(lines)


def size_text(size: float) -> str:
    """Return a number of bytes for people: "1.2 MB"."""
    for unit in _UNITS:
        if size < 1000 or unit == _UNITS[-1]:
            break
        size /= 1000
    return f"{size:,.0f} {unit}" if unit == _UNITS[0] else f"{size:,.1f} {unit}"


def _table(heading: str, rows: Sequence[tuple[str, str]]) -> Text:
    width = max((len(name) for name, _ in rows), default=0)
    text = Text().append(heading, TITLE_STYLE)
    for name, value in rows:
        text.append(f"\n  {name:<{width}}  ", ASIDE_STYLE).append(value)
    return text


def _feeds(feeds: Sequence[FeedStatus]) -> str:
    paused = sum(status.feed.paused_because is not None for status in feeds)
    waiting = sum(status.pending_pages for status in feeds)
    parts = [
        f"{len(feeds):,}" if feeds else "none",
        f"{paused:,} paused" if paused else "",
        f"{_count(waiting, 'page')} to read" if waiting else "",
    ]
    return ", ".join(part for part in parts if part)


def _names(counts: Mapping[str, int]) -> str:
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    names = ", ".join(f"{one_line(name)} {count:,}" for name, count in ordered[:_MOST_NAMES])
    more = len(ordered) - _MOST_NAMES
    return (names or "none") + (f", and {more:,} more" if more > 0 else "")


def _period(oldest: datetime | None, newest: datetime | None) -> str:
    return f"{_day(oldest)} to {_day(newest)}" if oldest and newest else "unknown"


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d}"


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}" + ("" if number == 1 else "s")
