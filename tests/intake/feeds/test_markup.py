"""HTML to the words of it."""

from __future__ import annotations

import pytest

from retrieval.intake.feeds.markup import plain_line, plain_text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>One.</p><p>Two.</p>", "One.\n\nTwo."),
        ("<p>One,<br>still one.<br/>And on.</p>", "One,\nstill one.\nAnd on."),
        ("<ul><li>First<li>Second</ul>After", "First\nSecond\n\nAfter"),
        ("<h2>Head</h2>Text <em>with</em> <a href='/x'>links</a>.", "Head\n\nText with links."),
        ("Some\n  broken\tlines <b>here</b>", "Some broken lines here"),
        ("<pre>a\n  b</pre>", "a\nb"),
        ("<table><tr><td>1</td><td>2</td></tr></table>", "1\n\n2"),
        ("<p>A</p><script>var a = '<p>';</script><style>p{}</style><p>B</p>", "A\n\nB"),
        ("<p>A<iframe src=x>frame</iframe><noscript>turn it on</noscript></p>", "A"),
        ("<!-- hidden --><p>Shown</p>", "Shown"),
        ("<p>5 &lt; 6 &amp;amp; 7</p>", "5 < 6 &amp; 7"),
        (
            "no tags:\nlines are kept &amp; entities read",
            "no tags:\nlines are kept & entities read",
        ),
        ("<p>never closed <b>at all", "never closed at all"),
        ("</div></p>only ends</b>", "only ends"),
        ("<p>日本語と\u00a0<b>中文</b></p>", "日本語と 中文"),
        ("<title>x</title><body><p>Whole pages</p></body>", "Whole pages"),
        ("nul\0byte <b>x</b>", "nulbyte x"),
        ("half \ud800 <b>letter</b>", "half ? letter"),
        ("", ""),
    ],
)
def test_the_words_and_paragraphs_are_kept(markup: str, text: str) -> None:
    assert plain_text(markup).text == text


def test_depth_costs_nothing() -> None:
    deep = "<div>" * 50_000 + "<p>In the deep.</p>"
    assert plain_text(deep).text == "In the deep."


def test_a_line_has_no_breaks() -> None:
    assert plain_line("<p>One</p><p>Two</p>") == "One Two"
    assert plain_line("a <tag> that is none") == "a <tag> that is none"
    assert plain_line("a <x-tag>that</x-tag> is one", is_html=True) == "a that is one"
    assert plain_line("<b>shown as written</b>", is_html=False) == "<b>shown as written</b>"


def test_the_first_picture_that_can_be_seen_is_noted() -> None:
    pixel = '<img src="/pixel.gif" width="1" height="1">'
    assert plain_text(f'{pixel}<p>x</p><img src="/a.jpg"><img src="/b.jpg">').picture == "/a.jpg"
    assert plain_text(pixel).picture is None
    assert plain_text('<img width="100%" src="/wide.jpg">').picture == "/wide.jpg"
