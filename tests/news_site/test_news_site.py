"""The news site is an honest one: what the other tests build on is so."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from xml.etree import ElementTree

import httpx
import pytest

from tests.news_site import (
    NewsSite,
    RawServer,
    dripping,
    endless,
    front_page,
    invented,
    sitemap_index,
)
from tests.news_site.bombs import (
    billion_laughs,
    double_gzip_bomb,
    gzip_bomb,
    large_feed,
    nested_tags,
)

MOMENT = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def site() -> Iterator[NewsSite]:
    with NewsSite(hosts=2) as running:
        yield running


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with httpx.Client(trust_env=False) as running:
        yield running


def test_hosts_have_pages_and_requests_of_their_own(site: NewsSite, client: httpx.Client) -> None:
    first, second = site.hosts
    assert client.get(first.put("/mine", "a")).text == "a"
    assert client.get(f"{second.url}/mine").status_code == 404
    assert [each.path for each in second.requests] == ["/mine"]
    assert first.requests_to("/mine")[0].status == 200


def test_a_page_can_be_changed_and_removed(site: NewsSite, client: httpx.Client) -> None:
    url = site.put("/changing", "a")
    before = client.get(url)
    site.put("/changing", "b")
    after = client.get(url, headers={"if-none-match": before.headers["etag"]})
    assert (after.status_code, after.text) == (200, "b")
    site.remove("/changing")
    assert client.get(url).status_code == 404


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({}, 200),
        ({"if-none-match": '"1"'}, 304),
        ({"if-none-match": 'W/"1", "2"'}, 304),
        ({"if-none-match": '"2"'}, 200),
        ({"if-modified-since": "Mon, 02 Mar 2026 08:30:00 GMT"}, 304),
        ({"if-modified-since": "Mon, 02 Mar 2026 08:29:59 GMT"}, 200),
        ({"if-none-match": '"2"', "if-modified-since": "Mon, 02 Mar 2026 08:30:00 GMT"}, 200),
    ],
)
def test_only_what_is_known_already_is_not_sent(
    site: NewsSite, client: httpx.Client, asked: dict[str, str], status: int
) -> None:
    url = site.put("/known", "page", etag='"1"', last_modified=MOMENT)
    answer = client.get(url, headers=asked)
    assert answer.status_code == status
    assert site.requests_to("/known")[-1].body_bytes == len(answer.content)
    assert bool(answer.content) == (status == 200)


def test_pages_are_packed_for_those_who_can_unpack_them(
    site: NewsSite, client: httpx.Client
) -> None:
    url = site.put("/packed", "word " * 500, zipped=True)
    assert client.get(url).headers["content-encoding"] == "gzip"
    plain = client.get(url, headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert client.get(url).content == plain.content


def test_trouble_comes_as_ordered(site: NewsSite, client: httpx.Client) -> None:
    assert client.get(site.fail("/busy", 503, 60)).headers["retry-after"] == "60"
    moved = client.get(site.redirect("/old", "/new", 308))
    assert (moved.status_code, moved.headers["location"]) == (308, "/new")
    begun = time.monotonic()
    client.get(site.put("/slow", "x", delay=0.1))
    assert time.monotonic() - begun >= 0.1
    drip = site.put("/drip", dripping(b"abcdef", size=2, every=0.01))
    assert client.get(drip).content == b"abcdef"


def test_an_endless_page_ends_when_nobody_listens(site: NewsSite, client: httpx.Client) -> None:
    with client.stream("GET", site.put("/endless", endless(b"x", every=0.01))) as answer:
        next(answer.iter_raw())
    site.wait_for(lambda: site.requests_to("/endless")[0].ended_at, 5)
    assert 0 < site.requests_to("/endless")[0].body_bytes < 1_000


def test_the_site_can_be_stopped_and_started_again(client: httpx.Client) -> None:
    with NewsSite() as site:
        url = site.put("/a", "page")
        site.stop()
        with pytest.raises(httpx.ConnectError):
            httpx.get(url, trust_env=False)
        site.start()
        assert client.get(url).text == "page"


@pytest.mark.parametrize("kind", ["rss", "atom", "json", "sitemap"])
def test_published_articles_are_listed_and_readable(
    site: NewsSite, client: httpx.Client, kind: str
) -> None:
    articles = invented(3, language="id")
    listed = client.get(site.publish(articles, f"/feed-{kind}", kind)).text
    if kind == "json":
        json.loads(listed)
    else:
        ElementTree.fromstring(listed)
    for article in articles:
        assert site.url + article.path in listed
        shown = client.get(site.url + article.path).text
        assert all(paragraph in shown for paragraph in article.paragraphs)


def test_front_pages_and_indexes_of_sitemaps_list_what_they_are_given() -> None:
    front = front_page(invented(2), [("application/rss+xml", "News", "/feed.xml")])
    assert 'href="/feed.xml"' in front
    assert 'href="/en/0/article-1.html"' in front
    assert "<loc>http://example.org/a?b&amp;c</loc>" in sitemap_index(["http://example.org/a?b&c"])


def test_invented_articles_are_always_the_same_and_never_alike() -> None:
    articles = invented(500)
    assert articles == invented(500)
    assert len({article.text for article in articles}) == 500
    assert {article.text for article in invented(50, seed=1)}.isdisjoint(
        article.text for article in articles
    )


def test_bombs_are_small_and_as_large_inside_as_ordered() -> None:
    assert len(gzip_bomb(3_000_001)) < 4_000
    assert len(gzip.decompress(gzip_bomb(3_000_001))) == 3_000_001
    assert len(gzip.decompress(gzip.decompress(double_gzip_bomb(5_000_000)))) == 5_000_000
    assert 100_000 <= len(large_feed(100_000)) < 101_000
    ElementTree.fromstring(large_feed(10_000))
    assert ElementTree.fromstring(billion_laughs(2, 3)).findtext(".//title") == "lol" * 9
    assert len(billion_laughs()) < 1_500
    assert nested_tags(1_000).count(b"<div>") == 1_000


def test_a_raw_server_says_what_it_is_told_and_counts(client: httpx.Client) -> None:
    with RawServer(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi") as raw:
        assert client.get(raw.url).text == "hi"
        assert raw.connections == 1
        assert raw.received.startswith(b"GET / HTTP/1.1\r\n")
