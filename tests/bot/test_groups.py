"""Groups, forums and channels: when the bot speaks, where, and to whom."""

from __future__ import annotations

from typing import Any

import pytest

from bot.callbacks import Action, pack
from bot.playground.local import LocalBotApi
from bot.playground.people import ADMIN, Group, Person
from bot.render import wording
from bot.render.translation import LANGUAGES, translator
from retrieval.kabar import Kabar
from tests.bot.conftest import QUESTION, RunningBot, answer_to

Json = dict[str, Any]
CHANNEL = {"id": -1007, "type": "channel", "title": "Daily"}
OTHER_BOT = {"id": 77, "is_bot": True, "first_name": "Other", "username": "OtherBot"}


@pytest.fixture
def api(shared_api: LocalBotApi, shared_bot: RunningBot) -> LocalBotApi:
    return shared_api


@pytest.fixture
def ana(api: LocalBotApi) -> Person:
    return api.person("Ana")


@pytest.fixture
def open_group(api: LocalBotApi) -> Group:
    """A group in which the bot is told everything."""
    return api.group(forum=True, privacy_mode=False)


def is_answer(message: Json) -> bool:
    return "blockquote" in {one["type"] for one in message.get("entities", [])}


def heard(api: LocalBotApi, group: Group) -> list[Json]:
    return [one for one in api.written() if one["chat"]["id"] == group.id]


def settle(api: LocalBotApi, ana: Person, group: Group) -> None:
    """Wait until all that was written into a group was handled."""
    api.wait_for_reply(ana.says("/privacy", group=group))


@pytest.mark.parametrize(
    "text",
    [
        f"@KabarTestBot {QUESTION}",
        f"hey @kabartestbot, {QUESTION}",
        "who did Putin @KabarTestBot call?",
        f"{QUESTION}\n@KabarTestBot",
    ],
)
def test_a_mention_anywhere_in_a_message_is_answered_as_a_reply(
    api: LocalBotApi, ana: Person, open_group: Group, text: str
) -> None:
    assert is_answer(api.wait_for_reply(ana.says(text, group=open_group)))


def test_a_mention_without_a_handle_is_one_too(
    api: LocalBotApi, ana: Person, open_group: Group
) -> None:
    text = f"Kabar: {QUESTION}"
    name = {"type": "text_mention", "offset": 0, "length": 5, "user": api.world.bot}
    assert is_answer(api.wait_for_reply(ana.says(text, group=open_group, entities=[name])))
    other = name | {"user": OTHER_BOT}
    ignored = ana.says(text, group=open_group, entities=[other])
    settle(api, ana, open_group)
    assert not api.replies(ignored)


def test_a_mention_below_a_picture_is_answered(
    api: LocalBotApi, ana: Person, open_group: Group
) -> None:
    caption = f"@KabarTestBot {QUESTION}"
    mention = {"type": "mention", "offset": 0, "length": 13}
    asked = ana.sends(group=open_group, photo=[], caption=caption, caption_entities=[mention])
    assert is_answer(api.wait_for_reply(asked))


@pytest.mark.parametrize("text", ["@KabarTestBot", "/ask", "/ask@KabarTestBot"])
def test_a_call_without_words_takes_those_that_it_replies_to(
    api: LocalBotApi, ana: Person, open_group: Group, text: str
) -> None:
    said = ana.says(QUESTION, group=open_group)
    assert is_answer(api.wait_for_reply(ana.says(text, group=open_group, reply_to=said)))
    usage = api.wait_for_reply(ana.says(text, group=open_group))
    assert usage["text"] == wording.ask_usage(translator("en"))


def test_what_is_not_meant_for_the_bot_is_not_answered(
    api: LocalBotApi, ana: Person, open_group: Group
) -> None:
    said = ana.says(QUESTION, group=open_group)
    with api.world.change():
        from_bot = api.world.add_message(open_group.chat, OTHER_BOT, text=f"/ask {QUESTION}")
        from_bot["entities"] = [{"type": "bot_command", "offset": 0, "length": 4}]
        api.world.push("message", from_bot)
    ignored = [
        said,
        from_bot,
        ana.says(f"/ask@OtherBot {QUESTION}", group=open_group),
        ana.says(f"@OtherBot {QUESTION}", group=open_group),
        ana.says(f"mail me: a@KabarTestBot {QUESTION}", group=open_group),
        ana.says("yes", group=open_group, reply_to=said),
        ana.forwards(f"@KabarTestBot {QUESTION}", group=open_group),
        open_group.discusses(f"@KabarTestBot {QUESTION}", CHANNEL),
        open_group.discusses(f"/ask {QUESTION}", CHANNEL),
        ana.sends_photo(group=open_group),
        ana.sends(group=open_group, dice={"emoji": "🎲", "value": 3}),
    ]
    settle(api, ana, open_group)
    assert not any(api.replies(one) for one in ignored)
    assert len(heard(api, open_group)) == 1


def test_with_privacy_mode_on_commands_and_replies_are_enough(
    api: LocalBotApi, ana: Person
) -> None:
    group = api.group()
    answer = api.wait_for_reply(ana.says(f"/ask {QUESTION}", group=group))
    further = ana.says("when was that?", group=group, reply_to=answer)
    assert api.wait_for_reply(further)["text"]


