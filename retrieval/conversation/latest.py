"""Questions for what is newest: "latest on X", "terbaru soal X"."""

from __future__ import annotations

import re

_NEWEST = re.compile(
    r"^\W*+(?:"
    # English
    r"(?:(?:what(?:'s|’s|\sis|\sare)?|give\sme|show\sme|tell\sme|any)\s+)?(?:the\s+)?"
    r"(?:latest|newest|most\srecent|recent|new)\s+"
    r"(?:(?:news|updates?|developments?|headlines?|stories)\s+)?"
    r"(?:on|about|from|in|regarding|with|of|for)\s+"
    r"|(?:any\s+)?(?:news|updates?)\s+(?:on|about|regarding)\s+"
    # Indonesian
    r"|(?:apa\s+|ada\s+)?(?:kabar|berita|info|informasi|perkembangan|hal|yang)?\s*"
    r"(?:paling\s+)?(?:terbaru|terkini|terakhir)\s+"
    r"(?:(?:berita|kabar)\s+)?(?:soal|tentang|mengenai|dari|di|seputar|perihal|dalam|untuk)\s+"
    r"|(?:ada\s+)?(?:kabar|berita|info|perkembangan)\s+(?:terbaru|terkini)\s+(?!apa\b)"
    r")(?P<topic>.*\w.*?)\W*$",
    re.IGNORECASE | re.DOTALL,
)

_LATEST_NEWS = re.compile(
    r"^\W*+(?:the\s+)?latest\s+(?P<topic>\w.*?)(?<!\s)\s++(?:news|updates?|headlines?)\W*$",
    re.IGNORECASE | re.DOTALL,
)


def newest_about(question: str) -> str | None:
    """Return what a question wants the newest of, or None where it asks for no such thing."""
    match = _NEWEST.match(question) or _LATEST_NEWS.match(question)
    return match["topic"] if match else None
