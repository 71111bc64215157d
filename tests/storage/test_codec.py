"""How records become columns and back."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.records import Span
from retrieval.storage.sqlite.codec import (
    decode_term,
    encode_term,
    from_micros,
    from_sentences,
    from_terms,
    to_micros,
    to_sentences,
    to_terms,
)

ANY_TEXT = st.text(st.characters(), max_size=12)


@settings(database=None)
@given(st.datetimes(timezones=st.timezones()))
def test_a_time_is_the_same_moment_afterwards(time: datetime) -> None:
    stored = from_micros(to_micros(time))
    assert stored == time.astimezone(UTC)


@settings(database=None)
@given(st.lists(ANY_TEXT, max_size=5))
def test_terms_come_back_unchanged(terms: list[str]) -> None:
    assert from_terms(to_terms(terms)) == tuple(terms)


@settings(database=None)
@given(ANY_TEXT, ANY_TEXT)
def test_two_terms_never_become_one_token(first: str, second: str) -> None:
    assert (encode_term(first) == encode_term(second)) == (first == second)
    assert decode_term(encode_term(first)) == first


@settings(database=None)
@given(ANY_TEXT)
def test_a_token_is_nothing_that_the_tokenizer_would_change(term: str) -> None:
    token = encode_term(term)
    assert token
    assert all(
        each.isascii() <= (each in "_abcdefghijklmnopqrstuvwxyz0123456789") for each in token
    )
    token.encode()  # and it is valid Unicode


def test_sentences_come_back_as_spans() -> None:
    spans = (Span(0, 12), Span(12, 40))
    assert from_sentences([to_sentences(spans), to_sentences(())]) == [spans, ()]
