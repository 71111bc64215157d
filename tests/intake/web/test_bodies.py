"""A body is read up to its limit, and unpacked once."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import tracemalloc
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.errors import FetchError, IntakeError, TooLargeError
from retrieval.intake.web.bodies import BodyLimits, read_body
from tests.news_site.bombs import gzip_bomb

LIMITS = BodyLimits(10_000_000)
WORDS = b"".join(b"Word %d of a page. " % n for n in range(20_000))


async def in_pieces(body: bytes, size: int) -> AsyncIterator[bytes]:
    for start in range(0, len(body), size):
        yield body[start : start + size]


def read(
    body: bytes,
    coding: str | None = None,
    *,
    announced: str | None = None,
    limits: BodyLimits = LIMITS,
    size: int = 16_384,
) -> bytes:
    return asyncio.run(
        read_body(
            in_pieces(body, size), coding=coding, announced=announced, limits=limits, where="x"
        )
    )


@pytest.mark.parametrize("coding", [None, "", "identity", "Identity, identity"])
def test_what_is_not_packed_is_read_as_it_is(coding: str | None) -> None:
    assert read(WORDS, coding) == WORDS


@pytest.mark.parametrize("size", [1, 7, 1_000, 10_000_000])
@pytest.mark.parametrize("coding", ["gzip", "x-gzip", "GZIP", "identity, gzip"])
def test_gzip_is_unpacked_in_whatever_pieces_it_comes(coding: str, size: int) -> None:
    assert read(gzip.compress(WORDS[:50_000]), coding, size=size) == WORDS[:50_000]


def test_joined_gzip_files_are_one_body() -> None:
    assert read(gzip.compress(b"one ") + gzip.compress(b"two"), "gzip") == b"one two"


def test_padding_behind_a_gzip_file_is_left_out() -> None:
    assert read(gzip.compress(b"one") + b"\0" * 100, "gzip") == b"one"


def test_an_empty_body_is_empty_however_it_is_said_to_be_packed() -> None:
    assert read(b"", "gzip") == b""


@pytest.mark.parametrize(
    "coding", ["gzip, gzip", "gzip,gzip", "deflate", "br", "zstd", "gzip, br", "compress", "x"]
)
def test_what_was_not_asked_for_is_not_unpacked(coding: str) -> None:
    with pytest.raises(FetchError, match="not asked for"):
        read(b"anything", coding)


@pytest.mark.parametrize(
    "body",
    [b"no gzip at all", gzip.compress(WORDS)[:-20], gzip.compress(WORDS)[:5]],
    ids=["no gzip", "its end is missing", "its beginning alone"],
)
def test_a_damaged_body_is_no_body(body: bytes) -> None:
    with pytest.raises(FetchError, match="damaged"):
        read(body, "gzip")


def test_a_body_of_just_the_limit_is_read_and_one_byte_more_is_not() -> None:
    limits = BodyLimits(1_000)
    assert read(b"x" * 1_000, limits=limits) == b"x" * 1_000
    with pytest.raises(TooLargeError, match=r"0\.001 MB"):
        read(b"x" * 1_001, limits=limits)
    with pytest.raises(TooLargeError):
        read(gzip.compress(WORDS[:1_001]), "gzip", limits=limits)


def test_a_body_that_announces_too_much_is_not_begun() -> None:
    async def nothing_may_be_read() -> AsyncIterator[bytes]:
        raise AssertionError("it was begun")
        yield b""

    with pytest.raises(TooLargeError):
        asyncio.run(
            read_body(
                nothing_may_be_read(), coding=None, announced="10000001", limits=LIMITS, where="x"
            )
        )


@pytest.mark.parametrize("announced", ["-1", "many", "1e9", "", "٩٩", "9" * 5_000])
def test_an_announcement_is_nothing_but_a_number(announced: str) -> None:
    if announced.isdecimal() and len(announced) > 7:
        with pytest.raises(TooLargeError):
            read(b"x", announced=announced)
    else:
        assert read(b"x", announced=announced) == b"x"


def test_a_body_may_be_cut_at_the_limit() -> None:
    limits = BodyLimits(1_000, cut=True)
    assert read(WORDS, limits=limits, announced=str(len(WORDS))) == WORDS[:1_000]
    assert read(gzip.compress(WORDS), "gzip", limits=limits) == WORDS[:1_000]
    assert read(b"x" * 999, limits=limits) == b"x" * 999


def test_a_bomb_goes_off_in_a_few_pieces_of_memory() -> None:
    bomb = gzip_bomb(50_000_000)
    tracemalloc.start()
    try:
        with pytest.raises(TooLargeError, match="200 times"):
            read(bomb, "gzip", size=len(bomb))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 12_000_000


def test_padding_that_unpacks_to_nothing_counts_as_well() -> None:
    empty_block = b"\x00\x00\x00\xff\xff"  # RFC 1951, 3.2.4: not the last, of no bytes
    body = gzip.compress(b"")[:10] + empty_block * 300_000
    with pytest.raises(TooLargeError):
        read(body, "gzip", limits=BodyLimits(1_000_000))


def test_no_more_files_are_joined_than_anybody_joins() -> None:
    assert read(gzip.compress(b"x") * 1_000, "gzip") == b"x" * 1_000
    with pytest.raises(FetchError, match="damaged"):
        read(gzip.compress(b"") * 1_001, "gzip")


@given(st.binary(max_size=5_000), st.integers(1, 6_000))
def test_whatever_was_packed_comes_out_again(body: bytes, size: int) -> None:
    assert read(gzip.compress(body), "gzip", size=size) == body


@given(st.binary(max_size=500), st.text(max_size=20) | st.sampled_from(["gzip", "gzip, gzip"]))
def test_no_body_and_no_coding_end_in_anything_but_bytes_or_an_error(
    body: bytes, coding: str
) -> None:
    for packed in (body, gzip.compress(b"a page")[:10] + body):
        with contextlib.suppress(IntakeError):
            assert len(read(packed, coding, limits=BodyLimits(10_000))) <= 10_000
