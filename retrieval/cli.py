"""The commands that need no Telegram: `kabar ingest`, `ask`, `search` and what looks after them.

Each is a few lines between a person and `retrieval.kabar`; how they end is in
`retrieval.terminal.session`, what they show in its neighbours.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from retrieval.errors import KabarError, UsageError
from retrieval.terminal.batch import clean_argument, run_batch
from retrieval.terminal.progress import embedding_progress, reading_progress, waiting
from retrieval.terminal.session import DONE_IN_PART, FAILED, Session, run, say
from retrieval.terminal.shapes import (
    Json,
    answer_to_json,
    findings_to_json,
    print_json,
    receipt_to_json,
    report_to_json,
    search_to_json,
    statistics_to_json,
)

if TYPE_CHECKING:
    from retrieval.kabar import Kabar
    from retrieval.records import Filters, IngestReport

JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
BatchOption = Annotated[
    str | None,
    typer.Option(
        "--batch",
        metavar="FILE",
        help='JSON lines of {"id", "question"}, each answered with a JSON line; - reads stdin.',
    ),
]
SourceOption = Annotated[
    list[str] | None,
    typer.Option("--source", metavar="NAME", help="Only from this source; may be repeated."),
]
LanguageOption = Annotated[
    list[str] | None,
    typer.Option("--language", metavar="CODE", help="Only in this language, like id; repeatable."),
]
SinceOption = Annotated[
    str | None,
    typer.Option("--since", metavar="DATE", help="Only published then or later, like 2022-01-03."),
]
UntilOption = Annotated[
    str | None,
    typer.Option("--until", metavar="DATE", help="Only published by the end of that day."),
]
WordsArgument = Annotated[
    list[str] | None,
    typer.Argument(metavar="QUESTION", help="What you want to know.", show_default=False),
]

T = TypeVar("T")

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_DATE_ALONE = re.compile(r"\d{4}-?\d{2}-?\d{2}")


def make_app() -> typer.Typer:
    """Return the commands, to which others may be added."""
    app = typer.Typer(
        no_args_is_help=True,
        add_completion=False,
        # Plain help: with rich it takes twice as long as all else together.
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_options)
    for command in (ingest, ask, search, explain, stats, doctor, reindex, backup, restore):
        app.command()(command)
    return app


def main(args: Sequence[str] | None = None) -> int:
    """Run `python -m retrieval`; return its exit status."""
    return run(make_app(), args, Session("python -m retrieval"))


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import PackageNotFoundError, version

        try:
            typer.echo(f"kabar {version('kabar')}")
        except PackageNotFoundError:  # run from its folder
            typer.echo("kabar, not installed")
        raise typer.Exit


def _options(
    context: typer.Context,
    data_dir: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Where the library is; wins over KABAR_DATA_DIR."),
    ] = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", help="Log everything to standard error.")
    ] = False,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Ask the news: answers in the outlets' own words, with where they are from.

    Example: kabar ingest seeds, then kabar ask "who did Putin call?"

    Exit status: 0 done, 1 failed, 2 wrong usage, 3 done in part.
    """
    session: Session = context.obj
    session.data_dir, session.verbose = data_dir, verbose


