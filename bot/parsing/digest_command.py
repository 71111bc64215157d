"""What may stand after /digest: now, on, off, a time, a zone, days, and these together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from enum import StrEnum

from bot.parsing.days import parse_days
from bot.parsing.plain import MAX_CHARACTERS, any_of, bare
from bot.parsing.quiet import is_off
from bot.parsing.times import parse_time
from bot.parsing.zones import parse_zone

MOST_WORDS = 10
"""That are looked at; time, zone and days together take fewer."""

_NOW = any_of(
    "now|today|sekarang|hari ini|kini|ahora|hoy|maintenant|aujourd'hui|jetzt|heute|agora|hoje"
    "|adesso|oggi|nu|vandaag|сейчас|сегодня|зараз|teraz|simdi|bugun|الآن|اليوم|अभी|आज|এখন"
    "|ตอนนี้|วันนี้|bay gio|hom nay|今|今日|现在|今天|現在|지금|오늘|sasa|leo"
)
_ON = any_of(
    "on|start|yes|subscribe|resume|nyala|nyalakan|aktif|aktifkan|hidupkan|mulai|ya|an|ein|si"
    "|activar|activer|oui|ativar|sim|attiva|aan|вкл|да|ac|evet|オン|开|開|켜기|bat|تشغيل|चालू|เปิด"
)


class Wish(StrEnum):
    """What a word after /digest asks for."""

    SETTINGS = "settings"
    NOW = "now"
    ON = "on"
    OFF = "off"
    CHANGE = "change"


@dataclass(frozen=True, slots=True)
class DigestCommand:
    """What /digest asks for.

    Args:
        wish: What is to be done; CHANGE sets what is not None, and turns the digest on.
        at: The local time.
        timezone: As `Preferences.timezone` holds it.
        days: Days of the week, Monday is 0.
    """

    wish: Wish
    at: time | None = None
    timezone: str | None = None
    days: tuple[int, ...] | None = None


def parse_digest_command(text: str, language: str = "en") -> DigestCommand | None:
    """Return what the words after /digest ask for, or None where they cannot be understood.

    Args:
        text: "", "now", "07:30 Asia/Jakarta", "8 pm weekdays", "senin-jumat 7.00 WIB", …
        language: The person's, for the names of days.
    """
    if len(text) > MAX_CHARACTERS:
        return None
    written = bare(text).strip(" .!")
    if not written:
        return DigestCommand(Wish.SETTINGS)
    if written in _NOW:
        return DigestCommand(Wish.NOW)
    if written in _ON:
        return DigestCommand(Wish.ON)
    if is_off(written):
        return DigestCommand(Wish.OFF)
    return _settings(text.replace(";", " ").split(), language)


def _settings(words: list[str], language: str) -> DigestCommand | None:
    """Read words as a time, days and a zone in any order, each at most once.

    Every way to cut the words into up to three runs is tried, cheap kinds first: the list of
    cities is looked at only for what is neither time nor days.
    """
    whole = _runs([" ".join(words)], language)
    if whole is not None:
        return whole
    count = len(words)
    if count > MOST_WORDS:
        return None
    for first in range(1, count):
        for second in range(first + 1, count + 1):
            runs = [words[:first], words[first:second], words[second:]]
            found = _runs([" ".join(run) for run in runs if run], language)
            if found is not None:
                return found
    return None


def _runs(runs: list[str], language: str) -> DigestCommand | None:
    at: time | None = None
    days: tuple[int, ...] | None = None
    rest: list[str] = []
    for run in (run.strip(" ,.") for run in runs):
        moment, named = parse_time(run), parse_days(run, language)
        if moment is not None and at is None:
            at = moment
        elif named is not None and days is None:
            days = named
        elif run:
            rest.append(run)
    if len(rest) > 1 or (rest and at is None and days is None and len(runs) > 1):
        return None
    zone = parse_zone(rest[0]) if rest else None
    if rest and zone is None:
        return None
    return DigestCommand(Wish.CHANGE, at, zone, days)
