"""Which encoding a feed is in: what the bytes show goes before what is said of them.

In order: a byte order mark; UTF-16 and UTF-32 that show by the zero bytes of their first tag;
an encoding of seven-bit escapes that the document names (UTF-8 would take those as ASCII);
UTF-8, which other encodings hardly ever form by chance; what the document says; what the server
says. The server comes last because many add one default to whatever they send, and Latin-1, the
commonest default, decodes everything. UTF-8 with a few broken characters stays UTF-8, each of
them U+FFFD; for the rest there is the guess of `retrieval.intake.decoding`.
"""

from __future__ import annotations

import codecs
import re

from retrieval.intake.decoding import charset_of, decode

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# The first character of XML is "<", of JSON "{" or "[".
_UNMARKED = (
    (re.compile(rb"[<{\[]\0\0\0"), "utf-32-le"),
    (re.compile(rb"\0\0\0[<{\[]"), "utf-32-be"),
    (re.compile(rb"[<{\[]\0"), "utf-16-le"),
    (re.compile(rb"\0[<{\[]"), "utf-16-be"),
)
_DECLARED = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']\s*([\w.:-]{2,40})", re.ASCII)
_SEVEN_BIT = re.compile(r"iso-?2022|hz|utf-?7", re.I)

# Read as browsers read them: the larger set that writers mean when they name the smaller one.
_MEANT = {
    "ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874",
    "tis-620": "cp874", "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932",
    "euc_kr": "cp949", "big5": "cp950",
}  # fmt: skip

_MAX_BROKEN_SHARE = 0.05


def feed_text(content: bytes, content_type: str | None, where: str) -> str:
    """Decode a feed.

    Args:
        content: All of it, unpacked.
        content_type: The header as it was sent.
        where: Its address, for the error.

    Returns:
        The text, without a byte order mark.

    Raises:
        IntakeError: If it is no text.
    """
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content[len(mark) :].decode(encoding, "replace")
    for beginning, encoding in _UNMARKED:
        if beginning.match(content):
            return content.decode(encoding, "replace")
    found = _DECLARED.match(content[:1024])
    declared = found[1].decode("ascii") if found else ""
    if _SEVEN_BIT.match(declared):
        text = _decoded(content, declared)
        if text is not None:
            return text
    text = _decoded(content, "utf-8")
    if text is not None:
        return text
    for name in (declared, charset_of(content_type)):
        text = _decoded(content, name) if name else None
        if text is not None:
            return text
    text = _nearly_utf8(content)
    return text if text is not None else decode(content, where)


def _decoded(content: bytes, name: str) -> str | None:
    try:
        encoding = codecs.lookup(name).name
        return content.decode(_MEANT.get(encoding, encoding))
    # Some codecs of Python are no encodings of text (AssertionError: "rot13", "hex").
    except (LookupError, UnicodeError, AssertionError, ValueError):
        return None


def _nearly_utf8(content: bytes) -> str | None:
    """UTF-8 that lost a few bytes on its way, None for what was never UTF-8."""
    text = content.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    beyond_ascii = len(text) - len(text.encode("ascii", "ignore"))
    return text if broken <= beyond_ascii * _MAX_BROKEN_SHARE else None
