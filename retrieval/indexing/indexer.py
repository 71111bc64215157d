"""Articles to indexed passages: asks the store what is left to do, does it, writes rows.

Nothing is kept between the steps but rows, so a run that was killed is mended by the next one,
and a second run finds nothing to do. Between the steps questions have the right of way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from retrieval.indexing.analyzer import analyze
from retrieval.indexing.sentences import split_sentences
from retrieval.indexing.splitter import MAX_TOKENS, split_passages
from retrieval.records import IndexedArticle, IndexedPassage, Passage, Span

if TYPE_CHECKING:
    from retrieval.indexing.embedder import Embedder
    from retrieval.records import Article, Vector, Vectors
    from retrieval.storage.base import Storage

_ASKED_AT_ONCE = 16
"""Articles that the store is asked for."""

_BATCH_CHARACTERS = 8_000
"""Text that is embedded and written together, about a second's worth: what a kill in the middle
costs, and a transaction of 10 ms, for which an answer's receipt may have to wait."""

_AROUND = 32
"""Tokens of a model's window left for the prompt and the marks around a passage."""


class Indexer:
    """Derives passages, terms and vectors from articles.

    Args:
        storage: Where articles are read from and passages written to.
        embedder: What turns text into vectors.
        model: The name under which passages are stored.
    """

    def __init__(self, storage: Storage, embedder: Embedder, model: str) -> None:
        self._storage = storage
        self._embedder = embedder
        self._model = model
        self._right_of_way = embedder.right_of_way

    def index_pending(
        self,
        on_indexed: Callable[[int], None] | None = None,
        stop: Callable[[], bool] | None = None,
    ) -> int:
        """Index every article that has not been indexed for this model.

        Args:
            on_indexed: Told after each write how many articles it was of.
            stop: Asked every second or so; where it says so, the rest is left to the next run.

        Returns:
            How many articles were indexed.
        """
        total = 0
        while articles := self._storage.unindexed_articles(self._model, _ASKED_AT_ONCE):
            for batch in _batches(articles):
                if stop and stop():
                    return total
                indexed = self.index_articles(batch)
                self._right_of_way.give_way()
                written = self._storage.write_passages(self._model, indexed)
                total += written
                if on_indexed:
                    on_indexed(written)
        return total

    def index_articles(self, articles: Sequence[Article]) -> list[IndexedArticle]:
        """Derive from articles what they are found by; nothing is written.

        Args:
            articles: Any articles, stored or not.

        Returns:
            For each, in order, its passages with terms and vectors.
        """
        cut = [(article, self._split(article)) for article in articles]
        vectors = self._embedder.embed_passages(
            [_text(article, passage) for article, passages in cut for passage in passages],
            [_relative(passage) for _, passages in cut for passage in passages],
        )
        return [self._indexed(article, passages, vectors) for article, passages in cut]

    def _indexed(
        self,
        article: Article,
        passages: Sequence[Passage],
        vectors: Iterator[tuple[Vector, Vectors]],
    ) -> IndexedArticle:
        """Put an article's passages together with the next vectors."""
        self._right_of_way.give_way()
        title_terms = tuple(analyze(article.title))
        indexed = []
        for passage in passages:
            vector, sentence_vectors = next(vectors)
            text_terms = tuple(analyze(_text(article, passage)))
            indexed.append(
                IndexedPassage(passage, title_terms, text_terms, vector, sentence_vectors)
            )
        return IndexedArticle(article.id, article.content_hash, tuple(indexed))

    def _split(self, article: Article) -> list[Passage]:
        self._right_of_way.give_way()
        sentences = split_sentences(article.text, article.language)
        counts = self._embedder.count_tokens([article.text[start:end] for start, end in sentences])
        window = min(self._embedder.max_tokens - _AROUND, MAX_TOKENS)
        return split_passages(article, sentences, counts, max_tokens=window)


def _batches(articles: Sequence[Article]) -> Iterator[list[Article]]:
    """Cut a list into batches of one long article or several short ones."""
    batch: list[Article] = []
    for article in articles:
        batch.append(article)
        if sum(len(each.text) for each in batch) >= _BATCH_CHARACTERS:
            yield batch
            batch = []
    if batch:
        yield batch


def _text(article: Article, passage: Passage) -> str:
    return article.text[passage.start : passage.end]


def _relative(passage: Passage) -> list[Span]:
    return [Span(start - passage.start, end - passage.start) for start, end in passage.sentences]
