"""The commands that bring articles in: files and pages with `ingest`, the feeds with `fetch`."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from retrieval.errors import IntakeError, UsageError
from retrieval.terminal.arguments import JsonOption
from retrieval.terminal.progress import index_pending, reading_progress, round_progress
from retrieval.terminal.session import DONE_IN_PART, Session, say
from retrieval.terminal.shapes import print_json, report_to_json, round_to_json

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from retrieval.kabar import Kabar
    from retrieval.records import Article, IngestReport, RoundReport, Written

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")


def ingest(
    context: typer.Context,
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH|URL...", help="Files, folders, addresses of articles.", show_default=False
        ),
    ],
    quiet: Annotated[
        bool, typer.Option("--quiet", help="Say nothing if there was nothing to do.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Read articles into the library, and index them.

    Reads .txt (the first line is the title), .html, .json and .jsonl files, folders of them,
    and pages on the web. What was read before and has not changed costs nothing; what cannot be
    read is named and skipped, and the rest is kept (exit status 3).

    Example: kabar ingest seeds ~/Downloads/article.html https://example.org/news/1
    """
    session: Session = context.obj
    addresses = [path for path in paths if _ADDRESS.match(path)]
    files = [Path(path) for path in paths if not _ADDRESS.match(path)]
    for file in files:
        if file.suffix.lower() == ".opml":
            raise UsageError(
                f"{file}: this is a list of feeds; `kabar feeds import {file}` adds them."
            )
    session.interrupted = "Stopped; what was read so far is kept. Run it again to go on."
    read: list[tuple[Article, Written]] = []
    with session.library("ERROR") as kabar:
        with reading_progress(not quiet) as on_article:
            report = kabar.ingest(files, on_article)
            read, problems = _read_pages(kabar, addresses, on_article)
        report = _with_pages(report, [written for _, written in read], problems)
        for problem in report.skipped:
            say(f"Skipped {problem}")
        indexed = index_pending(kabar)
    if as_json:
        print_json(report_to_json(report, indexed))
    elif not quiet or report.new or report.updated or report.skipped or indexed:
        for article, _ in read:
            typer.echo(_line(article))
        typer.echo(_summary(report))
    if report.skipped:
        raise typer.Exit(DONE_IN_PART)


def _read_pages(
    kabar: Kabar, addresses: Sequence[str], on_article: Callable[[], None] | None
) -> tuple[list[tuple[Article, Written]], list[str]]:
    read: list[tuple[Article, Written]] = []
    problems: list[str] = []
    for address in addresses:
        try:
            read.append(kabar.newsroom.read_url(address))
        except (IntakeError, UsageError) as error:
            problems.append(str(error))
        if on_article:
            on_article()
    return read, problems


def _with_pages(
    report: IngestReport, written: Sequence[Written], problems: Sequence[str]
) -> IngestReport:
    from retrieval.records import Written

    return replace(
        report,
        new=report.new + written.count(Written.NEW),
        updated=report.updated + written.count(Written.UPDATED),
        unchanged=report.unchanged + written.count(Written.UNCHANGED),
        skipped=(*report.skipped, *problems),
    )


def _line(article: Article) -> str:
    from retrieval.records import Extent
    from retrieval.terminal.rendering import one_line

    known = [
        article.source or "",
        f"{article.published_at:%Y-%m-%d}" if article.published_at else "",
        "only a summary" if article.extent is Extent.SUMMARY else "",
    ]
    details = ", ".join(one_line(each) for each in known if each)
    return f"Read: {one_line(article.title)}" + (f" ({details})" if details else "")


def _summary(report: IngestReport) -> str:
    return (
        f"{report.new:,} new, {report.updated:,} updated, {report.unchanged:,} unchanged, "
        f"{len(report.skipped):,} skipped"
    )


def fetch(context: typer.Context, as_json: JsonOption = False) -> None:
    """Visit every feed now, whatever its interval, and read what is new.

    Feeds that are paused are left out. A feed that fails is named, and the rest is read (exit
    status 3). A bot that is running may go on visiting; nothing is read twice.

    Example: kabar fetch
    """
    from retrieval.terminal.feeds import NO_FEEDS

    session: Session = context.obj
    session.interrupted = "Stopped; what was read so far is kept. Run it again to go on."
    with session.library("ERROR") as kabar:
        with round_progress() as on_progress:
            report = kabar.newsroom.fetch(on_progress)
        any_feed = bool(kabar.newsroom.feeds())
    for problem in report.problems:
        say(problem)
    if as_json:
        print_json(round_to_json(report))
    else:
        typer.echo(_round_summary(report) if any_feed else NO_FEEDS)
    if report.problems:
        raise typer.Exit(DONE_IN_PART)


def _round_summary(report: RoundReport) -> str:
    from retrieval.terminal.feed_words import count

    same = f" ({report.feeds_unchanged:,} unchanged)" if report.feeds_unchanged else ""
    parts = [
        f"{count(report.feeds, 'feed')} visited{same}",
        f"{count(report.new, 'article')} new",
        f"{report.updated:,} updated" if report.updated else "",
        f"{report.withdrawn:,} withdrawn" if report.withdrawn else "",
        f"{report.summaries:,} only as summaries" if report.summaries else "",
        count(len(report.problems), "problem") if report.problems else "",
    ]
    return ", ".join(part for part in parts if part)
