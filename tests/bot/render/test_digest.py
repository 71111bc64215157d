"""A digest as one message, whatever is in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.callbacks import MAX_BYTES
from bot.render.buttons import Share
from bot.render.digest import PushMessage, digest_message, push_message, story_message
from bot.render.settings import settings_message, topics_message
from bot.render.splitting import fits
from bot.render.translation import LANGUAGES, translator
from retrieval.records import (
    Article,
    Delivery,
    DeliveryKind,
    Digest,
    DigestStory,
    Preferences,
    Quote,
    StoryView,
    Subscriber,
)
from tests.bot.records import article, whole

NOW = datetime(2026, 11, 24, 7, tzinfo=UTC)


def story(rank: int, text: str = "Putin called Erdogan.", sources: int = 3) -> DigestStory:
    articles: tuple[Article, ...] = tuple(
        article(text, id=f"{rank}-{one}", title=f"Story {rank} <&>", source=f"Outlet {one} & co")
        for one in range(sources)
    )
    quote: Quote = whole(articles[0])
    return DigestStory(rank, articles[0].title, quote, articles, sources, 1.0)


def pressable(pushed: PushMessage) -> list[list[tuple[str, str]]]:
    """Labels and callback data, row by row."""
    return [[one for one in row if not isinstance(one, Share)] for row in pushed.keyboard]


def digest(*stories: DigestStory) -> Digest:
    return Digest(stories, NOW, NOW, id=7)


def test_each_story_has_headline_link_quote_sources_and_buttons() -> None:
    pushed = digest_message(digest(story(1), story(2)), "UTC", translator("en"))
    html = pushed.message.html
    assert "Tuesday, 24 November" in html
    assert html.count("<blockquote>Putin called Erdogan.</blockquote>") == 2
    link = "https://news.example/a?b=1&amp;c=2#:~:text=Putin%20called%20Erdogan."
    assert f'1. <a href="{link}">Story 1 &lt;&amp;&gt;</a>' in html
    assert "3 sources: Outlet 0 &amp; co, Outlet 1 &amp; co" in html
    assert [label for label, _ in pressable(pushed)[0]] == ["More about 1", "2"]
    assert [label for label, _ in pressable(pushed)[1]] == ["Less like 1", "2"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_longest_digest_is_one_message_and_no_quote_is_cut(language: str) -> None:
    text = "😀 & " * 300
    pushed = digest_message(
        digest(*(story(rank, text, 40) for rank in range(1, 11))),
        "Asia/Jakarta",
        translator(language),
    )
    assert fits(pushed.message.html, pushed.message.plain)
    assert pushed.message.html.count("<blockquote") == pushed.message.plain.count(text)
    assert all(f"{rank}. " in pushed.message.plain for rank in range(1, 11))
    for row in pressable(pushed):
        assert len(row) <= 5
        assert all(len(data.encode()) <= MAX_BYTES for _, data in row)


def test_an_outlet_that_gave_no_date_is_given_none() -> None:
    one = story(1)
    undated = tuple(replace(each, published_at=None, added_at=NOW) for each in one.articles)
    shown = digest_message(digest(replace(one, articles=undated)), "UTC", translator("en"))
    assert shown.message.plain.splitlines()[-1].startswith("3 sources")
    assert "·" not in shown.message.plain.splitlines()[-1]


def test_an_update_is_marked_and_an_empty_digest_is_one_line() -> None:
    updated = replace(story(1), update=True)
    assert "1. Update: " in digest_message(digest(updated), "UTC", translator("en")).message.plain
    empty = digest_message(digest(), "UTC", translator("en"))
    assert "\n" not in empty.message.plain
    assert not empty.keyboard


def test_a_story_in_full_has_its_quotes_sources_and_course() -> None:
    one = story(1)
    view = StoryView(one.headline, (one.quote,) if one.quote else (), one.articles, ("A", "B"), 2)
    (message,) = story_message(view, "UTC+05:45", translator("en"))
    assert "<blockquote>Putin called Erdogan.</blockquote>" in message.html
    assert "2 sources: A, B" in message.plain
    assert message.plain.count("3 Jan, 13:45") == 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_settings_say_how_it_is_set(language: str) -> None:
    chosen = Preferences(topics=("energy <b>",) * 1, left_out=("x" * 60,), timezone="Asia/Jakarta")
    subscriber = Subscriber(1, chosen, active=True, next_due=NOW)
    for pushed in (
        settings_message(subscriber, translator(language)),
        topics_message(subscriber, translator(language)),
    ):
        assert "energy &lt;b&gt;" in pushed.message.html
        assert all(len(data.encode()) <= MAX_BYTES for row in pressable(pushed) for _, data in row)
    assert "14:00" in settings_message(subscriber, translator(language)).message.plain


def test_what_is_pushed_is_worded_as_the_delivery_says() -> None:
    day = NOW.date()
    delivery = Delivery(1, day, DeliveryKind.DAILY, 7, "id", NOW, NOW, NOW, timezone="Asia/Tokyo")
    assert "Berita Selasa, 24 November" in push_message(digest(story(1)), delivery).message.plain
    breaking = replace(delivery, kind=DeliveryKind.SECOND_BREAKING)
    assert push_message(digest(story(1)), breaking).message.plain.startswith("Berita besar")
