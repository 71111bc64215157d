"""Reads the best hits closely, and orders them anew by what was read.

Always true: only the order of the first hits changes, never which there are; a hit that was read
never falls behind one that was not; and where the reader fails, the hits stay as the search gave
them, with one line in the log.

Hits are read one after another, as many as were found to help, until the best of them leads the
next one by enough. Of each an excerpt is read, whole sentences around the best one; the same best
sentence, as outlets print it of one agency, is read once. What was read counts as much as it was
found to help for that pair of languages
(`retrieval.answering.reading_calibration`).
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from retrieval.records import Hit, Reading, Span

if TYPE_CHECKING:
    from retrieval.answering.reader import Reader
    from retrieval.answering.reading_calibration import ReadingCalibration
    from retrieval.answering.search import Found

logger = logging.getLogger(__name__)

READ_HITS = 8
"""Hits that may be read."""

EXCERPT_TOKENS = 110
"""Tokens of an excerpt, but for a single sentence that has more: as many as the reader was
trained with."""


class CloseReading:
    """Reads and orders.

    Args:
        reader: What reads.
        calibration: What a reading counts.
        count_tokens: Texts to their numbers of tokens.
        detect_language: Text to ISO 639-1, or None.
    """

    def __init__(
        self,
        reader: Reader,
        calibration: ReadingCalibration,
        *,
        count_tokens: Callable[[Sequence[str]], list[int]],
        detect_language: Callable[[str], str | None],
    ) -> None:
        self.reader = reader
        self.calibration = calibration
        self._count_tokens = count_tokens
        self._detect_language = detect_language

    def apply(self, query: str, found: Found) -> Found:
        """Return what was found, its first hits read and ordered by all that is known.

        Args:
            query: What was searched for.
            found: Hits, best first.
        """
        try:
            read = self._read_while_undecided(query, found.hits[:READ_HITS])
        except Exception:  # an answer without the reader is better than none
            logger.exception("The reader failed; search answers alone")
            return found
        least = min((raised - hit.score for raised, hit in read), default=0.0)
        known = {hit.passage_id for _, hit in read}
        first = [replace(hit, score=raised) for raised, hit in read]
        first.sort(key=lambda hit: (-hit.score, hit.passage_id))
        rest = [hit for hit in found.hits if hit.passage_id not in known]
        # Their scores stay as far below as they were.
        return replace(
            found, hits=(*first, *(replace(hit, score=hit.score + least) for hit in rest))
        )

    def _read_while_undecided(self, query: str, hits: Sequence[Hit]) -> list[tuple[float, Hit]]:
        """Return hits that were read, each with its score by all that is known of it."""
        language = self._detect_language(query)
        read: list[tuple[float, Hit]] = []
        by_words: dict[str, Hit] = {}
        for number, hit in enumerate(hits):
            pair = (language, hit.article.language)
            best = max((score for score, _ in read), default=-math.inf)
            if not self.calibration.reads(number, hit.score, best, *pair):
                break  # what is read stays before what is not, so none is left out between
            words = hit.article.text[slice(*_best_sentence(hit))]
            if words in by_words:
                closer = _read_as(hit, by_words[words])
            else:
                (closer,) = self.read(query, [hit])
                by_words[words] = closer
            read.append((hit.score + self.calibration.raise_of(closer.reading, *pair), closer))
        return read

    def read(self, query: str, hits: Sequence[Hit]) -> list[Hit]:
        """Return hits, in order, each with its reading."""
        if not hits:
            return []
        excerpts = [self._excerpt(hit) for hit in hits]
        texts = [
            hit.article.text[start:end] for hit, (start, end) in zip(hits, excerpts, strict=True)
        ]
        readings = self.reader.read(query, texts)
        return [
            replace(hit, reading=_of_article(reading, excerpt.start))
            for hit, excerpt, reading in zip(hits, excerpts, readings, strict=True)
        ]

    def _excerpt(self, hit: Hit) -> Span:
        """Return the sentences to read: the best, and the better of its neighbours in turn."""
        sentences = hit.passage.sentences
        scores = hit.sentence_scores
        if not sentences or len(scores) != len(sentences):
            return Span(hit.passage.start, hit.passage.end)
        text = hit.article.text
        counts = self._count_tokens([text[start:end] for start, end in sentences])
        first = last = max(range(len(sentences)), key=lambda row: scores[row])
        total = counts[first]
        while True:
            sides = [row for row in (first - 1, last + 1) if 0 <= row < len(sentences)]
            sides = [row for row in sides if total + counts[row] <= EXCERPT_TOKENS]
            if not sides:
                return Span(sentences[first].start, sentences[last].end)
            chosen = max(sides, key=lambda row: scores[row])
            first, last = min(first, chosen), max(last, chosen)
            total += counts[chosen]


def _best_sentence(hit: Hit) -> Span:
    """Return the sentence that a hit was found for; all of its passage where none is known."""
    sentences, scores = hit.passage.sentences, hit.sentence_scores
    if not sentences or len(scores) != len(sentences):
        return Span(hit.passage.start, hit.passage.end)
    return Span(*sentences[max(range(len(sentences)), key=lambda row: scores[row])])


def _read_as(hit: Hit, other: Hit) -> Hit:
    """Return a hit with the reading of one that has the same best sentence."""
    reading = other.reading
    if reading is None or reading.span is None:
        return replace(hit, reading=reading)
    moved = _best_sentence(hit).start - _best_sentence(other).start
    start, end = reading.span
    span = Span(start + moved, end + moved)
    # What was marked may stand beside that sentence, and not here.
    told = hit.article.text[slice(*span)] if span.start >= 0 else ""
    stands = told == other.article.text[start:end]
    return replace(hit, reading=replace(reading, span=span if stands else None))


def _of_article(reading: Reading, offset: int) -> Reading:
    if reading.span is None:
        return reading
    start, end = reading.span
    return replace(reading, span=Span(start + offset, end + offset))
