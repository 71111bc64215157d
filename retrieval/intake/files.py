"""Read files and folders into articles, one at a time.

Always true: what cannot be read is named with its reason and all the rest is kept; nothing but
regular files is ever opened for reading, so no pipe or device can block; never more than one
document is in memory; and the order is the same every time.

``read_articles`` is the whole of it; ``list_files`` and ``read_file`` are its halves, for a
caller that shows its progress by files.
"""

from __future__ import annotations

import codecs
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from retrieval.errors import IntakeError, TooLargeError
from retrieval.intake.articles import RawArticle, build_article
from retrieval.intake.decoding import decode, decode_html, is_utf16
from retrieval.intake.folders import list_files, open_regular, os_reason, printable
from retrieval.intake.json_articles import parse_json, raw_article
from retrieval.records import Article

MAX_DOCUMENT_BYTES = 20_000_000
"""The most bytes in one document: a .txt, .html or .json file, or one line of a .jsonl file. A
long article has 100 kB. A .jsonl file itself may be of any size: it is read line by line."""

MAX_TITLE_CHARS = 300
"""A first line longer than this is no title but a paragraph: the article has no title then."""


def read_articles(
    paths: Iterable[Path], *, max_bytes: int = MAX_DOCUMENT_BYTES
) -> Iterator[Article | IntakeError]:
    """Read files, and folders with all that is in them.

    Args:
        paths: Files and folders. A folder gives its ``.txt``, ``.html``, ``.htm``, ``.json`` and
            ``.jsonl`` files and those of its folders, by name; what is hidden or of another kind
            is passed over. A file that two of the paths lead to is read once.
        max_bytes: The most bytes in one document.

    Yields:
        Each article, or what could not be read as an error that was not raised, with ``.where``
        and ``.reason``; in the order of the paths, of the names in a folder, of the file.
    """
    for item in list_files(paths):
        if isinstance(item, IntakeError):
            yield item
        else:
            yield from read_file(item, max_bytes=max_bytes)


def read_file(
    path: Path, *, max_bytes: int = MAX_DOCUMENT_BYTES
) -> Iterator[Article | IntakeError]:
    """Read the articles of one file.

    Args:
        path: The file; its suffix says what it is.
        max_bytes: The most bytes in one document.

    Yields:
        Each article, or what could not be read as an error that was not raised.
    """
    where = printable(path)
    try:
        with open_regular(path) as stream:
            document = _Document(path, where, stream, max_bytes)
            yield from READERS[path.suffix.lower()](document)
    except IntakeError as error:
        yield error
    except OSError as error:
        yield IntakeError(where, os_reason(error))


@dataclass(frozen=True, slots=True)
class _Document:
    path: Path
    where: str
    stream: BinaryIO
    max_bytes: int

    def bytes(self) -> bytes:
        size = os.fstat(self.stream.fileno()).st_size
        data = b"" if size > self.max_bytes else self.stream.read(self.max_bytes + 1)
        if size > self.max_bytes or len(data) > self.max_bytes:
            raise TooLargeError(self.where, _size_reason(max(size, len(data)), self.max_bytes))
        if not data.strip(b"\0\t\n\r \xef\xbb\xbf"):
            raise IntakeError(self.where, "the file is empty")
        return data

    @property
    def location(self) -> str:
        return os.path.realpath(self.path)

    @property
    def folder(self) -> str:
        """The name of the folder that it is in: what a file that names no source is from."""
        folder = Path(self.location).parent.name
        return printable(folder or self.path.name)


def _read_text(document: _Document) -> Iterator[Article | IntakeError]:
    lines = decode(document.bytes(), document.where).lstrip("\ufeff \t\r\n").splitlines()
    title, text = "", lines
    if lines and len(lines[0]) <= MAX_TITLE_CHARS:
        title, text = lines[0], lines[1:]
    yield build_article(
        RawArticle(
            title=title,
            text="\n".join(text),
            fallback_source=document.folder,
            location=document.location,
        ),
        document.where,
    )


def _read_html(document: _Document) -> Iterator[Article | IntakeError]:
    from retrieval.intake.extraction import extract_article

    page = decode_html(document.bytes(), document.where)
    yield build_article(
        extract_article(
            page,
            document.where,
            fallback_source=document.folder,
            location=document.location,
        ),
        document.where,
    )


def _read_json(document: _Document) -> Iterator[Article | IntakeError]:
    content = parse_json(decode(document.bytes(), document.where), document.where)
    if isinstance(content, list):
        for number, record in enumerate(content, start=1):
            yield _record(record, f"{document.where}, item {number}", document, None)
    else:
        yield _record(content, document.where, document, document.location)


def _read_json_lines(document: _Document) -> Iterator[Article | IntakeError]:
    count = 0
    for number, line in _lines(document):
        where = f"{document.where}, line {number}"
        if isinstance(line, IntakeError):
            yield line
        elif line.strip():
            try:
                record = parse_json(line.strip(), where)
            except IntakeError as error:
                # "line 1" of a line would be read as line 1 of the file.
                yield IntakeError(where, error.reason.replace("(line 1, column", "(column"))
            else:
                yield _record(record, where, document, None)
        else:
            continue
        count += 1
    if not count:
        raise IntakeError(document.where, "the file is empty")


def _record(
    record: object, where: str, document: _Document, location: str | None
) -> Article | IntakeError:
    try:
        raw = raw_article(
            record,
            where,
            # A file of many articles is a collection, as a folder is: it gives them its name.
            source=document.folder if location else printable(document.path.name),
            location=location,
        )
        return build_article(raw, where)
    except IntakeError as error:
        return error


def _lines(document: _Document) -> Iterator[tuple[int, str | IntakeError]]:
    """The lines of a file with their numbers, none of them longer than the limit."""
    sample = document.stream.read(64)
    document.stream.seek(0)
    if is_utf16(sample):
        # Only a decoder knows where its lines end, so such a file is read whole.
        text = decode(document.bytes(), document.where)
        yield from enumerate(text.split("\n"), start=1)
        return
    number = 0
    while line := document.stream.readline(document.max_bytes + 1):
        number += 1
        where = f"{document.where}, line {number}"
        if len(line) > document.max_bytes:
            size = len(line)
            while line and not line.endswith(b"\n"):
                line = document.stream.readline(1 << 20)
                size += len(line)
            yield number, TooLargeError(where, _size_reason(size, document.max_bytes))
            continue
        try:
            yield number, line.removeprefix(codecs.BOM_UTF8).decode("utf-8")
        except UnicodeDecodeError:
            yield number, IntakeError(where, "this is not UTF-8, as JSON lines must be")


READERS: dict[str, Callable[[_Document], Iterator[Article | IntakeError]]] = {
    ".txt": _read_text,
    ".html": _read_html,
    ".htm": _read_html,
    ".json": _read_json,
    ".jsonl": _read_json_lines,
}


def _size_reason(size: int, limit: int) -> str:
    return f"it has {size / 1e6:.1f} MB, and the limit is {limit / 1e6:g} MB"
