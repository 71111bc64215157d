"""How records become columns and back.

- A time is microseconds since 1970 in UTC: exact, and ordered as a number.
- A vector is little-endian float16: half the space and, for unit vectors, cosines within 0.001.
- Sentences are JSON, ``[[start, end], …]``, offsets into the article's text.
- Terms are words of the letters that the full-text tokenizer keeps, separated by blanks; any
  other character is written as ``_`` and its two hexadecimal digits. So every string is a legal
  term, none is query syntax, and two different terms never become one.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from retrieval.records import Span

if TYPE_CHECKING:
    from retrieval.records import Vectors

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

_PLAIN = re.compile("[a-z0-9\x80-\ud7ff\ue000-\U0010ffff]+")
"""What needs no writing otherwise: the ``ascii`` tokenizer keeps it and folds none of it."""
_ESCAPED = re.compile("_([0-9a-f]{2}|u[0-9a-f]{4})")
_LONGEST_TERM = 32_000
"""FTS5 cuts a token after 32,768 bytes, which would make long terms equal to each other."""


def to_micros(time: datetime | None) -> int | None:
    """Return a time as microseconds since 1970 in UTC.

    Args:
        time: An aware time, or None.

    Returns:
        The number to store, or None.

    Raises:
        ValueError: For a naive time: which moment it means would be a guess.
    """
    if time is None:
        return None
    if time.tzinfo is None:
        raise ValueError(f"a time without a time zone cannot be stored: {time.isoformat()}")
    return (time - _EPOCH) // _MICROSECOND


def from_micros(micros: int | None) -> datetime | None:
    """Return the UTC time of so many microseconds since 1970, or None."""
    return None if micros is None else _EPOCH + timedelta(microseconds=micros)


def to_blobs(vectors: Vectors) -> list[bytes]:
    """Return each row of a float array, shape (n, d), as a float16 blob."""
    halves = np.ascontiguousarray(vectors, dtype="<f2")
    return [row.tobytes() for row in halves]


def from_blobs(blobs: Sequence[bytes]) -> NDArray[np.float32]:
    """Return the numbers of float16 blobs, float32, shape (numbers,), one blob after another."""
    return np.frombuffer(b"".join(blobs), dtype="<f2").astype(np.float32)


def to_sentences(spans: Iterable[Span]) -> str:
    """Return sentences as JSON."""
    return json.dumps([[span.start, span.end] for span in spans], separators=(",", ":"))


def from_sentences(texts: Sequence[str]) -> list[tuple[Span, ...]]:
    """Return the sentences that each text of JSON names; all are parsed in one go."""
    return [tuple(map(Span._make, pairs)) for pairs in json.loads(f"[{','.join(texts)}]")]


@lru_cache(maxsize=1 << 16)
def encode_term(term: str) -> str:
    """Return the token that stands for a term.

    Args:
        term: Any string.

    Returns:
        A word that the tokenizer keeps whole and unchanged; never empty.
    """
    if _PLAIN.fullmatch(term) and len(term) < _LONGEST_TERM // 4:
        return term
    token = "".join(
        character if _PLAIN.match(character) else _escape(ord(character)) for character in term
    )
    if len(token.encode()) > _LONGEST_TERM:
        digest = hashlib.sha256(token.encode()).hexdigest()
        return f"_h{digest}"
    return token or "_"


def _escape(code_point: int) -> str:
    return f"_{code_point:02x}" if code_point < 0x80 else f"_u{code_point:04x}"


def decode_term(token: str) -> str:
    """Return the term that a token stands for (not that of one beyond 32,000 bytes)."""
    if "_" not in token:
        return token
    if token == "_":  # noqa: S105
        return ""
    return _ESCAPED.sub(lambda match: chr(int(match[1].lstrip("u"), 16)), token)


def to_terms(terms: Iterable[str]) -> str:
    """Return terms as text for the full-text table."""
    return " ".join(map(encode_term, terms))


def from_terms(text: str) -> tuple[str, ...]:
    """Return the terms that text of the full-text table stands for."""
    tokens = text.split(" ") if text else []
    if "_" not in text:
        return tuple(tokens)
    return tuple(map(decode_term, tokens))
