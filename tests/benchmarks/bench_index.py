"""Measure the SQLite engine and the candidates for its vector index.

    nice python tests/benchmarks/bench_index.py library --passages 100000
    nice python tests/benchmarks/bench_index.py vectors --vectors 100000

The vectors are made to be like those of multilingual-e5-small: clusters of clusters on a decaying
spectrum around one strong mean direction, so that two random ones have a cosine near 0.77 and a
question's nearest one near 0.9. A question is a stored vector moved away from its place. The
terms follow Zipf's law over 200,000 words, 110 to a passage.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.records import (
    Article,
    Filters,
    IndexedArticle,
    IndexedPassage,
    Passage,
    Span,
)
from retrieval.storage.sqlite.engine import SqliteStorage
from retrieval.storage.sqlite.faiss_index import VectorIndex

Floats = NDArray[np.float32]

DIMENSION = 384
MODEL = "benchmark"
SENTENCES = 5
PASSAGES_PER_ARTICLE = 3
WORDS = 200_000
TERMS = 110


def make_vectors(count: int, queries: int, seed: int = 0) -> tuple[Floats, Floats]:
    """Return vectors and questions, float32, shapes (count, 384) and (queries, 384)."""
    random = np.random.default_rng(seed)
    spectrum = (np.arange(1, DIMENSION + 1) ** -0.5).astype(np.float32)
    spectrum /= np.linalg.norm(spectrum)
    turn = np.linalg.qr(random.standard_normal((DIMENSION, DIMENSION)).astype(np.float32))[0]
    mean = random.standard_normal(DIMENSION).astype(np.float32)
    mean /= np.linalg.norm(mean)

    def noise(rows: int) -> Floats:
        drawn: Floats = random.standard_normal((rows, DIMENSION), dtype=np.float32)
        return (drawn * spectrum).astype(np.float32)

    def placed(rows: Floats) -> Floats:
        rows = rows / np.linalg.norm(rows, axis=1, keepdims=True) * 0.52 + mean * 0.87
        rows = rows @ turn
        normalised: Floats = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return normalised.astype(np.float32)

    clusters = max(50, count // 50)
    weights = 1 / np.arange(1, clusters + 1) ** 0.6
    centres = noise(clusters)
    chosen = random.choice(clusters, count, p=weights / weights.sum())
    vectors = centres[chosen] + 0.8 * noise(count)
    asked = 0.75 * vectors[random.integers(0, count, queries)] + 0.6 * noise(queries)
    return placed(vectors), placed(asked)


def timed(call: Callable[[Any], object], arguments: Iterable[Any]) -> str:
    """Return the median and the 95th percentile of what a call takes."""
    took = []
    for argument in arguments:
        started = time.perf_counter()
        call(argument)
        took.append((time.perf_counter() - started) * 1000)
    return f"median {np.median(took):7.2f} ms   p95 {np.percentile(took, 95):7.2f} ms"


# ---------------------------------------------------------------- candidates for the index


def vectors(count: int) -> None:
    """Print recall, time and build time of each candidate."""
    import faiss

    faiss.omp_set_num_threads(1)
    stored, asked = make_vectors(count, 200)
    halves = stored.astype(np.float16)
    stored = halves.astype(np.float32)
    truth = []
    for query in asked:
        truth.append(set(np.argsort(-(stored @ query), kind="stable")[:10].tolist()))

    def report(name: str, build: float, find: Callable[[Floats], Any]) -> None:
        hits = sum(
            len(set(find(query)[:10].tolist()) & best)
            for query, best in zip(asked, truth, strict=True)
        )
        times = timed(find, asked)
        recall = hits / 10 / len(asked)
        print(f"{name:32s} recall@10 {recall:.4f}   {times}   build {build:6.2f} s", flush=True)

    def reranked(index: Any, guesses: int) -> Callable[[Floats], Any]:
        def find(query: Floats) -> Any:
            rows = index.search(query[None], guesses)[1][0]
            scores = np.einsum("ij,j->i", halves[rows].astype(np.float32), query)
            return rows[np.argsort(-scores, kind="stable")]

        return find

    def direct(index: Any) -> Callable[[Floats], Any]:
        return lambda query: index.search(query[None], 10)[1][0]

    started = time.perf_counter()
    ours = VectorIndex(np.arange(count, dtype=np.int64), halves)
    built = time.perf_counter() - started
    report("Kabar's VectorIndex", built, lambda query: ours.search(query, 10)[0])
    for factory, guesses in (
        ("SQfp16", [0]),
        ("SQ8", [0, 20]),
        ("SQ4", [100]),
        ("RaBitQ", [100, 400]),
        ("RaBitQfs", [100, 200, 400, 800]),
        ("RaBitQfs2", [100]),
        ("PQ96x4fs", [200]),
        ("PQ192x4fs", [200]),
        (f"IVF{256 if count < 400_000 else 1024},SQfp16", [0]),
        ("HNSW32_SQfp16", [0]),
    ):
        if factory.startswith("HNSW") and count > 30_000:
            continue  # a minute for 100,000 rows, eleven for a million
        index: Any = faiss.index_factory(DIMENSION, factory, faiss.METRIC_INNER_PRODUCT)
        started = time.perf_counter()
        if not index.is_trained:
            index.train(stored[:: max(1, count // 20_000)])
        index.add(stored)
        built = time.perf_counter() - started
        for guess in guesses:
            if guess:
                report(f"{factory}, best {guess} scored", built, reranked(index, guess))
                continue
            for probes in (16, 64) if factory.startswith("IVF") else (0,):
                if probes:
                    index.nprobe = probes
                name = factory + (f", nprobe {probes}" if probes else "")
                report(name, built, direct(index))
        del index


# ---------------------------------------------------------------- the whole library


def make_articles(count: int, stored: Floats) -> Iterator[tuple[Article, IndexedArticle]]:
    """Yield articles of three passages each with their index entries."""
    random = np.random.default_rng(1)
    weights = 1 / np.arange(1, WORDS + 1)
    weights /= weights.sum()
    names = np.array([f"word{number}" for number in range(WORDS)])
    today = datetime(2025, 1, 1, tzinfo=UTC)
    for first in range(0, count, PASSAGES_PER_ARTICLE):
        rows = stored[first : first + PASSAGES_PER_ARTICLE]
        drawn = random.choice(WORDS, (len(rows), TERMS), p=weights)
        words = [names[each].tolist() for each in drawn]
        text = ". ".join(" ".join(each) for each in words)
        number = first // PASSAGES_PER_ARTICLE
        article = Article(
            id=f"article-{number}",
            title=" ".join(words[0][:8]),
            text=text,
            content_hash=f"hash-{number}",
            source=f"source-{number % 20}",
            language=("id", "en", "es", "zh")[number % 4],
            published_at=today - timedelta(minutes=number),
        )
        step = len(text) // len(rows)
        passages = []
        for ordinal, (row, each) in enumerate(zip(rows, words, strict=True)):
            start = ordinal * step
            cut = step // SENTENCES
            spans = tuple(Span(start + i * cut, start + (i + 1) * cut) for i in range(SENTENCES))
            passage = Passage(article.id, ordinal, start, start + step, spans)
            vectors = np.repeat(row[None], SENTENCES, 0)
            passages.append(IndexedPassage(passage, tuple(words[0][:8]), tuple(each), row, vectors))
        yield article, IndexedArticle(article.id, article.content_hash, tuple(passages))


def fill(folder: Path, count: int, stored: Floats) -> None:
    """Write a library, or leave the one that is there."""
    storage = SqliteStorage(folder)
    if storage.count_passages(MODEL) < count:
        started = time.perf_counter()
        batch: list[tuple[Article, IndexedArticle]] = []
        for pair in make_articles(count, stored):
            batch.append(pair)
            if len(batch) == 100:
                storage.write_articles([article for article, _ in batch])
                storage.write_passages(MODEL, [entry for _, entry in batch])
                batch.clear()
        storage.write_articles([article for article, _ in batch])
        storage.write_passages(MODEL, [entry for _, entry in batch])
        print(f"written in {time.perf_counter() - started:.1f} s")
    storage.close()


def library(count: int, folder: Path) -> None:
    """Print what each call costs in a library of so many passages."""
    stored, asked = make_vectors(count, 200)
    fill(folder, count, stored)
    random = np.random.default_rng(2)
    weights = 1 / np.arange(1, WORDS + 1)
    weights /= weights.sum()
    storage = SqliteStorage(folder)
    started = time.perf_counter()
    storage.search_vectors(asked[0], 10, model=MODEL)
    print(f"first search by vectors, index built: {time.perf_counter() - started:.2f} s")
    questions = [
        [f"word{number}" for number in random.choice(WORDS, 8, p=weights)] for _ in range(200)
    ]
    one_language = Filters(languages=frozenset({"zh"}))
    two_days = Filters(published_from=datetime(2025, 1, 1, tzinfo=UTC) - timedelta(days=2))
    found = [
        [match.passage_id for match in storage.search_vectors(query, 50, model=MODEL)]
        for query in asked[:50]
    ]

    def by_vector(query: Floats, filters: Filters | None = None) -> object:
        return storage.search_vectors(query, 50, filters, model=MODEL)

    def by_words(terms: list[str], filters: Filters | None = None) -> object:
        return storage.search_text(terms, 50, filters, model=MODEL)

    measured: list[tuple[str, Callable[[Any], object], Iterable[Any]]] = [
        ("vectors", by_vector, asked),
        ("vectors, one language (25 %)", lambda query: by_vector(query, one_language), asked),
        ("vectors, two days (9 %)", lambda query: by_vector(query, two_days), asked),
        ("words, counts not yet known", by_words, questions),
        ("words", by_words, questions),
        ("words, one language (25 %)", lambda terms: by_words(terms, one_language), questions),
        ("words, two days (9 %)", lambda terms: by_words(terms, two_days), questions),
        ("50 passages", storage.get_passages, found),
        ("10 passages", lambda ids: storage.get_passages(ids[:10]), found),
        ("count_passages", storage.count_passages, [MODEL] * 100),
        ("statistics", storage.statistics, [MODEL] * 20),
    ]
    for name, call, arguments in measured:
        print(f"{name:32s} {timed(call, arguments)}", flush=True)
    new = []
    for article, entry in make_articles(300, stored[:300]):
        fresh = replace(article, id=f"new-{article.id}")
        storage.write_articles([fresh])
        storage.write_passages(MODEL, [replace(entry, article_id=fresh.id)])
        new.append(fresh.id)
    print(f"{'next search after 300 new':32s} {timed(by_vector, asked[:1])}")
    print(f"{'delete 100 articles':32s} {timed(storage.delete_articles, [new])}")
    print(f"{'next search after 300 deleted':32s} {timed(by_vector, asked[:1])}")
    print(f"on disk: {storage.statistics(MODEL).bytes_on_disk / 1e6:.0f} MB")
    storage.close()


def main() -> None:
    """Run what the command line names."""
    parser = argparse.ArgumentParser(description="Measure the storage engine.")
    parser.add_argument("what", choices=["library", "vectors"])
    parser.add_argument("--passages", "--vectors", type=int, default=100_000, dest="count")
    parser.add_argument("--folder", type=Path, help="keep the library here between runs")
    arguments = parser.parse_args()
    if arguments.what == "vectors":
        vectors(arguments.count)
    elif arguments.folder:
        library(arguments.count, arguments.folder)
    else:
        with tempfile.TemporaryDirectory() as folder:
            library(arguments.count, Path(folder))


if __name__ == "__main__":
    main()
