"""A feed of every format says what it says, whole, in one form."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta

import pytest

from retrieval.errors import IntakeError, TooLargeError
from retrieval.records import FeedEntry
from tests.intake.feeds.reading import read, sample


def at(day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2022, 3, day, hour, minute, tzinfo=UTC)


def test_rss_2_is_read_whole() -> None:
    feed = read(sample("rss-2.0.xml"))
    assert (feed.format, feed.title, feed.site_url, feed.visit_every, feed.further) == (
        "rss",
        "Warta Pesisir",
        "https://warta.example.org/",
        timedelta(minutes=30),
        (),
    )
    first, second, third = feed.entries
    assert first == FeedEntry(
        key="https://warta.example.org/?p=4182",
        url="https://warta.example.org/2022/03/nelayan-tolak-reklamasi",
        title="Nelayan Teluk Lamun tolak reklamasi “tahap dua”",
        text="Ratusan nelayan Teluk Lamun menolak reklamasi tahap dua, Kamis.\n\n"
        "“Kami tidak diajak bicara,” kata ketua kelompok nelayan, Daeng Malewa.",
        author="Ratna Wibisono",
        language="id-ID",
        published_at=at(3, 2, 15),
        image_url="https://warta.example.org/img/nelayan-1200.jpg",
    )
    assert second == FeedEntry(
        key="https://warta.example.org/2022/03/harga-ikan",
        url="https://warta.example.org/2022/03/harga-ikan",
        title="Harga ikan naik & stok menipis",
        text="Harga ikan kembung naik dua kali lipat.",
        language="id-ID",
        published_at=at(2, 10, 40),
        image_url="https://warta.example.org/img/ikan.jpg",
    )
    assert third.published_at is None
    assert third.url == "https://feeds.example.net/2022/03/tanpa-tanggal"


def test_rss_0_91_with_its_doctype_is_read() -> None:
    text = sample("rss-0.91.xml").decode()
    feed = read(text.encode("latin-1"))
    assert (feed.format, feed.title) == ("rss", "The Harbour Gazette")
    assert [entry.title for entry in feed.entries] == [
        "Café on the pier to reopen",
        "Ferry timetable changes",
    ]
    assert feed.entries[0].text == "The café closed in January after a storm."
    assert feed.entries[0].language == "en-gb"


def test_items_of_rss_0_92_need_no_title() -> None:
    first, second = read(sample("rss-0.92.xml")).entries
    assert (first.title, first.url) == ("", None)
    assert first.text == "The council voted nine to two for the new bridge. More"
    assert first.image_url is None
    assert (second.key, second.text) == ("http://wire.example.com/2", "A second one.")


def test_rss_0_90_is_read() -> None:
    feed = read(sample("rss-0.90.rdf"))
    assert (feed.title, feed.site_url) == ("Old Portal", "http://portal.example.com/")
    assert [(entry.title, entry.url) for entry in feed.entries] == [
        ("Portal opens", "http://portal.example.com/opens")
    ]


def test_rss_1_is_read_and_its_date_is_that_of_publication() -> None:
    feed = read(sample("rss-1.0.rdf"))
    assert (feed.format, feed.title, feed.visit_every) == ("rss", "港町ニュース", timedelta(days=1))
    (entry,) = feed.entries
    assert entry.published_at == at(2, 23, 30)
    assert entry.updated_at is None
    assert (entry.author, entry.language) == ("佐藤花子", "ja")
    assert entry.text == "新しい橋が三日に開通した。"


def test_atom_1_is_read_whole() -> None:
    feed = read(sample("atom-1.0.xml"))
    assert (feed.format, feed.title) == ("atom", "El Diario del Río")
    assert feed.site_url == "https://diario.example.com/noticias/"
    first, second = feed.entries
    assert first == FeedEntry(
        key="tag:diario.example.com,2022:101",
        url="https://diario.example.com/noticias/101/alcalde",
        title="El alcalde dijo: 3 < 4",
        text="El alcalde habló el martes.\n\nLa oposición no respondió.",
        author="Redacción",
        language="es",
        published_at=at(3, 11),
        updated_at=at(3, 12, 30),
        image_url="https://diario.example.com/noticias/fotos/101.webp",
    )
    assert second.title == "River rises fast & high"
    assert second.url == "https://diario.example.com/english/102"
    assert (second.author, second.language) == ("Ana Ruiz, Bo Li", "en")
    # It says when it was changed, and not when it was published.
    assert (second.published_at, second.updated_at) == (None, at(3, 7))


def test_atom_0_3_is_read() -> None:
    feed = read(sample("atom-0.3.xml"))
    (entry,) = feed.entries
    assert (feed.format, entry.title, entry.text) == (
        "atom",
        "Le marché rouvre",
        "Le marché couvert rouvre lundi.",
    )
    assert (entry.published_at, entry.updated_at) == (at(2, 7), at(2, 8))


def test_json_feed_is_read_whole() -> None:
    feed = read(sample("feed-1.1.json"))
    assert (feed.format, feed.title, feed.site_url) == (
        "json",
        "Kronika Doliny",
        "https://kronika.example.org/",
    )
    first, second = feed.entries
    assert first == FeedEntry(
        key="2022030301",
        url="https://feeds.example.net/2022/03/most",
        title="Most zamknięty & objazd",
        text="Most na Wiśle zamknięto o świcie.\n\nObjazd prowadzi przez Łęczycę.",
        author="Ewa Nowak, Jan Kos",
        language="pl",
        published_at=at(3, 5, 5),
        updated_at=at(3, 6),
        image_url="https://kronika.example.org/most.jpg",
    )
    assert second.url == second.key == "https://kronika.example.org/2022/03/szkola"
    assert second.text == "Szkoła wraca do zajęć.\n\nRodzice są zadowoleni."
    assert (second.author, second.language, second.published_at) == ("Piotr Lis", "en", None)


def test_a_news_sitemap_is_read_newest_first() -> None:
    feed = read(sample("news-sitemap.xml"))
    assert (feed.format, feed.title) == ("sitemap", "Harian Lembah")
    newest, without_title, without_news = feed.entries
    assert newest == FeedEntry(
        key="https://harian.example.org/baru",
        url="https://harian.example.org/baru",
        title='Gunung Awan "siaga" & warga mengungsi',
        language="id",
        published_at=at(3, 3),
        updated_at=at(3, 3, 30),
        image_url="https://harian.example.org/foto/awan.jpg",
    )
    assert (without_title.title, without_title.published_at) == ("", at(2))
    # When a page changed is not when it was published.
    assert (without_news.published_at, without_news.updated_at) == (None, at(1, 1))


def test_an_index_lists_its_sitemaps_newest_first() -> None:
    index = read(sample("sitemap-index.xml"))
    assert index.entries == ()
    assert index.further == (
        "https://feeds.example.net/sitemap-news.xml.gz",
        "https://harian.example.org/sitemap-2021.xml",
        "https://harian.example.org/sitemap-pages.xml",
    )


def test_the_newest_of_a_long_sitemap_are_kept_wherever_they_stand() -> None:
    pages = "".join(
        f"<url><loc>https://example.org/{n}</loc><lastmod>2021-01-01T00:00:00Z</lastmod></url>"
        for n in range(1_500)
    )
    newest = "<url><loc>https://example.org/x</loc><lastmod>2022-01-01</lastmod></url>"
    feed = read(f"<urlset>{pages}{newest}</urlset>")
    assert len(feed.entries) == 1_000
    assert feed.entries[0].url == "https://example.org/x"


def test_a_sitemap_in_gzip_is_unpacked_and_a_bomb_is_not() -> None:
    packed = gzip.compress(sample("news-sitemap.xml"))
    assert len(read(packed).entries) == 3
    with pytest.raises(TooLargeError, match="larger than"):
        read(gzip.compress(bytes(20_000_000)))
    with pytest.raises(IntakeError, match="gzip"):
        read(gzip.compress(packed))
    with pytest.raises(IntakeError, match="cannot be unpacked"):
        read(packed[:10] + b"not deflated at all")


@pytest.mark.parametrize(
    "content_type", [None, "text/html", "text/plain; charset=utf-8", "image/png", ";;="]
)
def test_the_content_tells_the_format_and_not_the_header(content_type: str | None) -> None:
    assert read(sample("rss-2.0.xml"), content_type=content_type).format == "rss"
    assert read(sample("feed-1.1.json"), content_type=content_type).format == "json"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "it is empty"),
        (b" \n ", "it is empty"),
        (b"<!DOCTYPE html><html><head><title>Home</title>", "a web page and no feed"),
        (b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>', "a web page"),
        (b"<!-- hello --><body><p>x", "a web page"),
        (b"<opml version='2.0'/>", "import it"),
        (b"<catalogue><book/></catalogue>", "neither RSS, Atom, JSON Feed nor a sitemap"),
        (b"Service unavailable", "neither RSS"),
        (b'{"error": "not found"}', "no list of items"),
        (b"[1, 2]", "no list of items"),
        (b'{"items": [', "sound JSON"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "a picture"),
    ],
)
def test_what_is_no_feed_is_told_by_name(content: bytes, reason: str) -> None:
    with pytest.raises(IntakeError, match=reason) as caught:
        read(content)
    assert caught.value.where == "https://feeds.example.net/news/feed.xml"
