"""Whether a sentence stands on its own: whoever reads nothing else knows what it is about.

It does not where it begins with a word that points back ("He", "This", "However"), holds one that
reports somebody unnamed ("he said"), is speech, a question, a fragment, or what outlets put
between paragraphs ("Read also"). The words are in `standing.json`, by language; in a language that
is not there the shape of the sentence alone is looked at.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

import regex

_SHORTEST, _LONGEST = 30, 360
_SHORTEST_DENSE, _LONGEST_DENSE = 12, 140
"""The same in scripts that write a word in one or two characters."""

_DENSE = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}]")
_UNSPACED = frozenset({"zh", "ja", "th", "lo", "my", "km"})
"""Languages in which a word may begin anywhere."""
_ENDED = regex.compile(r"[.!。！।۔॥…๚။](?:[\"'’”»）)\]」』]|\s|\[\d+\])*$")
_UNENDED = frozenset({"th", "lo", "km"})
"""Languages that put no mark at the end of a sentence."""
_SPEECH = regex.compile(r"^\W*?[\"“„«»‘「『”‹]|^\s*[-–—•*]\s")
_PAIRS = (("(", ")"), ("[", "]"), ("“", "”"), ("«", "»"), ("「", "」"), ("『", "』"))


def stands_alone(sentence: str, language: str | None) -> bool:
    """Return whether a sentence can be read without those around it.

    Args:
        sentence: As the article has it.
        language: The article's.
    """
    dense = len(_DENSE.findall(sentence)) * 2 > len(sentence)
    shortest, longest = (_SHORTEST_DENSE, _LONGEST_DENSE) if dense else (_SHORTEST, _LONGEST)
    if not shortest <= len(sentence) <= longest or "\n" in sentence:
        return False
    if language not in _UNENDED and not _ENDED.search(sentence):
        return False
    if _SPEECH.search(sentence) or not _is_balanced(sentence):
        return False
    if sentence.lstrip()[:1].islower():
        return False
    openers, inside = _patterns(language or "")
    bare = sentence.replace("’", "'").lstrip(" ¿¡")
    return not (openers.match(bare) or inside.search(bare))


def _is_balanced(sentence: str) -> bool:
    return (
        all(sentence.count(one) == sentence.count(other) for one, other in _PAIRS)
        and sentence.count('"') % 2 == 0
    )


@cache
def _patterns(language: str) -> tuple[regex.Pattern[str], regex.Pattern[str]]:
    words = _words().get(language, {})
    return (
        _pattern(words.get("openers", []), language),
        _pattern(words.get("inside", []), language),
    )


def _pattern(phrases: list[str], language: str) -> regex.Pattern[str]:
    """Return what matches any of some phrases, as whole words where words are written apart."""
    if not phrases:
        return regex.compile(r"(?!)")
    alternatives = "|".join(regex.escape(each) for each in sorted(phrases, key=len, reverse=True))
    if language in _UNSPACED:
        return regex.compile(f"(?:{alternatives})", regex.I)
    return regex.compile(rf"(?<![\p{{L}}\p{{M}}])(?:{alternatives})(?![\p{{L}}\p{{M}}])", regex.I)


@cache
def _words() -> dict[str, dict[str, list[str]]]:
    content = files("retrieval.digest").joinpath("standing.json").read_text(encoding="utf-8")
    words: dict[str, dict[str, list[str]]] = json.loads(content)
    return words
