"""Articles to indexed passages: asks the store what is left to do, does it, writes rows.

Nothing is kept between the steps but rows, so a run that was killed is mended by the next one,
and a second run finds nothing to do.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from retrieval.indexing.analyzer import analyze
from retrieval.indexing.sentences import split_sentences
from retrieval.indexing.splitter import MAX_TOKENS, split_passages
from retrieval.records import IndexedArticle, IndexedPassage, Passage, Span

if TYPE_CHECKING:
    from retrieval.indexing.embedder import Embedder
    from retrieval.records import Article
    from retrieval.storage.base import Storage

_BATCH_ARTICLES = 16
"""Articles embedded and written together: what a kill in the middle costs."""


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

    def index_pending(self, on_indexed: Callable[[int], None] | None = None) -> int:
        """Index every article that has not been indexed for this model.

        Args:
            on_indexed: Told after each write how many articles it was of.

        Returns:
            How many articles were indexed.
        """
        total = 0
        while articles := self._storage.unindexed_articles(self._model, _BATCH_ARTICLES):
            written = self._storage.write_passages(self._model, self._index(articles))
            total += written
            if on_indexed:
                on_indexed(written)
        return total

    def _index(self, articles: Sequence[Article]) -> list[IndexedArticle]:
        cut = [(article, self._split(article)) for article in articles]
        flat = [(article, passage) for article, passages in cut for passage in passages]
        vectors = self._embedder.embed_passages(
            [article.text[passage.start : passage.end] for article, passage in flat],
            [_relative(passage) for _, passage in flat],
        )
        indexed = iter(
            [
                IndexedPassage(
                    passage=passage,
                    title_terms=tuple(analyze(article.title)),
                    text_terms=tuple(analyze(article.text[passage.start : passage.end])),
                    vector=vector,
                    sentence_vectors=sentence_vectors,
                )
                for (article, passage), (vector, sentence_vectors) in zip(
                    flat, vectors, strict=True
                )
            ]
        )
        return [
            IndexedArticle(article.id, article.content_hash, tuple(next(indexed) for _ in passages))
            for article, passages in cut
        ]

    def _split(self, article: Article) -> list[Passage]:
        sentences = split_sentences(article.text, article.language)
        counts = self._embedder.count_tokens([article.text[start:end] for start, end in sentences])
        window = min(self._embedder.max_tokens - _AROUND, MAX_TOKENS)
        return split_passages(article, sentences, counts, max_tokens=window)


def _relative(passage: Passage) -> list[Span]:
    return [Span(start - passage.start, end - passage.start) for start, end in passage.sentences]
