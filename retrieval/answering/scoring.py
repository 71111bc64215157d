"""The scores of a candidate passage for a question, and the one that orders them.

Always true: every score is worked out here from the passage's own vectors and terms, so it does
not depend on the storage engine that found the passage; and passages of different languages are
compared by how far their cosines are above the level of their language.

The fused score is a weighted sum of five named ones. The weights of the
first four come from a listwise logistic regression over labelled questions, that of the fifth
from the recall it brings (`retrieval.evaluation.calibrate`):

- ``passage``: cosine of question and passage;
- ``sentence``: the highest cosine of the question with one of the passage's sentences, which
  have no other topic to share the vector with;
- ``coverage``: which share of the question's terms, weighted by their inverse document
  frequency, the passage or its article's title contains;
- ``sentence_coverage``: the same within one sentence;
- ``feedback``: cosine of the passage with the centre of the best passages, weighted by their
  score (Rocchio 1971, as pseudo-relevance feedback): other passages of the same story come up
  that do not repeat its names.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from retrieval.records import StoredPassage, Vector

FEATURES = ("passage", "sentence", "coverage", "sentence_coverage", "feedback")

_PREFIX = 5
"""Letters that a longer word of the question shares with a word of the passage for both to count
as forms of one word, which serves every language that puts its endings last and needs no stemmer.
Numbers have no forms: 202401 is not 202402."""

_AFFIXES = 3
"""Letters more that a form of a word may have, before it too: "telepon", "ditelepon". A judgement
for languages with prefixes: on FacQA it changed nothing measurable."""

_FEEDBACK_PASSAGES = 5
_FEEDBACK_SHARPNESS = 45.0
"""How much less a worse passage counts in the centre: by e for each 1/45 of score."""

_READ_CLOSELY = 12
"""Best candidates whose sentences are analysed; the others' have 0 there and stay below."""

_LEAD = 0.012
"""What the first sentence of an article is ahead by, in cosine: news is told from its most
important sentence on (the "inverted pyramid"), which breaks near-ties. A judgement, not fitted:
the labelled data has no articles with a lead."""

_RECENCY = 0.003
"""The most that freshness adds: less than the noise of a score, so it only breaks near-ties."""
_RECENCY_DAYS = 30.0


@dataclass(frozen=True)
class Question:
    """A question ready to be compared.

    Args:
        vector: float32, shape (d,), unit length.
        weights: Each term with its weight: its inverse document frequency, less for what is
            common in questions.
    """

    vector: Vector
    weights: Mapping[str, float]

    @cached_property
    def weight(self) -> float:
        """The sum of all terms' weights."""
        return sum(self.weights.values())

    @cached_property
    def parts(self) -> Mapping[str, frozenset[str]]:
        """Each term that has forms, with the shorter words of which it may be a form."""
        return {
            term: _parts(term)
            for term in self.weights
            if len(term) > _PREFIX and not term.isdigit()
        }


_LEAST_PASSAGES = 1_000
"""Frequencies in a smaller library say little: in one of three passages every word is common."""


def inverse_document_frequency(passages: int, frequency: int) -> float:
    """Return Robertson's and Spärck Jones' weight in BM25's form, always positive.

    Args:
        passages: How many passages there are.
        frequency: How many of them contain the term.
    """
    passages = max(passages, _LEAST_PASSAGES)
    return math.log(1 + (passages - frequency + 0.5) / (frequency + 0.5))


@dataclass(frozen=True, slots=True)
class Candidates:
    """Candidate passages with their scores, in one order throughout.

    Args:
        passages: The n candidates.
        sentence_cosines: For each, the question's cosines with its sentences, a lead's raised.
        features: float32, shape (n, len(FEATURES)).
        fused: float32, shape (n,), what they are ordered by.
    """

    passages: Sequence[StoredPassage]
    sentence_cosines: Sequence[NDArray[np.float32]]
    features: NDArray[np.float32]
    fused: NDArray[np.float32]


