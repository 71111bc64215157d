"""Inline mode on Telegram's side: how long results are kept, for whom, and what is chosen."""

from __future__ import annotations

from typing import Any

import pytest

from bot.playground.inline import ask_inline, choose_offer
from bot.playground.local import LocalBotApi
from bot.playground.people import Person
from tests.playground.conftest import Caller

RESULT = {
    "type": "article",
    "id": "1",
    "title": "A quote",
    "input_message_content": {"message_text": "<b>said</b> &amp; done", "parse_mode": "HTML"},
}


class Clock:
    """Shows what the test says."""

    def __init__(self, api: LocalBotApi) -> None:
        self.now = 1_000.0
        api.world.clock = lambda: self.now


@pytest.fixture
def clock(api: LocalBotApi) -> Clock:
    return Clock(api)


def offered(call: Caller, query_id: str, **given: Any) -> None:
    answer = call("answerInlineQuery", inline_query_id=query_id, results=[RESULT], **given)
    assert answer.status_code == 200


def asked(person: Person) -> int:
    return len([one for one in person.world.updates if "inline_query" in one])


def test_the_same_words_are_answered_from_memory_as_long_as_the_bot_allows(
    api: LocalBotApi, call: Caller, clock: Clock
) -> None:
    ana, ben = api.person("Ana"), api.person("Ben")
    query = ask_inline(ana, "who?")
    offered(call, query, cache_time=60)
    assert ask_inline(ana, "who?") == ask_inline(ben, "who?") == query
    assert ask_inline(ana, "who??") != query
    clock.now += 61
    assert ask_inline(ana, "who?") != query
    assert asked(ana) == 3


def test_personal_results_are_for_nobody_else_and_nothing_is_kept_for_no_time(
    api: LocalBotApi, call: Caller, clock: Clock
) -> None:
    ana, ben = api.person("Ana"), api.person("Ben")
    query = ask_inline(ana, "who?")
    offered(call, query, cache_time=60, is_personal=True)
    assert ask_inline(ana, "who?") == query
    assert ask_inline(ben, "who?") != query
    once = ask_inline(ana, "when?")
    offered(call, once, cache_time=0)
    assert ask_inline(ana, "when?") != once


def test_the_bot_is_told_in_what_kind_of_chat_somebody_types(api: LocalBotApi) -> None:
    ana, group = api.person("Ana"), api.group()
    ask_inline(ana, "who?")
    ask_inline(ana, "where?", group)
    kinds = [one["inline_query"]["chat_type"] for one in api.world.updates]
    assert kinds == ["sender", "supergroup"]


def test_what_is_chosen_is_sent_by_way_of_the_bot_with_its_markup(
    api: LocalBotApi, call: Caller
) -> None:
    ana, group = api.person("Ana"), api.group()
    query = ask_inline(ana, "who?", group)
    offered(call, query)
    message = choose_offer(ana, query, "1", group)
    assert (message["text"], message["from"]["id"]) == ("said & done", ana.id)
    assert message["entities"] == [{"type": "bold", "offset": 0, "length": 4}]
    assert message["via_bot"]["id"] == api.world.bot["id"]
    assert api.world.updates[-1]["message"] == message  # also where privacy mode is on
    with pytest.raises(KeyError):
        choose_offer(ana, query, "2", group)
    with pytest.raises(KeyError):
        choose_offer(ana, "777", "1", group)
