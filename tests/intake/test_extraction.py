"""Articles from pages: what the page states, and nothing guessed."""

from datetime import UTC, datetime

import pytest

from retrieval.errors import IntakeError
from retrieval.intake.articles import build_article
from retrieval.intake.extraction import extract_article

BODY = """
<p>JAKARTA - Presiden Rusia Vladimir Putin menelepon koleganya Presiden Turki Recep Tayyip
Erdogan, menegaskan kembali tekad kedua pemimpin untuk meningkatkan kemitraan.</p>
<p><strong>Baca juga:</strong></p>
<ul><li><a href="/a">Tutup Tahun, Hong Kong Larang Gading</a></li>
<li><a href="/b">Kabinet Baru Belanda</a></li></ul>
<p>Baca Juga: <a href="/c">Empat Partai Sepakat</a></p>
<p>Kremlin menggaris bawahi, Presiden Putin dan Presiden Erdogan setuju untuk mempertahankan
kontak, kata layanan pers Kremlin pada 5 Maret 2019.</p>
<table><tr><td>sel</td><td>tabel</td></tr></table>
"""


def page(head: str = "", body: str = BODY) -> str:
    return (
        f"<!doctype html><html><head><title>Putin telepon Erdogan - Situs</title>{head}</head>"
        f"<body><nav><a href='/'>Beranda</a></nav><article><h1>Putin telepon Erdogan</h1>{body}"
        "</article><footer>Hak cipta 2022</footer></body></html>"
    )


def test_everything_that_a_page_states_is_read() -> None:
    head = """
    <meta property="og:title" content="Putin telepon Erdogan">
    <meta property="og:site_name" content="Kabar Situs">
    <meta name="author" content="Budi Santoso">
    <meta property="article:published_time" content="2022-01-03T10:15:00+07:00">
    <link rel="canonical" href="https://situs.example/2022/putin?utm_source=x">"""
    article = build_article(extract_article(page(head), "x.html"), "x.html")
    assert article.title == "Putin telepon Erdogan"
    assert article.author == "Budi Santoso"
    assert article.source == "Kabar Situs"
    assert article.url == "https://situs.example/2022/putin"
    assert article.published_at == datetime(2022, 1, 3, 3, 15, tzinfo=UTC)
    assert article.language == "id"
    assert article.text.startswith("JAKARTA - Presiden Rusia")
    assert article.text.endswith("5 Maret 2019.")
    assert article.related == (
        "Tutup Tahun, Hong Kong Larang Gading",
        "Kabinet Baru Belanda",
        "Empat Partai Sepakat",
    )


def test_navigation_footer_headline_and_tables_are_no_part_of_the_text() -> None:
    text = build_article(extract_article(page(), "x.html"), "x.html").text
    for words in ("Beranda", "Hak cipta", "Putin telepon", "tabel", "Baca", "|"):
        assert words not in text


def test_elements_of_a_list_are_kept_without_marks_of_ours() -> None:
    listed = BODY + "<ul><li>Satu hal yang penting.</li><li>Dua hal yang penting.</li></ul>"
    text = extract_article(page(body=listed), "x.html").text
    assert "\nSatu hal yang penting.\nDua hal yang penting." in text


@pytest.mark.parametrize(
    ("head", "time"),
    [
        ('<meta name="date" content="2024-05-01">', datetime(2024, 5, 1, tzinfo=UTC)),
        ('<meta name="publishdate" content="2024/05/01 08:00:00">',
         datetime(2024, 5, 1, 8, tzinfo=UTC)),
        ('<meta itemprop="datePublished" content="2024-05-01T08:00:00-05:00">',
         datetime(2024, 5, 1, 13, tzinfo=UTC)),
        ('<script type="application/ld+json">{"@graph": [{"@type": "NewsArticle",'
         '"datePublished": "2024-05-01T08:00:00+07:00"}]}</script>',
         datetime(2024, 5, 1, 1, tzinfo=UTC)),
        ('<script type="application/ld+json">{"broken": </script>', None),
        ('<meta name="date" content="yesterday">', None),
        ('<meta property="article:modified_time" content="2024-05-01T08:00:00Z">', None),
        ("", None),
    ],
)  # fmt: skip
def test_the_time_is_what_the_page_states_for_machines(head: str, time: datetime | None) -> None:
    assert extract_article(page(head), "x.html").published_at == time


def test_the_only_time_element_of_a_page_is_its_own_and_of_two_neither() -> None:
    one = '<time datetime="2024-05-01T08:00:00Z">1 May</time>'
    two = one + '<time datetime="2020-01-01T08:00:00Z">1 Jan</time>'
    assert extract_article(page(body=one + BODY), "x").published_at == datetime(
        2024, 5, 1, 8, tzinfo=UTC
    )
    assert extract_article(page(body=two + BODY), "x").published_at is None


def test_the_front_page_as_canonical_address_is_not_believed() -> None:
    raw = extract_article(page('<link rel="canonical" href="https://situs.example/">'), "x")
    assert raw.url is None
    assert raw.source == "situs.example"


@pytest.mark.parametrize(
    "source",
    ["", "plain words", "<html><body></body></html>", "<" * 5_000, "<div>" * 5_000],
)
def test_a_page_without_an_article_is_an_error(source: str) -> None:
    with pytest.raises(IntakeError, match=r"^x\.html: "):
        build_article(extract_article(source, "x.html"), "x.html")


def test_a_fragment_of_html_is_read_too() -> None:
    assert extract_article("<p>Satu kalimat saja.</p>", "x.html").text == "Satu kalimat saja."