def ingest(
    context: typer.Context,
    paths: Annotated[
        list[str], typer.Argument(metavar="PATH...", help="Files and folders.", show_default=False)
    ],
    quiet: Annotated[
        bool, typer.Option("--quiet", help="Say nothing if there was nothing to do.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Read articles into the library, and index them.

    Reads .txt (the first line is the title), .html, .json and .jsonl files, and folders of
    them. What was read before and has not changed costs nothing; what cannot be read is named
    and skipped, and the rest is kept (exit status 3).

    Example: kabar ingest seeds ~/Downloads/article.html
    """
    session: Session = context.obj
    for path in paths:
        if _ADDRESS.match(path):
            raise UsageError(
                f"{path}: pages on the web cannot be read yet; save the page and give its file."
            )
    session.interrupted = "Stopped; what was read so far is kept. Run it again to go on."
    with session.library() as kabar:
        with reading_progress(not quiet) as on_article:
            report = kabar.ingest([Path(path) for path in paths], on_article)
        for problem in report.skipped:
            say(f"Skipped {problem}")
        indexed = index_pending(kabar)
    if as_json:
        print_json(report_to_json(report, indexed))
    elif not quiet or report.new or report.updated or report.skipped or indexed:
        typer.echo(_summary(report))
    if report.skipped:
        raise typer.Exit(DONE_IN_PART)


def _summary(report: IngestReport) -> str:
    return (
        f"{report.new:,} new, {report.updated:,} updated, {report.unchanged:,} unchanged, "
        f"{len(report.skipped):,} skipped"
    )


def index_pending(kabar: Kabar) -> int:
    """Index what is not indexed yet, with a progress bar; return how many articles."""
    with embedding_progress(kabar.statistics().unindexed_articles) as on_indexed:
        return kabar.index_pending(on_indexed)


def ask(
    context: typer.Context,
    question: WordsArgument = None,
    *,
    as_json: JsonOption = False,
    batch: BatchOption = None,
    explained: Annotated[
        bool, typer.Option("--explain", help="Show why: signals, hits, ranks, decision.")
    ] = False,
    source: SourceOption = None,
    language: LanguageOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
) -> None:
    """Answer a question with quotes, or say that none answers.

    Example: kabar ask "who did Putin call?" --since 2022-01-01
    """
    session: Session = context.obj
    filters = _filters(source, language, since, until)
    words = _question(question, batch)
    if batch is not None:
        if explained:
            raise UsageError("--explain is for one question; `kabar explain ID` shows any receipt.")
        with session.library() as kabar:

            def answer(questions: Sequence[str]) -> list[Json | KabarError]:
                return _as_json(kabar.ask_many(questions, filters), answer_to_json)

            complete = run_batch(batch, answer, "question", say)
        raise typer.Exit(0 if complete else DONE_IN_PART)
    with session.library() as kabar:
        with waiting("Looking through the news …"):
            found = kabar.ask(words, filters)
        receipt = None
        if explained and found.receipt_id is not None:
            receipt = kabar.explain(found.receipt_id)
    if as_json:
        content = answer_to_json(found)
        if receipt:
            content["explanation"] = receipt_to_json(receipt)
        print_json(content)
        return
    from retrieval.terminal import rendering

    rendering.show(rendering.answer_text(found))
    if receipt:
        typer.echo()
        rendering.show(rendering.receipt_text(receipt))


def search(
    context: typer.Context,
    query: WordsArgument = None,
    *,
    k: Annotated[
        int, typer.Option("-k", metavar="COUNT", min=1, max=1000, help="The most hits.")
    ] = 10,
    as_json: JsonOption = False,
    batch: BatchOption = None,
    source: SourceOption = None,
    language: LanguageOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
) -> None:
    """Find passages by meaning and by words.

    Example: kabar search "gas prices" -k 5 --language id
    """
    session: Session = context.obj
    filters = _filters(source, language, since, until)
    words = _question(query, batch)
    if batch is not None:
        with session.library() as kabar:

            def find(queries: Sequence[str]) -> list[Json | KabarError]:
                return _as_json(kabar.search_many(queries, k, filters), search_to_json)

            complete = run_batch(batch, find, "query", say)
        raise typer.Exit(0 if complete else DONE_IN_PART)
    with session.library() as kabar, waiting("Looking through the news …"):
        result = kabar.search(words, k, filters)
    if as_json:
        print_json(search_to_json(result))
        return
    from retrieval.terminal import rendering

    rendering.show(rendering.search_text(result))


def explain(
    context: typer.Context,
    receipt_id: Annotated[int, typer.Argument(metavar="ID", help="The receipt of an answer.")],
    as_json: JsonOption = False,
) -> None:
    """Show why an answer was what it was.

    Example: kabar explain 12
    """
    session: Session = context.obj
    with session.library() as kabar:
        receipt = kabar.explain(receipt_id)
    if receipt is None:
        raise KabarError(f"There is no receipt {receipt_id}; `kabar ask --json` names an answer's.")
    if as_json:
        print_json(receipt_to_json(receipt))
        return
    from retrieval.terminal import rendering

    rendering.show(rendering.receipt_text(receipt))


def stats(context: typer.Context, as_json: JsonOption = False) -> None:
    """Count what is in the library.

    Example: kabar stats --json
    """
    session: Session = context.obj
    with session.library() as kabar:
        statistics, details = kabar.statistics(), kabar.details()
    if as_json:
        print_json(statistics_to_json(statistics, details))
        return
    from retrieval.terminal import rendering

    rendering.show(rendering.statistics_text(statistics, details))


def doctor(context: typer.Context, as_json: JsonOption = False) -> None:
    """Look for what is wrong, and say how to mend it.

    The exit status is 1 if there is anything.

    Example: kabar doctor
    """
    from retrieval.terminal.checkup import check_everything

    with waiting("Looking for what is wrong …"):
        findings = check_everything(context.obj)
    if as_json:
        print_json(findings_to_json(findings))
    else:
        from retrieval.terminal import rendering

        rendering.show(rendering.findings_text(findings))
    if not all(finding.ok for finding in findings):
        raise typer.Exit(FAILED)


def reindex(
    context: typer.Context,
    everything: Annotated[
        bool, typer.Option("--all", help="Forget what was derived, and derive it all anew.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Embed what is not embedded for the present model.

    Stopped, it goes on where it was. With --all, which mends what `doctor` finds wrong with
    passages, vectors and terms, an article cannot be found until its turn comes again.

    Example: kabar reindex
    """
    session: Session = context.obj
    session.interrupted = "Stopped; what was embedded is kept. Run `kabar reindex` to go on."
    with session.library() as kabar:
        if everything:
            kabar.forget_index()
        indexed = index_pending(kabar)
    if as_json:
        print_json({"indexed": indexed})
    else:
        typer.echo(f"{indexed:,} {'article' if indexed == 1 else 'articles'} indexed")


def backup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A new file.", show_default=False)],
    as_json: JsonOption = False,
) -> None:
    """Copy the library to a new file, also while the bot runs.

    Example: kabar backup kabar-2026-01-31.db
    """
    session: Session = context.obj
    with session.library() as kabar:
        kabar.backup(file)
        articles = kabar.statistics().articles
    size = file.stat().st_size
    if as_json:
        print_json({"file": str(file), "articles": articles, "bytes": size})
        return
    typer.echo(f"{file}: {articles:,} {'article' if articles == 1 else 'articles'}, {size:,} bytes")


def restore(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="What `backup` wrote.", show_default=False)
    ],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask on a terminal.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Put a backup in the place of the library.

    All of it or nothing; what the library held is lost. A bot that is running answers from it
    at once.

    Example: kabar restore kabar-2026-01-31.db
    """
    from retrieval.storage.engines import restore_storage

    session: Session = context.obj
    settings = session.settings()
    session.start_logging(settings)
    if sys.stdin.isatty() and not yes:
        typer.confirm(f"This replaces the library in {settings.data_dir}. Go on?", abort=True)
    restore_storage(settings.data_dir, file)
    with session.library() as kabar:
        articles = kabar.statistics().articles
    if as_json:
        print_json({"file": str(file), "articles": articles})
        return
    typer.echo(f"Restored {articles:,} {'article' if articles == 1 else 'articles'} from {file}")


def _as_json(
    outcomes: Sequence[T | KabarError], shape: Callable[[T], Json]
) -> list[Json | KabarError]:
    return [each if isinstance(each, KabarError) else shape(each) for each in outcomes]


def _question(words: Sequence[str] | None, batch: str | None) -> str:
    """Return the question given; words without quotation marks around them are one as well."""
    if bool(words) == (batch is not None):
        raise UsageError("Give either a question or --batch FILE; --help shows an example.")
    return clean_argument(" ".join(words or ()))


def _filters(
    sources: Sequence[str] | None,
    languages: Sequence[str] | None,
    since: str | None,
    until: str | None,
) -> Filters | None:
    from retrieval.records import Filters

    filters = Filters(
        sources=frozenset(map(clean_argument, sources or ())),
        languages=frozenset(language.strip().lower() for language in languages or ()),
        published_from=_moment("--since", since),
        published_before=_moment("--until", until, end_of_day=True),
    )
    begin, end = filters.published_from, filters.published_before
    if begin and end and begin >= end:
        raise UsageError("--since is later than --until: nothing was published in between.")
    return filters or None


def _moment(option: str, stated: str | None, *, end_of_day: bool = False) -> datetime | None:
    """Read a date, or a time; without a zone it is UTC.

    Raises:
        UsageError: It is neither.
    """
    if stated is None:
        return None
    try:
        moment = datetime.fromisoformat(stated.strip())
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        if end_of_day and _DATE_ALONE.fullmatch(stated.strip()):
            moment += timedelta(days=1)
    except (ValueError, OverflowError):
        raise UsageError(f"{option}: {stated!r} is no date like 2022-01-03.") from None
    return moment
