"""Kabar's sentences in the languages of its interface.

English stands in the code and is the key (gettext's msgid); what is not translated stays
English. The catalogues are `bot/locales/LANGUAGE.po`, read as they are: nothing is compiled.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from functools import cache
from pathlib import Path

CATALOGUES = Path(__file__).parents[1] / "locales"

_NAME = re.compile(r'"Language-Team: (.+)\\n"')
_FRESH = timedelta(days=1)


def _languages() -> dict[str, str]:
    names = {"en": "English"}
    for path in sorted(CATALOGUES.glob("*.po")):
        header = _NAME.search(path.read_text(encoding="utf-8"))
        names[path.stem] = header[1] if header else path.stem
    return names


LANGUAGES = _languages()
"""What each calls itself: in the code stands English, and a catalogue is a language more."""


class Translator:
    """Says things in one language.

    Args:
        language: One of `LANGUAGES`; any other is English.
    """

    def __init__(self, language: str) -> None:
        self.language = language if language in LANGUAGES else "en"
        catalogue = _catalogue(self.language)
        self._sentences, self._plurals = catalogue.sentences, catalogue.plurals
        self._plural_form = catalogue.plural_form

    def __call__(self, english: str, **values: object) -> str:
        """Return a sentence with its values put in."""
        sentence = self._sentences.get(english) or english
        return sentence.format(**values) if values else sentence

    def plural(self, one: str, many: str, count: int, **values: object) -> str:
        """Return the sentence of a number, with its values and ``count`` put in.

        Args:
            one: In English, for one.
            many: In English, for any other number.
            count: The number.
            **values: What else stands in the sentence.
        """
        forms = self._plurals.get(one)
        if forms is None:
            sentence = one if count == 1 else many
        else:
            sentence = forms[min(self._plural_form(count), len(forms) - 1)]
        return sentence.format(count=self.number(count), **values)

    def number(self, number: int) -> str:
        """Return "1,234"."""
        from babel.numbers import format_decimal

        return str(format_decimal(number, locale=self.language))

    def published(self, moment: datetime, now: datetime, zone: tzinfo) -> str:
        """Return "2 hours ago" of what is fresh, else "3 Jan 2022" in a zone."""
        from babel.dates import format_date, format_timedelta

        age = now - moment
        if timedelta(0) <= age < _FRESH:
            least = max(age, timedelta(minutes=1))
            return str(format_timedelta(-least, add_direction=True, locale=self.language))
        return str(format_date(moment.astimezone(zone), "d MMM y", locale=self.language))

    def away(self, moment: datetime, now: datetime) -> str:
        """Return "12 minutes ago" or "in 8 minutes"."""
        from babel.dates import format_timedelta

        least = timedelta(minutes=1)
        away = max(moment - now, least) if moment > now else min(moment - now, -least)
        return str(format_timedelta(away, add_direction=True, locale=self.language))

    def day(self, day: date) -> str:
        """Return "Tuesday, 24 November"."""
        from babel.dates import format_date

        return str(format_date(day, "EEEE, d MMMM", locale=self.language))

    def moment(self, moment: datetime, zone: tzinfo) -> str:
        """Return "24 Nov, 07:30" in a zone."""
        from babel.dates import format_date

        local = moment.astimezone(zone)
        return f"{format_date(local, 'd MMM', locale=self.language)}, {local:%H:%M}"

    def weekdays(self, days: tuple[int, ...]) -> str:
        """Return "Mon, Wed, Fri"; Monday is 0."""
        from babel.dates import get_day_names

        names = get_day_names("abbreviated", locale=self.language)
        return ", ".join(str(names[day]) for day in days)

    @staticmethod
    def clock(at: time) -> str:
        """Return "07:30"."""
        return f"{at:%H:%M}"


@cache
def translator(language: str) -> Translator:
    """Return what speaks a language, English where it is none of ours."""
    return Translator(language)


@dataclass(frozen=True, slots=True)
class _Catalogue:
    """What a file says: sentences, plural forms by their English singular, and their rule."""

    sentences: Mapping[str, str]
    plurals: Mapping[str, tuple[str, ...]]
    plural_form: Callable[[int], int]


@cache
def _catalogue(language: str) -> _Catalogue:
    path = CATALOGUES / f"{language}.po"
    if not path.is_file():
        return _Catalogue({}, {}, lambda count: int(count != 1))
    from gettext import c2py

    from babel.messages.pofile import read_po

    with path.open("rb") as file:
        catalogue = read_po(file)
    said = [message for message in catalogue if message.id and message.string]
    return _Catalogue(
        {str(one.id): str(one.string) for one in said if isinstance(one.id, str)},
        {str(one.id[0]): tuple(one.string or ()) for one in said if isinstance(one.id, tuple)},
        c2py(catalogue.plural_expr),
    )
