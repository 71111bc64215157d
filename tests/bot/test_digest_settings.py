"""How somebody sets a daily digest: the real bot, the real library, real HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time
from typing import Any

import pytest

from bot.callbacks import Action, pack, topic_key
from bot.handlers.expected import Wanted
from bot.handlers.prompts import not_understood, prompt
from bot.parsing.topics import MOST_TOPICS
from bot.playground.local import LocalBotApi
from bot.playground.people import Person
from bot.render.translation import translator
from retrieval.digest_desk import DigestDesk
from retrieval.kabar import Kabar
from retrieval.records import Preferences, Subscriber, WhenEmpty
from tests.bot.conftest import RunningBot


@pytest.fixture
def api(shared_api: LocalBotApi, shared_bot: RunningBot) -> LocalBotApi:
    return shared_api


@pytest.fixture
def ana(api: LocalBotApi) -> Person:
    return api.person("Ana")


class Talking:
    """Somebody who talks to the bot about the digest."""

    def __init__(self, api: LocalBotApi, person: Person, kabar: Kabar) -> None:
        self._api = api
        self._kabar = kabar
        self.person = person

    def says(self, text: str, **more: Any) -> dict[str, Any]:
        return self._api.wait_for_reply(self.person.says(text, **more), 60)

    def presses(self, message: dict[str, Any], data: str) -> None:
        """Press a button and wait until the press was answered."""
        query = self.person.presses(message, data)
        self._api.wait_for(lambda: query not in self._api.world.open_queries, what="an answer")

    def after(self, message: dict[str, Any]) -> dict[str, Any]:
        """The first message that the bot wrote after one of its own."""
        self._api.wait_for(lambda: self.person.hears()[-1]["message_id"] > message["message_id"])
        return dict(self.person.hears()[-1])

    @property
    def desk(self) -> DigestDesk:
        return self._kabar.digests

    @property
    def stored(self) -> Subscriber:
        return self.desk.subscriber(self.person.id)

    @property
    def preferences(self) -> Preferences:
        return self.stored.preferences


@pytest.fixture
def talking(api: LocalBotApi, ana: Person, kabar: Kabar) -> Iterator[Talking]:
    yield Talking(api, ana, kabar)
    kabar.digests.forget(ana.id)  # the library is everybody's


def test_digest_alone_turns_it_on_and_shows_how_it_is_set(talking: Talking) -> None:
    reply = talking.says("/digest")
    assert talking.stored.active
    assert talking.stored.next_due is not None
    assert reply["reply_markup"]["inline_keyboard"]
    due = talking.stored.next_due
    talking.says("/digest")
    assert talking.stored.next_due == due


def test_one_line_sets_time_and_zone(talking: Talking) -> None:
    talking.says("/digest 07:30 Asia/Jakarta")
    assert talking.stored.active
    assert talking.preferences.at == time(7, 30)
    assert talking.preferences.timezone == "Asia/Jakarta"
    talking.says("/digest 8 pm weekdays Kathmandu")
    assert talking.preferences.at == time(20)
    assert talking.preferences.timezone == "Asia/Kathmandu"
    assert talking.preferences.days == (0, 1, 2, 3, 4)


def test_what_cannot_be_read_gets_one_sentence_and_changes_nothing(talking: Talking) -> None:
    reply = talking.says("/digest 25:99 Nowhere")
    assert "/digest 07:30 Asia/Jakarta" in reply["text"]
    assert talking.stored.created_at is None


def test_stop_ends_it_and_digest_brings_it_back_as_it_was(talking: Talking) -> None:
    talking.says("/digest 07:30 Asia/Jakarta")
    reply = talking.says("/stop")
    assert "/digest" in reply["text"]
    assert not talking.stored.active
    talking.says("/digest")
    assert talking.stored.active
    assert talking.preferences.at == time(7, 30)


def test_stop_of_somebody_who_has_none_keeps_nothing(talking: Talking) -> None:
    talking.says("/stop")
    assert talking.stored.created_at is None


@pytest.mark.parametrize(
    ("data", "changed"),
    [
        (pack(Action.AT, "1900"), {"at": time(19)}),
        (pack(Action.ZONE, "UTC+05:45"), {"timezone": "UTC+05:45"}),
        (pack(Action.DAYS, "56"), {"days": (5, 6)}),
        (pack(Action.STORIES, 10), {"stories": 10}),
        (pack(Action.LANGUAGE, "id"), {"language": "id"}),
        (pack(Action.ON, "picture"), {"picture": True}),
        (pack(Action.ON, "breaking"), {"breaking": True}),
        (pack(Action.ON, "line"), {"when_empty": WhenEmpty.LINE}),
        (pack(Action.QUIET, "2200-0700"), {"quiet": (time(22), time(7))}),
    ],
)
def test_a_button_sets_one_thing_and_twice_is_once(
    talking: Talking, data: str, changed: dict[str, Any]
) -> None:
    panel = talking.says("/digest")
    for _ in range(2):
        talking.presses(panel, data)
        for name, value in changed.items():
            assert getattr(talking.preferences, name) == value
    assert len(talking.person.hears()) == 1  # in place


def test_buttons_turn_it_off_and_on(talking: Talking) -> None:
    panel = talking.says("/digest")
    talking.presses(panel, pack(Action.OFF))
    assert not talking.stored.active
    talking.presses(panel, pack(Action.ON))
    assert talking.stored.active


@pytest.mark.parametrize(
    "data",
    [
        *("", "more_3", "0|on", "1|dance", "1|at", "1|at|9999", "1|days|78", "1|days|"),
        *(
            "1|stories|1000000",
            "1|lang|xx",
            "1|zone|Nowhere",
            "1|quiet|22-7",
            "1|show|x",
            "1|ask|x",
        ),
        *("1|story|1", "1|story|x|1", "1|story|999999|1", "1|less|999999|1", "1|on|everything"),
    ],
)
def test_an_old_button_is_answered_kindly_and_changes_nothing(
    api: LocalBotApi, talking: Talking, data: str
) -> None:
    panel = talking.says("/digest")
    before = talking.stored
    talking.presses(panel, data)
    assert talking.stored == before
    assert api.calls("answerCallbackQuery")[-1].params["text"]


@pytest.mark.parametrize(
    ("wanted", "typed", "changed"),
    [
        (Wanted.TIME, "19.00", {"at": time(19)}),
        (Wanted.TIME, "pukul 7 pagi", {"at": time(7)}),
        (Wanted.TIME, "8 pm Kathmandu", {"at": time(20), "timezone": "Asia/Kathmandu"}),
        (Wanted.ZONE, "Jakarta", {"timezone": "Asia/Jakarta"}),
        (Wanted.DAYS, "senin-jumat", {"days": (0, 1, 2, 3, 4)}),
        (Wanted.TOPICS, "energy, -crypto", {"topics": ("energy",), "left_out": ("crypto",)}),
        (Wanted.QUIET, "22-7", {"quiet": (time(22), time(7))}),
    ],
)
def test_after_a_press_the_answer_is_typed_at_once_or_as_a_reply(
    api: LocalBotApi, talking: Talking, wanted: Wanted, typed: str, changed: dict[str, Any]
) -> None:
    panel = talking.says("/digest")
    before = talking.preferences
    for as_a_reply in (False, True):
        talking.desk.change(talking.person.id, before)
        talking.presses(panel, pack(Action.ASK, wanted))
        prompt = talking.after(panel)
        assert "force_reply" in api.calls("sendMessage")[-1].params["reply_markup"]
        talking.says(typed, reply_to=prompt if as_a_reply else None)
        for name, value in changed.items():
            assert getattr(talking.preferences, name) == value


def test_a_reply_to_a_prompt_is_an_answer_after_a_restart_too(
    api: LocalBotApi, talking: Talking
) -> None:
    talking.says("/digest")
    # What a former process asked: only the words of its message are left.
    asked = prompt(Wanted.ZONE, translator("id"))
    with api.world.change():
        old = api.world.add_message(talking.person.chat, api.world.bot, text=asked)
    talking.says("東京", reply_to=old)
    assert talking.preferences.timezone == "Asia/Tokyo"


def test_an_answer_that_cannot_be_read_gets_one_kind_sentence_and_another_try(
    talking: Talking,
) -> None:
    panel = talking.says("/digest")
    talking.presses(panel, pack(Action.ASK, Wanted.TIME))
    reply = talking.says("half past never")
    assert reply["text"] == not_understood(Wanted.TIME, translator("en"))
    talking.says("7.15")
    assert talking.preferences.at == time(7, 15)


def test_a_question_after_a_press_is_a_question(talking: Talking) -> None:
    panel = talking.says("/digest")
    talking.presses(panel, pack(Action.ASK, Wanted.ZONE))
    assert "Erdogan" in talking.says("who did Putin call?")["text"]
    before = talking.preferences
    talking.says("Paris")  # nothing is expected any more
    assert talking.preferences == before


def test_a_time_alone_sets_a_digest_that_there_is(talking: Talking) -> None:
    talking.says("8 pm")
    assert talking.stored.created_at is None
    talking.says("/digest")
    talking.says("8 pm")
    assert talking.preferences.at == time(20)


def test_a_shared_location_sets_the_zone(api: LocalBotApi, talking: Talking) -> None:
    talking.says("/digest")
    here = {"latitude": 27.7, "longitude": 85.3}
    api.wait_for_reply(talking.person.sends(location=here))
    assert talking.preferences.timezone == "Asia/Kathmandu"


def test_topics_are_added_shown_and_removed(talking: Talking) -> None:
    talking.says("/topics energy, Turkey, badminton, -crypto")
    assert talking.preferences.topics == ("energy", "Turkey", "badminton")
    assert talking.preferences.left_out == ("crypto",)
    shown = talking.says("/topics")
    for topic in ("Turkey", "crypto", "Turkey"):
        talking.presses(shown, pack(Action.FORGET, topic_key(topic)))
    assert talking.preferences.topics == ("energy", "badminton")
    assert talking.preferences.left_out == ()
    talking.says("/topics off")
    assert talking.preferences.topics == ()


@pytest.mark.parametrize("typed", ["/topics ,,", "/topics " + "x" * 200])
def test_topics_that_are_none_change_nothing(talking: Talking, typed: str) -> None:
    assert "/topics energy, Turkey" in talking.says(typed)["text"]
    assert talking.stored.created_at is None


def test_too_many_topics_are_not_kept(talking: Talking) -> None:
    talking.says("/topics " + ", ".join(f"topic {number}" for number in range(MOST_TOPICS)))
    talking.says("/topics one more")
    assert len(talking.preferences.topics) == MOST_TOPICS


def test_quiet_hours_are_set_told_and_taken_back(talking: Talking) -> None:
    talking.says("/quiet 22-7")
    assert talking.preferences.quiet == (time(22), time(7))
    assert "22:00" in talking.says("/quiet")["text"]
    assert "/quiet 22-7" in talking.says("/quiet all day")["text"]
    assert talking.preferences.quiet == (time(22), time(7))
    talking.says("/quiet off")
    assert talking.preferences.quiet is None


def test_the_first_language_is_that_of_the_persons_telegram(talking: Talking) -> None:
    talking.person.user["language_code"] = "id-ID"
    talking.says("/digest")
    assert talking.preferences.language == "id"
