"""From a question to the answer given, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from retrieval.records.articles import Article, Passage, Span
from retrieval.records.conversations import Period, QuoteKey, Turn


@dataclass(frozen=True, slots=True)
class Filters:
    """What narrows a search before the best k are counted.

    An empty set of sources or languages means any. An article without a date passes neither
    ``published_from`` (inclusive) nor ``published_before`` (exclusive). ``added_from``
    (inclusive) is when it came into the library.
    """

    sources: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    published_from: datetime | None = None
    published_before: datetime | None = None
    added_from: datetime | None = None

    def __bool__(self) -> bool:
        return bool(
            self.sources
            or self.languages
            or self.published_from
            or self.published_before
            or self.added_from
        )


class Match(NamedTuple):
    """One result of one kind of search: which passage, and its score there."""

    passage_id: int
    score: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading a question and a passage together.

    Args:
        span: The best answer, offsets into what was read; None where it has no words.
        relevance: How likely it is that the passage answers, as a logit.
        margin: By how much the span's logit beats that of "no answer".
    """

    span: Span | None
    relevance: float
    margin: float


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found for a query.

    ``dense`` is the cosine of query and passage, ``lexical`` the BM25 score; each is None,
    as is its rank (from 1), where that kind of search did not find the passage. ``score`` is
    the fused one, by which hits are ordered. ``sentence_scores`` are the cosines of the query
    with each of the passage's sentences. ``reading`` is of the first hits alone, where a reader
    reads; its span is one of the article.
    """

    passage_id: int
    article: Article
    passage: Passage
    score: float
    dense: float | None
    dense_rank: int | None
    lexical: float | None
    lexical_rank: int | None
    sentence_scores: tuple[float, ...] = ()
    signals: Mapping[str, float] = field(default_factory=dict)
    reading: Reading | None = None

    @property
    def text(self) -> str:
        """The passage's words, sliced from the article."""
        return self.article.text[self.passage.start : self.passage.end]


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The hits of one query, best first."""

    query: str
    hits: tuple[Hit, ...]
    took_ms: float


@dataclass(frozen=True, slots=True)
class Quote:
    """One or two whole sentences of an article, verbatim.

    ``also`` are quotes of other outlets, independent of this one, that say what it says.
    ``differs`` is whether it tells otherwise what the last quote before it tells that does not:
    another number, another day, another cause.
    ``answer`` is the span inside it that answers, of the article, where a reader is sure of one.
    """

    article: Article
    start: int
    end: int
    score: float
    also: tuple[Quote, ...] = ()
    differs: bool = False
    answer: Span | None = None

    @property
    def text(self) -> str:
        """The outlet's words, sliced from the article."""
        return self.article.text[self.start : self.end]

    @property
    def span(self) -> Span:
        """Where they stand in it."""
        return Span(self.start, self.end)

    @property
    def key(self) -> QuoteKey:
        """Where it stands, and those that say the same."""
        return QuoteKey(
            self.article.id,
            self.start,
            self.end,
            self.article.content_hash,
            tuple(other.key for other in self.also),
            self.differs,
            self.answer,
        )


def told_together(quotes: Sequence[Quote]) -> list[tuple[Quote, ...]]:
    """Return quotes by what they tell: each with those that tell it differently."""
    groups: list[list[Quote]] = []
    for quote in quotes:
        if quote.differs and groups:
            groups[-1].append(quote)
        else:
            groups.append([quote])
    return [tuple(group) for group in groups]


@dataclass(frozen=True, slots=True)
class Context:
    """A quote and where the sentences around it begin and end, its own among them."""

    quote: Quote
    around: Span


@dataclass(frozen=True, slots=True)
class Nearest:
    """An article that comes close to a question without answering it."""

    article: Article
    score: float


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A question, understood: what is searched for, where, and in which order it is told.

    Args:
        question: As it was written.
        searched: What is searched for.
        filters: What narrows the search, ``period`` included.
        filters_outside: What narrows it where nothing of ``period`` answers.
        period: The time that the question names.
        newest_first: Whether the newest is asked for, rather than the best.
        follows_up: Whether the turns before were needed to understand it.
        without: Articles that are left out, by id: what they say is known.
    """

    question: str
    searched: str
    filters: Filters | None = None
    filters_outside: Filters | None = None
    period: Period | None = None
    newest_first: bool = False
    follows_up: bool = False
    without: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Answer:
    """What Kabar says to a question. "Not found" is an answer, not an error.

    ``quotes`` is empty when ``answered`` is false, ``nearest`` when it is true.
    ``library_articles`` and ``library_newest`` tell, where nothing answers, how much was read
    and how fresh it is. ``more`` are further quotes, best first; it is the best of all that passed
    the bar. ``searched`` is what was searched for, where turns before were needed to understand
    the question, else None. ``period`` is the time that was looked in first: where nothing of it
    answers, the quotes are of any time. ``newest_first`` is whether the order is that of time.
    ``receipt_id`` and ``turn`` are of the receipt and, in a conversation, of the turn that were
    kept.
    """

    question: str
    language: str | None
    answered: bool
    confidence: float
    quotes: tuple[Quote, ...]
    nearest: tuple[Nearest, ...]
    took_ms: float
    receipt_id: int | None = None
    turn: Turn | None = None
    library_articles: int = 0
    library_newest: datetime | None = None
    more: tuple[Quote, ...] = ()
    searched: str | None = None
    period: Period | None = None
    newest_first: bool = False

    @property
    def answer(self) -> Span | None:
        """The span inside the first quote that answers, None where no reader is sure of one."""
        return self.quotes[0].answer if self.quotes else None


@dataclass(frozen=True, slots=True)
class Receipt:
    """Why an answer was what it was, kept with every answer given.

    ``details`` is plain JSON: the hits with ids, offsets, article versions and scores, the
    quotes with offsets, and the signals of the decision.
    """

    question: str
    answered: bool
    confidence: float
    model: str
    details: Mapping[str, Any]
    asked_at: datetime
    id: int | None = None
