"""What every storage engine promises of digests and of what they are made from."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np

from retrieval.records import Article, Digest, DigestStory, Extent, Quote
from retrieval.storage.base import Storage
from tests.storage.builders import MODEL, OTHER, day, make_article, put
from tests.storage.contract_base import Contract
from tests.storage.contract_stories import member, write


def digest_of(*articles: Article) -> Digest:
    lead = articles[0]
    words = Quote(lead, 0, 5, 0.5)
    story = DigestStory(7, lead.title, words, articles, 2, 1.25, topic="energi", update=True)
    return Digest((story,), day(1), day(2), considered=9, already_sent=1, left_out=2)


def stored(storage: Storage, *ids: str) -> list[Article]:
    found = storage.get_articles(ids)
    return [found[each] for each in ids]


class DigestContract(Contract):
    """Every promise of digests."""

    def test_a_digest_is_given_back_as_it_was_written(
        self, storage: Storage, other: Storage
    ) -> None:
        storage.write_articles([make_article("a"), make_article("b")])
        written = digest_of(*stored(storage, "a", "b"))
        identity = storage.write_digest("key", written)
        assert other.get_digests([identity]) == {identity: replace(written, id=identity)}
        assert other.digest_with_key("key") == identity
        assert other.digest_with_key("another") is None

    def test_a_key_has_one_digest(self, storage: Storage, other: Storage) -> None:
        storage.write_articles([make_article("a")])
        identity = storage.write_digest("key", digest_of(*stored(storage, "a")))
        assert other.write_digest("key", Digest((), day(1), day(2))) == identity
        assert len(other.get_digests([identity])[identity].stories) == 1

    def test_a_quote_whose_words_were_corrected_is_not_given(self, storage: Storage) -> None:
        storage.write_articles([make_article("a")])
        (article,) = stored(storage, "a")
        identity = storage.write_digest("key", digest_of(article))
        storage.write_articles([make_article("a", text="Other " + article.text)])
        (story,) = storage.get_digests([identity])[identity].stories
        assert story.quote is None
        assert [each.id for each in story.articles] == ["a"]

    def test_articles_that_are_gone_or_withdrawn_are_left_out(self, storage: Storage) -> None:
        storage.write_articles([make_article(each) for each in "abc"])
        identity = storage.write_digest("key", digest_of(*stored(storage, "a", "b", "c")))
        storage.delete_articles(["b"])
        (story,) = storage.get_digests([identity])[identity].stories
        assert [each.id for each in story.articles] == ["a", "c"]
        storage.delete_articles(["a", "c"])
        assert storage.get_digests([identity])[identity].stories == ()

    def test_candidates_are_the_articles_added_in_a_span_of_time(self, storage: Storage) -> None:
        put(storage, "a", source="x", language="id", published_at=day(1), extent=Extent.SUMMARY)
        put(storage, "b", source="y", published_at=day(2))
        put(storage, "not in a story")
        put(storage, "other model", model=OTHER)
        (story,) = storage.new_story_ids(1)
        write(storage, member("a", story, 1), member("b", story, 2))
        added = stored(storage, "a")[0].added_at
        assert added is not None
        soon = added + timedelta(hours=1)
        first, second = storage.digest_candidates(MODEL, added - timedelta(hours=1), soon)
        assert (first.article_id, first.story_id, first.source) == ("a", story, "x")
        assert (first.language, first.seen_at, first.added_at) == ("id", day(1), added)
        assert (first.full, second.full) == (False, True)
        assert first.length == len(stored(storage, "a")[0].text)
        assert first.origins == ("text:a",)
        assert np.isclose(np.linalg.norm(first.vector), 1.0)
        assert storage.digest_candidates(MODEL, soon, soon + timedelta(hours=1)) == []
        assert storage.digest_candidates(OTHER, added - timedelta(hours=1), soon) == []
        of_story = storage.story_candidates(MODEL, [story, 999])
        assert [each.article_id for each in of_story] == ["a", "b"]

    def test_what_was_told_is_known_by_story_and_articles(self, storage: Storage) -> None:
        put(storage, "a")
        put(storage, "b")
        (story,) = storage.new_story_ids(1)
        write(storage, member("a", story))
        identity = storage.write_digest("key", digest_of(*stored(storage, "a", "b")))
        (told,) = storage.told_stories(MODEL, [identity, 999])
        assert (told.story_id, told.article_ids) == (7, frozenset("ab"))
        assert told.told_at == day(2)
        assert told.vector is not None
        assert np.isclose(np.linalg.norm(told.vector), 1.0)
