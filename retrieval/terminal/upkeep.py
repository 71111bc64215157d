"""The commands that look after a library: count, check, derive anew, copy and bring back."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from retrieval.terminal.arguments import JsonOption
from retrieval.terminal.progress import index_pending, waiting
from retrieval.terminal.session import FAILED, Session
from retrieval.terminal.shapes import findings_to_json, print_json, statistics_to_json


def stats(context: typer.Context, as_json: JsonOption = False) -> None:
    """Count what is in the library.

    Example: kabar stats --json
    """
    session: Session = context.obj
    with session.library() as kabar:
        statistics, details = kabar.statistics(), kabar.details()
        feeds = kabar.newsroom.feeds()
    if as_json:
        print_json(statistics_to_json(statistics, details, feeds))
        return
    from retrieval.terminal import rendering

    rendering.show(rendering.statistics_text(statistics, details, feeds))


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


def evaluate(
    context: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="QUESTIONS",
            help="JSON lines of question, article_id and answers.",
            show_default=False,
        ),
    ],
    as_json: JsonOption = False,
) -> None:
    """Measure search, quotes and refusal over labelled questions.

    A question whose article is in the library should be answered, any other refused.

    Example: kabar eval questions.jsonl --json
    """
    from retrieval.evaluation.evaluate import evaluate as measure
    from retrieval.evaluation.questions import read_questions

    session: Session = context.obj
    with session.library() as kabar, waiting("Asking …"):
        figures = measure(kabar, read_questions(file))
    if as_json:
        print_json(figures)
        return
    for name, figure in figures.items():
        shown = "-" if figure is None else f"{figure:.3f}" if isinstance(figure, float) else figure
        typer.echo(f"{name.replace('_', ' '):<30} {shown}")


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
