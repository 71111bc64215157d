"""Articles as JSON: the fields, and what is said of wrong ones."""

import logging
from datetime import UTC, datetime

import pytest

from retrieval.errors import IntakeError
from retrieval.intake.json_articles import parse_json, raw_article


def read(record: object) -> object:
    return raw_article(record, "x.jsonl, line 3", source="x.jsonl", location=None)


def test_all_fields() -> None:
    raw = raw_article(
        {
            "id": "a1", "url": "https://a.com/x", "title": "T", "text": "Words.", "author": "Ani",
            "source": "Kompas", "language": "en", "published_at": "2022-01-03T10:00:00+07:00",
            "unknown": [1, 2],
        },
        "x", source="x.jsonl", location="/x.json",
    )  # fmt: skip
    assert (raw.id, raw.url, raw.title, raw.text) == ("a1", "https://a.com/x", "T", "Words.")
    assert (raw.author, raw.source, raw.language) == ("Ani", "Kompas", "en")
    assert raw.published_at == datetime(2022, 1, 3, 3, tzinfo=UTC)
    assert (raw.fallback_source, raw.location) == ("x.jsonl", "/x.json")


def test_fields_may_be_missing_or_null() -> None:
    raw = raw_article({"text": "Words.", "author": None}, "x", source="s", location=None)
    assert (raw.id, raw.title, raw.author, raw.published_at) == (None, "", None, None)


def test_a_number_is_a_fine_id() -> None:
    assert raw_article({"id": 17, "text": "W."}, "x", source="s", location=None).id == "17"


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ([1], "an article is an object, and this is a list"),
        ("words", "this is text"),
        (None, "this is nothing"),
        (17, "this is a number"),
        ({"title": 5, "text": "W."}, '"title" must be text, and is a number'),
        ({"text": ["W."]}, '"text" must be text, and is a list'),
        ({"text": "W.", "author": {"name": "A"}}, '"author" must be text, and is an object'),
        ({"text": "W.", "id": True}, '"id" must be text, and is true or false'),
        ({"text": "W.", "url": 5}, '"url" must be text, and is a number'),
    ],
)
def test_wrong_types_are_named(record: object, reason: str) -> None:
    with pytest.raises(IntakeError) as caught:
        read(record)
    assert caught.value.where == "x.jsonl, line 3"
    assert reason in caught.value.reason


@pytest.mark.parametrize(
    ("field", "value"),
    [("published_at", "yesterday"), ("published_at", 1641182400), ("url", "javascript:alert(1)")],
)
def test_a_time_or_address_without_sense_is_left_out_with_a_warning(
    field: str, value: object, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        raw = raw_article({"text": "W.", field: value}, "x, line 3", source="s", location=None)
    assert getattr(raw, field) is None
    assert "x, line 3" in caplog.text


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"text": ', r"this is not JSON: Expecting value \(line 1, column 10\)"),
        ("[" * 100_000, "nested too deeply"),
        ("9" * 10_000, "a number in it that is too long"),
        ("", "this is not JSON"),
    ],
)
def test_what_is_not_json_is_said(text: str, reason: str) -> None:
    with pytest.raises(IntakeError, match=reason):
        parse_json(text, "x")
