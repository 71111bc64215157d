"""Kabar's sentences in the languages of its interface.

English stands in the code and is the key (gettext's msgid); what is not translated stays
English. The catalogues are `bot/locales/LANGUAGE.po`, read as they are: nothing is compiled.
"""

from __future__ import annotations

from datetime import date, datetime, time, tzinfo
from functools import cache
from pathlib import Path

LANGUAGES = {"en": "English", "id": "Bahasa Indonesia"}
"""What each calls itself."""

CATALOGUES = Path(__file__).parents[1] / "locales"


class Translator:
    """Says things in one language.

    Args:
        language: One of `LANGUAGES`; any other is English.
    """

    def __init__(self, language: str) -> None:
        self.language = language if language in LANGUAGES else "en"
        self._sentences = _catalogue(self.language)

    def __call__(self, english: str, **values: object) -> str:
        """Return a sentence with its values put in."""
        sentence = self._sentences.get(english) or english
        return sentence.format(**values) if values else sentence

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


@cache
def _catalogue(language: str) -> dict[str, str]:
    path = CATALOGUES / f"{language}.po"
    if not path.is_file():
        return {}
    from babel.messages.pofile import read_po

    with path.open("rb") as file:
        return {
            str(message.id): str(message.string)
            for message in read_po(file)
            if message.id and message.string
        }
