"""What every storage engine promises of stories."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from retrieval.records import Page, PageOutcome, StoryMember, StoryPlace
from retrieval.storage.base import Storage
from tests.storage.builders import MODEL, OTHER, day, leaning, make_article, put, toward
from tests.storage.contract_base import Contract


def member(identity: str, story: int, number: int = 1, **fields: object) -> StoryMember:
    made = StoryMember(
        article_id=identity,
        story_id=story,
        seen_at=day(number),
        source=None,
        language=None,
        vector=toward(0),
        names=("kyiv", "putin"),
        fingerprint=b"\1" * 64,
        origins=(f"text:{identity}",),
    )
    return replace(made, **fields)  # type: ignore[arg-type]  # any field of the record


def write(storage: Storage, *members: StoryMember, **told: dict[str, int]) -> int | None:
    return storage.write_story_members(
        MODEL,
        members,
        version=storage.stories_version(),
        headlines=told.get("headlines", {}),  # type: ignore[arg-type]  # story to article
        moved=told.get("moved", {}),
    )


class StoryContract(Contract):
    """Every promise of stories."""

    def test_articles_wait_for_a_story_oldest_first(self, storage: Storage) -> None:
        for number in (3, 1, 2):
            put(storage, f"d{number}", published_at=day(number))
        put(storage, "other model", model=OTHER, published_at=day(1))
        storage.write_articles([make_article("not indexed")])
        waiting = [each.id for each in storage.articles_without_story(MODEL, 9)]
        assert waiting == ["d1", "d2", "d3"]
        assert len(storage.articles_without_story(MODEL, 2)) == 2
        write(storage, member("d1", storage.new_story_ids(1)[0]))
        assert [each.id for each in storage.articles_without_story(MODEL, 9)] == ["d2", "d3"]

    def test_a_story_has_its_articles_its_sources_and_its_times(
        self, storage: Storage, other: Storage
    ) -> None:
        for number, source in ((1, "x"), (2, "y"), (3, "x")):
            put(storage, f"d{number}", published_at=day(number), source=source)
        (identity,) = storage.new_story_ids(1)
        write(storage, *(member(f"d{n}", identity, n) for n in (3, 1)), headlines={identity: "d3"})
        write(storage, member("d2", identity, 2))
        story = other.get_stories([identity, 10**9])[identity]
        assert story.articles == ("d1", "d2", "d3")
        assert set(story.sources) == {"x", "y"}
        assert story.headline == "Title of d3"
        assert (story.first_seen, story.last_seen) == (day(1), day(3))
        assert story.independent_sources == 2
        assert other.story_of(["d1", "unknown"]) == {"d1": identity}
        assert [each.id for each in other.latest_stories(9)] == [identity]
        assert other.latest_stories(9, since=day(4)) == []

    def test_reports_of_one_origin_are_one_independent_source(self, storage: Storage) -> None:
        for name in ("a", "b", "c"):
            put(storage, name, published_at=day(1), source=name)
        (identity,) = storage.new_story_ids(1)
        write(
            storage,
            member("a", identity, origins=("text:a", "agency:reuters")),
            member("b", identity, origins=("text:b", "agency:reuters")),
            member("c", identity, origins=("text:c",)),
        )
        assert storage.get_stories([identity])[identity].independent_sources == 2

    def test_a_member_comes_back_as_it_was_written(self, storage: Storage) -> None:
        put(storage, "a", published_at=day(2), source="x", language="id")
        (identity,) = storage.new_story_ids(1)
        write(storage, member("a", identity, 9, vector=leaning(0.6)))
        assert storage.story_members(MODEL, day(3), day(9)) == []
        (found,) = storage.story_members(MODEL, day(2), day(3))
        assert (found.article_id, found.story_id, found.seen_at) == ("a", identity, day(2))
        assert (found.source, found.language) == ("x", "id")
        assert (found.names, found.origins) == (("kyiv", "putin"), ("text:a",))
        assert found.fingerprint == b"\1" * 64
        np.testing.assert_allclose(found.vector, leaning(0.6), atol=1e-3)
        ((language, vector),) = storage.latest_story_vectors(MODEL, 5)
        assert language == "id"
        np.testing.assert_allclose(vector, leaning(0.6), atol=1e-3)

    def test_what_another_decided_first_is_not_undone(
        self, storage: Storage, other: Storage
    ) -> None:
        put(storage, "a")
        put(storage, "b")
        one, two = storage.new_story_ids(2)
        version = storage.stories_version()
        assert write(other, member("a", one)) is not None
        late = storage.write_story_members(
            MODEL, [member("b", two)], version=version, headlines={}, moved={}
        )
        assert late is None
        assert storage.story_of(["a", "b"]) == {"a": one}

    def test_an_article_moves_and_an_empty_story_is_gone_for_good(self, storage: Storage) -> None:
        for name in ("a", "b"):
            put(storage, name, published_at=day(1))
        one, two = storage.new_story_ids(2)
        write(storage, member("a", one), member("b", two))
        write(storage, moved={"b": one})
        assert storage.story_of(["a", "b"]) == {"a": one, "b": one}
        assert set(storage.get_stories([one, two])) == {one}
        assert storage.new_story_ids(1)[0] > two

    def test_an_article_leaves_its_story_changed_withdrawn_or_deleted(
        self, storage: Storage
    ) -> None:
        for name in ("changed", "withdrawn", "deleted", "stays"):
            put(storage, name, published_at=day(1))
        (identity,) = storage.new_story_ids(1)
        names = ("changed", "withdrawn", "deleted", "stays")
        write(storage, *(member(name, identity) for name in names))
        before = storage.stories_version()
        storage.write_articles([make_article("changed", text="Other words.", published_at=day(1))])
        page = Page("https://example.org/1", article_id="withdrawn", found_at=day(1))
        storage.record_pages([PageOutcome(page, withdrawn=True)], model=MODEL)
        storage.delete_articles(["deleted"])
        assert storage.get_stories([identity])[identity].articles == ("stays",)
        assert storage.stories_version() != before
        storage.delete_articles(["stays"])
        assert storage.get_stories([identity]) == {}
        self.check_clean(storage)

    def test_stories_can_be_forgotten_and_derived_anew(self, storage: Storage) -> None:
        put(storage, "a")
        (identity,) = storage.new_story_ids(1)
        write(storage, member("a", identity))
        storage.forget_stories()
        assert storage.latest_stories(9) == []
        assert [each.id for each in storage.articles_without_story(MODEL, 9)] == ["a"]
        assert storage.new_story_ids(1)[0] > identity

    def test_one_whose_article_is_gone_is_left_out(self, storage: Storage) -> None:
        (identity,) = storage.new_story_ids(1)
        write(storage, member("gone", identity))
        assert storage.get_stories([identity]) == {}

    def test_where_an_article_stands_is_told_by_its_outlet_and_origins(
        self, storage: Storage
    ) -> None:
        put(storage, "a", source="x")
        put(storage, "b", source="y")
        (identity,) = storage.new_story_ids(1)
        write(storage, member("a", identity, origins=("text:a", "agency:ap")))
        assert storage.story_places(["a", "b", "unknown"]) == {
            "a": StoryPlace("a", identity, "x", ("text:a", "agency:ap"))
        }
        assert storage.story_places([]) == {}
