"""Forwarded messages, links, "is this true?": met with what was read, judged by nobody."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from bot.playground.local import LocalBotApi
from bot.playground.people import Person
from bot.render import wording
from bot.render.translation import LANGUAGES, Translator, translator
from retrieval.kabar import Kabar
from tests.bot.conftest import BotStarter, wait_until
from tests.conftest import LibraryOpener, SettingsFactory
from tests.news_site import NewsSite

Json = dict[str, Any]

ARTICLES = (
    ("Ferry sinks off Ambon", "A ferry sank off Ambon. Forty people were saved.", "2022/ferry"),
    ("Bridge opens in Kupang", "A bridge was opened in Kupang. It cost a million.", "b/77"),
    ("Harvest fails in Demak", "The rice harvest failed in Demak after the flood.", "c?id=5"),
)


@pytest.fixture(scope="module")
def site() -> Iterator[NewsSite]:
    with NewsSite() as server:
        yield server


@pytest.fixture(scope="module")
def library(
    settings: SettingsFactory,
    open_library: LibraryOpener,
    tmp_path_factory: pytest.TempPathFactory,
    site: NewsSite,
) -> Iterator[Kabar]:
    """Three articles of a site that listens, so that a fetch would be seen."""
    lines = [
        {"title": title, "text": text, "url": f"{site.url}/{path}", "source": "Daily"}
        for title, text, path in ARTICLES
    ]
    file = tmp_path_factory.mktemp("claims") / "articles.jsonl"
    file.write_text("".join(f"{json.dumps(one)}\n" for one in lines), encoding="utf-8")
    with open_library(settings(KABAR_ALLOW_PRIVATE=True)) as opened:
        opened.ingest([file])
        opened.index_pending()
        opened.assign_stories()
        yield opened


@pytest.fixture(scope="module")
def api(shared_api: LocalBotApi, library: Kabar) -> Iterator[LocalBotApi]:
    starter = BotStarter(shared_api, library)
    starter()
    yield shared_api
    starter.stop()


@pytest.fixture(params=LANGUAGES)
def ana(request: Any, api: LocalBotApi) -> Person:
    return api.person("Ana", request.param)


def words(person: Person) -> Translator:
    return translator(person.user["language_code"])


def stories(api: LocalBotApi, person: Person, message: Json) -> list[str]:
    """Return the headlines that a message is met with, below the words that judge nothing."""
    text = str(api.wait_for_reply(message)["text"])
    heading, *lines = text.split("\n\n")
    assert heading == words(person)(
        "What Kabar has read about this. Whether it is true, I do not judge:"
    )
    return lines


def test_a_link_to_what_was_read_shows_its_story_and_nothing_is_fetched(
    api: LocalBotApi, ana: Person, site: NewsSite
) -> None:
    base = site.url
    variants = {
        f"{base}/2022/ferry": "Ferry",
        f"{base}/2022/ferry/?utm_source=x#top": "Ferry",
        f"{base}/b/77 is this true?": "Bridge",
        f"benarkah ini? {base}/c?id=5": "Harvest",
    }
    for text, title in variants.items():
        (line,) = stories(api, ana, ana.says(text))
        assert title in line
    below_a_picture = ana.sends(
        photo=[],
        caption=f"{base}/b/77",
        caption_entities=[{"type": "url", "offset": 0, "length": len(f"{base}/b/77")}],
    )
    assert "Bridge" in stories(api, ana, below_a_picture)[0]
    assert not site.requests_to("/2022/ferry")
    assert not site.requests_to("/b/77")


def test_of_a_link_that_nobody_read_the_words_count(
    api: LocalBotApi, ana: Person, site: NewsSite
) -> None:
    unread = f"{site.url}/2023/rice-harvest-fails-after-the-flood-991.html"
    assert "Harvest" in stories(api, ana, ana.says(f"{unread} is this true?"))[0]
    below_words = ana.forwards(f"A ferry sank, they say! {site.url}/x/1")
    assert "Ferry" in stories(api, ana, below_words)[0]
    unknown = api.wait_for_reply(ana.says(f"{site.url}/x/1 hoax?"))["text"]
    assert unknown == words(ana)(
        "I have not read that page, and its address tells me nothing. Send me its headline or its "
        "words, and I show you what I have read about it."
    )
    assert not site.requests_to("/x/1")


def test_a_forwarded_picture_is_met_by_its_caption_and_one_without_by_a_kind_line(
    api: LocalBotApi, ana: Person
) -> None:
    origin = {"type": "hidden_user", "date": 0, "sender_user_name": "A"}
    told = ana.sends(photo=[], caption="A bridge in Kupang cost a million", forward_origin=origin)
    assert "Bridge" in stories(api, ana, told)[0]
    bare = api.wait_for_reply(ana.sends(photo=[], forward_origin=origin))
    assert bare["text"] == wording.only_text(words(ana))


@pytest.mark.parametrize("question", ["is this true?", "Benarkah ini?", "/ask is this a hoax?"])
def test_is_this_true_is_about_the_message_that_it_replies_to(
    api: LocalBotApi, ana: Person, question: str
) -> None:
    claim = ana.forwards("Forty people were saved when a ferry sank")
    assert "Ferry" in stories(api, ana, ana.says(question, reply_to=claim))[0]
    alone = api.wait_for_reply(ana.says(question))["text"]
    assert alone == words(ana)(
        "I do not judge what is true. Forward me the message, or send me its link or its words, "
        "and I show you what I have read about it."
    )
    group = api.group()
    said = ana.says("The rice harvest failed in Demak", group=group)
    if question.startswith("/"):
        replied = ana.says(question, group=group, reply_to=said)
        assert "Harvest" in stories(api, ana, replied)[0]


def test_in_a_group_a_link_beside_the_bots_name_is_met_with_its_story(
    api: LocalBotApi, ana: Person, site: NewsSite
) -> None:
    group = api.group(privacy_mode=False)
    text = f"@KabarTestBot {site.url}/b/77 is this true?"
    assert "Bridge" in stories(api, ana, ana.says(text, group=group))[0]
    said = ana.says("The rice harvest failed in Demak", group=group)
    called = ana.says("@KabarTestBot is this true?", group=group, reply_to=said)
    assert "Harvest" in stories(api, ana, called)[0]


def test_what_comes_near_to_nothing_is_said(api: LocalBotApi, ana: Person) -> None:
    answer = api.wait_for_reply(ana.forwards("😀 🎉"))
    assert answer["text"] == words(ana)("I have read nothing that comes near to that.")


def test_an_album_and_a_flood_of_pictures_are_met_with_one_line(
    api: LocalBotApi, ana: Person
) -> None:
    sent = [ana.sends(photo=[], media_group_id="7") for _ in range(3)]
    sent += [ana.sends_sticker(), ana.sends_voice(), ana.sends(dice={"emoji": "🎲", "value": 1})]
    api.wait_for_reply(ana.says("/help"))
    assert [len(api.replies(one)) for one in sent] == [1, 0, 0, 0, 0, 0]


def test_a_place_that_nobody_asked_for_sets_nothing(
    api: LocalBotApi, ana: Person, library: Kabar
) -> None:
    here = {"latitude": 27.7, "longitude": 85.3}
    answer = api.wait_for_reply(ana.sends(location=here))
    assert answer["text"] == wording.only_text(words(ana))
    assert library.digests.subscriber(ana.id).created_at is None
    api.wait_for_reply(ana.says("/digest"))
    before = library.digests.subscriber(ana.id).preferences
    venue = {"location": here, "title": "Temple", "address": "Kathmandu"}
    ana.sends(location=here, venue=venue)
    group = api.group(privacy_mode=False)
    ana.sends(group=group, location=here)
    api.wait_for_reply(ana.says("/help"))
    wait_until(lambda: not library.inbox.pending_updates())
    assert library.digests.subscriber(ana.id).preferences == before
