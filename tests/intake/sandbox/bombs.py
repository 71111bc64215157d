"""Documents that were made to take a reader's time or memory."""

from __future__ import annotations

import gzip

ITEM = (
    b"<item><title>Headline %d</title><link>https://example.org/%d</link><guid>%d</guid>"
    b"<pubDate>Mon, 03 Jan 2022 10:15:00 +0700</pubDate>"
    b"<description><![CDATA[<p>"
    + b"Words of the news of that day. " * 16
    + b"</p>]]></description></item>"
)  # fmt: skip


def laughs() -> bytes:
    """Three kilobytes that are three gigabytes when read as they ask."""
    declared = b"".join(
        b'<!ENTITY lol%d "%s">' % (n, b"&lol%d;" % (n - 1) * 10) for n in range(1, 10)
    )
    doctype = b'<!DOCTYPE rss [<!ENTITY lol0 "lol">' + declared + b"]>"
    return doctype + b"<rss><channel><title>&lol9;</title></channel></rss>"


def quadratic() -> bytes:
    doctype = b'<!DOCTYPE rss [<!ENTITY a "' + b"a" * 50_000 + b'">]>'
    return doctype + b"<rss><channel><title>" + b"&a;" * 50_000 + b"</title></channel></rss>"


def nested_tags() -> bytes:
    return b"<rss><channel><item><description>" + b"<b>" * 200_000


def nested_html() -> bytes:
    html = b"<div>" * 200_000
    item = b"<item><title>T</title><description><![CDATA[" + html + b"]]></description></item>"
    return b"<rss><channel>" + item + b"</channel></rss>"


def mixed_tags() -> bytes:
    """0.6 MB over which feedparser alone takes half a minute."""
    return b"<rss><channel>" + b"<item><a b='c'><x:y>" * 30_000


def items() -> bytes:
    listed = b"".join(ITEM % (n, n, n) for n in range(16_500))
    return b"<rss version='2.0'><channel><title>x</title>" + listed + b"</channel></rss>"


def broken_items() -> bytes:
    return items()[:-20]


def nested_json() -> bytes:
    return b'{"version": "https://jsonfeed.org/version/1", "items": ' + b"[" * 400_000


def wide_json() -> bytes:
    return b'{"items": [' + b"{}," * 3_300_000 + b"{}]}"


def huge_number() -> bytes:
    return b'{"items": [{"title": "T", "id": ' + b"9" * 5_000_000 + b"}]}"


def attributes() -> bytes:
    return b"<rss " + b" ".join(b'a%d="1"' % n for n in range(800_000)) + b"/>"


def zipped_twice() -> bytes:
    return gzip.compress(gzip.compress(bytes(30_000_000)))


def zipped() -> bytes:
    return gzip.compress(bytes(30_000_000))


FEEDS = [
    laughs, quadratic, nested_tags, nested_html, mixed_tags, items, broken_items, nested_json,
    wide_json, huge_number, attributes, zipped, zipped_twice,
]  # fmt: skip


def nested_page() -> bytes:
    return b"<html><body>" + b"<div>" * 200_000 + b"<p>Words.</p>"


def slow() -> bytes:
    """Sound XML, within all bounds, that takes feedparser seconds."""
    tags = b"<b>" * 190 + b"</b>" * 190
    item = b"<item><description>" + tags * 1_200 + b"</description></item>"
    return b"<rss><channel>" + item + b"</channel></rss>"


def too_large_for_memory() -> bytes:
    return b"<rss><channel><title>" + "😀".encode() * 18_000_000
