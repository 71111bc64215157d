"""Today's digest at once, a story in full, less like it, why, and how much about a topic."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.callbacks import Action, pack
from bot.playground.local import LocalBotApi
from bot.playground.people import Person
from retrieval.kabar import Kabar
from retrieval.records import Delivery, Preferences
from tests.bot.conftest import BotStarter, wait_until
from tests.conftest import LibraryOpener, SettingsFactory

DAM = (
    "The Sekar dam north of Malanga broke at dawn on Tuesday after three days of rain. "
    "Twelve hundred families were led to schools on higher ground before the water came. "
    "Governor Rina Adelia said that nobody was missing."
)
VOLLEYBALL = (
    "Tirana won the Balkan volleyball cup on Tuesday by three sets to one against Skopje. "
    "Captain Mira Dode scored 31 points in the final at Ohrid. "
    "The cup goes to Albania for the first time."
)
ARTICLES = [
    ("Dam breaks north of Malanga", DAM, "Malanga Post"),
    ("Sekar dam broken: families safe", f"Rescuers worked all night. {DAM}", "Northern Herald"),
    ("Tirana wins the Balkan cup", VOLLEYBALL, "Ohrid Sport"),
]


@pytest.fixture(scope="module")
def library(
    settings: SettingsFactory,
    open_library: LibraryOpener,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Kabar]:
    """A library of its own with the news of today."""
    file = tmp_path_factory.mktemp("news") / "today.jsonl"
    lines = [
        {
            "title": title,
            "text": text,
            "source": source,
            "language": "en",
            "url": f"https://{source.split()[0].lower()}.example.org/{number}",
            "published_at": datetime.now(UTC).isoformat(),
        }
        for number, (title, text, source) in enumerate(ARTICLES)
    ]
    file.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    with open_library(settings()) as kabar:
        kabar.ingest([file])
        kabar.index_pending()
        kabar.assign_stories()
        yield kabar


@pytest.fixture(scope="module")
def api(library: Kabar) -> Iterator[LocalBotApi]:
    with LocalBotApi() as server:
        starter = BotStarter(server, library)
        starter()
        yield server
        starter.stop()


@pytest.fixture
def ana(api: LocalBotApi) -> Person:
    return api.person("Ana")


def ask(api: LocalBotApi, person: Person, text: str, **more: Any) -> dict[str, Any]:
    return api.wait_for_reply(person.says(text, **more), 60)


def delivered(library: Kabar, person: Person, message: dict[str, Any]) -> Delivery:
    """What a message delivered; it is noted just after it was sent."""
    found: list[Delivery | None] = [None]

    def is_noted() -> bool:
        found[0] = library.digests.delivery_of(person.id, message["message_id"])
        return found[0] is not None

    wait_until(is_noted)
    assert found[0] is not None
    return found[0]


def test_todays_digest_comes_at_once_and_a_second_time_as_it_was(
    api: LocalBotApi, library: Kabar, ana: Person
) -> None:
    first = ask(api, ana, "/digest now")
    assert "Malanga" in first["text"]
    assert "Tirana" in first["text"]
    delivery = delivered(library, ana, first)
    again = delivered(library, ana, ask(api, ana, "/digest now"))
    assert again.digest_id == delivery.digest_id
    assert again.id != delivery.id
    assert not library.digests.subscriber(ana.id).active


def digest_of(api: LocalBotApi, library: Kabar, person: Person) -> tuple[dict[str, Any], int, int]:
    """Ask for today's digest; return the message, its id and the rank of the dam in it."""
    message = ask(api, person, "/digest now")
    delivery = delivered(library, person, message)
    assert delivery.digest_id is not None
    stories = library.digests.digests([delivery.digest_id])[delivery.digest_id].stories
    (rank,) = (place for place, one in enumerate(stories, 1) if "Malanga" in one.articles[0].text)
    return message, delivery.digest_id, rank


def test_a_story_is_opened_by_its_button_and_by_a_reply(
    api: LocalBotApi, library: Kabar, ana: Person
) -> None:
    message, digest_id, rank = digest_of(api, library, ana)
    ana.presses(message, pack(Action.STORY, digest_id, rank))
    opened = api.wait_for_reply(message)
    assert "Northern Herald" in opened["text"]
    assert "Malanga Post" in opened["text"]
    for words in (f"tell me more about {rank}", f"ceritakan lebih lanjut tentang nomor {rank}"):
        assert ask(api, ana, words, reply_to=message)["text"] == opened["text"]


def test_a_story_that_there_is_not_is_said_kindly(
    api: LocalBotApi, library: Kabar, ana: Person
) -> None:
    message, *_ = digest_of(api, library, ana)
    assert "9" in ask(api, ana, "tell me more about 9", reply_to=message)["text"]


def test_a_reply_with_a_question_of_its_own_is_a_question(
    api: LocalBotApi, library: Kabar, ana: Person
) -> None:
    message, *_ = digest_of(api, library, ana)
    answer = ask(api, ana, "who scored 31 points in the final at Ohrid?", reply_to=message)
    assert "Mira Dode" in answer["text"]


def test_less_like_a_story_is_noted_once(api: LocalBotApi, library: Kabar, ana: Person) -> None:
    message, digest_id, rank = digest_of(api, library, ana)
    for _ in range(2):
        query = ana.presses(message, pack(Action.LESS, digest_id, rank))
        api.wait_for(lambda query=query: query not in api.world.open_queries)
    assert len(library.digests.subscriber(ana.id).preferences.disliked) == 1
    assert str(rank) in api.calls("answerCallbackQuery")[-1].params["text"]


def test_why_is_answered_whoever_asks(api: LocalBotApi, library: Kabar, ana: Person) -> None:
    assert ask(api, ana, "/why")["text"]
    library.digests.subscribe(ana.id, Preferences())
    assert ask(api, ana, "/why")["text"]


def test_a_trend_without_a_topic_is_a_sentence(api: LocalBotApi, ana: Person) -> None:
    assert "/trend energy 30" in ask(api, ana, "/trend")["text"]


def test_a_trend_is_a_picture_with_its_numbers_in_words(api: LocalBotApi, ana: Person) -> None:
    picture = ask(api, ana, "/trend broken dam 7")
    assert picture["photo"]
    assert "broken dam" in picture["caption"]
