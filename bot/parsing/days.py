"""Days of the week as people write them: weekdays, Mon-Fri, "Senin, Rabu", 月水金, Di Do.

Names and abbreviations come from CLDR (babel). Where two languages call different days the same,
the person's own language is asked first, then English, then the others in a fixed order.
"""

from __future__ import annotations

import re
from functools import cache

from bot.parsing.plain import any_of, bare
from retrieval.records.digests import EVERY_DAY, WEEKDAYS

WEEKEND = (5, 6)

_LANGUAGES = (
    "en",
    "id",
    "ms",
    "es",
    "pt",
    "fr",
    "de",
    "it",
    "nl",
    "ru",
    "uk",
    "pl",
    "tr",
    "ar",
    "fa",
    "hi",
    "bn",
    "th",
    "vi",
    "ja",
    "ko",
    "zh",
    "sv",
    "da",
    "nb",
    "fi",
    "cs",
    "ro",
    "hu",
    "el",
    "he",
    "sw",
)
_SETS = {
    EVERY_DAY: any_of(
        "every day|everyday|daily|all|all days|each day|always|setiap hari|tiap hari|semua|harian"
        "|todos los dias|a diario|diario|todos os dias|diariamente|tous les jours|chaque jour"
        "|jeden tag|taglich|ogni giorno|tutti i giorni|elke dag|dagelijks|каждый день|ежедневно"
        "|щодня|codziennie|her gun|كل يوم|يوميا|हर दिन|रोज|প্রতিদিন|ทุกวัน|hang ngay|moi ngay"
        "|毎日|每天|每日|매일|varje dag|joka paiva|kila siku"
    ),
    WEEKDAYS: any_of(
        "weekdays|weekday|week days|on weekdays|workdays|working days|hari kerja|dias laborables"
        "|entre semana|dias de semana|dias uteis|jours de semaine|en semaine|jours ouvrables"
        "|werktags|wochentags|werktage|unter der woche|giorni feriali|weekdagen|doordeweeks"
        "|по будням|будни|рабочие дни|dni robocze|hafta ici|平日|工作日|평일|วันธรรมดา|ngay thuong"
        "|vardagar|arkisin"
    ),
    WEEKEND: any_of(
        "weekend|weekends|the weekend|akhir pekan|fin de semana|fines de semana|fim de semana"
        "|week-end|le week-end|wochenende|am wochenende|fine settimana|het weekend|выходные"
        "|по выходным|hafta sonu|週末|周末|주말|สุดสัปดาห์|cuoi tuan|helg|viikonloppu"
    ),
}
_RANGE = re.compile(
    r"(?P<first>.+?)\s*(?:[-–—~〜→至到]|から|부터|(?<!\w)(?:to|till|until|through|sampai|hingga|s/d|sd"
    r"|bis|a|al|au|ate|tot|до|по)(?!\w))\s*(?P<last>.+?)(?:まで|까지)?"
)
_AND = re.compile(
    r"\s*(?:[,;&+・、،|和と]|(?<!\w)(?:and|dan|serta|y|e|et|und|en|и|та|i|ve|و)(?!\w))\s*"
)
_EVERY = re.compile(r"^(?:every|each|on|only|setiap|tiap|hanya|pada|hari|am|jeden|el|los|le)\s+")
_ONE_LETTER_DAYS = "月火水木金土日"
_CHINESE_DAYS = "一二三四五六日"
_CHINESE = re.compile(rf"(?:周|週|星期|礼拜|禮拜)([{_CHINESE_DAYS}])")


def parse_days(text: str, language: str = "en") -> tuple[int, ...] | None:
    """Return the days of the week that a text names, Monday is 0, or None where it names none.

    Args:
        text: "every day", "weekdays", "Mon-Fri", "senin, rabu dan jumat", "月水金", "Fri–Mon", …
        language: The person's.
    """
    written = bare(text).replace("曜日", "").replace("天", "日").strip(" .!")
    written = _CHINESE.sub(lambda day: _ONE_LETTER_DAYS[_CHINESE_DAYS.index(day[1])], written)
    if not written:
        return None
    for days, names in _SETS.items():
        if written in names:
            return days
    written = _EVERY.sub("", written)
    if all(character in _ONE_LETTER_DAYS for character in written):
        return tuple(sorted({_ONE_LETTER_DAYS.index(character) for character in written}))
    found: set[int] = set()
    for part in _AND.split(written):
        if not part:
            continue
        days_of_part = _part(part, language)
        if days_of_part is None:
            return None
        found |= days_of_part
    return tuple(sorted(found)) or None


def _part(part: str, language: str) -> set[int] | None:
    """Return the days of "mon", "mon-fri" or "mon wed fri"."""
    day = _day(part, language)
    if day is not None:
        return {day}
    ends = _RANGE.fullmatch(part)
    if ends is not None:
        first, last = _day(ends["first"], language), _day(ends["last"], language)
        if first is not None and last is not None:
            return {(first + step) % 7 for step in range((last - first) % 7 + 1)}
    each = [_day(word, language) for word in part.split()]
    return {day for day in each if day is not None} if None not in each else None


def _day(word: str, language: str) -> int | None:
    word = word.strip(" .'’")
    for one in (language, "en"):
        day = _names(one).get(word)
        if day is not None:
            return day
    return _all_names().get(word)


@cache
def _names(language: str) -> dict[str, int]:
    """Return a language's names of the days; none for a language that CLDR does not have."""
    from babel import Locale, UnknownLocaleError

    try:
        locale = Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return {}
    names: dict[str, int] = {}
    for context in ("format", "stand-alone"):
        for width in ("wide", "abbreviated", "short"):
            for day, name in locale.days[context][width].items():
                names.setdefault(bare(name).strip(". "), day)
    for day in range(7):
        wide = bare(locale.days["format"]["wide"][day])
        if wide.isascii() and len(wide) > 3:
            names.setdefault(wide[:3], day)  # as in "jum", where CLDR has "Jum" or does not
            names.setdefault(f"{wide}s", day)  # "on Mondays"
    return names


@cache
def _all_names() -> dict[str, int]:
    names: dict[str, int] = {}
    for language in _LANGUAGES:
        for name, day in _names(language).items():
            names.setdefault(name, day)
    names |= {"tues": 1, "thur": 3, "thurs": 3, "minggu": 6, "ahad": 6, "jum'at": 4}
    return names
