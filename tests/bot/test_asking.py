"""Questions over HTTP: edited, repeated, too many, too long, and with a time in them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import time
from pathlib import Path
from typing import Any

import pytest

from bot.limits import WINDOW, Limits, Pace
from bot.playground.local import LocalBotApi
from bot.render.translation import LANGUAGES, translator
from retrieval.kabar import Kabar
from tests.bot import words
from tests.bot.conftest import QUESTION, BotStarter, RunningBot, answer_to, wait_until
from tests.conftest import KabarFactory

Json = dict[str, Any]
NOTHING = "how do I bake sourdough bread at home?"


def test_an_edited_question_has_its_answer_edited(
    shared_api: LocalBotApi, shared_bot: RunningBot
) -> None:
    ana = shared_api.person("Ana")
    question = ana.says(NOTHING)
    answer = answer_to(shared_api, question)
    assert answer["text"].startswith(words.NOT_FOUND)
    ana.edits(question, QUESTION)
    wait_until(lambda: not answer["text"].startswith(words.NOT_FOUND))
    assert len(ana.hears()) == 1
    ana.edits(question, NOTHING)
    wait_until(lambda: answer["text"].startswith(words.NOT_FOUND))


def test_an_answer_that_is_gone_is_given_anew(
    shared_api: LocalBotApi, shared_bot: RunningBot
) -> None:
    ana = shared_api.person("Ana")
    question = ana.says(NOTHING)
    gone = answer_to(shared_api, question)
    with shared_api.world.change():
        del ana.chat.messages[gone["message_id"]]
    ana.edits(question, QUESTION)
    wait_until(ana.hears)
    assert "blockquote" in {one["type"] for one in ana.hears()[-1]["entities"]}


def test_an_edit_of_what_was_no_question_is_nothing_to_answer(
    shared_api: LocalBotApi, shared_bot: RunningBot
) -> None:
    ana = shared_api.person("Ana")
    help_asked = ana.says("/help")
    shared_api.wait_for_reply(help_asked)
    ana.edits(help_asked, QUESTION)
    shared_api.wait_for_reply(ana.says("/privacy"))
    assert len(ana.hears()) == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_time_in_the_question_is_said(
    api: LocalBotApi,
    kabar_factory: KabarFactory,
    tmp_path: Path,
    language: str,
) -> None:
    dated = {"title": "A call", "text": "Putin called Erdogan.", "published_at": "2022-01-03"}
    (tmp_path / "a.jsonl").write_text(json.dumps(dated), encoding="utf-8")
    kabar = kabar_factory()
    kabar.ingest([tmp_path])
    kabar.index_pending()
    starter = BotStarter(api, kabar)
    starter()
    ana = api.person("Ana", language)
    questions = {"en": "who did Putin call in {}?", "id": "siapa ditelepon Putin tahun {}?"}
    december = {"en": "31 Dec {}", "id": "31 Des {}"}[language]
    answers = [api.wait_for_reply(ana.says(questions[language].format(y))) for y in (2022, 2023)]
    starter.stop()
    for answer, year in zip(answers, (2022, 2023), strict=True):
        assert f"1 Jan {year}" in answer["text"]
        assert december.format(year) in answer["text"]
        assert "blockquote" in {one["type"] for one in answer["entities"]}
    # Of the other year there is nothing: what is of another is said to be so, and said first.
    t = translator(language)
    elsewhen = t("Nothing from that time ({period}) answers this. From other days:")
    assert answers[1]["text"].startswith(elsewhen.partition("{")[0])
    assert not answers[0]["text"].startswith(elsewhen.partition("{")[0])


def test_the_latest_on_a_topic_says_so(shared_api: LocalBotApi, shared_bot: RunningBot) -> None:
    ana = shared_api.person("Ana")
    for asked in ("latest on Putin calling Erdogan", "/latest Putin calling Erdogan"):
        answer = shared_api.wait_for_reply(ana.says(asked))
        assert answer["text"].endswith("The newest first.")


def test_too_many_questions_are_told_once_and_then_cost_nothing(
    api: LocalBotApi, start_bot: BotStarter
) -> None:
    start_bot(KABAR_QUESTIONS_PER_MINUTE=2)
    ana = api.person("Ana")
    answered = [api.wait_for_reply(ana.says(QUESTION)) for _ in range(3)]
    assert answered[2]["text"] == words.t(
        "That is a lot of questions at once. Please wait a minute, then go on."
    )
    for _ in range(3):
        ana.says(QUESTION)
    api.wait_for_reply(ana.says("/help"))
    assert len(ana.hears()) == 4


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_limit_of_a_day_is_told_once_and_survives_a_restart(
    api: LocalBotApi, start_bot: BotStarter, language: str
) -> None:
    t = translator(language)
    ana = api.person("Ana", language)
    bot = start_bot(KABAR_QUESTIONS_PER_DAY=1)
    api.wait_for_reply(ana.says(QUESTION))
    bot.stop()
    start_bot(KABAR_QUESTIONS_PER_DAY=1)
    limit = api.wait_for_reply(ana.says(QUESTION))
    assert limit["text"] == t("That was the last of today's questions. Please come back tomorrow.")
    ana.says(QUESTION)
    api.wait_for_reply(ana.says("/help"))
    assert len(ana.hears()) == 3


def test_a_question_in_a_group_that_names_the_bot_is_answered(
    shared_api: LocalBotApi, shared_bot: RunningBot
) -> None:
    ana = shared_api.person("Ana")
    group = shared_api.group(privacy_mode=False)
    asked = ana.says(f"@KabarTestBot {QUESTION}", group=group)
    assert shared_api.wait_for_reply(asked)["chat"]["id"] == group.chat.id
    ana.says(QUESTION, group=group)  # to somebody else
    last = shared_api.wait_for_reply(ana.says(f"/ask {QUESTION}", group=group))
    heard = [one for one in shared_api.written() if one["chat"]["id"] == group.chat.id]
    assert [one["message_id"] for one in heard][1:] == [last["message_id"]]


def test_no_sound_tells_of_an_answer_in_quiet_hours(
    shared_api: LocalBotApi, shared_bot: RunningBot, kabar: Kabar
) -> None:
    ana = shared_api.person("Ana")
    shared_api.wait_for_reply(ana.says(QUESTION))
    always = (time(0), time(23, 59))
    preferences = replace(kabar.digests.subscriber(ana.id).preferences, quiet=always)
    kabar.digests.change(ana.id, preferences)
    shared_api.wait_for_reply(ana.says(QUESTION))
    sounds = [
        call.params.text("disable_notification")
        for call in shared_api.calls("sendMessage")
        if call.params.integer("chat_id") == ana.id
    ]
    assert [sound.lower() for sound in sounds] == ["", "true"]


def test_a_turn_that_was_answered_is_not_answered_again(
    shared_api: LocalBotApi, shared_bot: RunningBot, kabar: Kabar
) -> None:
    ana = shared_api.person("Ana")
    question = ana.says(QUESTION)
    answer = shared_api.wait_for_reply(question)

    def turn() -> Any:
        return kabar.conversations.turn_of_question(ana.chat.id, question["message_id"])

    wait_until(lambda: turn() and turn().reply_id == answer["message_id"])
    with shared_api.world.change():  # as after a crash between the answer and its mark
        shared_api.world.push("message", question)
    shared_api.wait_for_reply(ana.says("/help"))
    assert len(ana.hears()) == 2


# -- the pace ------------------------------------------------------------------------------


def test_each_person_and_each_group_has_a_limit_of_its_own() -> None:
    now = 0.0
    limits = Limits(2, lambda: now)
    assert [limits.pace(1, -5) for _ in range(2)] == [Pace.FINE] * 2
    assert limits.pace(2, -5) is Pace.TELL  # the group is full
    assert limits.pace(3, -5) is Pace.SILENT
    assert limits.pace(2) is Pace.FINE
    now = WINDOW
    assert limits.pace(1, -5) is Pace.FINE


def test_the_window_goes_on_with_time_and_telling_begins_anew() -> None:
    now = 0.0
    limits = Limits(1, lambda: now)
    assert limits.pace(1) is Pace.FINE
    assert [limits.pace(1) for _ in range(2)] == [Pace.TELL, Pace.SILENT]
    now = WINDOW + 1
    assert [limits.pace(1) for _ in range(3)] == [Pace.FINE, Pace.TELL, Pace.SILENT]
