"""Whatever the bytes are: what a feed says, or an `IntakeError`, and never anything else."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from retrieval.errors import IntakeError
from retrieval.intake.cleaning import normalise
from retrieval.intake.feeds.discovery import find_feeds
from retrieval.intake.feeds.opml import read_opml
from retrieval.intake.feeds.reading import read_feed
from retrieval.intake.urls import canonical_url
from retrieval.records import FeedContent
from tests.intake.feeds.reading import SAMPLES, URL

DOCUMENTS = [path.read_bytes() for path in sorted(SAMPLES.iterdir())]
FUZZED = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])

PIECES = [
    b"<", b">", b"</", b"/>", b"&", b"&#", b"&amp;", b"&#x0;", b"<![CDATA[", b"]]>", b"<!--",
    b"-->", b"<?", b"?>", b"<!DOCTYPE", b"<!ENTITY a 'b'>", b"[", b"]", b"{", b"}", b'"', b"'",
    b"\\u0000", b"\\ud800", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\x1f\x8b",
    b"xml:base='",
    b"<item>", b"</item>", b"<entry>", b"</channel>", b"<title>", b"<x:y z:a='1'>", b"<link>",
    b"http://[", b"<content type='xhtml'>", b"<div>", b"9999999999999999999999", b"-1",
    b"encoding='",
    b"<guid isPermaLink='x'>", b"<updated>", b"<svg>", b"<math>", b"base64", b"mode='base64'",
]  # fmt: skip


@st.composite
def mutated_documents(draw: st.DrawFn) -> bytes:
    document = bytearray(draw(st.sampled_from(DOCUMENTS)))
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, max(0, len(document) - 1)))
        length = draw(st.sampled_from([0, 0, 1, 2, 10, 200]))
        piece = draw(st.one_of(st.sampled_from(PIECES), st.binary(max_size=8), st.just(b"")))
        document[start : start + length] = piece
    return bytes(document)


@st.composite
def made_up_xml(draw: st.DrawFn) -> bytes:
    root = draw(st.sampled_from(["rss", "feed", "rdf:RDF", "channel", "urlset", "sitemapindex"]))
    pieces = draw(st.lists(st.one_of(st.sampled_from(PIECES), st.binary(max_size=5)), max_size=40))
    return f"<{root}>".encode() + b"".join(pieces)


json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)
json_items = st.dictionaries(
    st.sampled_from(
        ["id", "url", "title", "content_html", "content_text", "summary", "authors", "author",
         "date_published", "date_modified", "image", "language"]
    ),
    json_values,
)  # fmt: skip


def check(content: bytes, content_type: str | None = None) -> None:
    try:
        feed = read_feed(content, url=URL, content_type=content_type)
    except IntakeError as error:
        refused = error
    else:
        check_feed(feed)
        return
    assert refused.where == URL
    assert len(refused.reason) < 200
    assert "\n" not in refused.reason


def check_feed(feed: FeedContent) -> None:
    assert feed.format in {"rss", "atom", "json", "sitemap"}
    assert len({entry.key for entry in feed.entries}) == len(feed.entries)
    assert feed.visit_every is None or feed.visit_every > timedelta(0)
    for entry in feed.entries:
        assert entry.key
        assert entry.url or entry.title or entry.text
        assert normalise(entry.text) == entry.text
        assert normalise(entry.title) == entry.title
        for url in (entry.url, entry.image_url):
            assert url is None or canonical_url(url) == url
        for time in (entry.published_at, entry.updated_at):
            assert time is None or time.utcoffset() == timedelta(0)


@FUZZED
@given(mutated_documents())
def test_a_feed_with_errors_is_a_feed_or_an_error(content: bytes) -> None:
    check(content)


@FUZZED
@given(made_up_xml())
@example(b"<feed><content type='xhtml'></x>")
def test_xml_of_anything_is_a_feed_or_an_error(content: bytes) -> None:
    check(content)


@FUZZED
@given(st.one_of(st.binary(max_size=300), st.text(max_size=100).map(str.encode)), st.text())
def test_bytes_of_anything_are_a_feed_or_an_error(content: bytes, content_type: str) -> None:
    check(content, content_type)


@FUZZED
@given(st.lists(json_items, max_size=3), st.dictionaries(st.text(), json_values, max_size=2))
def test_json_of_anything_is_a_feed_or_an_error(items: list[Any], beside: dict[str, Any]) -> None:
    check(
        json.dumps(
            {"version": "https://jsonfeed.org/version/1.1", **beside, "items": items}
        ).encode()
    )
    check(json.dumps(beside).encode())


@FUZZED
@given(st.one_of(mutated_documents(), st.binary(max_size=200)))
def test_pages_and_lists_of_anything_are_read_or_an_error(content: bytes) -> None:
    for read in (lambda: find_feeds(content, url=URL), lambda: read_opml(content)):
        try:
            found = read()
        except IntakeError:
            continue
        assert all(canonical_url(feed.url) == feed.url for feed in found)
