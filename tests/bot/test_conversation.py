"""What a person says, and what the bot answers: the real bot, the real library, real HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from bot.playground.local import LocalBotApi
from bot.playground.people import Person
from retrieval.kabar import Kabar
from tests.bot import words
from tests.bot.conftest import QUESTION, RunningBot

SENTENCE = "Presiden Rusia Vladimir Putin menelepon koleganya Presiden Turki Recep Tayyip Erdogan"


@pytest.fixture
def api(shared_api: LocalBotApi, shared_bot: RunningBot) -> LocalBotApi:
    return shared_api


@pytest.fixture
def ana(api: LocalBotApi) -> Person:
    return api.person("Ana <&> \u202e")


def ask(api: LocalBotApi, person: Person, text: str) -> str:
    return str(api.wait_for_reply(person.says(text), 60)["text"])


def quotes(reply: dict[str, Any]) -> list[str]:
    """Return what an answer quotes."""
    units = reply["text"].encode("utf-16-le")
    return [
        units[2 * one["offset"] : 2 * (one["offset"] + one["length"])].decode("utf-16-le")
        for one in reply.get("entities", [])
        if one["type"] == "blockquote"
    ]


def test_a_question_is_answered_with_a_quote_and_its_source(
    api: LocalBotApi, ana: Person, seed: str
) -> None:
    reply = api.wait_for_reply(ana.says(QUESTION), 60)
    assert any(SENTENCE in quote for quote in quotes(reply))
    assert all(quote in seed for quote in quotes(reply))
    assert "Presiden Putin Telepon Presiden Erdogan, Kremlin" in reply["text"]
    assert reply["link_preview_options"] == {"is_disabled": True}  # the seed has no address


@pytest.mark.parametrize("question", [f"/ask {QUESTION}", f"/ask@KabarTestBot\n{QUESTION}"])
def test_a_question_may_come_as_a_command(api: LocalBotApi, ana: Person, question: str) -> None:
    reply = api.wait_for_reply(ana.says(question))
    assert quotes(reply)
    assert quotes(reply) == quotes(api.wait_for_reply(ana.says(QUESTION)))


@pytest.mark.parametrize(
    "question",
    [
        f"<b>who</b> {QUESTION} &amp; <script>",
        f"\u202e{QUESTION}\u2066",
        "who did\0 Putin\x1b call?",
        "بمن اتصل بوتين؟ \u200f",
        "؟" * 50 + "a",
        "Путин 普京 ปูติน",
    ],
)
def test_whatever_characters_a_question_has_it_is_answered_or_not_found(
    api: LocalBotApi, ana: Person, seed: str, question: str
) -> None:
    reply = api.wait_for_reply(ana.says(question))
    if quotes(reply):
        assert all(quote in seed for quote in quotes(reply))
    else:
        assert reply["text"].startswith(words.NOT_FOUND)


def test_what_nothing_answers_is_said_and_nothing_is_quoted(api: LocalBotApi, ana: Person) -> None:
    reply = api.wait_for_reply(ana.says("What is the weather in Tokyo?"))
    assert reply["text"].startswith(words.NOT_FOUND)
    assert words.NEAREST in reply["text"]
    assert not quotes(reply)


@pytest.mark.parametrize("text", ["😀👍", "?!… ---", "   .", "👩\u200d👧"])
def test_what_holds_no_words_gets_a_friendly_line(api: LocalBotApi, ana: Person, text: str) -> None:
    assert ask(api, ana, text) == words.NO_WORDS


def test_a_very_long_question_is_cut_with_a_word(api: LocalBotApi, ana: Person) -> None:
    text = ask(api, ana, "who did Putin call? " * 500)
    assert text.endswith(words.question_was_cut(1000))


def test_commands_are_explained(api: LocalBotApi, ana: Person) -> None:
    assert ask(api, ana, "/start").startswith(words.START)
    assert ask(api, ana, "/help") == words.HELP
    assert ask(api, ana, "/ask") == words.ASK_USAGE
    assert ask(api, ana, "/ask@KabarTestBot  ") == words.ASK_USAGE
    assert ask(api, ana, "/dance now") == words.UNKNOWN_COMMAND
    menu = api.wait_for(lambda: api.world.commands.get(("default", ""), []))
    assert [command["command"] for command in menu] == list(words.COMMANDS)


def test_what_is_not_text_gets_one_kind_line(api: LocalBotApi) -> None:
    for message in (
        api.person().sends_photo("look"),
        api.person().sends_sticker(),
        api.person().sends_voice(),
    ):
        assert api.wait_for_reply(message)["text"] == words.ONLY_TEXT
    ana = api.person()
    pinned = ana.sends(pinned_message={"message_id": 1, "date": 0, "chat": ana.chat.json})
    api.wait_for_reply(ana.says("/help"))
    assert not api.replies(pinned)


def test_an_offer_that_was_chosen_asks_nothing(api: LocalBotApi, ana: Person) -> None:
    chosen = ana.sends(text=QUESTION, via_bot=api.world.bot)
    api.wait_for_reply(ana.says("/help"))
    assert api.replies(chosen) == []


def test_an_edited_message_is_not_a_new_question(api: LocalBotApi, ana: Person) -> None:
    asked = ana.says(QUESTION)
    api.wait_for_reply(asked)
    ana.edits(asked, "who?")
    api.wait_for_reply(ana.says("/help"))
    assert len(api.replies(asked)) == 1


def test_in_a_group_only_commands_and_replies_to_the_bot_are_answered(
    api: LocalBotApi, ana: Person
) -> None:
    group = api.group(privacy_mode=False)  # an admin, who is told everything
    ignored = [
        ana.says(QUESTION, group=group),
        ana.says("/dance", group=group),
        ana.says("/ask@OtherBot who did Putin call?", group=group),
        ana.sends_photo(group=group),
    ]
    asked = ana.says("/ask who did Putin call?", group=group)
    answer = api.wait_for_reply(asked)
    assert quotes(answer)
    ignored.append(ana.says(QUESTION, group=group, reply_to=asked))
    again = ana.says(QUESTION, group=group, reply_to=answer)
    assert quotes(api.wait_for_reply(again))
    assert not any(api.replies(message) for message in ignored)


def test_an_answer_stays_in_its_forum_topic(api: LocalBotApi, ana: Person) -> None:
    group = api.group(forum=True, privacy_mode=False)
    topic = group.opens_topic(api.world.bot)
    ignored = ana.says(QUESTION, group=group, topic=topic)
    asked = ana.says("/ask who did Putin call?", group=group, topic=topic)
    assert api.wait_for_reply(asked)["message_thread_id"] == topic["message_thread_id"]
    assert not api.replies(ignored)


def test_answers_in_a_chat_keep_the_order_of_the_questions(api: LocalBotApi, ana: Person) -> None:
    asked = [ana.says(text) for text in (QUESTION, "/help", "weather?", "/start")]
    api.wait_for_replies(asked)
    answered = [message["reply_to_message"]["message_id"] for message in ana.hears()]
    assert answered == [message["message_id"] for message in asked]


def test_fifty_people_who_ask_at_once_are_all_answered(api: LocalBotApi, kabar: Kabar) -> None:
    people = [api.person(f"P{number}") for number in range(50)]
    before = kabar.statistics().receipts
    asked = [person.says(QUESTION) for person in people]
    api.wait_for_replies(asked)
    assert all(quotes(api.replies(message)[0]) for message in asked)
    assert [len(person.hears()) for person in people] == [1] * 50
    assert kabar.statistics().receipts == before + 50
    assert api.world.rates.peak <= 30
