"""From a question to an answer with its receipt.

Always true: an answer that quotes has been found likely enough to answer, each of its quotes
was compared with the article as stored at that moment, and comes with why it was given. Nothing
is written here: whoever asked decides what is kept.
"""

from __future__ import annotations

import logging
import math
import time
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from retrieval.answering.confidence import Calibration, Decision, measure_signals
from retrieval.answering.quotes import MAX_QUOTES, check_quote, choose_quotes, newest_first
from retrieval.answering.reading_calibration import deciding, reading_signals
from retrieval.errors import KabarError, QuestionError, QuoteError
from retrieval.records import Answer, Filters, Hit, Inquiry, Nearest, Quote, Receipt

if TYPE_CHECKING:
    from retrieval.answering.background import Background
    from retrieval.answering.close_reading import CloseReading
    from retrieval.answering.outlets import Outlets
    from retrieval.answering.scoring import Question
    from retrieval.answering.search import Found, Searcher
    from retrieval.storage.base import Storage

logger = logging.getLogger(__name__)

MAX_QUESTION_CHARACTERS = 1_000
_HITS = 10
_NEAREST = 3


def clean_question(question: str) -> str:
    """Return a question as it is searched for: NFC, one line, no control characters.

    Raises:
        QuestionError: There is nothing in it to search for, or too much.
    """
    printable = "".join(
        " " if unicodedata.category(character) in ("Cc", "Cs") else character
        for character in unicodedata.normalize("NFC", question)
    )
    cleaned = " ".join(printable.split())
    if len(cleaned) > MAX_QUESTION_CHARACTERS:
        raise QuestionError(
            f"That is longer than a question ({len(cleaned):,} characters; at most "
            f"{MAX_QUESTION_CHARACTERS:,} are read). Ask in a sentence or two."
        )
    if not any(character.isalnum() for character in cleaned):
        raise QuestionError("There are no words in that to search for. Ask in a sentence.")
    return cleaned


@dataclass(frozen=True, slots=True)
class _Finding:
    """What was found for one question, how likely its best hit answers, and what may be quoted."""

    searched: str
    language: str | None
    found: Found
    signals: Mapping[str, float]
    confidence: float
    quotes: tuple[Quote, ...]


