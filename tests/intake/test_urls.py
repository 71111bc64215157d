"""Canonical addresses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.intake.urls import (
    canonical_url,
    identity_of,
    names_a_page,
    same_site,
    site_of,
    unfolded_url,
)


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


ARTICLE = "https://example.org/2024/05/ferry-returns"


@pytest.mark.parametrize(
    "variant",
    [
        "http://example.org/2024/05/ferry-returns",
        "https://www.example.org/2024/05/ferry-returns/",
        "https://m.example.org/2024/05/ferry-returns",
        "https://mobile.example.org/2024/05/ferry-returns",
        "https://amp.example.org/2024/05/ferry-returns",
        "https://www.example.org/amp/2024/05/ferry-returns",
        "https://example.org/2024/05/ferry-returns/amp",
        "https://example.org/2024/05/ferry-returns/amp/",
        "https://example.org/2024/05/ferry-returns.amp",
        "https://example.org/2024/05/ferry-returns?amp=1",
        "https://example.org/2024/05/ferry-returns?amp",
        "https://example.org/2024/05/ferry-returns?outputType=amp",
        "https://example.org/2024/05/ferry-returns?page=all",
        "https://example.org/2024/05/ferry-returns?page=1&utm_source=rss",
        "https://example.org/2024/05/ferry-returns/index.html",
        "https://example.org/2024/05/ferry-returns;jsessionid=A1B2",
        "https://example.org:443/2024/05/ferry-returns#comments",
        "https://example-org.cdn.ampproject.org/c/s/example.org/2024/05/ferry-returns",
        "https://example-org.cdn.ampproject.org/v/s/example.org/2024/05/ferry-returns/amp?usqp=x",
        "https://www.google.com/amp/s/www.example.org/2024/05/ferry-returns",
        "https://www.google.co.id/amp/s/amp.example.org/2024/05/ferry-returns",
    ],
)
def test_variants_of_an_address_have_one_identity(variant: str) -> None:
    assert identity_of(variant) == identity_of(ARTICLE)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (ARTICLE, "https://example.org/2024/05/Ferry-Returns"),
        (ARTICLE, "https://example.org/2024/05/ferry-returns?page=2"),
        (ARTICLE, "https://example.org/2024/05/ferry-returns/2"),
        (ARTICLE, "https://sport.example.org/2024/05/ferry-returns"),
        (ARTICLE, "https://example.com/2024/05/ferry-returns"),
        (ARTICLE, "https://example.org/2024/05/ferry-returns?id=7"),
        (ARTICLE, "https://example.org/2024/05/ferry-returns-amp"),
        ("https://example.org/news?amp=7", "https://example.org/news"),
        ("https://example.org/news?m=1", "https://example.org/news"),
        ("https://example.org/amplifiers/x", "https://example.org/lifiers/x"),
        ("https://m.co/x", "https://co/x"),
        ("https://example.org/?id=1", "https://example.org/?id=2"),
        ("https://example.org/?a=1&a=2", "https://example.org/?a=2&a=1"),
        ("https://example.org/#!/news/1", "https://example.org/#!/news/2"),
    ],
)
def test_addresses_that_can_be_of_two_articles_are_not_folded(one: str, other: str) -> None:
    assert identity_of(one) != identity_of(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://en.m.example.org/wiki/X", "https://en.example.org/wiki/X"),
        ("https://example.org/a.amp.html", "https://example.org/a.html"),
        ("https://example.org/index.php?id=5", "https://example.org/?id=5"),
        ("https://example.org/x?b=2&a=1", "https://example.org/x?a=1&b=2"),
        ("https://blog.example.org/2024/05/x.html?m=1", "https://blog.example.org/2024/05/x.html"),
        ("not an address ", "not an address"),
    ],
)
def test_other_addresses_of_one_article(one: str, other: str) -> None:
    assert identity_of(one) == identity_of(other)


@given(st.one_of(st.text(), st.text().map("https://a.com/{}".format)))
def test_an_address_has_the_identity_of_its_canonical_form(url: str) -> None:
    canonical = canonical_url(url)
    if canonical is not None:
        assert identity_of(canonical) == identity_of(url)


def test_an_amp_caches_address_opens_the_original() -> None:
    cached = "https://www-example-org.cdn.ampproject.org/c/s/www.example.org/a/b.html"
    assert unfolded_url(cached) == "https://www.example.org/a/b.html"
    assert (
        unfolded_url("https://www.google.com/amp/www.example.org/a") == "http://www.example.org/a"
    )
    assert unfolded_url("https://www.google.com/search?q=amp") is not None
    assert unfolded_url("mailto:a@example.org") is None


@pytest.mark.parametrize(
    ("url", "other", "same"),
    [
        ("https://www.example.org/a", "https://news.example.org/b", True),
        ("https://news.example.co.id/a", "https://example.co.id/b", True),
        ("https://one.co.id/a", "https://other.co.id/a", False),
        ("https://one.blogspot.com/a", "https://other.blogspot.com/a", False),
        ("https://one.github.io/a", "https://one.github.io/b", True),
        ("http://127.0.0.1/a", "http://127.0.0.2/a", False),
        ("http://10.0.0.1/a", "http://10.0.0.1:8080/b", True),
        ("http://[::1]/a", "http://[::2]/a", False),
    ],
)
def test_two_addresses_of_one_outlet(url: str, other: str, same: bool) -> None:
    assert same_site(url, other) is same
