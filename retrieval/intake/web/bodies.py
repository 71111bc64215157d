"""Read a body without being filled up by it.

Always true: no more than the limit is kept, and no more than one piece of 64 KiB is unpacked
beyond it, whatever was sent. httpx's own decoding is not used: it unpacks what arrived in one
go, and codings stacked on one another (3 KB of ``gzip, gzip`` became 2 GB). Here one layer of
gzip is understood, which is also all that is asked for.
"""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterable, Iterator
from dataclasses import dataclass

from retrieval.errors import FetchError, TooLargeError

_PIECE = 64 * 1024
_GZIP = zlib.MAX_WBITS | 16
_MAX_MEMBERS = 1_000
"""Of joined gzip files; empty ones take 20 bytes and a tenth of a second a thousand."""
_MAX_RATIO = 200
"""Pages and feeds shrink to a fifth, tables of nothing to a fiftieth; a bomb to a thousandth."""
_RATIO_COUNTS_FROM = 1_000_000
"""Bytes: below, a page of repetitions may shrink as it likes."""


@dataclass(frozen=True, slots=True)
class BodyLimits:
    """How much is read.

    Args:
        max_bytes: Of the body, on its way and unpacked.
        cut: Whether what is longer is cut there, instead of given up.
    """

    max_bytes: int
    cut: bool = False


async def read_body(
    pieces: AsyncIterable[bytes],
    *,
    coding: str | None,
    announced: str | None,
    limits: BodyLimits,
    where: str,
) -> bytes:
    """Read and unpack a body.

    Args:
        pieces: The body as it comes over the wire.
        coding: The ``Content-Encoding``, with all that were sent.
        announced: The ``Content-Length``.
        limits: How much is read.
        where: The address, for errors.

    Raises:
        TooLargeError: It is larger than the limit.
        FetchError: It is packed in a way that was not asked for, or damaged.
    """
    unpacker = _unpacker(coding, where)
    length = int(announced[:20]) if announced and announced.isdecimal() else 0
    if length > limits.max_bytes and not limits.cut:
        raise _too_large(where, limits)
    on_the_wire = 0
    body = bytearray()
    try:
        async for packed in pieces:
            on_the_wire += len(packed)
            for piece in unpacker.unpack(packed):
                body += piece
                if len(body) > limits.max_bytes:
                    if limits.cut:
                        return bytes(body[: limits.max_bytes])
                    raise _too_large(where, limits)
                if len(body) > max(_RATIO_COUNTS_FROM, _MAX_RATIO * on_the_wire):
                    raise TooLargeError(
                        where, f"it unpacks to more than {_MAX_RATIO} times its size: given up"
                    )
            if on_the_wire > limits.max_bytes:  # packed, and all of it padding
                raise _too_large(where, limits)
        unpacker.finish()
    except (zlib.error, EOFError) as error:
        raise FetchError(where, "the answer is damaged: it cannot be unpacked") from error
    return bytes(body)


def _too_large(where: str, limits: BodyLimits) -> TooLargeError:
    return TooLargeError(where, f"it is larger than {limits.max_bytes / 1_000_000:g} MB: given up")


class _Plain:
    """What is not packed."""

    def unpack(self, packed: bytes) -> Iterator[bytes]:
        yield packed

    def finish(self) -> None:
        pass


class _Gzip:
    """One layer of gzip, in bounded pieces; files may be joined to one, as `cat` joins them."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(_GZIP)
        self._begun = False
        self._over = False
        self._members = 0

    def unpack(self, packed: bytes) -> Iterator[bytes]:
        while packed and not self._over:
            self._begun = True
            piece = self._member.decompress(packed, _PIECE)
            yield piece
            if self._member.eof:
                self._members += 1
                if self._members > _MAX_MEMBERS:
                    raise zlib.error("too many files joined to one")
                packed = self._member.unused_data
                self._begun = False
                self._member = zlib.decompressobj(_GZIP)
                # Behind the end some servers send padding: it is not looked at.
                self._over = bool(packed) and packed[0] != 0x1F
            else:
                # Not empty as long as there is more to be had: the checksum comes last.
                packed = self._member.unconsumed_tail

    def finish(self) -> None:
        if self._begun:
            raise EOFError("the packed body breaks off")


def _unpacker(coding: str | None, where: str) -> _Plain | _Gzip:
    codings = [each.strip().lower() for each in (coding or "").split(",")]
    codings = [each for each in codings if each not in ("", "identity")]
    if not codings:
        return _Plain()
    if codings in (["gzip"], ["x-gzip"]):
        return _Gzip()
    raise FetchError(
        where, "the answer is packed in a way that was not asked for: Kabar reads gzip, once"
    )
