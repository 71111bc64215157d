"""The commands that need no Telegram: `kabar ask`, `search`, and those of `retrieval.terminal`.

Each is a few lines between a person and `retrieval.kabar`; how they end is in
`retrieval.terminal.session`, what they show in its neighbours.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from retrieval.errors import KabarError, UsageError
from retrieval.terminal.arguments import (
    BatchOption,
    JsonOption,
    LanguageOption,
    SinceOption,
    SourceOption,
    UntilOption,
    WordsArgument,
    read_filters,
    read_question,
)
from retrieval.terminal.batch import run_batch
from retrieval.terminal.digest import make_digest_app
from retrieval.terminal.feedback import make_feedback_app
from retrieval.terminal.feeds import make_feeds_app
from retrieval.terminal.progress import waiting
from retrieval.terminal.reading import fetch, ingest
from retrieval.terminal.session import DONE, DONE_IN_PART, Session, run, say
from retrieval.terminal.shapes import (
    Json,
    answer_to_json,
    print_json,
    receipt_to_json,
    search_to_json,
)
from retrieval.terminal.upkeep import backup, doctor, evaluate, reindex, restore, stats

T = TypeVar("T")


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
    for command in (ingest, fetch, ask, search, explain, stats, doctor):
        app.command()(command)
    app.command("eval")(evaluate)
    for upkeep in (reindex, backup, restore):
        app.command()(upkeep)
    app.add_typer(make_feeds_app(), name="feeds")
    app.add_typer(make_digest_app(), name="digest")
    app.add_typer(make_feedback_app(), name="feedback")
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
    filters = read_filters(source, language, since, until)
    words = read_question(question, batch)
    if batch is not None:
        if explained:
            raise UsageError("--explain is for one question; `kabar explain ID` shows any receipt.")
        with session.library() as kabar:

            def answer(questions: Sequence[str]) -> list[Json | KabarError]:
                return _as_json(kabar.ask_many(questions, filters), answer_to_json)

            complete = run_batch(batch, answer, "question", say)
        raise typer.Exit(DONE if complete else DONE_IN_PART)
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
    filters = read_filters(source, language, since, until)
    words = read_question(query, batch)
    if batch is not None:
        with session.library() as kabar:

            def find(queries: Sequence[str]) -> list[Json | KabarError]:
                return _as_json(kabar.search_many(queries, k, filters), search_to_json)

            complete = run_batch(batch, find, "query", say)
        raise typer.Exit(DONE if complete else DONE_IN_PART)
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


def _as_json(
    outcomes: Sequence[T | KabarError], shape: Callable[[T], Json]
) -> list[Json | KabarError]:
    return [each if isinstance(each, KabarError) else shape(each) for each in outcomes]
