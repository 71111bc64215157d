"""Cutting long texts and packing blocks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.render.splitting import MAX_UNITS, Block, pack, split_text, utf16_units


@given(st.text(), st.integers(2, 40))
def test_parts_are_the_text_again_and_within_the_limit(text: str, limit: int) -> None:
    parts = split_text(text, limit)
    assert "".join(parts) == text
    assert all(0 < utf16_units(part) <= limit for part in parts)


@pytest.mark.parametrize(
    ("text", "limit", "parts"),
    [
        ("One two. Three four.", 14, ["One two. ", "Three four."]),
        ("One two three four", 14, ["One two three ", "four"]),
        ('He said "no." She left.', 18, ['He said "no." ', "She left."]),
        ("今天下雨。明天晴。", 7, ["今天下雨。", "明天晴。"]),
        ("abcdefgh", 3, ["abc", "def", "gh"]),
        ("😀😀😀", 5, ["😀😀", "😀"]),
        ("", 3, []),
    ],
)
def test_cuts_are_where_a_reader_would_make_them(text: str, limit: int, parts: list[str]) -> None:
    assert split_text(text, limit) == parts


def test_an_accent_stays_with_its_letter_and_a_family_together() -> None:
    assert split_text("abe\u0301", 3) == ["ab", "e\u0301"]
    assert split_text("abc👩\u200d👧x", 6) == ["abc", "👩\u200d👧x"]


def test_blocks_share_a_message_while_they_fit() -> None:
    half = "x" * (MAX_UNITS // 2 - 1)
    assert [len(one.plain) for one in pack([Block(half, half)] * 3)] == [MAX_UNITS, 2047]


def test_bytes_before_parsing_count_as_well() -> None:
    heavy = Block('<a href="x">' + "&amp;" * 3500, "&" * 10)
    assert len(pack([heavy, heavy])) == 2


def test_the_first_link_is_previewed() -> None:
    blocks = [Block("a", "a"), Block("b", "b", "https://b.example"), Block("c", "c", "https://c")]
    assert [one.link for one in pack(blocks)] == ["https://b.example"]
