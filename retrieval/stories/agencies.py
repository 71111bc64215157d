"""Which news agency an article credits: reports from one agency are one source.

Only credits count, not mentions: the byline, a dateline at the very start ("JAKARTA (ANTARA) -"),
a line of its own at the end ("Sumber: Antara", "— Reuters"), or the agency's own site as the
outlet. "He told Reuters" is no credit.
"""

from __future__ import annotations

from collections.abc import Iterator

import regex

_AGENCIES = {
    "aap": r"AAP",
    "afp": r"AFP|Agence France[- ]Presse|أ ?ف ?ب|فرانس برس|АФП|法新社",
    "anadolu": r"Anadolu(?: Agency| Ajansı)?|الأناضول",
    "ansa": r"ANSA",
    "antara": r"ANTARA(?: News| Foto)?|安塔拉",
    "ap": r"AP|Associated Press|The Associated Press|美联社",
    "bernama": r"BERNAMA",
    "bloomberg": r"Bloomberg(?: News)?",
    "dpa": r"dpa",
    "efe": r"EFE|Agencia EFE",
    "interfax": r"Interfax|Интерфакс",
    "kyodo": r"Kyodo(?: News)?|共同通信(?:社)?|共同",
    "jiji": r"Jiji(?: Press)?|時事通信(?:社)?|時事",
    "pti": r"PTI|Press Trust of India",
    "reuters": r"Reuters|رويترز|Рейтер|路透社?",
    "ria": r"RIA Novosti|РИА Новости",
    "tass": r"TASS|ТАСС",
    "ukrinform": r"Ukrinform|Укринформ",
    "upi": r"UPI",
    "xinhua": r"Xinhua|新华社|شينخوا",
    "yonhap": r"Yonhap|연합뉴스",
}
_NAMES = "|".join(f"(?P<{key}>{names})" for key, names in _AGENCIES.items())
_WORD_END = r"(?![\p{L}\p{N}])"

_WHOLE = regex.compile(rf"\W*(?:{_NAMES}){_WORD_END}\W*(?:\p{{L}}+\.\p{{L}}+)?\W*", regex.I)
_DATELINE = regex.compile(
    rf"^[^.!?\n]{{0,60}}?(?:[(\[（【/]\s*(?:{_NAMES})\s*[)\]）】/]"
    rf"|(?<=,\s*|^\s*)(?:{_NAMES})\s*(?:[-–—:]|\p{{Han}}{{1,6}}\d+月))",
    regex.I,
)
_CLOSING = regex.compile(
    r"(?:^|[\n.!?»”\"。]\s*)[\s(\[（【—–-]*"
    r"(?:(?:sumber|source|fuente|quelle|источник|المصدر|来源|出典)\s*[:：]\s*)?"
    rf"(?:{_NAMES}){_WORD_END}[\s)\]）】.]*$",
    regex.I,
)
_TAIL = 80
"""Characters at the end in which a credit is looked for."""


def credited_agencies(
    text: str, author: str | None = None, source: str | None = None
) -> tuple[str, ...]:
    """Return the agencies that an article says it is from.

    Args:
        text: The article's text.
        author: Its byline.
        source: Its outlet.

    Returns:
        Their keys, each once.
    """
    found: dict[str, None] = {}
    for match in _credits(text, author, source):
        found.update((key, None) for key in _AGENCIES if match[key])
    return tuple(found)


def _credits(text: str, author: str | None, source: str | None) -> Iterator[regex.Match[str]]:
    for line in (*(regex.split(r"[,;/&|]| and | dan ", author or "")), source or ""):
        if line and (match := _WHOLE.fullmatch(line)):
            yield match
    if match := _DATELINE.match(text.lstrip()[:200]):
        yield match
    if match := _CLOSING.search(text.rstrip()[-_TAIL:]):
        yield match
