"""What pages state of their articles, and which of it is believed."""

from datetime import UTC, datetime, timedelta

import pytest

from retrieval.intake.extraction import extract_page
from retrieval.records import ExtractedPage

URL = "https://www.example.org/2024/05/ferry-returns-88120"
TITLE = "Ferry returns after eleven weeks"
BODY = "".join(
    f"<p>Paragraph {number} says what the harbour board decided and who paid for it.</p>"
    for number in range(6)
)


def read(
    head: str = "", heading: str = f"<h1>{TITLE}</h1>", url: str = URL, body: str = BODY
) -> ExtractedPage:
    page = f"<!doctype html><html><head>{head}</head><body><article>{heading}{body}</article>"
    return extract_page([(page.encode(), url, "text/html; charset=utf-8")])


def stated(json: str) -> str:
    return f'<script type="application/ld+json">{json}</script>'


@pytest.mark.parametrize(
    ("head", "heading"),
    [
        (f"<title>{TITLE}</title>", ""),
        (f"<title>{TITLE} - Courier</title>", f"<h1>Courier</h1><h2>{TITLE}</h2>"),
        (f'<meta property="og:title" content="{TITLE} | Example"><title>x</title>', ""),
        (f'<meta property="og:title" content="{TITLE}">', "<h1>The Courier</h1>"),
        (f"<title>{TITLE} - The Courier</title>", f"<h1>{TITLE}</h1>"),
        (f'<meta property="og:title" content="LIVE: {TITLE}">', f"<h1>{TITLE}</h1>"),
        (stated(f'{{"@type":"NewsArticle","headline":"{TITLE}"}}'), ""),
        (f"<title>Courier :: {TITLE}</title>", f"<p><b>{TITLE}</b></p>"),
        ("", f"<h1>{TITLE}</h1>"),
    ],
)
def test_the_headline_is_told_from_the_sites_name(head: str, heading: str) -> None:
    assert read(head, heading).title == TITLE


@pytest.mark.parametrize(
    ("head", "author"),
    [
        ('<meta name="author" content="By Dewi S. Lestari">', "Dewi S. Lestari"),
        ('<meta name="author" content="Jan van Dijk">', "Jan van Dijk"),
        ('<meta name="author" content="von Thann">', "von Thann"),
        ('<meta name="author" content="文天祥">', "文天祥"),
        ('<meta name="author" content="作者：王小满">', "王小满"),
        (stated('{"@type":"NewsArticle","author":["Ana","Bo"]}'), "Ana, Bo"),
        (stated('{"@type":"NewsArticle","author":{"name":"Agence Delta"}}'), "Agence Delta"),
        ('<meta property="article:author" content="https://example.org/a">', None),
        ('<meta name="author" content="admin">', None),
        ('<meta name="author" content="desk@example.org">', None),
        ('<meta property="og:site_name" content="Courier"><meta name="author" content="Courier">',
         None),
        ("", None),
    ],
)  # fmt: skip
def test_the_author_is_written_as_the_page_writes_it(head: str, author: str | None) -> None:
    assert read(head).author == author


@pytest.mark.parametrize(
    ("head", "source"),
    [
        ('<meta property="og:site_name" content="The Courier">', "The Courier"),
        (stated('{"@type":"Article","publisher":{"name":"The Courier"}}'), "The Courier"),
        ('<meta property="og:site_name" content="https://www.example.org">', "example.org"),
        ('<meta name="application-name" content="Courier">', "Courier"),
        ("<title>x - The Courier</title>", None),
    ],
)
def test_the_site_is_called_what_it_calls_itself(head: str, source: str | None) -> None:
    assert read(head).source == source


@pytest.mark.parametrize(
    ("head", "time"),
    [
        (stated('{"@type":"NewsArticle","datePublished":"2024-05-01T08:00:00+07:00"}'),
         datetime(2024, 5, 1, 1, tzinfo=UTC)),
        (stated('<!--\n{"@type":"NewsArticle","datePublished":"2024-05-01T08:00:00Z",}\n-->'),
         datetime(2024, 5, 1, 8, tzinfo=UTC)),
        (stated('{"@type":"ItemList","itemListElement":[{"datePublished":"2024-05-01"}]}'), None),
        ('<meta name="date" content="1970-01-01T00:00:00Z">', None),
        (f'<meta name="date" content="{datetime.now(UTC) + timedelta(days=9):%Y-%m-%d}">', None),
    ],
)  # fmt: skip
def test_the_time_is_the_articles_and_one_that_can_be_right(
    head: str, time: datetime | None
) -> None:
    assert read(head).published_at == time


@pytest.mark.parametrize(
    ("head", "image"),
    [
        ('<meta property="og:image" content="/i/a.jpg">', "https://www.example.org/i/a.jpg"),
        ('<meta property="og:image" content="//cdn.example.org/a.jpg">',
         "https://cdn.example.org/a.jpg"),
        ('<meta name="twitter:image" content="https://a.example.org/t.jpg">',
         "https://a.example.org/t.jpg"),
        (stated('{"@type":"NewsArticle","image":{"url":"https://a.example.org/j.jpg"}}'),
         "https://a.example.org/j.jpg"),
        ('<link rel="image_src" href="https://a.example.org/l.jpg">',
         "https://a.example.org/l.jpg"),
        ('<meta property="og:image" content="data:image/png;base64,AA">', None),
        ('<meta property="og:image" content="javascript:alert(1)">', None),
        ('<meta property="og:image" content="https://[bad">', None),
        (stated('{"@type":"Organization","logo":"https://a.example.org/logo.png"}')
         + '<meta property="og:image" content="https://a.example.org/logo.png">', None),
        ("", None),
    ],
)  # fmt: skip
def test_the_image_is_a_web_address_and_no_logo(head: str, image: str | None) -> None:
    assert read(head).image_url == image


def canonical(address: str) -> str:
    return f'<link rel="canonical" href="{address}">'


@pytest.mark.parametrize(
    "address",
    [
        URL,
        "https://example.org/2024/05/ferry-returns-88120",
        "https://news.example.org/ferry-returns-88120",
        "https://www.example.org/a/88120",
        "https://www.example.org/harbour/ferry-returns-eleven-weeks",
    ],
)
def test_a_canonical_address_of_this_article_is_believed(address: str) -> None:
    assert read(canonical(address)).canonical_url == address


@pytest.mark.parametrize(
    "address",
    [
        "https://www.example.org/",
        "https://www.example.org/2024/05/",
        "https://www.example.org/2024/",
        "https://www.example.org/news/article.html",
        "https://www.example.org/2024/05/bakery-wins-prize-88121",
        "https://other.example.com/2024/05/ferry-returns-88120",
        "ftp://www.example.org/2024/05/ferry-returns-88120",
        "https://[bad",
        "",
    ],
)
def test_a_canonical_address_of_anything_else_is_not(address: str) -> None:
    assert read(canonical(address)).canonical_url is None


def test_where_the_canonical_address_is_not_believed_what_else_is_stated_is_asked() -> None:
    head = canonical("https://www.example.org/") + f'<meta property="og:url" content="{URL}">'
    assert read(head).canonical_url == URL


def test_a_neighbour_on_a_shared_host_cannot_take_an_articles_place() -> None:
    head = canonical("https://victim.blogspot.com/2024/05/ferry-returns-88120")
    url = "https://attacker.blogspot.com/2024/05/ferry-returns-88120"
    assert read(head, url=url).canonical_url is None
