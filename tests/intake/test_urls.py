"""Canonical addresses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.intake.urls import canonical_url, names_a_page, site_of


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("HTTPS://WWW.Example.com:443/News?id=5#top", "https://www.example.com/News?id=5"),
        ("http://example.com", "http://example.com/"),
        ("http://example.com:8080/a", "http://example.com:8080/a"),
        ("https://a.com/x?utm_source=tw&id=1&fbclid=Z&UTM_Medium=y", "https://a.com/x?id=1"),
        ("https://a.com/x?cid=7&game=2&session=3", "https://a.com/x?cid=7&game=2&session=3"),
        ("https://a.com/x?b=2&a=1", "https://a.com/x?b=2&a=1"),
        ("https://a.com/berita/é?q=ü", "https://a.com/berita/%C3%A9?q=%C3%BC"),
        ("https://a.com/%c3%a9", "https://a.com/%C3%A9"),
        ("https://a.com/#!/news/1", "https://a.com/#!/news/1"),
        ("https://münchen.de/", "https://xn--mnchen-3ya.de/"),
        ("https://user:secret@a.com/x", "https://a.com/x"),
        (" https://a.com/x \n", "https://a.com/x"),
        ("javascript:alert(1)", None),
        ("ftp://a.com/x", None),
        ("/news/1", None),
        ("https://", None),
        ("https://a b.com/", None),
        ("https://a.com:99999/", None),
        ("https://[::1", None),
        ("", None),
        ("not an address", None),
    ],
)
def test_canonical_form(url: str, canonical: str | None) -> None:
    assert canonical_url(url) == canonical


@given(st.one_of(st.text(), st.text().map("https://a.com/{}".format)))
def test_a_canonical_address_is_its_own_canonical_form(url: str) -> None:
    canonical = canonical_url(url)
    if canonical is not None:
        assert canonical_url(canonical) == canonical
        assert canonical.isascii()


def test_the_front_page_of_a_site_is_no_page_of_its_own() -> None:
    assert not names_a_page("https://a.com/")
    assert names_a_page("https://a.com/x")
    assert names_a_page("https://a.com/?p=17")


def test_a_site_is_named_by_its_host() -> None:
    assert site_of("https://www.a.com:8080/x") == "a.com"
