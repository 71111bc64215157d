"""The quote of a story: the sentence that tells best what happened.

The one closest to the centre of the story among those that stand on their own, from the most
complete article, in the person's language where a source has it. Where no sentence of an article
will do, the next article is looked at; where none of any, there is no quote.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import regex

from retrieval.digest.standing import stands_alone
from retrieval.records import Candidate, Extent, Quote, Span

if TYPE_CHECKING:
    from retrieval.records import Article, StoredPassage, Vector, Vectors
    from retrieval.stories.levels import Levels

LEAD_PASSAGES = 3
"""Passages of an article that a quote is taken from: background follows the event."""

_LINGUA_FRANCA = "en"
_COMPLETE_CHARACTERS = 3_000
"""From this length on an article is as complete as a longer one."""
_FURTHER_DOWN = 0.15
"""What the last of the sentences looked at loses against the first, in cosine: what happened is
told at the top."""


_NAMED = 0.08
"""What a sentence gains that has a name in it: "the vessel" is known to who read the last one."""
_NAME = regex.compile(r"(?<=[\p{Ll}\p{N},’'-]\s)\p{Lu}")
_CAPITAL_NOUNS = frozenset({"de"})


class Sentence:
    """A sentence of an article with its vector, shape (d,)."""

    __slots__ = ("article", "place", "span", "vector")

    def __init__(self, article: Article, span: Span, place: float, vector: Vector) -> None:
        self.article = article
        self.span = span
        self.place = place
        """How far down, from 0 for the first that was looked at to 1 for the last."""
        self.vector = vector

    @property
    def text(self) -> str:
        """Its words, sliced from the article."""
        return self.article.text[self.span.start : self.span.end]


def by_completeness(
    candidates: Iterable[Candidate], language: str, centrality: Mapping[str, float]
) -> list[Candidate]:
    """Return articles in the order in which they stand for their story.

    Args:
        candidates: The story's articles.
        language: Articles in it come first.
        centrality: By article id, how close each is to the story's centre.

    Returns:
        Those in the language first, then English ones, then others; of each whole ones before
        summaries, then the longer ones.
    """
    return sorted(
        candidates,
        key=lambda each: (
            each.language != language,
            each.language != _LINGUA_FRANCA,
            not each.full,
            -min(each.length, _COMPLETE_CHARACTERS),
            -round(centrality.get(each.article_id, 0.0), 4),
            each.seen_at,
            each.article_id,
        ),
    )


def lead_sentences(passages: Sequence[StoredPassage]) -> list[Sentence]:
    """Return the sentences of an article's first passages, in order, each once."""
    found: dict[Span, Vector] = {}
    for passage in passages:
        for span, vector in zip(passage.passage.sentences, passage.sentence_vectors, strict=True):
            found.setdefault(Span(*span), vector)
    last = max(len(found) - 1, 1)
    return [
        Sentence(passages[0].article, span, number / last, vector)
        for number, (span, vector) in enumerate(sorted(found.items(), key=lambda item: item[0]))
    ]


def choose_quote(
    articles: Iterable[Sequence[Sentence]],
    centre: Vector,
    levels: Levels,
    *,
    wanted: Mapping[tuple[str, Span], float] | None = None,
) -> Quote | None:
    """Choose the sentence that tells best what happened.

    Args:
        articles: Each article's sentences, the most complete article first.
        centre: The story's, without languages' levels, shape (d,).
        levels: What each language's vectors have in common.
        wanted: By article id and span, what a sentence gains for being news; of an article
            that has any, only those are looked at.

    Returns:
        The quote, or None where no sentence stands on its own.
    """
    for sentences in articles:
        standing = [each for each in sentences if _may_stand(each)]
        if wanted is not None:
            standing = [each for each in standing if (each.article.id, each.span) in wanted]
        if not standing:
            continue
        closeness = closeness_to(standing, centre, levels)
        gains = [
            wanted[each.article.id, each.span] if wanted is not None else 0.0 for each in standing
        ]
        places = np.array([each.place for each in standing])
        named = np.array([_is_named(each) for each in standing], np.float32)
        best = int((closeness + gains + _NAMED * named - _FURTHER_DOWN * places).argmax())
        chosen = standing[best]
        return Quote(
            chosen.article, chosen.span.start, chosen.span.end, round(float(closeness[best]), 4)
        )
    return None


def closeness_to(sentences: Sequence[Sentence], centre: Vector, levels: Levels) -> Vectors:
    """Return the cosine of each sentence with a centre, neither with its language's level."""
    vectors = np.stack([each.vector for each in sentences])
    languages = [each.article.language for each in sentences]
    return np.asarray(levels.centre(vectors, languages) @ centre, np.float32)


def _may_stand(sentence: Sentence) -> bool:
    article = sentence.article
    if article.withdrawn_at is not None or not stands_alone(sentence.text, article.language):
        return False
    # The headline is shown already; of a summary there may be little else.
    return article.extent is Extent.SUMMARY or _letters(sentence.text) != _letters(article.title)


def _is_named(sentence: Sentence) -> bool:
    if sentence.article.language in _CAPITAL_NOUNS:
        return False
    return _NAME.search(sentence.text) is not None


def _letters(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())
