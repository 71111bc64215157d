"""Cuts texts to windows of whole sentences, as the product cuts what is read."""

from __future__ import annotations

import random
from collections.abc import Mapping

from retrieval.indexing.sentences import split_sentences
from retrieval.kabar import Kabar
from training.data import Example, Labelled, window, words

WINDOW_TOKENS = (110, 110, 200)
"""One is drawn for each question: excerpts are read of `EXCERPT_TOKENS`, spans in whole texts."""


class Excerpts:
    """Cuts; each text is cut into sentences once.

    Args:
        kabar: Counts tokens.
        languages: Texts to their languages; Indonesian for any other.
        draw: Decides on the windows' sizes and sides.
    """

    def __init__(self, kabar: Kabar, languages: Mapping[str, str], draw: random.Random) -> None:
        self._count_tokens = kabar.embedder.count_tokens
        self._languages = languages
        self._draw = draw
        self._known: dict[str, tuple[list[tuple[int, int]], list[int]]] = {}

    def right(self, question: Labelled) -> Example | None:
        """Return a question with the window that holds its answer, or seems to.

        None where the answer is in two sentences, or there is none to cut.
        """
        text = question.text
        spans, counts = self._sentences(text)
        if not spans:
            return None
        if question.start < 0:
            return self.about(question, text)
        holding = next((i for i, (_, b) in enumerate(spans) if question.start < b), None)
        if holding is None:
            return None
        budget = self._draw.choice(WINDOW_TOKENS)
        start, end = window(text, spans, counts, holding, budget=budget, draw=self._draw)
        if counts[holding] > 2 * budget or question.end > end or question.start < start:
            return None
        return Example(
            question.question, text[start:end],
            question.start - start, question.end - start, question.id,
        )  # fmt: skip

    def about(self, question: Labelled, text: str) -> Example:
        """Return a question with the window of a wrong text that has most of its words."""
        spans, _ = self._sentences(text)
        asked = set(words(question.question))
        around = max(
            range(len(spans)), key=lambda i: len(asked & set(words(text[slice(*spans[i])])))
        )
        return self._without(question, text, around)

    def beside(self, question: Labelled, right: Example) -> Example | None:
        """Return a question with a window of its text that its answer is not in, if there is."""
        text = question.text
        start = question.start - right.start
        end = start + len(right.passage)
        spans, _ = self._sentences(text)
        beyond = [i for i, (a, b) in enumerate(spans) if b <= start or a >= end]
        if not beyond:
            return None
        other = self._without(question, text, self._draw.choice(beyond))
        return None if question.answer.casefold() in other.passage.casefold() else other

    def _without(self, question: Labelled, text: str, around: int) -> Example:
        spans, counts = self._sentences(text)
        budget = self._draw.choice(WINDOW_TOKENS)
        start, end = window(text, spans, counts, around, budget=budget, draw=self._draw)
        return Example(question.question, text[start:end], -1, -1, question.id)

    def _sentences(self, text: str) -> tuple[list[tuple[int, int]], list[int]]:
        if text not in self._known:
            language = self._languages.get(text, "id")
            spans = [(s.start, s.end) for s in split_sentences(text, language)]
            counts = self._count_tokens([text[a:b] for a, b in spans]) if spans else []
            self._known[text] = spans, counts
        return self._known[text]
