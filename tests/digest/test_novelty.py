"""A story is told once, and again only with something new, marked as an update."""

from __future__ import annotations

import pytest

from tests.digest.library import MODEL, Library, axis, stories_of

LATER = "Police in Kendari detained the captain of the ferry on Sunday."


def test_a_story_that_was_told_is_not_told_again(news: Library) -> None:
    since = news.began
    news.add(1, "A", "B")
    news.add(2, "A")
    assert stories_of(news.tell()) == [1, 2]
    news.began = since
    again = news.tell()
    assert (stories_of(again), again.already_sent) == ([], 2)


def test_a_story_comes_back_with_what_a_later_report_says(news: Library) -> None:
    news.add(1, "A", "B")
    news.tell()
    (later,) = news.add(1, "A", text=LATER, hours=10, sentences=[axis(1, 8)])
    digest = news.tell()
    (story,) = digest.stories
    assert story.update
    assert story.quote is not None
    assert (story.quote.article.id, story.quote.text) == (later, LATER)
    assert story.articles[0].id == later
    assert len(story.articles) == 3
    assert stories_of(news.tell()) == []


def test_one_more_report_of_the_same_hours_is_nothing_new(news: Library) -> None:
    news.add(1, "A", "B", "C")
    news.tell()
    news.add(1, "D", text=LATER, hours=2, sentences=[axis(1, 8)])
    digest = news.tell()
    assert (stories_of(digest), digest.already_sent) == ([], 1)


def test_a_story_that_has_grown_comes_back_within_hours(news: Library) -> None:
    news.add(1, "A", "B")
    news.tell()
    news.add(1, "C", "D", "E", text=LATER, hours=2, sentences=[axis(1, 8)])
    (story,) = news.tell().stories
    assert (story.update, story.independent_sources) == (True, 5)


def test_a_reprint_of_what_was_told_is_nothing_new(news: Library) -> None:
    (original,) = news.add(1, "A", origins=("agency:one",))
    news.tell()
    copied, credited = (f"text:{original}",), ("agency:one",)
    news.add(1, "B", text=LATER, hours=12, origins=copied, sentences=[axis(8)])
    news.add(1, "C", text=LATER, hours=12, origins=credited, sentences=[axis(8)])
    assert stories_of(news.tell()) == []


def test_what_says_the_same_once_more_is_nothing_new(news: Library) -> None:
    news.add(1, "A")
    news.tell()
    news.add(1, "B", hours=12)
    assert stories_of(news.tell()) == []


def test_a_story_that_is_divided_anew_is_still_known(news: Library) -> None:
    one, other = news.add(1, "A", "B")
    news.tell()
    news.add(50, "C", about=axis(9))
    news.move(one, 50)
    news.move(other, 51)
    news.add(51, "D", about=axis(10))
    digest = news.tell()
    assert (stories_of(digest), digest.already_sent) == ([], 2)


def test_a_report_that_missed_its_story_is_known_by_its_meaning(news: Library) -> None:
    news.add(1, "A", "B")
    news.tell()
    news.add(50, "C", about=axis(1, 9))
    news.add(51, "C", about=axis(5))
    digest = news.tell()
    assert (stories_of(digest), digest.already_sent) == ([51], 1)


def test_the_next_event_of_its_kind_is_a_story_of_its_own(news: Library) -> None:
    news.add(1, "A", hours=-24 * 6)
    news.tell()
    news.add(50, "A", about=axis(1, 9))
    (story,) = news.tell().stories
    assert not story.update


def test_what_was_told_is_known_when_its_articles_are_gone(news: Library) -> None:
    ids = news.add(1, "A", "B")
    news.tell()
    kept = news.add(1, "C", hours=1)
    news.storage.delete_articles(ids)
    assert kept[0] in {each.article_id for each in news.storage.story_candidates(MODEL, [1])}
    assert stories_of(news.tell()) == []


def test_others_are_told_what_one_person_was(news: Library) -> None:
    since = news.began
    news.add(1, "A")
    news.tell()
    news.began = since
    assert stories_of(news.compose()) == [1]


@pytest.mark.parametrize("stories", [3, 5])
def test_nobody_is_told_a_story_twice_in_ten_days(news: Library, stories: int) -> None:
    told: set[str] = set()
    for day in range(10):
        for story in range(1 + 3 * day, 7 + 3 * day):
            news.add(story, f"A{day}", f"B{day}", hours=24 * (day - 10))
        for story in news.tell(stories=stories).stories:
            ids = {article.id for article in story.articles}
            assert story.update or not ids & told
            assert story.quote is None or story.quote.article.id not in told
            told |= ids
    assert len(told) > 20