def test_what_was_offered_inline_and_chosen_is_no_question(api: LocalBotApi, ana: Person) -> None:
    group = api.group()
    chosen = [
        ana.says(QUESTION, via_bot=api.world.bot),
        ana.says(QUESTION, via_bot=api.world.bot, group=group),
    ]
    api.wait_for_reply(ana.says("/help"))
    settle(api, ana, group)
    assert not any(api.replies(one) for one in chosen)


# -- forums --------------------------------------------------------------------------------


def test_in_a_topic_that_the_bot_made_only_what_is_meant_for_it_is_answered(
    api: LocalBotApi, ana: Person, open_group: Group
) -> None:
    topic = open_group.opens_topic(api.world.bot)
    said = ana.says(QUESTION, group=open_group, topic=topic)
    asked = ana.says(f"/ask {QUESTION}", group=open_group, topic=topic)
    answer = api.wait_for_reply(asked)
    mention = ana.says(f"@KabarTestBot {QUESTION}", group=open_group, topic=topic)
    replied = ana.says(QUESTION, group=open_group, topic=topic, reply_to=answer)
    api.wait_for_replies([mention, replied])
    assert not api.replies(said)
    for message in (asked, mention, replied):
        (reply,) = api.replies(message)
        assert reply["message_thread_id"] == topic["message_thread_id"]
        assert reply["is_topic_message"]


def test_a_call_without_words_in_a_topic_does_not_ask_what_opened_it(
    api: LocalBotApi, ana: Person, open_group: Group
) -> None:
    topic = open_group.opens_topic(ana.user, "who did Putin call?")
    usage = api.wait_for_reply(ana.says("/ask", group=open_group, topic=topic))
    assert usage["text"] == wording.ask_usage(translator("en"))


def test_every_call_about_a_topic_names_it_and_none_about_the_general_one_does(
    api: LocalBotApi, ana: Person, open_group: Group
) -> None:
    topic = open_group.opens_topic(ana.user)
    for where in (topic, None):
        api.wait_for_reply(ana.says(f"/ask {QUESTION}", group=open_group, topic=where))
        sent = [
            call.params.integer("message_thread_id")
            for call in api.calls("sendMessage")
            if call.params.integer("chat_id") == open_group.id
        ]
        assert sent[-1] == (where and where["message_thread_id"])


# -- who writes ----------------------------------------------------------------------------


def test_an_anonymous_admin_is_answered_and_known_by_the_group(
    api: LocalBotApi, ana: Person, kabar: Kabar
) -> None:
    group = api.group()
    asked = ana.says(f"/ask {QUESTION}", group=group, sender_chat=group.chat.json)
    assert is_answer(api.wait_for_reply(asked))
    turn = kabar.conversations.turn_of_question(group.id, asked["message_id"])
    assert turn is not None
    assert turn.user_id == group.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_only_admins_are_asked_for_a_groups_language(api: LocalBotApi, language: str) -> None:
    t = translator(language)
    ana, ben = api.person("Ana", language), api.person("Ben", language)
    group = api.group()
    group.has_admin(ana)
    group.has_member(ben)
    refused = api.wait_for_reply(ben.says("/language", group=group))
    assert refused["text"] == t("Only admins of this chat can change that.")
    assert "reply_markup" not in refused
    offered = answer_to(api, ana.says("/language", group=group))
    ana.presses(offered, pack(Action.SPEAK, "id"))
    api.wait_for(lambda: "reply_markup" not in offered)
    answer = api.wait_for_reply(ben.says("/help", group=group))
    assert answer["text"] == wording.group_help(translator("id"))
    anonymous = ana.says("/language", group=group, sender_chat=group.chat.json)
    assert "reply_markup" in api.wait_for_reply(anonymous)


# -- what a group is told ------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_group_is_greeted_once_with_how_to_ask(api: LocalBotApi, language: str) -> None:
    t = translator(language)
    ana, group = api.person("Ana", language), api.group()
    group.adds_the_bot(ana)
    (greeting,) = api.wait_for(lambda: heard(api, group))
    assert greeting["text"] == wording.group_start(t)
    group.changes_the_bot(ana, {"status": "member"}, ADMIN)
    for command, said in (("/start", wording.group_start), ("/help", wording.group_help)):
        assert api.wait_for_reply(ana.says(command, group=group))["text"] == said(t)
    assert len(heard(api, group)) == 3
    for told in heard(api, group):
        assert (
            "/ask" in told["text"].split("\n\n")[1 if told["text"] != wording.group_help(t) else 0]
        )


def test_the_commands_of_a_channels_admins_are_answered_as_posts(
    api: LocalBotApi, ana: Person
) -> None:
    channel = api.group("Daily")
    channel.chat.json["type"] = "channel"

    def posts(text: str) -> Json:
        with api.world.change():
            post = api.world.add_message(
                channel.chat, ana.user, text=text, sender_chat=channel.chat.json
            )
            if text.startswith("/"):
                length = len(text.split(maxsplit=1)[0])
                post["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
            api.world.push("channel_post", {k: v for k, v in post.items() if k != "from"})
            return post

    silent = posts(QUESTION)
    assert is_answer(api.wait_for_reply(posts(f"/ask {QUESTION}")))
    help_text = api.wait_for_reply(posts("/help"))["text"]
    assert help_text == wording.group_help(translator("en"))
    assert api.wait_for_reply(posts("/start"))["text"] == wording.group_start(translator("en"))
    assert "reply_markup" in api.wait_for_reply(posts("/language"))
    assert not api.replies(silent)
