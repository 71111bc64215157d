"""What a person says, and what the bot answers: the real bot, the real library, real HTTP."""

from __future__ import annotations

import pytest

from bot.playground.faults import Fault
from bot.playground.local import LocalBotApi
from bot.playground.people import Person
from bot.render import wording
from tests.bot.conftest import StartBot

SENTENCE = "Presiden Rusia Vladimir Putin menelepon koleganya Presiden Turki Recep Tayyip Erdogan"


@pytest.fixture
def ana(api: LocalBotApi, start_bot: StartBot) -> Person:
    start_bot()
    return api.person("Ana <&> \u202e")


def ask(api: LocalBotApi, person: Person, text: str) -> str:
    return str(api.wait_for_reply(person.says(text))["text"])


def test_a_question_is_answered_with_a_quote_and_its_source(api: LocalBotApi, ana: Person) -> None:
    reply = api.wait_for_reply(ana.says("who did Putin call?"))
    (quote,) = [one for one in reply["entities"] if one["type"] == "blockquote"]
    assert SENTENCE in reply["text"][quote["offset"] : quote["offset"] + quote["length"]]
    assert "Presiden Putin Telepon Presiden Erdogan" in reply["text"]
    assert reply["link_preview_options"] == {"is_disabled": True}  # the seed has no address


@pytest.mark.parametrize(
    "question",
    [
        "/ask who did Putin call?",
        "/ask@KabarTestBot\nwho did Putin call?",
        "<b>who</b> did Putin call? &amp; <script>",
        "\u202ewho did Putin call?\u2066",
        "who did\0 Putin call?",
        "Siapa yang ditelepon Putin?",
        "بمن اتصل بوتين؟",
    ],
)
def test_a_question_may_come_in_many_forms(api: LocalBotApi, ana: Person, question: str) -> None:
    assert SENTENCE in ask(api, ana, question)


def test_what_nothing_answers_is_said_and_nothing_is_quoted(api: LocalBotApi, ana: Person) -> None:
    reply = api.wait_for_reply(ana.says("What is the weather in Tokyo?"))
    assert reply["text"].startswith(wording.NOT_FOUND)
    assert wording.NEAREST in reply["text"]
    assert not [one for one in reply.get("entities", []) if "quote" in one["type"]]


@pytest.mark.parametrize("text", ["😀👍", "?!… ---", "   .", "👩\u200d👧"])
def test_what_holds_no_words_gets_a_friendly_line(api: LocalBotApi, ana: Person, text: str) -> None:
    assert ask(api, ana, text) == wording.NO_WORDS


def test_a_very_long_question_is_cut_with_a_word(api: LocalBotApi, ana: Person) -> None:
    text = ask(api, ana, "who did Putin call? " * 500)
    assert text.endswith(wording.question_was_cut(1000))


def test_commands_are_explained(api: LocalBotApi, ana: Person) -> None:
    assert ask(api, ana, "/start") == wording.START
    assert ask(api, ana, "/help") == wording.HELP
    assert ask(api, ana, "/ask") == wording.ASK_USAGE
    assert ask(api, ana, "/ask@KabarTestBot  ") == wording.ASK_USAGE
    assert ask(api, ana, "/dance now") == wording.UNKNOWN_COMMAND
    api.wait_for(lambda: api.calls("setMyCommands"))
    (menu,) = api.world.commands.values()
    assert [command["command"] for command in menu] == list(wording.COMMANDS)


def test_what_is_not_text_gets_one_kind_line(api: LocalBotApi, ana: Person) -> None:
    for message in (ana.sends_photo("look"), ana.sends_sticker(), ana.sends_voice()):
        assert api.wait_for_reply(message)["text"] == wording.ONLY_TEXT
    album = [ana.sends(photo=[], media_group_id="7") for _ in range(3)]
    ana.sends(pinned_message={"message_id": 1, "date": 0, "chat": ana.chat.json})
    after = ana.says("/help")
    api.wait_for_reply(after)
    assert [len(api.replies(one)) for one in album] == [1, 0, 0]


def test_typing_is_shown_before_the_answer(api: LocalBotApi, ana: Person) -> None:
    asked = ana.says("who did Putin call?")
    api.wait_for_reply(asked)
    (typing,) = api.calls("sendChatAction")
    assert typing.params["action"] == "typing"
    assert typing.at < api.calls("sendMessage")[0].at


def test_slow_typing_does_not_hold_up_the_answer(api: LocalBotApi, ana: Person) -> None:
    api.faults.add(Fault(delay=5), "sendChatAction")
    api.wait_for_reply(ana.says("who did Putin call?"), timeout=4)


def test_an_edited_message_is_not_a_new_question(api: LocalBotApi, ana: Person) -> None:
    asked = ana.says("who did Putin call?")
    api.wait_for_reply(asked)
    ana.edits(asked, "who?")
    api.wait_for_reply(ana.says("/help"))
    assert len(api.replies(asked)) == 1


def test_in_a_group_only_commands_and_replies_to_the_bot_are_answered(
    api: LocalBotApi, ana: Person
) -> None:
    group = api.group(privacy_mode=False)  # an admin, who is told everything
    ignored = [
        ana.says("who did Putin call?", group=group),
        ana.says("/dance", group=group),
        ana.says("/ask@OtherBot who did Putin call?", group=group),
        ana.sends_photo(group=group),
    ]
    asked = ana.says("/ask who did Putin call?", group=group)
    answer = api.wait_for_reply(asked)
    assert SENTENCE in answer["text"]
    ignored.append(ana.says("who did Putin call?", group=group, reply_to=asked))
    again = ana.says("who did Putin call?", group=group, reply_to=answer)
    assert SENTENCE in api.wait_for_reply(again)["text"]
    assert not any(api.replies(message) for message in ignored)


def test_an_answer_stays_in_its_forum_topic(api: LocalBotApi, ana: Person) -> None:
    group = api.group(forum=True, privacy_mode=False)
    topic = group.opens_topic(api.world.bot)
    ignored = ana.says("who did Putin call?", group=group, topic=topic)
    asked = ana.says("/ask who did Putin call?", group=group, topic=topic)
    assert api.wait_for_reply(asked)["message_thread_id"] == topic["message_thread_id"]
    assert not api.replies(ignored)


def test_answers_in_a_chat_keep_the_order_of_the_questions(api: LocalBotApi, ana: Person) -> None:
    asked = [ana.says(text) for text in ("who did Putin call?", "/help", "weather?", "/start")]
    api.wait_for_replies(asked)
    answered = [message["reply_to_message"]["message_id"] for message in ana.hears()]
    assert answered == [message["message_id"] for message in asked]


def test_fifty_people_who_ask_at_once_are_all_answered(
    api: LocalBotApi, start_bot: StartBot
) -> None:
    people = [api.person(f"P{number}") for number in range(50)]
    asked = [person.says("who did Putin call?") for person in people]
    start_bot()
    api.wait_for_replies(asked)
    assert all(SENTENCE in api.replies(message)[0]["text"] for message in asked)
    assert len(api.written()) == 50
    assert api.world.rates.peak <= 30
