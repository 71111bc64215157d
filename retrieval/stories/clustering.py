"""Puts new articles into stories, one after another, as they arrive.

Incremental single-pass clustering: an article joins the story that it is linked to best, or opens
one. Where it is linked to two stories that are also linked to each other, they were one all
along and are merged: the order in which reports arrive then matters little. Nothing is ever taken
apart again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from retrieval.stories.fingerprint import shared_share

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from retrieval.stories.rule import Rule
    from retrieval.stories.window import Window

UNASSIGNED = 0
"""The story of an article in the window that is in none yet."""
_SHORTLIST = 256
"""Articles, by likeness, of which the names are compared too. A story that is not among them
with one article would need more shared names than any two reports have."""
_MOST = 64
"""Articles of a story that are compared, the nearest in time: those of its newest turn."""
_COPY_LIKENESS = 0.5
_COPY_SHARE = 0.5
"""From half of its words on a report is a copy."""


@dataclass(slots=True)
class Placement:
    """What was decided.

    Args:
        opened: How many stories are new; they are numbered -1, -2, … in the window.
        merged: A story to the one that all its articles move to, in order.
    """

    opened: int = 0
    merged: dict[int, int] = field(default_factory=dict)


def place(window: Window, rows: Sequence[int] | NDArray[np.intp], rule: Rule) -> Placement:
    """Give articles of the window their stories, and the origins they share with copies.

    Args:
        window: Settled; its ``stories`` and ``origins`` are changed.
        rows: The articles that have none, in order of arrival.
        rule: When two articles tell of one event.

    Returns:
        What is to be written beside the articles' own stories.
    """
    rows = np.asarray(rows, np.intp)
    placement = Placement()
    everyone = np.arange(len(window))
    likeness = window.likeness(rows, everyone)
    for row, cosines in zip(rows, likeness, strict=True):
        _place_one(window, int(row), cosines, rule, placement)
    return placement


def _place_one(
    window: Window, row: int, cosines: NDArray[np.float32], rule: Rule, placement: Placement
) -> None:
    near = _shortlist(window, row, cosines, rule)
    links: list[tuple[float, int]] = []
    if len(near):
        _share_origins(window, row, near[cosines[near] >= _COPY_LIKENESS])
        odds = _log_odds(window, row, near, rule)
        # A blend of mean and highest is above the threshold only where the highest is.
        for story in np.unique(window.stories[near[odds > rule.threshold]]).tolist():
            link = rule.joins(_log_odds(window, row, _members(window, story, row, rule), rule))
            if link > 0:
                links.append((link, story))
    if not links:
        placement.opened += 1
        window.stories[row] = -placement.opened
        return
    links.sort(key=lambda each: (-each[0], _age(each[1])))
    joined = links[0][1]
    window.stories[row] = joined
    for _, other in links[1:]:
        if _are_one(window, joined, other, row, rule):
            joined = _merge(window, joined, other, placement)


def _shortlist(
    window: Window, row: int, cosines: NDArray[np.float32], rule: Rule
) -> NDArray[np.intp]:
    """Return the likeliest articles that are in a story, within the window of days."""
    days = np.abs(window.days[: len(window)] - window.days[row])
    assigned = window.stories[: len(window)] != UNASSIGNED
    (possible,) = np.nonzero(assigned & (days <= rule.window_days))
    if len(possible) <= _SHORTLIST:
        return possible
    factors = rule.coefficients
    scores = factors["likeness"] * cosines[possible] + factors["days"] * np.log1p(days[possible])
    best = np.argpartition(-scores, _SHORTLIST)[:_SHORTLIST]
    return np.asarray(possible[np.sort(best)])


def _members(window: Window, story: int, row: int, rule: Rule) -> NDArray[np.intp]:
    """Return a story's articles within the window of days around ``row``, but not itself.

    At most `_MOST`, the nearest in time.
    """
    (members,) = np.nonzero(window.stories[: len(window)] == story)
    days = np.abs(window.days[members] - window.days[row])
    order = np.argsort(days, kind="stable")
    order = order[(days[order] <= rule.window_days) & (members[order] != row)]
    return np.asarray(members[order[:_MOST]])


def _log_odds(
    window: Window, row: int, others: NDArray[np.intp], rule: Rule
) -> NDArray[np.float32]:
    days = np.abs(window.days[others] - window.days[row]).astype(np.float32)
    likeness = window.likeness(np.array([row]), others)[0]
    names = window.shared_names(row, others)
    return rule.log_odds(likeness, names, days, window.same_language(row, others))


def _are_one(window: Window, story: int, other: int, row: int, rule: Rule) -> bool:
    """Tell whether two stories that an article is linked to are linked to each other."""
    ours = _members(window, story, row, rule)
    theirs = _members(window, other, row, rule)
    # The article itself belongs to both sides and would speak for whatever it joined.
    odds = np.stack([_log_odds(window, int(member), theirs, rule) for member in ours])
    return rule.are_one(odds)


def _merge(window: Window, story: int, other: int, placement: Placement) -> int:
    """Make two stories one, under the older one's number; return it."""
    kept, gone = sorted((story, other), key=_age)
    stories = window.stories[: len(window)]
    stories[stories == gone] = kept
    if gone > 0:
        placement.merged[gone] = kept
    return kept


def _age(story: int) -> tuple[bool, int]:
    """Order stories by when they were opened: those that are written first, then -1, -2, …."""
    return story < 0, abs(story)


def _share_origins(window: Window, row: int, alike: NDArray[np.intp]) -> None:
    """Give an article the origins of those that it is a copy of."""
    if not len(alike):
        return
    sketch = window.sketches(np.array([row]))[0]
    copies = alike[shared_share(sketch, window.sketches(alike)) >= _COPY_SHARE]
    own = window.origins[row]
    shared = dict.fromkeys(origin for copy in copies for origin in window.origins[copy])
    window.origins[row] = (*own, *(origin for origin in shared if origin not in own))
