"""Whether one quote says what another says, or tells the same thing differently.

Always true: a quote says the same only where each sentence of the other has one in it that is near
in meaning and says no less, with no other number, day, cause or name, and no denial. It differs
where a sentence is near and has another number, day or cause for the same. What is doubtful is
neither.

Nearness is the cosine of the sentences' vectors, which the library has, made comparable twice.
The level of their languages goes (`retrieval.stories.levels`): two sentences of unrelated news are
as near in one language as two of the same event in two. And much of what stands around them goes:
a sentence's vector is pooled where it stands, so that in two short reports of one event every
sentence is near to every other. What vectors do not see is looked for in the words
(`retrieval.answering.claims`); within a language some words must be shared as well.

The bars were chosen on the development half of the labelled pairs, alone and among other sentences,
and on pairs of sentences in the articles that stories are fitted on, where most that are near are
not the same. ``python -m tests.benchmarks agreement`` measures them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import Enum
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from retrieval.answering.claims import Comparison, compare_claims, read_claim, without_dateline
from retrieval.stories.levels import unit

if TYPE_CHECKING:
    from retrieval.records import Vector, Vectors

_SURROUNDINGS = 0.65
"""How much of the mean of a passage's other sentences is taken out of each one's vector."""

_SHARED = 0.25
"""Share of the terms of the one with fewer that two sentences of one language have in common."""

_TEMPLATE = 0.7
"""Share of terms, in order, from which two sentences, each with a word of its own, are one with
a word changed ("doctors went on strike", "teachers went on strike"), and say different things."""

_COPIED = 0.85
"""Share of the shorter one's letters, five in a row, that a reprint has."""
_SHINGLE = 5
_LEAST_LETTERS = 30
_LEAST_CHARACTERS = 10
"""A shorter sentence, or one in a script without an alphabet, is said by many in the same words."""


@dataclass(frozen=True, slots=True)
class Bars:
    """Cosines from which two sentences are about one thing.

    Args:
        same: To be named as saying the same.
        differs: To be shown as telling it differently.
        measures: The same, where only a percentage, a price or a length differs: one report has
            many of them, each of something else.
    """

    same: float
    differs: float
    measures: float


WITHIN = Bars(same=0.68, differs=0.58, measures=0.66)
"""For two sentences of one language."""
ACROSS = Bars(same=0.60, differs=0.50, measures=0.64)
"""For two languages."""


class Relation(Enum):
    """What one quote is to another."""

    SAME = "same"
    DIFFERS = "differs"
    REPRINT = "reprint"
    NONE = "none"


@dataclass(frozen=True)
class Sentences:
    """The sentences of a quote, one or two.

    Args:
        texts: Their words.
        terms: Their analysed terms, in order.
        language: Theirs.
        vectors: float32, shape (n, d), as `distinct` makes them.
    """

    texts: Sequence[str]
    terms: Sequence[Sequence[str]]
    language: str | None
    vectors: Vectors


def distinct(vectors: Vectors, level: Vector) -> Vectors:
    """Return what each sentence of a passage says beyond the others.

    Args:
        vectors: Theirs, float32, shape (n, d).
        level: Their language's, shape (d,).

    Returns:
        float32, shape (n, d), rows of unit length.
    """
    raw = np.asarray(vectors - level, np.float32)
    others = (raw.sum(axis=0) - raw) / max(len(raw) - 1, 1)
    return unit(raw - _SURROUNDINGS * others)


def relate(one: Sentences, other: Sentences) -> Relation:
    """Tell what another article's quote is to one that stands.

    Args:
        one: Of the quote that stands.
        other: Of the other.
    """
    within = one.language == other.language
    bars = WITHIN if within else ACROSS
    cosines = one.vectors @ other.vectors.T
    if cosines.max() < min(bars.same, bars.differs):
        return Relation.NONE
    found = [
        [
            _compare(one, mine, other, theirs, cosine=cosine, bars=bars)
            for theirs, cosine in enumerate(cosines[mine].tolist())
        ]
        for mine in range(len(one.texts))
    ]
    if any(Relation.DIFFERS in row for row in found):
        return Relation.DIFFERS
    if within and _is_copy(one, other):
        return Relation.REPRINT
    return Relation.SAME if all(Relation.SAME in row for row in found) else Relation.NONE


def _compare(
    one: Sentences, mine: int, other: Sentences, theirs: int, *, cosine: float, bars: Bars
) -> Relation:
    """Tell what one sentence is to another."""
    is_swapped = False
    if cosine < min(bars.same, bars.differs):
        return Relation.NONE
    if one.language == other.language:
        shared = _shared(one.terms[mine], other.terms[theirs])
        if shared < _SHARED:
            return Relation.NONE
        is_swapped = _is_swapped(one.terms[mine], other.terms[theirs])
    comparison = compare_claims(
        read_claim(one.texts[mine], one.language), read_claim(other.texts[theirs], other.language)
    )
    if comparison is Comparison.SAME:
        return Relation.SAME if cosine >= bars.same and not is_swapped else Relation.NONE
    needed = {Comparison.DIFFERS: bars.differs, Comparison.MEASURES_DIFFER: bars.measures}
    return Relation.DIFFERS if cosine >= needed.get(comparison, 2.0) else Relation.NONE


def _shared(terms: Sequence[str], others: Sequence[str]) -> float:
    """Return the share of the fewer terms that are among the others."""
    return len({*terms} & {*others}) / max(min(len({*terms}), len({*others})), 1)


def _have_own(terms: Sequence[str], others: Sequence[str]) -> bool:
    """Whether each has a term that the other does not."""
    return bool({*terms} - {*others} and {*others} - {*terms})


def _is_swapped(terms: Sequence[str], others: Sequence[str]) -> bool:
    """Whether two sentences are one, but for words of each in the place of the other's."""
    if not _have_own(terms, others):
        return False
    blocks = SequenceMatcher(None, terms, others, autojunk=False).get_matching_blocks()
    in_order = sum(block.size for block in blocks)
    return in_order >= _TEMPLATE * min(len(terms), len(others))


def _is_copy(one: Sentences, other: Sentences) -> bool:
    """Whether the words of the shorter stand in the longer, one after another, and no others."""
    if _have_own([*chain(*one.terms)], [*chain(*other.terms)]):
        return False
    letters = (
        "".join(filter(str.isalnum, without_dateline("".join(each.texts)).casefold()))
        for each in (one, other)
    )
    shorter, longer = sorted(letters, key=len)
    if len(shorter) < (_LEAST_LETTERS if shorter.isascii() else _LEAST_CHARACTERS):
        return False
    pieces = _shingles(shorter)
    return len(pieces & _shingles(longer)) >= _COPIED * len(pieces)


def _shingles(letters: str) -> set[str]:
    return {letters[at : at + _SHINGLE] for at in range(len(letters) - _SHINGLE + 1)}
