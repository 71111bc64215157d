"""`kabar feeds import` and `export`: lists of feeds as OPML, which feed readers exchange."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from retrieval.errors import KabarError, UsageError
from retrieval.terminal.arguments import JsonOption
from retrieval.terminal.session import Session
from retrieval.terminal.shapes import print_json

_LARGEST = 10_000_000
"""Bytes of an OPML file."""


def import_list(
    context: typer.Context,
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE", help="A list of feeds as OPML; - reads stdin.", show_default=False
        ),
    ],
    as_json: JsonOption = False,
) -> None:
    """Add the feeds of an OPML file, which most feed readers can export.

    None is visited yet: `kabar run` does, and `kabar feeds check`.

    Example: kabar feeds import seeds/feeds.opml
    """
    session: Session = context.obj
    content = _read_file(file)
    with session.library() as kabar:
        new, known = kabar.newsroom.import_opml(content)
    if not new and not known:
        raise KabarError(f"{file}: there is no feed in this list.")
    if as_json:
        print_json({"new": new, "known": known})
        return
    typer.echo(f"{new:,} new, {known:,} known already")


def export_list(
    context: typer.Context,
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FILE]", help="A new file; standard output by default.", show_default=False
        ),
    ] = None,
) -> None:
    """Write the feeds as OPML, for another feed reader or another Kabar.

    Example: kabar feeds export my-feeds.opml
    """
    session: Session = context.obj
    with session.library() as kabar:
        text = kabar.newsroom.export_opml()
        number = len(kabar.newsroom.feeds())
    if file is None:
        sys.stdout.write(text if text.endswith("\n") else text + "\n")
        return
    try:
        with file.open("x", encoding="utf-8") as target:
            target.write(text)
    except FileExistsError:
        raise UsageError(f"{file}: there is a file of this name; give another.") from None
    except OSError as error:
        raise KabarError(f"{file}: it cannot be written ({error.strerror}).") from None
    from retrieval.terminal.feed_words import count

    typer.echo(f"{file}: {count(number, 'feed')}")


def _read_file(file: str) -> bytes:
    if file == "-":
        content = sys.stdin.buffer.read(_LARGEST + 1)
    else:
        try:
            with Path(file).open("rb") as source:
                content = source.read(_LARGEST + 1)
        except FileNotFoundError:
            raise UsageError(f"{file}: there is no such file.") from None
        except OSError as error:
            raise KabarError(f"{file}: it cannot be read ({error.strerror}).") from None
    if len(content) > _LARGEST:
        raise UsageError(f"{file}: this is larger than any list of feeds (10 MB).")
    return content