class Answerer:
    """Answers questions from the library.

    Args:
        storage: The library.
        searcher: What finds passages in it.
        background: What cosines are read against.
        calibration: What decides.
        outlets: What finds out which quotes say the same.
        analyze: Text to terms.
        detect_language: Text to ISO 639-1, or None.
        model: The name under which the passages are stored, for receipts.
        clock: What time it is, in UTC.
        close_reading: What reads the best hits, where something does.
    """

    def __init__(
        self,
        storage: Storage,
        searcher: Searcher,
        background: Background,
        calibration: Calibration,
        outlets: Outlets,
        *,
        analyze: Callable[[str], list[str]],
        detect_language: Callable[[str], str | None],
        model: str,
        clock: Callable[[], datetime],
        close_reading: CloseReading | None = None,
    ) -> None:
        self._storage = storage
        self._searcher = searcher
        self._background = background
        self._calibration = calibration
        self._outlets = outlets
        self._analyze = analyze
        self._detect_language = detect_language
        self._model = model
        self._clock = clock
        self._close_reading = close_reading

    def weigh(self, inquiries: Sequence[Inquiry]) -> list[tuple[Answer, Receipt] | KabarError]:
        """Answer questions that share one embedding batch, and keep nothing.

        Args:
            inquiries: Questions, and what to search for.

        Returns:
            For each question, in order, its answer and the receipt to keep where it is given, or
            why there is none.
        """
        began = time.perf_counter()
        outcomes: list[tuple[Answer, Receipt] | KabarError | None] = [None] * len(inquiries)
        cleaned: dict[int, str] = {}
        for index, inquiry in enumerate(inquiries):
            try:
                cleaned[index] = clean_question(inquiry.searched)
            except QuestionError as error:
                outcomes[index] = error
        findings = self._find(
            cleaned, inquiries, {index: inquiries[index].filters for index in cleaned}
        )
        # Where nothing of the time asked for answers, other times may; the bar is the same.
        again = {
            index: cleaned[index]
            for index, finding in findings.items()
            if not isinstance(finding, KabarError)
            and not finding.quotes
            and inquiries[index].period is not None
        }
        further = self._find(
            again, inquiries, {index: inquiries[index].filters_outside for index in again}
        )
        for index, finding in further.items():
            if not isinstance(finding, KabarError) and finding.quotes:
                findings[index] = finding
        for index, finding in findings.items():
            try:
                outcomes[index] = (
                    finding
                    if isinstance(finding, KabarError)
                    else self._answer(inquiries[index], finding, began)
                )
            except KabarError as error:
                outcomes[index] = error
        return [outcome for outcome in outcomes if outcome is not None]

    def signals(self, language: str | None, found: Found) -> tuple[dict[str, float], bool]:
        """Return the best hit's signals, and whether it is in the question's language."""
        return self._signals(language, found.question, found.hits[0])

    def _signals(
        self, language: str | None, question: Question, hit: Hit
    ) -> tuple[dict[str, float], bool]:
        terms = {
            *self._analyze(hit.article.title),
            *self._analyze(hit.text),
        }
        sentences = self._storage.count_passages(self._model) * len(hit.passage.sentences)
        chance = self._background.expected_best(question.vector, hit.article.language, sentences)
        signals = measure_signals(question, hit, terms, chance)
        if hit.reading:
            signals |= reading_signals(hit.reading)
        same = language is None or hit.article.language in (None, language)
        return signals, same

    def _find(
        self,
        questions: Mapping[int, str],
        inquiries: Sequence[Inquiry],
        filters: Mapping[int, Filters | None],
    ) -> dict[int, _Finding | KabarError]:
        """Return what was found for each question, and what of it may be quoted."""
        if not questions:
            return {}
        found = self._searcher.find(
            list(questions.values()), _HITS, [filters[index] for index in questions]
        )
        findings: dict[int, _Finding | KabarError] = {}
        for (index, question), each in zip(questions.items(), found, strict=True):
            try:
                left = _left(each, inquiries[index].without)
                if self._close_reading:
                    left = self._close_reading.apply(question, left)
                findings[index] = self._judge(question, left)
            except KabarError as error:
                findings[index] = error
        return findings

    def _judge(self, question: str, found: Found) -> _Finding:
        language = self._detect_language(question)
        if not found.hits:
            return _Finding(question, language, found, {}, 0.0, ())
        best = found.hits[0]
        signals, confidence = self._likely(language, found.question, best)
        chosen: tuple[Quote, ...] = ()
        if confidence >= self._deciding(best).threshold:
            chosen = choose_quotes(found.question, found.hits, self._analyze, self._mark_from)
        return _Finding(question, language, found, signals, confidence, chosen)

    def _likely(
        self, language: str | None, question: Question, hit: Hit
    ) -> tuple[Mapping[str, float], float]:
        """Return a hit's signals, and how likely it answers."""
        signals, same = self._signals(language, question, hit)
        return signals, self._deciding(hit).probability(signals, same)

    def _deciding(self, hit: Hit) -> Decision:
        reading = self._close_reading.calibration if self._close_reading else None
        return deciding(hit, self._calibration, reading)

    @property
    def _mark_from(self) -> float:
        return self._close_reading.calibration.mark_from if self._close_reading else math.inf

    def _newest(self, finding: _Finding) -> tuple[Quote, ...]:
        """Return the quotes in order of time: only those whose own passage passes the bar.

        In order of likelihood a weaker quote stands behind a better one, and is read so; the
        newest stands first, and has nothing but itself to answer with.
        """
        found = finding.found
        passing = [
            hit
            for hit in found.hits
            if self._likely(finding.language, found.question, hit)[1]
            >= self._deciding(hit).threshold
        ]
        chosen = choose_quotes(found.question, passing, self._analyze, self._mark_from)
        return newest_first(chosen)

    def quotes(self, found: Found) -> tuple[Quote, ...]:
        """Return what of a search is quoted, whether or not it is likely enough to answer."""
        chosen = choose_quotes(found.question, found.hits, self._analyze, self._mark_from)
        return self._arranged(found, chosen)

    def _arranged(self, found: Found, chosen: Sequence[Quote]) -> tuple[Quote, ...]:
        """Return the quotes that the store still says, by what outlets tell."""
        return self._outlets.arrange(self._checked(chosen), found.hits, found.sentence_vectors)

    def _answer(self, inquiry: Inquiry, finding: _Finding, began: float) -> tuple[Answer, Receipt]:
        chosen = finding.quotes
        if chosen and inquiry.newest_first:
            chosen = self._newest(finding)
        arranged = self._arranged(finding.found, chosen)
        quotes, more = arranged[:MAX_QUOTES], arranged[MAX_QUOTES:]
        hits = finding.found.hits
        answered = bool(quotes)
        library = None if answered else self._storage.statistics(self._model)
        receipt = Receipt(
            question=inquiry.question,
            answered=answered,
            confidence=finding.confidence,
            model=self._model,
            details={
                **_details(finding, quotes),
                "threshold": (self._deciding(hits[0]) if hits else self._calibration).threshold,
            },
            asked_at=self._clock(),
        )
        answer = Answer(
            question=inquiry.question,
            language=finding.language,
            answered=answered,
            confidence=finding.confidence,
            quotes=quotes,
            nearest=() if answered else _nearest(hits),
            took_ms=(time.perf_counter() - began) * 1000,
            library_articles=library.articles if library else 0,
            library_newest=library.newest if library else None,
            more=more,
            searched=inquiry.searched if inquiry.follows_up else None,
            period=inquiry.period,
            newest_first=inquiry.newest_first,
        )
        return answer, receipt

    def _checked(self, quotes: Sequence[Quote]) -> tuple[Quote, ...]:
        """Return the quotes that the store still says word for word."""
        articles = self._storage.get_articles({quote.article.id for quote in quotes})
        kept = []
        for quote in quotes:
            try:
                check_quote(quote, articles.get(quote.article.id))
            except QuoteError as error:
                # An article can change or go while it is being quoted.
                logger.warning("Quote of %s left out: %s", quote.article.id, error)
            else:
                kept.append(quote)
        return tuple(kept)


