"""What is new about followed questions, among the articles that were added since.

A followed question is asked as any other, of what was added since it was last looked at, and
answered where the best of it passes the same bar. What repeats is taken out and the question is
asked again, so that never something below the bar is told because something above it was known.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from retrieval.errors import KabarError, StorageError
from retrieval.follows.novelty import Novelty
from retrieval.records import Filters, Inquiry

if TYPE_CHECKING:
    from retrieval.follows.novelty import Told
    from retrieval.records import Answer, Follow, Quote, Receipt
    from retrieval.storage.base import Storage
    from retrieval.stories.levels import Levels

logger = logging.getLogger(__name__)

Weigh = Callable[[Sequence[Inquiry]], "list[tuple[Answer, Receipt] | KabarError]"]
"""Questions to their answers, each with the receipt that was not kept yet."""

_TRIES = 5
"""How often a question is asked, each time without what was found to repeat."""
_OVERLAP = timedelta(minutes=1)
"""Added a moment before an article that is known already one may be written a moment after it."""


@dataclass(frozen=True, slots=True)
class News:
    """What is new about a followed question, best first, and why it was found to answer."""

    quotes: tuple[Quote, ...]
    language: str | None
    receipt: Receipt


class Finder:
    """Finds what is new.

    Args:
        storage: The library.
        model: The name under which passages are stored.
        weigh: What answers questions.
        levels: What each language's vectors have in common.
    """

    def __init__(self, storage: Storage, model: str, weigh: Weigh, levels: Levels) -> None:
        self._weigh = weigh
        self._novelty = Novelty(storage, model, levels)

    def find(self, follows: Sequence[Follow]) -> dict[int, News]:
        """Return what is new about questions, by follow; they share one embedding batch.

        Raises:
            StorageError: The library cannot be read.
        """
        found: dict[int, News] = {}
        told: dict[int, Told] = {}
        known = {_id(each): {key.article_id for key in each.told} for each in follows}
        for _ in range(_TRIES):
            inquiries = [_inquiry(each, known[_id(each)]) for each in follows]
            again = []
            for follow, outcome in zip(follows, self._weigh(inquiries), strict=True):
                answered = _answered(follow, outcome)
                if answered is None:
                    continue
                answer, receipt = answered
                quotes = (*answer.quotes, *answer.more)
                identity = _id(follow)
                if identity not in told:  # read when something answers, and not before
                    told[identity] = self._novelty.told(follow.question, follow.told)
                news = self._novelty.news(quotes, told[identity])
                if quotes[0] in news:
                    # What one differs from may be no news: none is marked.
                    alone = tuple(replace(each, differs=False) for each in news)
                    found[identity] = News(alone, answer.language, receipt)
                else:
                    known[identity].update(each.article.id for each in quotes if each not in news)
                    again.append(follow)
            follows = again
            if not follows:
                break
        return found


def _id(follow: Follow) -> int:
    """Return the id of a follow that comes from the store."""
    if follow.id is None:
        raise ValueError("a follow that is not stored cannot be looked at")
    return follow.id


def _answered(
    follow: Follow, outcome: tuple[Answer, Receipt] | KabarError
) -> tuple[Answer, Receipt] | None:
    """Return an answer that quotes; None where nothing answers, or, with a log line, it fails."""
    if isinstance(outcome, StorageError):
        raise outcome  # it is tried again
    if isinstance(outcome, KabarError):
        logger.warning("Follow %s could not be looked at: %s", follow.id, outcome)
        return None
    return outcome if outcome[0].answered else None


def _inquiry(follow: Follow, known: set[str]) -> Inquiry:
    since = max(follow.created_at, follow.looked_until - _OVERLAP)
    return Inquiry(
        follow.question, follow.question, Filters(added_from=since), without=frozenset(known)
    )
