"""Which articles are independent of one another.

Articles of one outlet are one source, and so are those with a common origin: a text that is
reprinted, an agency that is credited.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from retrieval.records import Candidate


def keys_of(candidate: Candidate) -> set[str]:
    """Return what an article has in common with those that are no source beside it."""
    outlet = candidate.source if candidate.source is not None else f"article {candidate.article_id}"
    return {f"outlet {outlet}", *candidate.origins}


def count_independent(candidates: Iterable[Candidate]) -> int:
    """Return into how many groups articles fall that share neither outlet nor origin."""
    groups: list[set[str]] = []
    for candidate in candidates:
        keys = keys_of(candidate)
        touched = [group for group in groups if not group.isdisjoint(keys)]
        for group in touched:
            groups.remove(group)
            keys |= group
        groups.append(keys)
    return len(groups)
