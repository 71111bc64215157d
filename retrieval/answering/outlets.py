"""The quotes of an answer by what outlets tell: the same together, the different side by side.

Always true: a quote is named with another only where the two are independent, of different outlets
and without a common origin, and each further one is independent of all that are named; reprints
count once. Articles of different stories tell of no one event, nor do those of dates far apart:
yesterday's earthquake is not last year's with another number. The best quote is never moved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from retrieval.answering.agreement import Relation, Sentences, distinct, relate
from retrieval.answering.claims import read_claim
from retrieval.records import Article, Quote, StoryPlace
from retrieval.records.independence import source_keys
from retrieval.stories.levels import Levels

if TYPE_CHECKING:
    from retrieval.records import Hit, Vectors

_DAYS = timedelta(days=3)
"""Articles further apart do not tell of one event, where no story says that they do."""


@dataclass
class _Standing:
    """A quote that is shown, by its number, with those that say the same, and what differs."""

    number: int
    also: list[int] = field(default_factory=list)
    differing: list[_Standing] = field(default_factory=list)


class Outlets:
    """Finds out what quotes of different outlets are to one another.

    Args:
        unrelated: A language to vectors of unrelated sentences in it.
        places: Article ids to where those that are in a story stand.
        analyze: Text to terms.
        together: How many quotes are shown at once: at most so many differ from one another.
    """

    def __init__(
        self,
        unrelated: Callable[[str | None], Vectors],
        places: Callable[[Iterable[str]], Mapping[str, StoryPlace]],
        analyze: Callable[[str], list[str]],
        together: int,
    ) -> None:
        self._levels = Levels(unrelated)
        self._places = places
        self._analyze = analyze
        self._together = together

    def arrange(
        self, quotes: Sequence[Quote], hits: Sequence[Hit], vectors: Mapping[int, Vectors]
    ) -> tuple[Quote, ...]:
        """Put quotes that say the same together, and those that differ next to each other.

        Args:
            quotes: Best first.
            hits: What they were chosen from.
            vectors: Each hit's passage id to its sentences' vectors.

        Returns:
            The quotes that stand, each with those that say the same; reprints are left out.
        """
        if len({quote.article.id for quote in quotes}) < 2:
            return tuple(quotes)
        sentences = self._sentences(quotes, hits, vectors)
        places = self._places({quote.article.id for quote in quotes})
        table = _Table(quotes, sentences, places)
        heads: list[_Standing] = []
        for number in range(len(quotes)):
            if not (table.joins(number, heads) or table.differs(number, heads, self._together)):
                heads.append(_Standing(number))
        return tuple(_told(quotes, _paged(heads, self._together)))

    def warm(self, languages: Iterable[str | None]) -> None:
        """Have at hand what languages that will be quoted are read with."""
        for language in languages:
            self._levels.of(language)
            read_claim("", language)

    def _sentences(
        self, quotes: Sequence[Quote], hits: Sequence[Hit], vectors: Mapping[int, Vectors]
    ) -> list[Sentences]:
        """Return the sentences of each quote with what they say beyond those around them."""
        found = []
        for quote in quotes:
            hit, rows = _rows(quote, hits)
            text, language = hit.article.text, hit.article.language
            texts = [text[slice(*hit.passage.sentences[row])] for row in rows]
            own = distinct(vectors[hit.passage_id], self._levels.of(language))[rows]
            terms = [self._analyze(each) for each in texts]
            found.append(Sentences(texts, terms, language, own))
        return found


class _Table:
    """Quotes that are compared, by number."""

    def __init__(
        self,
        quotes: Sequence[Quote],
        sentences: Sequence[Sentences],
        places: Mapping[str, StoryPlace],
    ) -> None:
        self._articles = [quote.article for quote in quotes]
        self._sentences = sentences
        self._places = places
        self._keys = [source_keys(self._place(article)) for article in self._articles]
        self._relations: dict[tuple[int, int], Relation] = {}

    def joins(self, number: int, heads: Sequence[_Standing]) -> bool:
        """Put a quote with one that says the same, if there is one."""
        for standing in (each for head in heads for each in (head, *head.differing)):
            relation = self._relation(standing.number, number)
            if relation is Relation.REPRINT:
                return True
            if relation is Relation.SAME and self._are_independent(standing.number, number):
                if all(self._are_independent(named, number) for named in standing.also):
                    standing.also.append(number)
                return True
        return False

    def differs(self, number: int, heads: Sequence[_Standing], together: int) -> bool:
        """Put a quote beside one that it differs from, if there is one."""
        for head in heads:
            if (
                len(head.differing) < together - 1
                and self._relation(head.number, number) is Relation.DIFFERS
                and self._are_outlets(head.number, number)
            ):
                head.differing.append(_Standing(number))
                return True
        return False

    def _relation(self, one: int, other: int) -> Relation:
        if (one, other) not in self._relations:
            self._relations[one, other] = (
                relate(self._sentences[one], self._sentences[other])
                if self._is_one_event(self._articles[one], self._articles[other])
                else Relation.NONE
            )
        return self._relations[one, other]

    def _is_one_event(self, one: Article, other: Article) -> bool:
        """Whether nothing speaks against it that two articles tell of one event."""
        if one.id == other.id:
            return False  # an article does not confirm itself
        places = self._places.get(one.id), self._places.get(other.id)
        if places[0] and places[1]:
            return places[0].story_id == places[1].story_id
        if one.published_at and other.published_at:
            return abs(one.published_at - other.published_at) <= _DAYS
        return True

    def _are_independent(self, one: int, other: int) -> bool:
        return self._keys[one].isdisjoint(self._keys[other])

    def _are_outlets(self, one: int, other: int) -> bool:
        """Whether two articles are of different outlets; of one origin they may still differ."""
        sources = self._articles[one].source, self._articles[other].source
        return sources[0] is None or sources[0] != sources[1]

    def _place(self, article: Article) -> StoryPlace:
        alone = StoryPlace(article.id, 0, article.source, ())
        return self._places.get(article.id, alone)


def _rows(quote: Quote, hits: Sequence[Hit]) -> tuple[Hit, list[int]]:
    """Return the hit that a quote was cut from, and which of its sentences it is."""
    for hit in hits:
        if hit.article.id == quote.article.id:
            rows = [
                row
                for row, (start, end) in enumerate(hit.passage.sentences)
                if quote.start <= start and end <= quote.end
            ]
            whole = [hit.passage.sentences[row] for row in rows[:1] + rows[-1:]]
            if whole and (whole[0].start, whole[-1].end) == (quote.start, quote.end):
                return hit, rows
    raise ValueError(f"A quote of article {quote.article.id} is of no hit.")


def _paged(heads: Sequence[_Standing], together: int) -> list[_Standing]:
    """Return the order in which quotes that differ are not parted by the end of a page.

    Quotes that would have stood before them stand behind them instead, but never the best.
    """
    ordered: list[_Standing] = []
    for head in heads:
        shown = sum(1 + len(each.differing) for each in ordered)
        lacking = 1 + len(head.differing) - (together - shown % together)
        before = ordered[-lacking:] if 0 < lacking < min(len(ordered), together) else []
        if any(each.differing for each in before):
            before = []
        ordered[len(ordered) - len(before) :] = [head, *before]
    return ordered


def _told(quotes: Sequence[Quote], heads: Iterable[_Standing]) -> Iterator[Quote]:
    for head in heads:
        for standing in (head, *head.differing):
            yield replace(
                quotes[standing.number],
                also=tuple(quotes[number] for number in standing.also),
                differs=standing is not head,
            )
