"""Puts new articles into stories, one after another, as they arrive.

An article that comes looks up every story that it has likely company in, and those stories'
articles and itself are divided anew: average linkage (UPGMA, Sokal and Michener 1958) joins the
two groups with the highest mean log-odds until none is above the rule's threshold. So what was
put together too early is taken apart when more is known, and the order of arrival hardly
matters: over orders of any kind F1 lay within 0.01, where joining the best story for good lost
0.02 and spread over 0.05.

Stories keep their numbers as far as they can: a group takes the number that most of its articles
had, the older one of two.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from retrieval.stories.fingerprint import COPY_SHARE, shared_share

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from retrieval.stories.rule import Rule
    from retrieval.stories.window import Window

UNASSIGNED = 0
"""The story of an article in the window that is in none yet."""
_SHORTLIST = 256
"""Articles, by likeness, of which the names are compared too. A story that is not among them
with one article would need more shared names than any two reports have."""
_MOST_OF_A_STORY = 24
_MOST = 72
"""Articles that are divided anew, those of a story that are nearest in time; the others of a
large story keep their place."""
_COPY_LIKENESS = 0.5


def place(window: Window, rows: Sequence[int] | NDArray[np.intp], rule: Rule) -> None:
    """Give articles of the window their stories, and the origins that they share with copies.

    Args:
        window: Settled; its ``stories`` and ``origins`` are changed, also those of articles that
            were there. New stories are numbered -1, -2, ….
        rows: The articles that have none, in order of arrival.
        rule: When articles tell of one event.
    """
    rows = np.asarray(rows, np.intp)
    likeness = window.likeness(rows)
    opened = 0
    for row, cosines in zip(rows.tolist(), likeness, strict=True):
        near = _shortlist(window, row, cosines, rule)
        _share_origins(window, row, near[cosines[near] >= _COPY_LIKENESS])
        odds = rule.log_odds(
            cosines[near],
            window.shared_names(row, near),
            np.abs(window.days[near] - window.days[row]).astype(np.float32),
            window.same_language(row, near),
        )
        members = _involved(window, row, near[odds > rule.threshold], rule)
        groups = divide(window.log_odds_among(members, rule), rule.threshold)
        opened = _number(window, [members[group] for group in groups], opened)


def divide(log_odds: NDArray[np.float32], threshold: float) -> list[list[int]]:
    """Divide articles into groups by average linkage.

    Args:
        log_odds: Of all pairs, shape (n, n), n > 0, symmetric; the diagonal does not count.
        threshold: Mean log-odds above which two groups are joined.

    Returns:
        The groups, each article's index in one.
    """
    count = len(log_odds)
    links = log_odds.astype(np.float64)
    np.fill_diagonal(links, -np.inf)
    groups = [[index] for index in range(count)]
    while True:
        first, second = sorted(divmod(int(links.argmax()), count))
        if not links[first, second] > threshold:
            return [group for group in groups if group]
        ours, theirs = len(groups[first]), len(groups[second])
        mean = (ours * links[first] + theirs * links[second]) / (ours + theirs)
        mean[[first, second]] = -np.inf
        links[first] = links[:, first] = mean
        links[second] = links[:, second] = -np.inf
        groups[first] += groups[second]
        groups[second] = []


def _shortlist(
    window: Window, row: int, cosines: NDArray[np.float32], rule: Rule
) -> NDArray[np.intp]:
    """Return the likeliest articles that are in a story, within the window of days."""
    days = np.abs(window.days[: len(window)] - window.days[row])
    assigned = window.stories[: len(window)] != UNASSIGNED
    (possible,) = np.nonzero(assigned & (days <= rule.window_days))
    if len(possible) <= _SHORTLIST:
        return np.asarray(possible)
    factors = rule.coefficients
    scores = factors["likeness"] * cosines[possible] + factors["days"] * np.log1p(days[possible])
    best = np.argpartition(-scores, _SHORTLIST)[:_SHORTLIST]
    return np.asarray(possible[np.sort(best)])


def _involved(window: Window, row: int, company: NDArray[np.intp], rule: Rule) -> NDArray[np.intp]:
    """Return an article and those of the stories that its company is in, in order of time."""
    chosen = [row]
    stories = Counter(window.stories[company].tolist())
    for story in sorted(stories, key=lambda each: (-stories[each], _age(each))):
        (members,) = np.nonzero(window.stories[: len(window)] == story)
        days = np.abs(window.days[members] - window.days[row])
        order = np.argsort(days, kind="stable")
        order = order[days[order] <= rule.window_days][:_MOST_OF_A_STORY]
        chosen += members[order].tolist()
        if len(chosen) > _MOST:
            break
    chosen = chosen[:_MOST]
    # By time and id, so that ties are broken alike whatever came first.
    return np.array(sorted(chosen, key=lambda each: (window.days[each], window.ids[each])))


def _number(window: Window, groups: Sequence[NDArray[np.intp]], opened: int) -> int:
    """Give groups of articles their stories' numbers; return how many are new by now."""
    claims = sorted(
        (-count, _age(story), index, story)
        for index, group in enumerate(groups)
        for story, count in Counter(window.stories[group].tolist()).items()
        if story != UNASSIGNED
    )
    numbers: dict[int, int] = {}
    for _, _, index, story in claims:
        if index not in numbers and story not in numbers.values():
            numbers[index] = story
    for index, group in enumerate(groups):
        if index not in numbers:
            opened += 1
            numbers[index] = -opened
        window.stories[group] = numbers[index]
    return opened


def _age(story: int) -> tuple[bool, int]:
    """Order stories by when they were opened: those that are written first, then -1, -2, …."""
    return story < 0, abs(story)


def _share_origins(window: Window, row: int, alike: NDArray[np.intp]) -> None:
    """Give an article the origins of those that it is a copy of."""
    if not len(alike):
        return
    sketch = window.sketches(np.array([row]))[0]
    copies = alike[shared_share(sketch, window.sketches(alike)) >= COPY_SHARE]
    own = window.origins[row]
    shared = dict.fromkeys(origin for copy in copies for origin in window.origins[copy])
    window.origins[row] = (*own, *(origin for origin in shared if origin not in own))
