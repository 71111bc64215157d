"""How good a network is on a set of groups: spans, order, and whether there is an answer."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence

import numpy as np
import torch

from retrieval.answering.pairs import best_span
from retrieval.evaluation.metrics import area_under_roc
from training.data import FACQA_PREFIX
from training.network import Network
from training.trunk import Rows, Trunk

Parts = Callable[[str], list[str]]
"""A text to its words or characters."""

UNSPACED = frozenset({"zh", "ja", "th"})
"""Languages without blanks between words."""

RIGHT_F1 = 0.5
"""From here on a span counts as the right one."""


def normalized(text: str) -> str:
    """Return an answer as SQuAD's measure compares it: no case, no punctuation, single blanks."""
    return " ".join(re.sub(r"[^\w\s]", " ", text.casefold()).split())


def overlap_f1(found: Sequence[str], right: Sequence[str]) -> float:
    """Return the F1 of two bags of words or characters."""
    if not found or not right:
        return float(found == right)
    shared = sum((Counter(found) & Counter(right)).values())
    return 2 * shared / (len(found) + len(right))


def best_f1(told: str, answers: Sequence[str], parts: Parts) -> float:
    """Return the best F1 of what was told with one of the answers, cut in words or characters."""
    return max(
        (overlap_f1(parts(normalized(told)), parts(normalized(each))) for each in answers),
        default=0.0,
    )


def parts_of(language: str | None) -> Parts:
    """Return what cuts a language's text: into characters where no blanks are between words."""
    return list if language in UNSPACED else str.split


def measure(network: Network, trunk: Trunk, rows: Rows) -> dict[str, float]:
    """Measure a network.

    Returns:
        ``f1`` and ``exact`` of the spans in right passages of FacQA's own questions; ``first``:
        the share of questions whose right passage is the most relevant of its group, by relevance
        and by margin; ``auroc`` of both over all rows.
    """
    network.eval()
    order = np.argsort(rows.lengths)
    relevance = np.zeros(len(order))
    margin = np.zeros(len(order))
    f1: dict[int, float] = {}
    exact: dict[int, float] = {}
    for start in range(0, len(order), 16):
        chosen = order[start : start + 16].tolist()
        hidden, real = trunk.batch(chosen)
        with torch.inference_mode():
            starts, ends, relevant = network(torch.from_numpy(hidden), torch.from_numpy(real))
        for place, row in enumerate(chosen):
            example, pair = rows.examples[row], rows.pairs[row]
            begin, finish = starts[place].numpy(), ends[place].numpy()
            first, last, score = best_span(begin, finish, pair)
            relevance[row] = float(relevant[place])
            margin[row] = score - float(begin[0] + finish[0])
            if example.start >= 0 and example.group.startswith(FACQA_PREFIX):
                text = example.passage[pair.offsets[first, 0] : pair.offsets[last, 1]]
                found = normalized(text)
                right = normalized(example.passage[example.start : example.end])
                f1[row] = overlap_f1(found.split(), right.split())
                exact[row] = float(found == right)
    holds = rows.targets[:, 0] > 0
    groups: dict[str, list[int]] = defaultdict(list)
    for row, example in enumerate(rows.examples):
        groups[example.group].append(row)
    ranked = [rows_ for rows_ in groups.values() if len(rows_) > 1 and holds[rows_[0]]]
    return {
        "f1": float(np.mean(list(f1.values()))),
        "exact": float(np.mean(list(exact.values()))),
        "first_by_relevance": float(np.mean([relevance[g].argmax() == 0 for g in ranked])),
        "first_by_margin": float(np.mean([margin[g].argmax() == 0 for g in ranked])),
        "auroc_relevance": area_under_roc(relevance[holds].tolist(), relevance[~holds].tolist()),
        "auroc_margin": area_under_roc(margin[holds].tolist(), margin[~holds].tolist()),
        "rows": float(len(order)),
    }
