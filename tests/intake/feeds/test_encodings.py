"""Feeds in every encoding, said rightly, wrongly or not at all."""

from __future__ import annotations

import codecs

import pytest

from tests.intake.feeds.reading import read

RUSSIAN = "Наводнение в Заречье: эвакуированы триста человек, сообщили власти."
JAPANESE = "港町で新しい橋が開通し、住民が祝った。"
CHINESE = "河谷市昨日暴雨成灾，三百名居民已经撤离。"
KOREAN = "강변 도시에 폭우가 내려 주민 삼백 명이 대피했다."
SPANISH = "El alcalde señaló que la economía creció; ¿quién lo niega?"
TURKISH = "Belediye başkanı köprünün açıldığını söyledi, ışıklar yandı."
THAI = "ฝนตกหนักในเมืองริมแม่น้ำ ประชาชนสามร้อยคนอพยพ"
ARABIC = "أمطار غزيرة في مدينة الوادي وإجلاء ثلاثمئة شخص."
INDONESIAN = "Warga Lembah mengungsi; “siaga” dinaikkan, kata bupati."


def document(text: str, declared: str | None) -> str:
    declaration = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    item = f"<item><title>{text}</title><guid>1</guid></item>"
    return f"{declaration}<rss version='2.0'><channel><title>x</title>{item}</channel></rss>"


def title_of(content: bytes, content_type: str | None = None) -> str:
    (entry,) = read(content, content_type=content_type).entries
    return entry.title


@pytest.mark.parametrize(
    ("text", "declared", "encoding"),
    [
        (RUSSIAN, "windows-1251", "cp1251"),
        (RUSSIAN, "KOI8-R", "koi8-r"),
        (RUSSIAN, "utf-8", "utf-8"),
        (JAPANESE, "Shift_JIS", "shift_jis"),
        (JAPANESE, "EUC-JP", "euc_jp"),
        (JAPANESE, "ISO-2022-JP", "iso2022_jp"),
        (CHINESE, "GBK", "gbk"),
        (CHINESE, "gb2312", "gb2312"),
        (CHINESE + "鎔", "gb2312", "gb18030"),
        (CHINESE, "Big5", "utf-8"),
        (KOREAN, "EUC-KR", "euc_kr"),
        (SPANISH, "iso-8859-1", "latin-1"),
        ("“Quoted” — café", "iso-8859-1", "cp1252"),
        (TURKISH, "iso-8859-9", "cp1254"),
        (THAI, "TIS-620", "cp874"),
        (ARABIC, "windows-1256", "cp1256"),
        (RUSSIAN, "utf-16", "utf-16-le"),
        (CHINESE, "utf-16", "utf-16-be"),
        (CHINESE, None, "utf-16-le"),
        (CHINESE, None, "utf-32-le"),
    ],
)
def test_an_encoding_that_is_said_is_read(text: str, declared: str | None, encoding: str) -> None:
    assert title_of(document(text, declared).encode(encoding)) == text


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (INDONESIAN, "utf-8"),
        (INDONESIAN, "cp1252"),
        (RUSSIAN * 3, "cp1251"),
        (JAPANESE * 3, "shift_jis"),
        (CHINESE * 3, "gbk"),
    ],
)
def test_an_encoding_that_nobody_says_is_found(text: str, encoding: str) -> None:
    assert title_of(document(text, None).encode(encoding)) == text


@pytest.mark.parametrize(
    ("text", "declared", "encoding"),
    [
        (RUSSIAN, "utf-8", "utf-8-sig"),
        (RUSSIAN, "windows-1251", "utf-8"),
        (RUSSIAN, "utf-8", "utf-16"),
        (RUSSIAN, "utf-16", "utf-8"),
        (RUSSIAN * 3, "utf-8", "cp1251"),
        (SPANISH, "no-such-encoding", "utf-8"),
        (SPANISH, "rot13", "utf-8"),
        (SPANISH, "hex", "utf-8"),
    ],
)
def test_an_encoding_that_is_said_wrongly_does_no_harm(
    text: str, declared: str, encoding: str
) -> None:
    assert title_of(document(text, declared).encode(encoding)) == text


def test_the_server_is_asked_where_the_document_says_nothing() -> None:
    content = document(RUSSIAN, None).encode("koi8-r")
    assert title_of(content, "text/xml; charset=KOI8-R") == RUSSIAN
    assert title_of(content, 'application/rss+xml;charset="koi8-r"') == RUSSIAN


def test_the_document_knows_better_than_its_server() -> None:
    content = document(RUSSIAN, "windows-1251").encode("cp1251")
    assert title_of(content, "text/xml; charset=ISO-8859-1") == RUSSIAN
    assert title_of(document(RUSSIAN, None).encode(), "text/xml; charset=ISO-8859-1") == RUSSIAN


def test_utf8_with_a_broken_letter_stays_utf8() -> None:
    broken = (
        document(RUSSIAN, "utf-8").encode().replace("Заречье".encode(), "За".encode() + b"\xd0")
    )
    assert title_of(broken) == RUSSIAN.replace("Заречье", "За\ufffd")


@pytest.mark.parametrize("mark", [codecs.BOM_UTF8, b"\n\n", b"  \r\n"])
def test_what_stands_before_the_declaration_does_no_harm(mark: bytes) -> None:
    assert title_of(mark + document(SPANISH, "utf-8").encode()) == SPANISH


def test_json_may_be_in_any_encoding_too() -> None:
    feed = f'{{"version": "https://jsonfeed.org/version/1", "items": [{{"title": "{RUSSIAN}"}}]}}'
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-16-be"):
        assert title_of(feed.encode(encoding)) == RUSSIAN
