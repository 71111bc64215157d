"""Times that questions name."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.conversation.periods import find_period, without

JAKARTA = ZoneInfo("Asia/Jakarta")
NOW = datetime(2026, 11, 24, 3, tzinfo=UTC)  # a Tuesday


def days(question: str, language: str = "en") -> tuple[str, str, str | None] | None:
    named = find_period(question, NOW, JAKARTA, language)
    if named is None:
        return None
    begin, end = named.period.published_from, named.period.published_before
    assert begin is not None
    return (
        named.period.words,
        f"{begin.astimezone(JAKARTA):%Y-%m-%d}",
        f"{end.astimezone(JAKARTA):%Y-%m-%d}" if end else None,
    )


@pytest.mark.parametrize(
    ("question", "words", "begin", "end"),
    [
        ("who did Putin call yesterday?", "yesterday", "2026-11-23", "2026-11-24"),
        ("what happened today", "today", "2026-11-24", "2026-11-25"),
        ("what happened last week in Libya", "last week", "2026-11-16", "2026-11-23"),
        ("who resigned in January?", "in January", "2026-01-01", "2026-02-01"),
        ("who resigned in December?", "in December", "2025-12-01", "2026-01-01"),
        ("what was said since Monday?", "since Monday", "2026-11-23", None),
        ("what happened on Friday", "on Friday", "2026-11-20", "2026-11-21"),
        ("ceasefire two weeks ago", "two weeks ago", "2026-11-09", "2026-11-16"),
        ("what was decided on 3 January 2022", "on 3 January 2022", "2022-01-03", "2022-01-04"),
        ("January 3, 2022 news", "January 3, 2022", "2022-01-03", "2022-01-04"),
        ("in may 2022, who won?", "in may 2022", "2022-05-01", "2022-06-01"),
        ("who won in 2021?", "in 2021", "2021-01-01", "2022-01-01"),
        ("the minutes of 2021-12-24", "2021-12-24", "2021-12-24", "2021-12-25"),
        ("Who spoke YESTERDAY", "YESTERDAY", "2026-11-23", "2026-11-24"),
    ],
)
def test_a_time_in_english(question: str, words: str, begin: str, end: str | None) -> None:
    assert days(question) == (words, begin, end)


@pytest.mark.parametrize(
    ("question", "words", "begin", "end"),
    [
        ("siapa ditelepon Putin kemarin?", "kemarin", "2026-11-23", "2026-11-24"),
        ("apa yang terjadi pekan lalu", "pekan lalu", "2026-11-16", "2026-11-23"),
        ("minggu lalu siapa menang", "minggu lalu", "2026-11-16", "2026-11-23"),
        ("berita 3 Januari 2022", "3 Januari 2022", "2022-01-03", "2022-01-04"),
        ("banjir sejak Senin", "sejak Senin", "2026-11-23", None),
        ("harga beras bulan lalu", "bulan lalu", "2026-10-01", "2026-11-01"),
        ("gempa dua hari yang lalu", "dua hari yang lalu", "2026-11-22", "2026-11-23"),
        ("berapa korban tahun 2021?", "tahun 2021", "2021-01-01", "2022-01-01"),
        ("siapa menang tahun lalu?", "tahun lalu", "2025-01-01", "2026-01-01"),
        ("ledakan tadi malam", "tadi malam", "2026-11-23", "2026-11-24"),
        ("banjir 03/01/2022", "03/01/2022", "2022-01-03", "2022-01-04"),
    ],
)
def test_a_time_in_indonesian(question: str, words: str, begin: str, end: str | None) -> None:
    assert days(question, "id") == (words, begin, end)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("¿a quién llamó Putin ayer?", "ayer"),
        ("кому Путин звонил вчера?", "вчера"),
        ("昨天普京给谁打电话", "昨天"),
        ("Putin dün kimi aradı?", "dün"),
        ("بمن اتصل بوتين أمس", "أمس"),
    ],
)
def test_yesterday_is_understood_whatever_the_language_of_the_interface(
    question: str, words: str
) -> None:
    assert days(question) == (words, "2026-11-23", "2026-11-24")


def test_which_part_of_a_date_is_the_day_is_the_languages_affair() -> None:
    assert days("flood of 03/01/2022", "en") == ("03/01/2022", "2022-03-01", "2022-03-02")


@pytest.mark.parametrize(
    "question",
    [
        "who did May call?",
        "the 2022 World Cup winner",
        "Friday prayers attack",
        "March for justice",
        "the Sunday Times",
        "who is Jan Smith?",
        "what happens on 31 February?",
        "apa kabar",
        "who wins in 2031?",
        "room 101 of 1984",
        "",
    ],
)
def test_what_may_be_something_else_is_no_time(question: str) -> None:
    assert days(question) is None
    assert days(question, "id") is None


def test_a_day_begins_where_the_person_is() -> None:
    late = datetime(2026, 11, 24, 20, tzinfo=UTC)  # Wednesday already in Jakarta
    named = find_period("news of today", late, JAKARTA)
    assert named is not None
    assert named.period.published_from == datetime(2026, 11, 24, 17, tzinfo=UTC)
    assert named.period.published_before == datetime(2026, 11, 25, 17, tzinfo=UTC)


@pytest.mark.parametrize(
    ("question", "rest"),
    [
        ("who did Putin call yesterday?", "who did Putin call?"),
        ("since yesterday, who resigned?", "who resigned?"),
        ("banjir kemarin", "banjir kemarin"),  # one word alone finds too much
    ],
)
def test_what_is_searched_for_is_the_rest(question: str, rest: str) -> None:
    named = find_period(question, NOW, JAKARTA)
    assert named is not None
    assert without(question, named) == rest


@given(st.text(max_size=200), st.sampled_from(["en", "id", "zh", "xx"]))
def test_whatever_is_written_the_words_are_the_questions_own(text: str, language: str) -> None:
    named = find_period(f"{text}. kemarin. {text}", NOW, JAKARTA, language)
    assert named is not None
    assert named.period.words in f"{text}. kemarin. {text}"
    assert named.period.published_from is not None
    assert named.period.published_from <= NOW


@pytest.mark.parametrize(
    "question",
    [
        "who ruled before 3 January 2022?",
        "what happened between 3 and 5 January 2022?",
        "what happened from 3 to 5 January 2022?",
        "prices 3-5 January 2022",
        "January 2022 to March 2022",
        "siapa memimpin sebelum 3 Januari 2022?",
        "apa yang terjadi 3 sampai 5 Januari 2022?",
        "Senin kemarin demo di mana?",
    ],
)
def test_one_end_of_a_span_is_not_looked_in_for_the_whole(question: str) -> None:
    assert days(question, "id") is None


def test_a_possessive_goes_with_its_time() -> None:
    question = "How high was last month's inflation?"
    named = find_period(question, NOW, JAKARTA)
    assert named is not None
    assert without(question, named) == "How high was inflation?"


def test_a_way_somewhere_is_no_span() -> None:
    assert days("who went yesterday to Libya?") == ("yesterday", "2026-11-23", "2026-11-24")