def score_candidates(
    question: Question,
    passages: Sequence[StoredPassage],
    *,
    weights: Mapping[str, float],
    level: Callable[[str | None], float],
    analyze: Callable[[str], list[str]],
    now: datetime,
) -> Candidates:
    """Score candidates.

    Args:
        question: What is asked.
        passages: The candidates.
        weights: The weight of each feature.
        level: Language to the question's cosine with what is unrelated in it, which is taken
            off: else passages in the question's own language win over better ones in others.
        analyze: Text to terms, as the passages' were made.
        now: What freshness is counted from.

    Returns:
        The candidates with their scores, in the order given.
    """
    vectors = np.stack([passage.vector for passage in passages])
    sentences = np.concatenate([passage.sentence_vectors for passage in passages])
    ends = np.cumsum([len(passage.sentence_vectors) for passage in passages])
    cosines = np.split(sentences @ question.vector, ends[:-1])
    for passage, cosine in zip(passages, cosines, strict=True):
        if _leads(passage):
            cosine[0] += _LEAD
    features = np.zeros((len(passages), len(FEATURES)), np.float32)
    features[:, 0] = vectors @ question.vector
    for row, (passage, cosine) in enumerate(zip(passages, cosines, strict=True)):
        features[row, 1] = cosine.max() if len(cosine) else features[row, 0]
        features[row, 2] = coverage(question, {*passage.text_terms, *passage.title_terms})
    factors = np.array([weights[name] for name in FEATURES], np.float32)
    unrelated = {language: level(language) for language in {p.article.language for p in passages}}
    levels = np.array([unrelated[passage.article.language] for passage in passages], np.float32)
    # Not a product of matrices: of so small ones OpenBLAS now and then warns of invalid values that
    # are in none of them.
    fused = (features * factors).sum(axis=1) - levels * (factors[0] + factors[1])
    features[:, 4] = vectors @ _centre(vectors, fused)
    for row in np.argsort(-fused, kind="stable")[:_READ_CLOSELY].tolist():
        features[row, 3] = _sentence_coverage(question, passages[row], analyze)
    fused = (features * factors).sum(axis=1) - levels * (factors[0] + factors[1] + factors[4])
    fused += [_freshness(passage, now) for passage in passages]
    return Candidates(passages, cosines, features, fused)


def _leads(passage: StoredPassage) -> bool:
    """Whether a passage begins an article that goes on after it."""
    slice_, text = passage.passage, passage.article.text
    return slice_.ordinal == 0 and slice_.end < len(text.rstrip())


def _sentence_coverage(
    question: Question, passage: StoredPassage, analyze: Callable[[str], list[str]]
) -> float:
    text = passage.article.text
    return max(
        (
            coverage(question, set(analyze(text[start:end])))
            for start, end in passage.passage.sentences
        ),
        default=0.0,
    )


def coverage(question: Question, terms: set[str]) -> float:
    """Return the weighted share of the question's terms that are among these, in [0, 1]."""
    total = question.weight
    if not total:
        return 0.0
    # Lists: a set's order differs from run to run, and with it the last digit of a sum.
    missing = [term for term in question.weights if term not in terms]
    found = total - sum(question.weights[term] for term in missing)
    forms = [term for term in missing if term in question.parts]
    if forms:
        # One text to look for beginnings in: a set of them took four times as long to make.
        begun = f" {' '.join(terms)}"
        found += sum(
            question.weights[term]
            for term in forms
            if f" {term[:_PREFIX]}" in begun or not question.parts[term].isdisjoint(terms)
        )
    return min(found / total, 1.0)


def _parts(term: str) -> frozenset[str]:
    """Return the words that make a term with a few letters more, before or after."""
    shortest = max(_PREFIX, len(term) - _AFFIXES)
    return frozenset(
        term[start : start + length]
        for length in range(shortest, len(term))
        for start in range(len(term) - length + 1)
    )


def _centre(vectors: NDArray[np.float32], scores: NDArray[np.float32]) -> Vector:
    best = np.argsort(-scores, kind="stable")[:_FEEDBACK_PASSAGES]
    shares = np.exp(_FEEDBACK_SHARPNESS * (scores[best] - scores[best[0]]))
    centre = shares @ vectors[best]
    return np.asarray(centre / np.linalg.norm(centre), np.float32)


def _freshness(passage: StoredPassage, now: datetime) -> float:
    published = passage.article.published_at
    if published is None:
        return 0.0
    days = max((now - published).total_seconds() / 86_400, 0.0)
    return _RECENCY * math.exp(-days / _RECENCY_DAYS)
