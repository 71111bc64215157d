"""How much a term of a question tells about its topic.

"Who", "berapa" or "谁" tell what kind of answer is wanted, and the passage that answers has
them as seldom as any other: by their rarity in news alone they would count as much as a name. So
a term's weight is divided by how common it is in questions, as an inverse document frequency
over questions. On FacQA this took the AUROC of answerable against unanswerable questions from
0.82 to 0.84.

The shares stand in `question_terms.json`, counted by `retrieval.evaluation.calibrate`.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from importlib.resources import files

_STRENGTH = 100.0
"""A term in one of a hundred questions counts half."""

_LEAST_SHARE = 0.02
_LEAST_QUESTIONS = 4
"""Terms in fewer questions of a language are not listed: they may be a topic."""


def topic_weight(term: str) -> float:
    """Return what a term's weight is multiplied by, in (0, 1]."""
    return 1 / (1 + _STRENGTH * _shares().get(term, 0.0))


@cache
def _shares() -> Mapping[str, float]:
    resource = files("retrieval.answering").joinpath("question_terms.json")
    shares: dict[str, float] = json.loads(resource.read_text(encoding="utf-8"))
    return shares


def count_shares(
    questions: Mapping[str, Iterable[str]], analyze: Callable[[str], list[str]]
) -> dict[str, float]:
    """Count which terms are common in questions.

    Args:
        questions: By language, questions.
        analyze: Text to terms.

    Returns:
        Each common term with its share of the questions of the language where it is highest.
    """
    shares: dict[str, float] = {}
    for texts in questions.values():
        counted = [set(analyze(text)) for text in texts]
        frequencies = Counter(term for terms in counted for term in terms)
        for term, frequency in frequencies.items():
            share = frequency / len(counted)
            # A number is a topic, however often one year is asked about.
            if frequency >= _LEAST_QUESTIONS and share >= _LEAST_SHARE and not term.isdecimal():
                shares[term] = max(shares.get(term, 0.0), round(share, 3))
    return dict(sorted(shares.items()))
