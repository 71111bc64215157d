"""How far a round is, and what it came to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from retrieval.records import Extent, PageOutcome, RoundReport, Written

Phase = Literal["feeds", "pages", "index", "stories"]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a round is: ``done`` of ``total``, which grows as more is found."""

    phase: Phase
    done: int
    total: int


OnProgress = Callable[[Progress], None]


@dataclass
class Tally:
    """What a round came to so far."""

    feeds: int = 0
    feeds_unchanged: int = 0
    found: int = 0
    pages: int = 0
    written: dict[Written, int] = field(default_factory=lambda: dict.fromkeys(Written, 0))
    withdrawn: int = 0
    summaries: int = 0
    problems: list[str] = field(default_factory=list)

    def count(self, outcome: PageOutcome, written: Written | None) -> None:
        """Count what reading a page came to."""
        if outcome.withdrawn:
            self.withdrawn += 1
        elif written is not None:
            self.written[written] += 1
            if written is Written.NEW and outcome.article is not None:
                self.summaries += outcome.article.extent is Extent.SUMMARY

    def report(self) -> RoundReport:
        """Return what the round came to."""
        return RoundReport(
            feeds=self.feeds,
            feeds_unchanged=self.feeds_unchanged,
            found=self.found,
            new=self.written[Written.NEW],
            updated=self.written[Written.UPDATED],
            unchanged=self.written[Written.UNCHANGED],
            withdrawn=self.withdrawn,
            summaries=self.summaries,
            problems=tuple(self.problems),
        )
