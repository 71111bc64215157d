"""Which stories are told, in what order, and with which quote."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from retrieval.digest.composer import Composer
from retrieval.records import Preferences
from tests.digest.library import (
    MODEL,
    MORNING,
    Library,
    axis,
    embed_topics,
    stories_of,
    unrelated,
)


def test_what_most_outlets_tell_by_themselves_comes_first(news: Library) -> None:
    news.add(1, "A", "B")
    news.add(2, "A", "B", "C", "D")
    news.add(3, "A", "B", "C", "D", "E", origins=("agency:one",))
    digest = news.compose()
    assert stories_of(digest) == [2, 1, 3]
    assert [story.independent_sources for story in digest.stories] == [4, 2, 1]
    scores = [story.score for story in digest.stories]
    assert scores == sorted(scores, reverse=True)
    assert digest.considered == 11


def test_of_equally_wide_stories_the_newer_comes_first(news: Library) -> None:
    news.add(1, "A", "B", hours=-6)
    news.add(2, "A", "B", hours=6)
    assert stories_of(news.compose()) == [2, 1]


def test_an_archive_comes_after_the_news(news: Library) -> None:
    news.add(1, "A", "B", "C", "D", "E", "F", hours=-24 * 400)
    news.add(2, "A", "B")
    assert stories_of(news.compose()) == [2, 1]


def test_the_same_library_and_settings_give_the_same_digest(news: Library) -> None:
    for story in range(1, 9):
        news.add(story, "A", "B")
    now = datetime.now(UTC)
    preferences = Preferences(topics=("7", "3"), left_out=("2",))
    again = Composer(news.storage, MODEL, embed_topics=embed_topics, unrelated=unrelated)
    first = news.composer.compose(preferences, news.began, now)
    assert first == again.compose(preferences, news.began, now)
    assert first == news.composer.compose(preferences, news.began, now)


def test_only_what_came_in_the_span_is_looked_at(news: Library) -> None:
    news.add(1, "A")
    since = datetime.now(UTC)
    news.add(2, "A")
    until = datetime.now(UTC)
    news.add(3, "A")
    news.add(2, "B")
    digest = news.composer.compose(Preferences(), since, until)
    assert stories_of(digest) == [2]
    assert [article.source for article in digest.stories[0].articles] == ["A"]
    (alone,) = news.composer.compose_stories([2], Preferences(), until).stories
    assert [article.source for article in alone.articles] == ["A"]
    assert alone.independent_sources == 1


def test_there_are_as_many_stories_as_are_wanted(news: Library) -> None:
    for story in range(1, 13):
        news.add(story, "A")
    assert [len(news.compose(stories=wanted).stories) for wanted in (3, 5, 10)] == [3, 5, 10]


def test_an_empty_library_makes_an_empty_digest(news: Library) -> None:
    digest = news.compose(topics=("3",), left_out=("4",), disliked=("gone",))
    assert (digest.stories, digest.considered, digest.left_out) == ((), 0, 0)


# -- what somebody wants -------------------------------------------------------------------


def test_what_is_near_a_topic_comes_first_and_says_so(news: Library) -> None:
    news.add(1, "A", "B", "C", "D")
    news.add(2, "A")
    digest = news.compose(topics=("2",))
    assert [(story.story_id, story.topic) for story in digest.stories] == [(2, "2"), (1, None)]


def test_what_is_near_a_topic_that_is_left_out_is_not_told_and_is_counted(news: Library) -> None:
    news.add(1, "A", "B")
    news.add(2, "A", "B")
    digest = news.compose(topics=("2",), left_out=("2",))
    assert (stories_of(digest), digest.left_out) == ([1], 1)


def test_what_is_like_a_disliked_article_comes_last(news: Library) -> None:
    (disliked,) = news.add(1, "A", about=axis(1))
    news.add(2, "A", "B", "C", about=axis(1, 20))
    news.add(3, "A", about=axis(3))
    assert stories_of(news.compose())[0] == 2
    assert stories_of(news.compose(disliked=(disliked,)))[0] == 3


@pytest.mark.parametrize(("wanted", "most"), [(3, 1), (5, 2), (10, 4)])
def test_at_most_two_of_five_are_about_the_same_thing(
    news: Library, wanted: int, most: int
) -> None:
    about_one_thing = range(1, 7)
    for story in about_one_thing:
        news.add(story, "A", "B", "C", about=axis(28, 29, 30, story))
    for story in range(7, 20):
        news.add(story, "A")
    told = stories_of(news.compose(stories=wanted))
    assert len(told) == wanted
    assert len([story for story in told if story in about_one_thing]) == most


def test_being_about_the_same_thing_is_handed_on(news: Library) -> None:
    news.add(1, "A", "B", about=axis(1, 2))
    news.add(2, "A", "B", about=axis(3, 4))
    news.add(3, "A", about=axis(1, 2, 3, 4))
    assert stories_of(news.compose()) == [1, 2]


# -- how a story is told -------------------------------------------------------------------


def test_the_quote_is_the_sentence_closest_to_the_centre_that_stands_on_its_own(
    news: Library,
) -> None:
    text = (
        "Shares in Jakarta were little changed on the day. He said the ferry Bahtera had sunk. "
        "The ferry Bahtera sank off Sulawesi with 60 aboard. Rain is expected in Makassar tonight."
    )
    news.add(1, "A", text=text, sentences=[axis(1, 9, 10), axis(1), axis(1, 8), axis(9)])
    (story,) = news.compose().stories
    assert story.quote is not None
    assert story.quote.text == "The ferry Bahtera sank off Sulawesi with 60 aboard."
    assert text[story.quote.start : story.quote.end] == story.quote.text


def test_the_quote_is_of_the_most_complete_article(news: Library) -> None:
    news.add(1, "Short", "Brief")
    (long,) = news.add(1, "Long", text=TEXT_OF_THREE)
    (story,) = news.compose().stories
    assert story.quote is not None
    assert story.quote.article.id == long
    assert story.articles[0].id == long
    assert len(story.articles) == 3


def test_the_quote_is_in_the_persons_language_where_a_source_has_it(news: Library) -> None:
    news.add(1, "Long", text=TEXT_OF_THREE)
    news.add(
        1,
        "Pagi",
        text="Feri Bahtera tenggelam di Teluk Bone pada Sabtu. " * 4,
        language="id",
        title="Feri",
    )
    (english,) = news.compose(language="en").stories
    (indonesian,) = news.compose(language="id").stories
    (turkish,) = news.compose(language="tr").stories
    assert english.quote is not None
    assert indonesian.quote is not None
    assert turkish.quote is not None
    assert (english.quote.article.language, english.headline) == ("en", "Story 1 as Long tells it")
    assert (indonesian.quote.article.language, indonesian.headline) == ("id", "Feri")
    assert turkish.quote.article.language == "en"


def test_where_no_sentence_stands_on_its_own_the_next_article_is_quoted(news: Library) -> None:
    news.add(1, "Long", text="He said that this was so. They added that it was unclear why.")
    (quoted,) = news.add(1, "Short", text="The ferry Bahtera sank on Saturday.")
    (story,) = news.compose().stories
    assert story.quote is not None
    assert story.quote.article.id == quoted
    assert story.articles[0].id == quoted


def test_a_story_without_such_a_sentence_is_told_without_a_quote(news: Library) -> None:
    news.add(1, "A", text="He said that this was so.")
    (story,) = news.compose().stories
    assert story.quote is None
    assert story.headline == "Story 1 as A tells it"


def test_the_headline_is_not_quoted_once_more(news: Library) -> None:
    news.add(
        1,
        "A",
        title="Ferry Bahtera sinks off Sulawesi coast",
        text="Ferry Bahtera sinks off Sulawesi coast. "
        "Sixty people were aboard the vessel on Saturday.",
    )
    (story,) = news.compose().stories
    assert story.quote is not None
    assert story.quote.text == "Sixty people were aboard the vessel on Saturday."


TEXT_OF_THREE = (
    "The ferry Bahtera sank off Sulawesi on Saturday. Sixty people were aboard the vessel. "
    "Rescuers from Makassar found forty of them."
)


# -- breaking stories, trends, the story in full -------------------------------------------


def test_what_many_outlets_tell_within_an_hour_is_breaking(news: Library) -> None:
    news.add(1, "A", "B", "C", "D", "E", hours=11.5)
    news.add(2, "A", "B", "C", "D", hours=11.5)
    for number, source in enumerate("ABCDEF"):
        news.add(3, source, hours=9.1 + number / 2)
    news.add(4, "A", "B", "C", "D", "E", "F", hours=11.4, origins=("agency:one",))
    news.add(5, *"ABCDEFG", hours=11.2)
    now = MORNING + timedelta(hours=12)
    assert news.composer.breaking(max(now, datetime.now(UTC))) == [5, 1]


def test_where_many_outlets_are_read_more_of_them_must_tell_a_breaking_story(
    news: Library,
) -> None:
    news.add(1, *(f"outlet {number}" for number in range(6)), hours=11.5)
    assert news.composer.breaking(datetime.now(UTC)) == [1]
    for number in range(40):
        news.add(100 + number, f"outlet {number}", hours=11.5)
    assert news.composer.breaking(datetime.now(UTC)) == []


def test_of_breaking_stories_only_what_is_new_is_told(news: Library) -> None:
    news.add(1, "A", "B")
    news.add(2, "A", "B", "C")
    first = news.tell()
    news.add(3, "A", "B")
    digest = news.composer.compose_stories([1, 3], Preferences(), datetime.now(UTC), news.past)
    assert stories_of(first) == [2, 1]
    assert (stories_of(digest), digest.already_sent) == ([3], 1)


def test_a_trend_counts_articles_about_a_topic_by_day(news: Library) -> None:
    news.add(1, "A", "B")
    news.add(2, "A", "B", "C")
    now = datetime.now(UTC)
    counts = news.composer.trend("1", 3, now)
    days = [(now - timedelta(days=back)).date() for back in (2, 1, 0)]
    assert list(counts) == days
    assert counts[MORNING.date()] == 2
    assert sum(counts.values()) == 2


def test_a_story_in_full_has_a_quote_of_each_outlet_and_its_articles_by_time(
    news: Library,
) -> None:
    (third,) = news.add(1, "B", text=TEXT_OF_THREE, hours=3)
    (first,) = news.add(1, "A", text="The ferry Bahtera left Kolaka harbour at dawn.", hours=1)
    (second,) = news.add(1, "A", text="The ferry Bahtera was overdue on Saturday.", hours=2)
    view = news.composer.view_story(1, [first], "en")
    assert view is not None
    assert [article.id for article in view.articles] == [first, second, third]
    assert view.sources == ("A", "B")
    assert view.independent_sources == 2
    assert sorted(quote.article.source or "" for quote in view.quotes) == ["A", "B"]
    assert all(quote.text in quote.article.text for quote in view.quotes)


def test_a_story_that_was_divided_anew_is_found_by_its_articles(news: Library) -> None:
    (one, other) = news.add(1, "A", "B")
    news.move(one, 7)
    news.move(other, 7)
    view = news.composer.view_story(1, [one, other], "en")
    assert view is not None
    assert view.story_id == 7
    news.storage.delete_articles([one, other])
    assert news.composer.view_story(1, [one, other], "en") is None
