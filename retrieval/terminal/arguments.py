"""What a person gives to `ask` and `search`, and how it is read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from retrieval.errors import UsageError
from retrieval.terminal.batch import clean_argument

if TYPE_CHECKING:
    from retrieval.records import Filters

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

_DATE_ALONE = re.compile(r"\d{4}-?\d{2}-?\d{2}")


def read_question(words: Sequence[str] | None, batch: str | None) -> str:
    """Return the question given; words without quotation marks around them are one as well.

    Raises:
        UsageError: There is neither a question nor a batch, or both.
    """
    if bool(words) == (batch is not None):
        raise UsageError("Give either a question or --batch FILE; --help shows an example.")
    return clean_argument(" ".join(words or ()))


def read_filters(
    sources: Sequence[str] | None,
    languages: Sequence[str] | None,
    since: str | None,
    until: str | None,
) -> Filters | None:
    """Return what narrows a search, or None.

    Raises:
        UsageError: A date is none, or nothing can lie between them.
    """
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
