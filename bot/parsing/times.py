"""A time of day as people write it: 7:30, 19.00, 8 pm, pukul 7 pagi, 7h30, 午後8時.

A text is a time where it has one clock in it and besides nothing but words that stand beside
a clock ("at", "Uhr", "de la tarde"); any other word makes it something else. What "8 at night"
means is told by the part of the day that is named, see `PartOfDay`.
"""

from __future__ import annotations

import re
from datetime import time
from enum import Enum, auto

from bot.parsing.plain import bare


class PartOfDay(Enum):
    """Which hours of twelve a word makes into which of twenty-four.

    MORNING: 12 is midnight. AFTERNOON: 12 is noon, all else later. MIDDAY: 9 to 11 are before
    noon, 12 to 8 from noon on. NIGHT: 12 is midnight, 1 to 4 follow it, 5 to 11 go before it.
    """

    MORNING = auto()
    AFTERNOON = auto()
    MIDDAY = auto()
    NIGHT = auto()


_PARTS = {  # of the languages that most people who read news write in
    PartOfDay.MORNING: (
        "am|a\\.m\\.|a\\. m\\.|in the morning|this morning|morning|dini hari|subuh|pagi hari|pagi"
        "|de la manana|por la manana|de la madrugada|del matin|du matin|matin|da manha"
        "|da madrugada|di mattina|del mattino|mattina|morgens|fruh|vormittags|'s ochtends"
        "|ochtends|утра|ранку|rano|sabah|gunduz|sang|aamulla|på morgonen|午前|上午|早上|凌晨|清晨"
        "|오전|아침|새벽|صباحا|صباح|ص|सुबह|सवेरे|ভোর|সকাল|เช้า|ก่อนเที่ยง|umaga|asubuhi"
    ),
    PartOfDay.AFTERNOON: (
        "pm|p\\.m\\.|p\\. m\\.|in the afternoon|afternoon|in the evening|evening|sore hari"
        "|sore|petang"
        "|de la tarde|por la tarde|tarde|de l'apres-midi|apres-midi|du soir|soir|da tarde"
        "|di sera|della sera|di pomeriggio|del pomeriggio|abends|nachmittags|'s avonds|avonds"
        "|'s middags|вечера|вечора|wieczorem|po poludniu|aksam|ogleden sonra|chieu|toi"
        "|iltapaivalla|illalla|午後|下午|傍晚|夕方|오후|저녁|مساء|م|शाम|বিকাল|সন্ধ্যা|หลังเที่ยง|เย็น"
        "|hapon|gabi|jioni"
    ),
    PartOfDay.MIDDAY: (
        "siang hari|siang|tengah hari|mittags|дня|del mediodia|de midi|du midi|trua|中午|昼"
        "|दोपहर|দুপুর|ظهرا|บ่าย|mchana"
    ),
    PartOfDay.NIGHT: (
        "at night|night|malam hari|malam|de la noche|por la noche|noche|da noite|noite|ночи"
        "|de la nuit"
        "|di notte|nachts|'s nachts|晚上|gece|w nocy|夜|深夜|半夜|밤|ليلا|रात|রাত|กลางคืน|usiku"
    ),
}

_BESIDE = (
    "at|by|around|about|every day at|o'clock|oclock|o clock|hours|hrs|hour|pukul|jam|tepat|setiap"
    "|a las|alas|a la|las|la|los|en punto|um|uhr|gegen|a|as|à|vers|heures|heure|horas|hora|ore"
    "|alle|klo|kl|om|uur|saat|saat da|в|о|часов|часа|час|година|годині|godz|o godz|godzina|o"
    "|gio|luc|vao luc|baje|बजे|टা|টায়|টা|ที่|เวลา|นาฬิกา|น|โมง|الساعة|في الساعة|在|に"
)

_NAMED = {
    "noon": time(12),
    "midday": time(12),
    "midnight": time(0),
    "tengah hari": time(12),
    "tengah malam": time(0),
    "mediodia": time(12),
    "medianoche": time(0),
    "midi": time(12),
    "minuit": time(0),
    "mittag": time(12),
    "mitternacht": time(0),
    "meio-dia": time(12),
    "meia-noite": time(0),
    "mezzogiorno": time(12),
    "mezzanotte": time(0),
    "полдень": time(12),
    "полночь": time(0),
    "正午": time(12),
    "中午": time(12),
    "午夜": time(0),
    "정오": time(12),
    "자정": time(0),
    "เที่ยง": time(12),
    "เที่ยงคืน": time(0),
}

