"""Bytes to text, in whatever encoding they were written.

In order of certainty: a byte order mark; UTF-16 that shows by its zero bytes; UTF-8, which
other encodings hardly ever form by chance; what the document says of itself (HTML); and last
``charset-normalizer``'s guess among the encodings that articles were written in before UTF-8.
What is no text in any of them is refused by name rather than stored as rubbish.
"""

from __future__ import annotations

import codecs
import re

from retrieval.errors import IntakeError
from retrieval.intake.language import detect_language

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

_SIGNATURES = (
    (b"%PDF-", "a PDF document"),
    (b"{\\rtf", "an RTF document"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"\xd0\xcf\x11\xe0", "an office document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3\x00", "a database"),
)

# Control characters that no text has; a stray one is cleaned away, more make it binary data.
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_CONTROL_BYTES = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_MAX_CONTROL_SHARE = 0.05

# One of UTF-16's two bytes is zero for every ASCII character, blank and line end.
_MIN_ZERO_SHARE = 0.2

_LEGACY_ENCODINGS = [
    "cp1252", "cp1250", "cp1251", "koi8_r", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257",
    "cp1258", "cp874", "gb18030", "big5", "shift_jis", "euc_jp", "euc_kr",
]  # fmt: skip

# These differ in a few letters only, and on short text the guess is often another of them. The
# language, which shows in the letters they share, knows which of them it was written in.
_LATIN_ENCODINGS = {"cp1250", "cp1252", "cp1254", "cp1257", "cp1258"}
_ENCODING_OF_LANGUAGE = {
    "tr": "cp1254", "az": "cp1254", "vi": "cp1258", "et": "cp1257", "lv": "cp1257", "lt": "cp1257",
} | dict.fromkeys(("pl", "cs", "sk", "hu", "ro", "hr", "bs", "sl", "sq"), "cp1250")  # fmt: skip

_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.I)
_AS_BROWSERS_READ = {
    "iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254", "gb2312": "gb18030",
    "gbk": "gb18030", "tis-620": "cp874", "iso8859-11": "cp874",
}  # fmt: skip
_MAX_BROKEN_SHARE = 0.01

_META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.I)


def decode(data: bytes, where: str) -> str:
    """Decode a document.

    Args:
        data: All of it.
        where: Its name, for the error.

    Returns:
        The text, without a byte order mark.

    Raises:
        IntakeError: If it is no text.
    """
    for signature, name in _SIGNATURES:
        if data.startswith(signature):
            raise IntakeError(where, f"this is {name}, not text")
    text = _decode_unicode(data)
    if text is None and len(_CONTROL_BYTES.findall(data)) <= len(data) * _MAX_CONTROL_SHARE:
        text = _decode_legacy(data)
    if text is None or len(_CONTROLS.findall(text)) > len(text) * _MAX_CONTROL_SHARE:
        raise IntakeError(where, "this is binary data, or text in an encoding that is not known")
    return text


def decode_html(data: bytes, where: str, *, charset: str | None = None) -> str:
    """Decode a page, which may name its encoding itself.

    Args:
        data: The page.
        where: Its name, for the error.
        charset: What the server called its encoding, if it did: it goes before the page's word.

    Returns:
        The page's source.

    Raises:
        IntakeError: If it is no text.
    """
    declared = _META_CHARSET.search(data[:4096])
    named = [charset] if charset else []
    named += [declared[1].decode("ascii")] if declared else []
    if named and _decode_unicode(data) is None:
        for name in named:
            text = _decoded_as_named(data, name)
            if text is not None:
                return text
    return decode(data, where)


def charset_of(content_type: str | None) -> str | None:
    """The encoding that a content type names ("text/html; charset=utf-8"), None if none."""
    match = _CHARSET.search(content_type or "")
    return match[1] if match else None


def is_utf16(sample: bytes) -> bool:
    """Whether the beginning of a file shows that it is UTF-16."""
    marks = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    return sample.startswith(marks) or _utf16_without_mark(sample) is not None


def _decode_unicode(data: bytes) -> str | None:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return _decoded(data, encoding)
    encoding_16 = _utf16_without_mark(data)
    if encoding_16:
        return _decoded(data, encoding_16)
    text = _decoded(data, "utf-8")
    if text is not None:
        return text
    # Chinese in UTF-16 has few zero bytes, but all on one side: those of its line ends.
    for encoding, zeros in (("utf-16-le", data[1::2]), ("utf-16-be", data[::2])):
        if 0 < zeros.count(0) == data.count(0):
            return _decoded(data, encoding)
    return None


def _utf16_without_mark(data: bytes) -> str | None:
    pairs = len(data) // 2
    if not pairs:
        return None
    first, second = data[::2].count(0) / pairs, data[1::2].count(0) / pairs
    if second >= _MIN_ZERO_SHARE and first < 0.05:
        return "utf-16-le"
    if first >= _MIN_ZERO_SHARE and second < 0.05:
        return "utf-16-be"
    return None


def _decode_legacy(data: bytes) -> str | None:
    from charset_normalizer import from_bytes

    best = from_bytes(data, cp_isolation=_LEGACY_ENCODINGS, enable_fallback=False).best()
    if best is None:
        # Latin-1 with little in it to tell it by: every byte is a letter there.
        return _decoded(data, "cp1252")
    text = str(best)
    if best.encoding in _LATIN_ENCODINGS:
        encoding = _ENCODING_OF_LANGUAGE.get(detect_language(text) or "", "cp1252")
        return _decoded(data, encoding) or text
    return text


def _decoded_as_named(data: bytes, name: str) -> str | None:
    """A page in the encoding that it is said to be in; None if it is not."""
    try:
        encoding = codecs.lookup(name).name
        # Browsers read "iso-8859-1" as Windows-1252, and so do the pages that say it.
        encoding = _AS_BROWSERS_READ.get(encoding, encoding)
        if encoding != "utf-8":
            return data.decode(encoding)
    except (LookupError, UnicodeError, ValueError):
        return None  # it names what it is not
    # Cut within a letter, or with a byte of another encoding pasted in: still UTF-8.
    text = data.decode("utf-8", "replace")
    return text if text.count("\ufffd") <= len(text) * _MAX_BROKEN_SHARE else None


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None
