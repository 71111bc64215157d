"""The names and numbers in an article: what two reports of one event share in any language.

No list of words and no model: a name is a word that is written with a capital wherever the
article has it. In scripts without capitals every word counts, and in those without spaces every
pair of characters. What is no name after all (a German noun, a headline in title case, a
weekday) is common, and weighs little for that (`retrieval.stories.window`).

Numbers of two digits and more count as names, with their value: 6,1 is 6.1 and ٤١ is 41. Years
do not, since every article of a year may have it.
"""

from __future__ import annotations

import regex

from retrieval.stories.words import fold, normalise_number, tokens

MAX_NAMES = 96
"""Names kept of an article, the first ones: the event is told at the top."""

_YEAR = regex.compile(r"(19|20)\d\d")
_PREFIXES = ("وال", "بال", "لل", "ال", "و", "ب", "ل")
"""Arabic articles, conjunctions and prepositions, which are written as part of the word."""
_SHORTEST = 3


def find_names(title: str, text: str) -> tuple[str, ...]:
    """Return the names and numbers of an article.

    Args:
        title: Its title.
        text: Its text.

    Returns:
        Each once, folded, in the order of appearance; a number has ``#`` before it.
    """
    found: dict[str, None] = {}
    small: set[str] = set()
    for part in (title, text):
        for kind, token in tokens(part):
            if kind == "number":
                number = normalise_number(token)
                if number and len(number) > 1 and not _YEAR.fullmatch(number):
                    found[f"#{number}"] = None
            elif kind == "run":
                found.update((token[i : i + 2], None) for i in range(len(token) - 1))
            elif token[0].islower():
                small.add(fold(token))
            elif token[0].isupper():
                word = fold(token)
                if len(word) >= _SHORTEST:
                    found[word] = None
            else:
                word = _bare(fold(token))
                if len(word) >= _SHORTEST:
                    found[word] = None
    return tuple(name for name in found if name not in small)[:MAX_NAMES]


def _bare(word: str) -> str:
    """Return a word without an Arabic prefix, where enough is left."""
    for prefix in _PREFIXES:
        if word.startswith(prefix) and len(word) - len(prefix) >= _SHORTEST:
            return word[len(prefix) :]
    return word
