"""How much may be asked and sent: told once and politely, then a number in memory and no more."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

import bot.application
from bot.handlers.flood import slow_down
from bot.playground.local import LocalBotApi
from bot.playground.people import Person
from bot.render.translation import LANGUAGES, translator
from retrieval.kabar import Kabar
from tests.bot.conftest import QUESTION, BotStarter, answer_to, wait_until
from tests.bot.words import t

Json = dict[str, Any]
TOO_MANY = "That is a lot of questions at once. Please wait a minute, then go on."
ENOUGH = "That was the last of today's questions. Please come back tomorrow."
PER_MINUTE = 3


BESIDE = frozenset({"inbox", "finish", "newsroom", "warm_up", "tidy"})
"""What is asked of a library and its desks by no message: the inbox, and what goes on beside."""

OF_A_CHAT = frozenset(
    {
        *("subscriber", "change", "digest_now", "trend", "story", "why", "dislike"),
        *("follow", "following", "get", "stop"),
    }
)
"""What the desks of digests and follows are asked for people; the rest is planned and pushed."""


class _Counted:
    """A desk of the real library that counts what is asked of it for somebody."""

    def __init__(self, desk: Any, calls: Counter[str], only: frozenset[str] | None = None) -> None:
        self._desk = desk
        self._calls = calls
        self._only = only

    def __getattr__(self, name: str) -> Any:
        if name not in BESIDE and (self._only is None or name in self._only):
            self._calls[name] += 1
        return getattr(self._desk, name)


class CountedLibrary(_Counted):
    """The real library; what a message costs in it is counted."""

    def __init__(self, kabar: Kabar) -> None:
        self.calls: Counter[str] = Counter()
        super().__init__(kabar, self.calls)
        self.inbox = kabar.inbox
        self.conversations = _Counted(kabar.conversations, self.calls)
        self.stories = _Counted(kabar.stories, self.calls)
        self.digests = _Counted(kabar.digests, self.calls, OF_A_CHAT)
        self.follows = _Counted(kabar.follows, self.calls, OF_A_CHAT)


@pytest.fixture
def library(kabar: Kabar) -> CountedLibrary:
    return CountedLibrary(kabar)


@pytest.fixture
def start(api: LocalBotApi, library: Any) -> Iterator[BotStarter]:
    starter = BotStarter(api, library)
    yield starter
    starter.stop()


def settle(api: LocalBotApi, library: CountedLibrary) -> None:
    """Wait until all that was sent was taken and handled."""
    wait_until(lambda: not api.world.updates and not library.inbox.pending_updates(), 20)


def asks_in_every_way(ana: Person, answered: Json) -> None:
    """Ask by every way there is to ask."""
    link = base64.urlsafe_b64encode(QUESTION.encode()).decode().rstrip("=")
    ana.says(QUESTION)
    ana.says(f"/ask {QUESTION}")
    ana.says(f"/start ask_{link}")
    ana.says("/latest Putin")
    ana.says("/story Putin's call")
    ana.says("/trend Putin 7")
    ana.says("https://a.example/putin-calls-erdogan")
    ana.forwards("Putin called Erdogan")
    ana.edits(answered, "whom did Putin call?")


def test_every_way_to_ask_counts_and_what_is_too_much_costs_no_lookup_and_no_answer(
    api: LocalBotApi, library: CountedLibrary, start: BotStarter
) -> None:
    start(KABAR_QUESTIONS_PER_MINUTE=PER_MINUTE)
    ana = api.person("Ana")
    asked = ana.says(QUESTION)
    api.wait_for_reply(asked)
    for _ in range(PER_MINUTE):
        ana.says(QUESTION)
    settle(api, library)
    assert [one["text"] for one in ana.hears()].count(t(TOO_MANY)) == 1
    heard, before = len(ana.hears()), Counter(library.calls)
    for _ in range(4):
        asks_in_every_way(ana, asked)
    settle(api, library)
    assert library.calls == before
    assert len(ana.hears()) == heard == PER_MINUTE + 1


def test_each_way_to_ask_counts_and_is_told_that_it_is_one_too_many(
    api: LocalBotApi, start: BotStarter
) -> None:
    link = base64.urlsafe_b64encode(QUESTION.encode()).decode().rstrip("=")
    ways = [
        QUESTION,
        f"/ask {QUESTION}",
        f"/start ask_{link}",
        "/latest Putin",
        "/story Putin's call",
        "/trend Putin 7",
        "https://a.example/putin-calls-erdogan",
        "/digest now",
    ]
    start(KABAR_QUESTIONS_PER_MINUTE=1)
    for number, way in enumerate(ways):
        ana = api.person("Ana")
        assert api.wait_for_reply(ana.says(way)).get("text") != t(TOO_MANY)
        assert api.wait_for_reply(ana.says(ways[number - 1]))["text"] == t(TOO_MANY)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_days_limit_holds_for_searches_too_and_is_told_once(
    api: LocalBotApi, library: CountedLibrary, start: BotStarter, language: str
) -> None:
    start(KABAR_QUESTIONS_PER_DAY=2)
    ana = api.person("Ana", language)
    api.wait_for_reply(ana.says(QUESTION))
    api.wait_for_reply(ana.says("/story Putin's call"))
    assert api.wait_for_reply(ana.says("/trend Putin"))["text"] == translator(language)(ENOUGH)
    more = [ana.says(QUESTION), ana.forwards("Putin called"), ana.says("/story Putin's call")]
    settle(api, library)
    assert not any(api.replies(one) for one in more)


def test_a_group_has_a_limit_of_its_own_with_one_line_for_all(
    api: LocalBotApi, library: CountedLibrary, start: BotStarter
) -> None:
    start(KABAR_QUESTIONS_PER_MINUTE=2)
    group = api.group()
    people = [api.person(name) for name in ("Ana", "Ben", "Cho", "Dewi")]
    asked = [person.says(f"/ask {QUESTION}", group=group) for person in people]
    settle(api, library)
    assert [len(api.replies(one)) for one in asked] == [1, 1, 1, 0]
    assert api.replies(asked[2])[0]["text"] == t(TOO_MANY)
    assert api.wait_for_reply(people[3].says(QUESTION))["text"] != t(TOO_MANY)  # in private


@pytest.mark.parametrize("language", LANGUAGES)
def test_commands_pictures_and_presses_without_end_are_bounded_too(
    api: LocalBotApi,
    library: CountedLibrary,
    start: BotStarter,
    language: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bot.application, "PER_MINUTE", 5)
    start()
    ana, ben = api.person("Ana", language), api.person("Ben", language)
    line = slow_down(translator(language))
    answer = answer_to(api, ana.says(QUESTION))
    for _ in range(4):
        ana.says("/help")
    assert api.wait_for_reply(ana.says("/privacy"))["text"] == line

    menu = answer_to(api, ben.says(QUESTION))
    queries = [ben.presses(menu, "👍") for _ in range(6)]
    settle(api, library)
    told = {
        call.params.text("callback_query_id"): call.params.text("text")
        for call in api.calls("answerCallbackQuery")
    }
    assert told[queries[4]] == line
    assert queries[5] not in told

    heard, before = len(ana.hears()), Counter(library.calls)
    for _ in range(10):
        ana.says("/sources")
        ana.sends_sticker()
        ana.says(QUESTION)
        ana.presses(answer, "👎")
        ben.presses(menu, "👍")
    settle(api, library)
    assert library.calls == before
    assert len(ana.hears()) == heard


def test_what_is_typed_inline_without_end_is_offered_nothing_and_searched_for_no_more(
    api: LocalBotApi, library: CountedLibrary, start: BotStarter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.application, "INLINE_PER_MINUTE", 1)
    start()
    ana = api.person("Ana")
    first = ana.types_inline(QUESTION)
    wait_until(lambda: api.world.offers.get(first))
    before = Counter(library.calls)
    queries = [ana.types_inline(f"{QUESTION} {number}") for number in range(3)]
    wait_until(lambda: all(query in api.world.offers for query in queries))
    assert [api.world.offers[query] for query in queries] == [[], [], []]
    assert library.calls == before
