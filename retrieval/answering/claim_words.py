"""The words by which claims are compared, in the languages that the news is mostly in.

They are data (``claim_words.json``): what numbers count, currencies, causes of accidents and
crimes with the words that name a cause, and words that deny. A word with ``*`` stands for all that
begin so. A language that is not in it is compared by numbers without what they count, and a cause
that is not in it differs from no other: what is not known is never a difference.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files

import regex

from retrieval.stories.words import fold

_SOLID = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}]")
Table = Mapping[str, Sequence[str]]


class Lexicon:
    """The words, ready to be looked up.

    Args:
        content: As in ``claim_words.json``.
    """

    def __init__(self, content: Mapping[str, Table | Sequence[str]]) -> None:
        self._measures = _Words(content["measures"])
        self._persons = _Words(content["persons"])
        self._counted = {*_table(content["persons"]), *content["counted"]}
        self._money = _Words(content["money"])
        self._causes = {kind: _phrases(words) for kind, words in _table(content["causes"]).items()}
        self._markers = _phrases(list(content["cause markers"]))
        self._denials = _phrases(list(content["denials"]))

    @lru_cache(maxsize=1 << 13)  # noqa: B019  there is one lexicon
    def measure(self, word: str) -> str:
        """Return what a word measures or counts, or "" where it does not."""
        return self._measures.find(word)

    @lru_cache(maxsize=1 << 13)  # noqa: B019
    def person(self, word: str) -> str:
        """Return the kind of people that a word means, or ""."""
        return self._persons.find(word)

    @lru_cache(maxsize=1 << 13)  # noqa: B019
    def currency(self, word: str) -> str:
        """Return the ISO 4217 code of a currency's name or sign, or ""."""
        return self._money.find(word)

    def is_counted(self, what: str) -> bool:
        """Whether so many of it is a fact of its own: the dead are, a percentage is of anything."""
        return what in self._counted

    def causes(self, folded: str) -> frozenset[str]:
        """Return what a folded text names that may be a cause."""
        return frozenset(kind for kind, words in self._causes.items() if words.search(folded))

    def explains(self, folded: str) -> bool:
        """Whether a folded text says that something was the cause of something."""
        return self._markers.search(folded) is not None

    def denies(self, folded: str) -> bool:
        """Whether a folded text says that something is not so."""
        return self._denials.search(folded) is not None


class _Words:
    """Words to what they stand for."""

    def __init__(self, table: Table | Sequence[str]) -> None:
        self._whole: dict[str, str] = {}
        self._begins: list[tuple[str, str]] = []
        self._inside: list[tuple[str, str]] = []
        for kind, words in _table(table).items():
            for word in words:
                if _SOLID.match(word):
                    self._inside.append((word, kind))
                elif word.endswith("*"):
                    self._begins.append((fold(word[:-1]), kind))
                else:
                    self._whole[fold(word)] = kind

    def find(self, word: str) -> str:
        """Return what a folded word stands for, or ""."""
        if kind := self._whole.get(word):
            return kind
        if _SOLID.match(word):  # what is named first in a run
            found = [(word.find(part), kind) for part, kind in self._inside if part in word]
            return min(found)[1] if found else ""
        return next((kind for part, kind in self._begins if word.startswith(part)), "")


def _table(content: Table | Sequence[str]) -> Table:
    assert isinstance(content, Mapping)  # noqa: S101
    return content


def _phrases(words: Sequence[str]) -> regex.Pattern[str]:
    """Return what finds any of these words, whole but in scripts without spaces."""
    folded = [" ".join(fold(part) for part in word.split()) for word in words]
    spaced = [regex.escape(word) for word in folded if not _SOLID.match(word)]
    solid = [regex.escape(word) for word in folded if _SOLID.match(word)]
    alternatives = [rf"(?<!\p{{L}})(?:{'|'.join(spaced)})(?!\p{{L}})"] if spaced else []
    return regex.compile("|".join([*alternatives, *solid]))


LEXICON = Lexicon(
    json.loads(
        files("retrieval.answering").joinpath("claim_words.json").read_text(encoding="utf-8")
    )
)