_HALF = "半|반|и половина"
_CLOCK = re.compile(
    r"(?<![\d.:,+-])(?P<hour>\d{1,2})"
    r"(?:"
    r"\s?(?:[:.٫]|h(?![a-z])|,(?=\d{2}\b)|時|时|點|点|시|giờ|gio|g(?=\d)|uhr(?= ?\d)|u(?=\d))"
    rf"\s?(?:(?P<minute>\d{{2}})\s?(?:分|분|m\b|min\b|phut\b)?|(?P<half>{_HALF}))?"
    r")?"
    r"(?![\d:])"
)
_FOUR_DIGITS = re.compile(r"(?<!\d)(?P<hour>[01]\d|2[0-4])(?P<minute>[0-5]\d)(?!\d)")


def _alternatives(words: str) -> re.Pattern[str]:
    """Compile words so that Latin, Arabic and Cyrillic ones match whole, and longest first.

    Scripts without blanks between words have none to go by.
    """
    listed = sorted({bare(word.replace("\\.", ".")) for word in words.split("|")}, key=len)
    patterns = [
        rf"(?<!\w){re.escape(word)}(?!\w)" if _has_blanks(word) else re.escape(word)
        for word in reversed(listed)
    ]
    return re.compile("|".join(patterns))


def _has_blanks(word: str) -> bool:
    return word[0] < "\u0900"  # before Devanagari: Latin, Greek, Cyrillic, Hebrew, Arabic


_PART_PATTERNS = {part: _alternatives(words) for part, words in _PARTS.items()}
_BESIDE_PATTERN = _alternatives(_BESIDE)
_GLUED = re.compile(r"(?<=\d)(?=(?:am|pm|a\.m|p\.m|pagi|siang|sore|malam|uhr|uur)\b)")
_LEFT_OVER = re.compile(r"[\s.,!'’]+")


def parse_time(text: str) -> time | None:
    """Return the time of day that a text is, or None where it is none.

    A number alone is a full hour, four digits alone are hour and minute.

    Args:
        text: "7:30", "19.00", "8 pm", "pukul 7 pagi", "午後8時30分", "0730", "midnight", …
    """
    written = _spaced(bare(text))
    if not written:
        return None
    named = _NAMED.get(_LEFT_OVER.sub(" ", _BESIDE_PATTERN.sub(" ", written)).strip())
    if named is not None:
        return named
    clock = _FOUR_DIGITS.search(written) or _CLOCK.search(written)
    if clock is None:
        return None
    rest = f"{written[: clock.start()]} {written[clock.end() :]}"
    rest, part = _take_part(rest)
    rest = _LEFT_OVER.sub("", _BESIDE_PATTERN.sub(" ", rest))
    if rest:
        return None
    found = clock.groupdict()
    minute = 30 if found.get("half") else int(found.get("minute") or 0)
    return _time(int(found["hour"]), minute, part)


def is_unmistakable(text: str) -> bool:
    """Tell whether a text is a time and could hardly be anything else: not a mere number."""
    return parse_time(text) is not None and not plain_number(text)


def plain_number(text: str) -> bool:
    """Tell whether a text is nothing but a number: "7", "1945"."""
    return bare(text).isdecimal()


def _spaced(text: str) -> str:
    """Set "8pm" and "7pagi" apart, so that words are words; "7h30" stays."""
    text = text.replace("’", "'")
    return _GLUED.sub(" ", text)


def _take_part(rest: str) -> tuple[str, PartOfDay | None]:
    """Return a text without its part of the day, and that part; the longest word wins."""
    found = [
        (match.end() - match.start(), match.start(), part)
        for part, pattern in _PART_PATTERNS.items()
        for match in pattern.finditer(rest)
    ]
    if not found:
        return rest, None
    length, start, part = max(found, key=lambda one: one[0])
    return f"{rest[:start]} {rest[start + length :]}", part


def _time(hour: int, minute: int, part: PartOfDay | None) -> time | None:
    if minute > 59 or hour > 24 or (hour == 24 and minute):
        return None
    if hour > 12:
        return None if part is PartOfDay.MORNING else time(hour % 24, minute)
    if part is None:
        return time(hour, minute)
    later = {
        PartOfDay.MORNING: False,
        PartOfDay.AFTERNOON: hour > 0,
        PartOfDay.MIDDAY: 1 <= hour <= 8 or hour == 12,
        PartOfDay.NIGHT: 5 <= hour <= 11,
    }[part]
    return time(hour % 12 + (12 if later else 0), minute)
