"""How parent and child speak: a header in JSON, then the documents as they are.

A message is four bytes (the length of the header, big-endian), the header, and after it the
parts whose lengths the header names. Documents are not encoded, so ten megabytes are sent
without being held twice.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import IO, Any

MAX_HEADER_BYTES = 20_000_000
"""More is no answer to anything."""

_LENGTH_BYTES = 4


class WireError(Exception):
    """The other side is gone, or says what makes no sense."""


def send(stream: IO[bytes], header: dict[str, Any], parts: Sequence[bytes] = ()) -> None:
    """Write a message.

    Args:
        stream: Where to.
        header: What JSON can say; "parts" is set here.
        parts: The documents.

    Raises:
        OSError: If the other side is gone.
    """
    lengths = [len(part) for part in parts]
    # Half a character is no UTF-8, and would end the one who says it.
    written = json.dumps({**header, "parts": lengths}, ensure_ascii=False).encode(
        "utf-8", "replace"
    )
    stream.write(len(written).to_bytes(_LENGTH_BYTES, "big"))
    stream.write(written)
    for part in parts:
        stream.write(part)
    stream.flush()


def receive(
    stream: IO[bytes], *, documents: bool = True
) -> tuple[dict[str, Any], list[bytes]] | None:
    """Read a message.

    Args:
        stream: Where from.
        documents: Whether documents may follow. From a child none may, however long it says
            that they are.

    Returns:
        The header and the documents; None at the end of the stream.

    Raises:
        WireError: If the message is cut off, too long, or no message.
    """
    prefix = stream.read(_LENGTH_BYTES)
    if not prefix:
        return None
    length = int.from_bytes(prefix, "big")
    if len(prefix) < _LENGTH_BYTES or length > MAX_HEADER_BYTES:
        raise WireError("no message")
    try:
        header = json.loads(_exactly(stream, length))
    except (ValueError, RecursionError) as error:
        raise WireError("no header") from error
    if not isinstance(header, dict):
        raise WireError("no header")
    lengths = header.get("parts")
    if not isinstance(lengths, list) or (lengths and not documents):
        raise WireError("no parts")
    return header, [_exactly(stream, part) for part in lengths]


def _exactly(stream: IO[bytes], length: int) -> bytes:
    content = stream.read(length)
    if len(content) < length:
        raise WireError("cut off")
    return content
