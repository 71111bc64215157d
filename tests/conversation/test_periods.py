"""Times that questions name."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.conversation.periods import find_period, without
from tests.benchmarks.times import FOLDER, read

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
        "what erupted on 27 August 1883?",
        "yang diluncurkan 20 Agustus dan 8 September 1975",
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
    # What is to come ("depan") may make none of it.
    if named is not None:
        assert named.period.words in f"{text}. kemarin. {text}"
        ends = (named.period.published_from, named.period.published_before)
        assert any(ends)
        assert ends[0] is None or ends[0] <= NOW


@pytest.mark.parametrize("name", ["questions.jsonl", "held_back.jsonl"])
def test_times_and_what_only_looks_like_one_are_told_apart(name: str) -> None:
    lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    labelled = [json.loads(line) for line in lines]
    wrong = [one for one in labelled if read(one) != (one["from"], one["before"])]
    assert len(labelled) >= 60
    assert len(wrong) <= len(labelled) // 50, wrong


@pytest.mark.parametrize(
    ("question", "rest"),
    [
        ("What happened between 3 and 5 January 2022?", "What happened?"),
        ("who ruled before 3 January 2022 in Peru?", "who ruled in Peru?"),
        ("apa yang terjadi di awal tahun 2022?", "apa yang terjadi?"),
        ("gempa di Cianjur dalam 3 hari terakhir", "gempa di Cianjur"),
        ("apa kata wali kota hari Sabtu (21/11/2026)?", "apa kata wali kota?"),
    ],
)
def test_all_words_of_a_time_go_out_of_the_question(question: str, rest: str) -> None:
    named = find_period(question, NOW, JAKARTA, "id")
    assert named is not None
    assert without(question, named) == rest


@pytest.mark.parametrize(
    ("zone", "now", "begin", "hours"),
    [
        ("Europe/Berlin", datetime(2026, 3, 29, 12, tzinfo=UTC), "2026-03-28T23:00", 23),
        ("Europe/Berlin", datetime(2026, 10, 25, 12, tzinfo=UTC), "2026-10-24T22:00", 25),
        # Midnight itself is skipped there: the day begins at one.
        ("Africa/Cairo", datetime(2026, 4, 24, 12, tzinfo=UTC), "2026-04-23T22:00", 23),
        ("America/Havana", datetime(2026, 11, 1, 12, tzinfo=UTC), "2026-11-01T04:00", 25),
    ],
)
def test_a_day_on_which_clocks_change_is_as_long_as_it_is_there(
    zone: str, now: datetime, begin: str, hours: int
) -> None:
    named = find_period("what happened today?", now, ZoneInfo(zone))
    assert named is not None
    first, after = named.period.published_from, named.period.published_before
    assert first == datetime.fromisoformat(begin).replace(tzinfo=UTC)
    assert after is not None
    assert (after - first).total_seconds() == hours * 3600


def test_a_possessive_goes_with_its_time() -> None:
    question = "How high was last month's inflation?"
    named = find_period(question, NOW, JAKARTA)
    assert named is not None
    assert without(question, named) == "How high was inflation?"


def test_a_way_somewhere_is_no_span() -> None:
    assert days("who went yesterday to Libya?") == ("yesterday", "2026-11-23", "2026-11-24")


PIECES = (
    "from between to until and - – before since sejak antara dan sampai awal akhir early mid 3 5 "
    "29 31 februari Feb January Januari 2022 2024 1990 2999 1883 Monday Senin lalu last week "
    "minggu terakhir 3 days ago hari kemarin 2022-02-29 31/12/2021 in pada tahun bulan months past "
    "999 years 2024年 2月 29日 del de enero 昨天 过去3天 UU No Jalan akan depan ( ) ,"
)


@given(
    st.lists(st.sampled_from(PIECES.split()), max_size=9), st.sampled_from(["en", "id", "es", "zh"])
)
def test_however_the_words_of_times_are_mixed_a_time_has_days(
    pieces: list[str], language: str
) -> None:
    question = " ".join(pieces)
    for now in (NOW, datetime(2024, 2, 29, 20, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)):
        named = find_period(question, now, JAKARTA, language)
        if named is None:
            continue
        first, after = named.period.published_from, named.period.published_before
        assert first or after
        assert not (first and after) or first < after
        assert without(question, named)
