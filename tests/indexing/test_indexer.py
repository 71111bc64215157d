"""From articles to passages: resumable, never twice, and always slices of what is stored."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from retrieval.indexing.analyzer import analyze
from retrieval.indexing.indexer import Indexer
from retrieval.indexing.sentences import split_sentences
from retrieval.records import Article, StoredPassage
from retrieval.storage.engines import open_storage

if TYPE_CHECKING:
    from retrieval.indexing.embedder import Embedder
    from retrieval.storage.base import Storage

MODEL = "some-model/splitter-1/analyzer-1"


def article(identity: str, text: str, title: str = "Judul berita", **fields: str) -> Article:
    digest = hashlib.sha256(f"{title}\0{text}".encode()).hexdigest()
    return Article(identity, title, text, digest, **fields)


def short_articles(count: int) -> list[Article]:
    return [article(f"a{i:02}", f"Berita nomor {i}. Itu saja.") for i in range(count)]


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[Storage]:
    opened = open_storage(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def indexer(storage: Storage, embedder: Embedder) -> Indexer:
    return Indexer(storage, embedder, MODEL)


def passages(storage: Storage) -> list[StoredPassage]:
    return storage.get_passages([identity for identity, _ in storage.iterate_vectors(MODEL)])


LONG = article(
    "long",
    "\n".join(
        f"Paragraf {i} bercerita tentang jembatan baru di kota itu. Wali kota Budi Santoso "
        f"meresmikannya pada hari Senin. Biayanya Rp {i},5 miliar, kata Kepala Dinas dr. Sari."
        for i in range(12)
    ),
    title="Jembatan Baru Diresmikan",
    language="id",
)


def test_an_article_becomes_passages_that_are_slices_with_their_terms_and_vectors(
    storage: Storage, indexer: Indexer, embedder: Embedder
) -> None:
    storage.write_articles([LONG])
    assert indexer.index_pending() == 1
    found = sorted(passages(storage), key=lambda passage: passage.passage.ordinal)
    assert len(found) > 2
    assert [passage.passage.ordinal for passage in found] == list(range(len(found)))
    sentences = split_sentences(LONG.text, "id")
    for stored in found:
        passage = stored.passage
        assert stored.article.text == LONG.text
        assert stored.text == LONG.text[passage.start : passage.end]
        assert set(passage.sentences) <= set(sentences)
        assert stored.title_terms == ("jembatan", "baru", "diresmikan")
        assert list(stored.text_terms) == analyze(stored.text)
        assert stored.sentence_vectors.shape == (len(passage.sentences), embedder.dimension)
        # Stored as float16.
        np.testing.assert_allclose(np.linalg.norm(stored.sentence_vectors, axis=1), 1, atol=2e-3)
        ((vector, _),) = embedder.embed_passages([stored.text], [[]])
        assert float(vector @ stored.vector) > 0.999
    assert {span for stored in found for span in stored.passage.sentences} == set(sentences)


def test_titles_are_found_by_words_but_do_not_colour_the_vectors(
    storage: Storage, indexer: Indexer
) -> None:
    text = "Jembatan itu dibuka pada hari Senin."
    storage.write_articles(
        [article("a", text, title="Banjir Besar"), article("b", text, title="X")]
    )
    indexer.index_pending()
    one, other = passages(storage)
    np.testing.assert_array_equal(one.vector, other.vector)
    (match,) = storage.search_text(["banjir"], 5, model=MODEL)
    assert storage.get_passages([match.passage_id])[0].article.id == "a"


def test_a_second_run_does_nothing(storage: Storage, indexer: Indexer) -> None:
    storage.write_articles(short_articles(3))
    assert indexer.index_pending() == 3
    before = [identity for identity, _ in storage.iterate_vectors(MODEL)]
    written: list[int] = []
    assert indexer.index_pending(written.append) == 0
    assert written == []
    assert [identity for identity, _ in storage.iterate_vectors(MODEL)] == before


def test_each_write_is_told_and_they_add_up(storage: Storage, indexer: Indexer) -> None:
    storage.write_articles(short_articles(35))
    written: list[int] = []
    assert indexer.index_pending(written.append) == sum(written) == 35
    assert len(written) > 1


def test_a_run_that_was_killed_is_finished_by_the_next_and_nothing_is_done_twice(
    storage: Storage, indexer: Indexer
) -> None:
    storage.write_articles(short_articles(35))

    class KilledError(Exception):
        pass

    def kill(_: int) -> None:
        raise KilledError

    with pytest.raises(KilledError):
        indexer.index_pending(kill)
    kept = {identity for identity, _ in storage.iterate_vectors(MODEL)}
    assert 0 < len(kept) < 35
    assert indexer.index_pending() == 35 - len(kept)
    everything = {identity for identity, _ in storage.iterate_vectors(MODEL)}
    assert kept < everything
    assert len(everything) == 35


def test_a_run_that_is_told_to_stop_leaves_the_rest_to_the_next(
    storage: Storage, indexer: Indexer
) -> None:
    storage.write_articles(short_articles(35))
    written: list[int] = []
    indexed = indexer.index_pending(written.append, stop=lambda: bool(written))
    assert indexed == sum(written)
    assert 0 < indexed < 35
    assert indexer.index_pending(stop=lambda: True) == 0
    assert indexer.index_pending() == 35 - indexed


def test_what_is_found_of_articles_can_be_derived_without_writing(
    storage: Storage, indexer: Indexer
) -> None:
    articles = [LONG, article("empty", ""), article("short", "Harga naik.")]
    long, empty, short = indexer.index_articles(articles)
    assert [long.article_id, empty.article_id, short.article_id] == ["long", "empty", "short"]
    assert short.content_hash == articles[2].content_hash
    assert len(long.passages) > 2
    assert empty.passages == ()
    assert short.passages[0].text_terms == ("harga", "naik")
    assert passages(storage) == []
    storage.write_articles(articles)
    assert storage.write_passages(MODEL, [long, empty, short]) == 3
    assert indexer.index_pending() == 0


def test_articles_are_written_together_up_to_a_long_one(storage: Storage, indexer: Indexer) -> None:
    long = article("long", "Kalimat panjang sekali. " * 340)
    storage.write_articles([*short_articles(10), long, article("after", "Harga naik.")])
    written: list[int] = []
    indexer.index_pending(written.append)
    assert written == [11, 1]


def test_an_updated_article_has_only_its_new_passages(storage: Storage, indexer: Indexer) -> None:
    storage.write_articles([article("a", "Presiden tiba di Ankara."), article("b", "Harga naik.")])
    indexer.index_pending()
    storage.write_articles([article("a", "Presiden tiba di Istanbul.")])
    # Not even before it is indexed anew is anything of the old text there.
    assert {stored.article.id for stored in passages(storage)} == {"b"}
    assert indexer.index_pending() == 1
    texts = {stored.article.id: stored.text for stored in passages(storage)}
    assert texts == {"a": "Presiden tiba di Istanbul.", "b": "Harga naik."}
    assert storage.search_text(["ankara"], 5, model=MODEL) == []
    assert len(storage.search_text(["istanbul"], 5, model=MODEL)) == 1


@pytest.mark.parametrize("text", ["", " \n\n "])
def test_an_article_without_a_sentence_is_not_asked_for_again(
    storage: Storage, indexer: Indexer, text: str
) -> None:
    storage.write_articles([article("empty", text)])
    assert indexer.index_pending() == 1
    assert storage.unindexed_articles(MODEL, 10) == []
    assert indexer.index_pending() == 0
    assert passages(storage) == []


def test_an_empty_article_does_not_shift_the_passages_of_others(
    storage: Storage, indexer: Indexer
) -> None:
    storage.write_articles([article("a", "Satu."), article("b", ""), article("c", "Tiga.")])
    assert indexer.index_pending() == 3
    assert {stored.article.id: stored.text for stored in passages(storage)} == {
        "a": "Satu.",
        "c": "Tiga.",
    }


def test_an_article_that_changes_while_it_is_embedded_is_indexed_as_it_is_now(
    storage: Storage, embedder: Embedder
) -> None:
    storage.write_articles([article("a", "Kalimat lama.")])

    class Meanwhile:
        """The model; but while it reads, another process writes the article again."""

        max_tokens = embedder.max_tokens
        right_of_way = embedder.right_of_way
        count_tokens = staticmethod(embedder.count_tokens)

        @staticmethod
        def embed_passages(texts: list[str], spans: list[list[tuple[int, int]]]) -> object:
            storage.write_articles([article("a", "Kalimat baru.")])
            return embedder.embed_passages(texts, spans)

    assert Indexer(storage, Meanwhile(), MODEL).index_pending() == 1
    assert [stored.text for stored in passages(storage)] == ["Kalimat baru."]


def test_a_sentence_of_any_length_fits_the_model(
    storage: Storage, indexer: Indexer, embedder: Embedder
) -> None:
    storage.write_articles(
        [
            article("letters", "a" * 1_000),
            article("han", "统" * 1_000),
            article("thai", "สะพานเปิดใช้อีกครั้ง" * 40),
            article("words", "kata " * 300),
        ]
    )
    assert indexer.index_pending() == 4
    texts = [stored.text for stored in passages(storage)]
    assert max(embedder.count_tokens(texts)) < embedder.max_tokens - 5
    assert sum(map(len, texts)) >= 2_000