def _left(found: Found, without: Collection[str]) -> Found:
    """Return what was found, less the hits of articles that shall not be quoted."""
    if not without:
        return found
    return replace(found, hits=tuple(hit for hit in found.hits if hit.article.id not in without))


def _nearest(hits: Sequence[Hit]) -> tuple[Nearest, ...]:
    best: dict[str, Nearest] = {}
    for hit in hits:
        best.setdefault(hit.article.id, Nearest(hit.article, hit.score))
    return tuple(best.values())[:_NEAREST]


def _details(finding: _Finding, quotes: Sequence[Quote]) -> dict[str, Any]:
    return {
        "searched": finding.searched,
        "language": finding.language,
        "signals": {name: round(value, 4) for name, value in finding.signals.items()},
        "hits": [
            {
                "article": hit.article.id,
                "version": hit.article.content_hash,
                "passage": hit.passage_id,
                "start": hit.passage.start,
                "end": hit.passage.end,
                "score": round(hit.score, 4),
                "dense_rank": hit.dense_rank,
                "lexical_rank": hit.lexical_rank,
                "features": {name: round(value, 4) for name, value in hit.signals.items()},
                "reading": _reading_details(hit),
            }
            for hit in finding.found.hits
        ],
        "quotes": [
            {
                "article": quote.article.id,
                "version": quote.article.content_hash,
                "start": quote.start,
                "end": quote.end,
                "score": round(quote.score, 4),
                "also": [other.article.id for other in quote.also],
                "differs": quote.differs,
            }
            for quote in quotes
        ],
    }


def _reading_details(hit: Hit) -> dict[str, Any] | None:
    if hit.reading is None:
        return None
    return {
        "span": list(hit.reading.span) if hit.reading.span else None,
        "relevance": round(hit.reading.relevance, 4),
        "margin": round(hit.reading.margin, 4),
    }
