"""Text in every encoding, and what is no text refused by name."""

import pytest

from retrieval.errors import IntakeError
from retrieval.intake.decoding import charset_of, decode, decode_html

INDONESIAN = "Presiden Putin\nmenelepon Erdogan, kata Kremlin."
SPANISH = "El presidente señaló que la economía creció. ¿Quién llamó a la niña?"
CHINESE = "俄罗斯总统普京致电土耳其总统埃尔多安，\n祝贺新年。"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (INDONESIAN, "utf-8"),
        (SPANISH, "utf-8-sig"),
        (SPANISH, "latin-1"),
        ("He said “we came” — that’s the café’s price: £5.", "cp1252"),
        (INDONESIAN, "utf-16"),
        (INDONESIAN, "utf-16-le"),
        (INDONESIAN, "utf-16-be"),
        (CHINESE, "utf-16"),
        (CHINESE, "utf-16-le"),
        (CHINESE, "utf-16-be"),
        (INDONESIAN, "utf-32"),
        (CHINESE, "gb18030"),
        ("Президент России Владимир Путин позвонил президенту Турции Эрдогану.", "cp1251"),
        ("Президент России Владимир Путин позвонил президенту Турции Эрдогану.", "koi8-r"),
        ("Cumhurbaşkanı Erdoğan görüşmede ilişkilerin güçlendiğini söyledi.", "cp1254"),
        ("Prezydent powiedział, że gospodarka wzrosła. Łódź, żółć, gęś.", "cp1250"),
        ("اتصل الرئيس الروسي بنظيره التركي وهنأه بالعام الجديد.", "cp1256"),
        ("ประธานาธิบดีปูตินโทรศัพท์หาประธานาธิบดีเออร์โดอัน", "cp874"),
        ("ロシアのプーチン大統領はトルコのエルドアン大統領に電話した。", "shift_jis"),
        ("푸틴 대통령은 에르도안 대통령에게 전화했다.", "euc_kr"),
    ],
)
def test_encodings_are_read_right(text: str, encoding: str) -> None:
    # Byte for byte, also where a mark in front of the text was not meant to be a letter.
    assert decode(text.encode(encoding), "x.txt").lstrip("\ufeff") == text


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8, "a picture"),
        (b"%PDF-1.7\n1 0 obj", "a PDF document"),
        (b"PK\x03\x04....", "ZIP archive"),
        (bytes(range(256)) * 16, "binary data"),
        (b"\x00" * 64, "binary data"),
        (b"\x01\x02\x03 plain words", "binary data"),
    ],
)
def test_binary_data_is_refused_by_name(data: bytes, reason: str) -> None:
    with pytest.raises(IntakeError, match=reason) as caught:
        decode(data, "x.txt")
    assert caught.value.where == "x.txt"


def test_a_few_nul_bytes_do_not_make_a_text_binary() -> None:
    assert decode(b"A long line of text with one NUL.\x00 " * 4, "x.txt").count("\x00") == 4


def test_a_page_may_name_its_encoding() -> None:
    page = '<html><meta charset="windows-1251"><p>Привет</p></html>'
    assert decode_html(page.encode("cp1251"), "x.html") == page


def test_a_page_that_names_the_wrong_encoding_is_read_as_what_it_is() -> None:
    page = f'<html><meta charset="iso-8859-1"><p>{CHINESE}</p></html>'
    assert decode_html(page.encode("utf-8"), "x.html") == page
    unknown = f'<html><meta charset="klingon"><p>{SPANISH}</p></html>'
    assert decode_html(unknown.encode("latin-1"), "x.html") == unknown


def test_what_the_server_calls_the_encoding_goes_before_what_the_page_calls_it() -> None:
    page = '<meta charset="iso-8859-1"><p>Путин позвонил</p>'
    assert decode_html(page.encode("koi8-r"), "x", charset="koi8-r") == page
    assert decode_html(page.encode("utf-8"), "x", charset="koi8-r") == page
    assert "<p>" in decode_html(page.encode("koi8-r"), "x", charset="no-such-charset")


def test_gb2312_is_read_as_browsers_read_it() -> None:
    page = '<meta charset="gb2312"><p>王小滿说</p>'
    assert decode_html(page.encode("gb18030"), "x") == page


def test_a_page_in_utf_8_with_a_broken_letter_loses_only_that_letter() -> None:
    page = (
        b'<meta charset="utf-8"><p>' + "Kapal kembali – kata Prabowó. ".encode() * 9 + b"\xe9</p>"
    )
    text = decode_html(page, "x")
    assert text.count("Prabowó") == 9
    assert text.count("\ufffd") == 1


@pytest.mark.parametrize(
    ("content_type", "charset"),
    [
        ("text/html; charset=UTF-8", "UTF-8"),
        ('text/html;charset="windows-1251"', "windows-1251"),
        ("text/html", None),
        ("text/html; charset=", None),
        ("", None),
        (None, None),
    ],
)
def test_the_charset_of_a_content_type(content_type: str | None, charset: str | None) -> None:
    assert charset_of(content_type) == charset
