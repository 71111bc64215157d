"""Articles that their sites cut in pages."""

import pytest

from retrieval.intake.extraction import extract_page
from retrieval.records import ExtractedPage

URL = "https://berita.example.org/2024/banjir-rob-88120"


def page(number: int, links: str = "", head: str = "") -> bytes:
    texts = "".join(
        f"<p>Halaman ke-{number}, alinea ke-{line}: warga menceritakan banjir rob yang merendam "
        "permukiman mereka enam kali sejak Desember, kata kepala desa.</p>"
        for line in range(3)
    )
    return (
        f"<!doctype html><html><head><title>Banjir Rob</title>{head}</head><body><article>"
        f"<h1>Banjir Rob</h1>{texts}</article><div class='x'>{links}</div></body></html>"
    ).encode()


def read(links: str = "", head: str = "", url: str = URL) -> tuple[str, ...]:
    return extract_page([(page(1, links, head), url, None)]).continues_at


def test_numbered_pages_are_given_in_order_without_the_first() -> None:
    links = (
        f'<a href="{URL}?page=1">1</a><a href="{URL}?page=3">3</a><a href="?page=2">2</a>'
        f'<a href="{URL}?page=2">Selanjutnya</a>'
    )
    assert read(links) == (f"{URL}?page=2", f"{URL}?page=3")


@pytest.mark.parametrize(
    "address",
    [f"{URL}/2", f"{URL}/2/", f"{URL}/page/2", f"{URL}?halaman=2", f"{URL}?id=7&p=2"],
)
def test_pages_are_known_by_their_addresses(address: str) -> None:
    own = f"{URL}?id=7" if "id=7" in address else URL
    assert read(f'<a href="{address}">2</a>', url=own) == (address,)


def test_pages_within_a_file_name_are_known() -> None:
    links = '<a href="art_2.html">2</a><a href="art-3.html">3</a>'
    own = "https://berita.example.org/art.html"
    expected = ("https://berita.example.org/art_2.html", "https://berita.example.org/art-3.html")
    assert read(links, url=own) == expected


def test_the_next_page_in_the_head_counts() -> None:
    assert read(head=f'<link rel="next" href="{URL}?page=2">') == (f"{URL}?page=2",)


@pytest.mark.parametrize(
    "links",
    [
        f'<link rel="next" href="{URL}-lain"><a rel="next" href="/2024/berikut-88121">2</a>',
        f'<a href="{URL}?comment-page=2">2</a><a href="{URL}/comment-page-2">2</a>',
        '<a href="https://lain.example.org/2024/banjir-rob-88120?page=2">2</a>',
        '<a href="/indeks?page=2">2</a><a href="/2024/2">2</a><a href="?q=2">2</a>',
        f'<a href="{URL}?page=1">1</a><a href="{URL}">1</a><a href="#page=2">2</a>',
        '<a href="javascript:page(2)">2</a><a href="">2</a><a>2</a><a href="http://[2">2</a>',
    ],
)
def test_what_is_no_page_of_the_article_is_not_taken_for_one(links: str) -> None:
    assert read(links) == ()


def test_an_article_whose_number_looks_like_a_page_has_no_pages_by_its_neighbours() -> None:
    assert read('<a href="/arsip/13">13</a>', url="https://berita.example.org/arsip/12") == ()


@pytest.mark.parametrize(
    ("words", "address"),
    [
        ("Tampilkan Semua", f"{URL}?page=all"),
        ("Show all", f"{URL}?page=all"),
        ("View as single page", f"{URL}?single=1"),
        ("阅读全文", f"{URL}/all"),
    ],
)
def test_a_page_that_shows_all_is_read_alone(words: str, address: str) -> None:
    links = f'<a href="{URL}?page=2">2</a><a href="{address}">{words}</a>'
    assert read(links) == (address,)


def test_at_most_ten_further_pages_are_given() -> None:
    links = "".join(f'<a href="{URL}?page={number}">{number}</a>' for number in range(2, 40))
    assert read(links) == tuple(f"{URL}?page={number}" for number in range(2, 12))


def whole(*pages: bytes, last: str | None = None) -> ExtractedPage:
    numbered = [(each, f"{URL}?page={number}", None) for number, each in enumerate(pages, 1)]
    numbered[0] = (pages[0], URL, None)
    if last:
        numbered[-1] = (pages[-1], last, None)
    return extract_page(numbered)


def test_pages_that_name_only_the_next_are_given_one_after_the_other() -> None:
    one = page(1, f'<a href="{URL}?page=2">Next</a>')
    two = page(2, f'<a href="{URL}">Previous</a><a href="{URL}?page=3">Next</a>')
    assert whole(one).continues_at == (f"{URL}?page=2",)
    assert whole(one, two).continues_at == (f"{URL}?page=3",)
    assert whole(one, two, page(3)).continues_at == ()


def test_pages_are_joined_and_what_they_repeat_is_there_once() -> None:
    intro = "<p>Pengantar yang diulang di setiap halaman artikel ini, kata redaksi kami.</p><p>Hal"
    one, two = (page(number).replace(b"<p>Hal", intro.encode(), 1) for number in (1, 2))
    lines = whole(one, two).text.split("\n")
    assert len(lines) == 7
    assert lines[0].startswith("Pengantar")
    assert [line[:11] for line in lines[1:]] == ["Halaman ke-"] * 6


def test_a_page_that_shows_all_takes_the_place_of_the_first() -> None:
    one = page(1, f'<a href="{URL}?page=all">Tampilkan semua</a><a href="{URL}?page=2">2</a>')
    body = page(2).partition(b"<h1>Banjir Rob</h1>")[2].partition(b"</article>")[0]
    everything = one.replace(b"</article>", body + b"</article>")
    extracted = whole(one, everything, last=f"{URL}?page=all")
    assert len(extracted.text.split("\n")) == 6
    assert extracted.continues_at == ()


def test_a_further_page_that_cannot_be_read_is_left_out() -> None:
    one = page(1)
    assert whole(one, b"%PDF-1.4", b"").text == whole(one).text
