"""Records as plain data: what goes in comes out, and nothing else does."""

from __future__ import annotations

import io
import json
from datetime import UTC, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.intake.sandbox import wire
from retrieval.intake.sandbox.codec import to_plain, to_record
from retrieval.records import Extent, ExtractedPage, FeedContent, FeedEntry, FoundFeed

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=10)
times = st.datetimes(timezones=st.just(UTC))
entries = st.builds(FeedEntry, key=words, url=words, title=words, published_at=st.none() | times)
feeds = st.builds(
    FeedContent,
    format=words,
    title=st.none() | words,
    site_url=st.none(),
    entries=st.lists(entries, max_size=3).map(tuple),
    further=st.lists(words, max_size=3).map(tuple),
    visit_every=st.none() | st.timedeltas(timedelta(0), timedelta(days=9)),
)
pages = st.builds(
    ExtractedPage,
    title=words,
    text=words,
    published_at=st.none() | times,
    extent=st.sampled_from(Extent),
    related=st.lists(words, max_size=2).map(tuple),
)


@settings(max_examples=100, deadline=None)
@given(st.one_of(feeds, pages))
def test_a_record_comes_back_as_it_was(record: Any) -> None:
    assert to_record(type(record), json.loads(json.dumps(to_plain(record)))) == record


def test_lists_and_nothing_come_back_too() -> None:
    found = [FoundFeed("https://example.org/", None)]
    assert to_record(list[FoundFeed], to_plain(found)) == found
    assert to_record(FeedEntry | None, to_plain(None)) is None


@pytest.mark.parametrize(
    "change",
    [
        {"title": 5},
        {"title": None},
        {"key": ["k"]},
        {"published_at": "yesterday"},
        {"published_at": 5},
        {"author": {}},
        {"stranger": 1},
    ],
)
def test_another_shape_is_refused(change: dict[str, Any]) -> None:
    plain = to_plain(FeedEntry(key="k", url=None, title="T"))
    assert isinstance(plain, dict)
    with pytest.raises(ValueError, match=r"no |Invalid isoformat"):
        to_record(FeedEntry, {**plain, **change})


@pytest.mark.parametrize(
    ("kind", "plain"),
    [
        (FeedEntry, []),
        (FeedEntry, {}),
        (list[FoundFeed], {"url": "x", "title": None}),
        (tuple[str, ...], "text"),
        (timedelta, 1e300),
        (timedelta, "1"),
        (Extent, "half"),
        (Extent, []),
        (int, True),
    ],
)
def test_another_kind_of_thing_is_refused(kind: Any, plain: Any) -> None:
    with pytest.raises(ValueError, match=r"no |half"):
        to_record(kind, plain)


def test_what_no_record_holds_is_not_sent() -> None:
    with pytest.raises(TypeError, match="bytes"):
        to_plain(b"x")


def test_a_message_comes_over_the_wire_with_its_documents() -> None:
    stream = io.BytesIO()
    wire.send(stream, {"task": "é \ud800"}, [b"one", b"", b"\x00\xff"])
    wire.send(stream, {"n": 2})
    stream.seek(0)
    assert wire.receive(stream) == (
        {"task": "é ?", "parts": [3, 0, 2]},
        [b"one", b"", b"\x00\xff"],
    )
    assert wire.receive(stream) == ({"n": 2, "parts": []}, [])
    assert wire.receive(stream) is None


@pytest.mark.parametrize(
    "sent",
    [
        b"\x00\x00",
        b"\xff\xff\xff\xff{}",
        b"\x00\x00\x00\x02[]",
        b"\x00\x00\x00\x02{}",
        b"\x00\x00\x00\x09{}",
        b"\x00\x00\x00\x02xx",
        b'\x00\x00\x00\x0f{"parts": [10]}',
    ],
)
def test_what_is_no_message_is_refused(sent: bytes) -> None:
    with pytest.raises(wire.WireError):
        wire.receive(io.BytesIO(sent))


def test_a_child_sends_no_documents() -> None:
    stream = io.BytesIO()
    wire.send(stream, {"result": None}, [b"x" * 100])
    stream.seek(0)
    with pytest.raises(wire.WireError):
        wire.receive(stream, documents=False)
