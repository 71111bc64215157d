"""The parser of Telegram's HTML, against what tdlib does."""

from __future__ import annotations

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.playground.markup import MarkupError, parse_html, utf16_units
from bot.playground.tidying import tidy


@pytest.mark.parametrize(
    ("tag", "kind"),
    [
        ("b", "bold"),
        ("strong", "bold"),
        ("i", "italic"),
        ("em", "italic"),
        ("u", "underline"),
        ("ins", "underline"),
        ("s", "strikethrough"),
        ("strike", "strikethrough"),
        ("del", "strikethrough"),
        ("code", "code"),
        ("pre", "pre"),
        ("tg-spoiler", "spoiler"),
        ("blockquote", "blockquote"),
        ("B", "bold"),
    ],
)
def test_each_tag_of_the_list_makes_its_entity(tag: str, kind: str) -> None:
    text, entities = parse_html(f"a<{tag}>bc</{tag.lower()}>d")
    assert text == "abcd"
    assert entities == [{"type": kind, "offset": 1, "length": 2}]


def test_attributes_are_read() -> None:
    source = (
        '<a href="https://e.org/?a=1&amp;b=2">l</a><span class="tg-spoiler">s</span>'
        "<blockquote expandable>q</blockquote><tg-emoji emoji-id='5'>👍</tg-emoji>"
        '<pre><code class="language-python">x</code></pre>'
    )
    text, entities = parse_html(source)
    assert text == "lsq👍x"
    assert entities == [
        {"type": "text_link", "offset": 0, "length": 1, "url": "https://e.org/?a=1&b=2"},
        {"type": "spoiler", "offset": 1, "length": 1},
        {"type": "expandable_blockquote", "offset": 2, "length": 1},
        {"type": "custom_emoji", "offset": 3, "length": 2, "custom_emoji_id": "5"},
        {"type": "pre", "offset": 5, "length": 1, "language": "python"},
    ]


def test_offsets_count_utf16_units_and_nesting_keeps_the_longer_first() -> None:
    text, entities = parse_html("😀<b>é<i>😀</i></b>")
    assert text == "😀é😀"
    assert entities == [
        {"type": "bold", "offset": 2, "length": 3},
        {"type": "italic", "offset": 3, "length": 2},
    ]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("&lt;&gt;&amp;&quot;", '<>&"'),
        ("&#60;&#x3c;&#X3C;", "<<<"),
        ("&lt", "<"),
        ("&nbsp;&apos;&unknown;", "&nbsp;&apos;&unknown;"),
        ("AT&T & co", "AT&T & co"),
        ("&#0;&#xD800;&#99999999;", "&#0;&#xD800;&#99999999;"),
        ("a > b", "a > b"),
    ],
)
def test_references_are_decoded_and_unknown_ones_stay(source: str, text: str) -> None:
    assert parse_html(source) == (text, [])


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        (
            "<b><i>x</b></i>",
            'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"',
        ),
        ("é<p>x</p>", 'Unsupported start tag "p" at byte offset 2'),
        ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
        ("x <", "Unclosed start tag at byte offset 2"),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<a href", 'Unclosed start tag "a" at byte offset 0'),
        ('<a href="x>y</a>', "Unclosed start tag at byte offset 0"),
        ('<a "x">y</a>', 'Empty attribute name in the tag "a" at byte offset 0'),
        ("<a href=x:y>z</a>", "Unexpected end of name token at byte offset 8"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<br/>", 'Unsupported start tag "br/" at byte offset 0'),
    ],
)
def test_what_is_no_markup_is_refused_in_telegrams_words(source: str, error: str) -> None:
    with pytest.raises(MarkupError) as caught:
        parse_html(source)
    assert str(caught.value) == error


def test_a_link_that_leads_nowhere_is_dropped_silently() -> None:
    assert parse_html('<a href="javascript:x">y</a><a href="">z</a>') == ("yz", [])


def test_quotes_do_not_nest() -> None:
    source = "<blockquote>a<blockquote>b</blockquote></blockquote>"
    assert parse_html(source)[1] == [{"type": "blockquote", "offset": 0, "length": 2}]


@given(st.text())
def test_escaped_text_comes_back_whole(text: str) -> None:
    assert parse_html(html.escape(text))[0] == text


@given(st.text(alphabet='<>/ab=" &;#x1😀'))
def test_any_text_is_parsed_or_refused(text: str) -> None:
    try:
        parsed, entities = parse_html(text)
    except MarkupError:
        return
    assert all(0 < one["length"] <= utf16_units(parsed) - one["offset"] for one in entities)


def test_tidy_trims_and_moves_entities_along() -> None:
    text, entities = parse_html(" \u202e\t<b> 😀\rx </b> <i> </i>\n")
    assert tidy(text, entities) == ("😀x", [{"type": "bold", "offset": 0, "length": 3}])


def test_tidy_makes_control_characters_blanks_and_keeps_line_ends() -> None:
    assert tidy("a\0b\x1fc\nd", []) == ("a b c\nd", [])
