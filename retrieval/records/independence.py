"""Which articles are independent of one another.

Articles of one outlet are one source, and so are those with a common origin: a text that is
reprinted, an agency that is credited.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol


class Telling(Protocol):
    """An article with what it shares with others: a `StoryMember`, a `Candidate`."""

    @property
    def article_id(self) -> str:
        """The article."""
        ...

    @property
    def source(self) -> str | None:
        """The outlet; an article without one is a source of its own."""
        ...

    @property
    def origins(self) -> tuple[str, ...]:
        """Keys of the texts and agencies that it comes from."""
        ...


def source_keys(telling: Telling) -> set[str]:
    """Return what an article has in common with those that are no source beside it."""
    outlet = telling.source if telling.source is not None else f"article {telling.article_id}"
    return {f"outlet {outlet}", *telling.origins}


def count_independent(tellings: Iterable[Telling]) -> int:
    """Return into how many groups articles fall that share neither outlet nor origin."""
    groups: list[set[str]] = []
    for telling in tellings:
        keys = source_keys(telling)
        touched = [group for group in groups if not group.isdisjoint(keys)]
        for group in touched:
            groups.remove(group)
            keys |= group
        groups.append(keys)
    return len(groups)
