"""Every refusal of Telegram that has a name: what the person sees, and the one line about it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import pytest
from telegram.error import BadRequest, Forbidden

from bot.application import build_application
from bot.delivery import Outcome, Picture, Place, Receipt
from bot.playground.local import LocalBotApi
from bot.playground.people import Person
from bot.refusals import _WORDS, CLOSED, Refusal, refusal_of
from bot.render.html import text_message
from retrieval.kabar import Kabar
from tests.bot import words
from tests.bot.conftest import QUESTION, RunningBot, answer_to, settings_for, wait_until

Json = dict[str, Any]
Lines = Callable[[], list[logging.LogRecord]]

SENDS: list[tuple[int, str, Refusal, bool]] = [
    # status, Telegram's words, the name, and whether the answer arrives all the same
    (403, "Forbidden: bot was blocked by the user", Refusal.BLOCKED, False),
    (403, "Forbidden: user is deactivated", Refusal.DEACTIVATED, False),
    (403, "Forbidden: bot was kicked from the supergroup chat", Refusal.REMOVED, False),
    (403, "Forbidden: bot is not a member of the channel chat", Refusal.REMOVED, False),
    (403, "Forbidden: bot can't initiate conversation with a user", Refusal.NO_CHAT, False),
    (403, "Forbidden: something new", Refusal.FORBIDDEN, False),
    (400, "Bad Request: chat not found", Refusal.NO_CHAT, False),
    (400, "Bad Request: PEER_ID_INVALID", Refusal.NO_CHAT, False),
    (
        *(400, "Bad Request: not enough rights to send text messages to the chat"),
        *(Refusal.NO_RIGHTS, False),
    ),
    (400, "Bad Request: have no rights to send a message", Refusal.NO_RIGHTS, False),
    (
        *(400, "Bad Request: need administrator rights in the channel chat"),
        *(Refusal.NO_RIGHTS, False),
    ),
    (400, "Bad Request: CHAT_WRITE_FORBIDDEN", Refusal.NO_RIGHTS, False),
    (400, "Bad Request: can't parse entities: bad luck", Refusal.MARKUP, True),
    (400, "Bad Request: message to be replied not found", Refusal.NO_ANSWERED, True),
    (400, "Bad Request: message thread not found", Refusal.NO_TOPIC, True),
    (400, "Bad Request: TOPIC_DELETED", Refusal.NO_TOPIC, True),
    (400, "Bad Request: TOPIC_CLOSED", Refusal.TOPIC_CLOSED, True),
]
EDITS: list[tuple[int, str, Refusal, str]] = [
    # what becomes of what was to be said: it stands there, goes out anew, or nowhere
    (400, "Bad Request: message is not modified: specified new …", Refusal.UNCHANGED, "kept"),
    (400, "Bad Request: message to edit not found", Refusal.NO_MESSAGE, "anew"),
    (400, "Bad Request: MESSAGE_ID_INVALID", Refusal.NO_MESSAGE, "anew"),
    (400, "Bad Request: message can't be edited", Refusal.FIXED, "anew"),
    (400, "Bad Request: can't parse entities: bad luck", Refusal.MARKUP, "edited"),
    (400, "Bad Request: have no rights to send a message", Refusal.NO_RIGHTS, "kept"),
    (403, "Forbidden: bot was kicked from the supergroup chat", Refusal.REMOVED, "kept"),
]


@pytest.fixture
def api(shared_api: LocalBotApi, shared_bot: RunningBot) -> LocalBotApi:
    return shared_api


@pytest.fixture
def ana(api: LocalBotApi) -> Person:
    return api.person("Ana")


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Lines:
    """Return what the bot logged, without the one line that every update has."""
    caplog.set_level(logging.INFO)

    def logged() -> list[logging.LogRecord]:
        ours = [one for one in caplog.records if one.name.startswith("bot.")]
        return [one for one in ours if not one.message.startswith("handled ")]

    return logged


def test_every_name_is_met_here() -> None:
    met = {row[2] for row in (*SENDS, *EDITS)}
    others = {Refusal.MOVED, Refusal.TOO_OLD, Refusal.NO_PICTURES}  # in tests of their own
    assert met | others == set(Refusal)
    assert {name for name, _ in _WORDS} | {Refusal.FORBIDDEN} == set(Refusal)


@pytest.mark.parametrize("case", SENDS, ids=lambda case: case[1])
def test_a_send_that_is_refused_is_mended_or_left_with_one_line(
    api: LocalBotApi,
    ana: Person,
    lines: Lines,
    case: tuple[int, str, Refusal, bool],
) -> None:
    status, said, name, arrives = case
    group = api.group(forum=True)
    topic = group.opens_topic(ana.user)
    api.faults.fail("sendMessage", status, said, chat_id=group.id)
    asked = ana.says(f"/ask {QUESTION}", group=group, topic=topic)
    if arrives:
        api.wait_for(lambda: [one for one in api.written() if one["chat"]["id"] == group.id])
    api.wait_for_reply(ana.says("/help"))  # behind it, in another lane
    wait_until(lines)
    (line,) = lines()
    assert name in line.message
    assert line.levelno == (logging.ERROR if name is Refusal.MARKUP else logging.INFO)
    heard = [one for one in api.written() if one["chat"]["id"] == group.id]
    assert len(heard) == arrives
    assert all("Presiden Putin Telepon" in one["text"] for one in heard)
    if name in (Refusal.MARKUP, Refusal.NO_ANSWERED):
        assert heard[0]["message_thread_id"] == topic["message_thread_id"]
    assert len(api.replies(asked)) == (arrives and name not in _UNANSWERED)


_UNANSWERED = (Refusal.NO_ANSWERED, Refusal.TOPIC_CLOSED)


@pytest.mark.parametrize("case", EDITS, ids=lambda case: case[1])
def test_a_change_that_is_refused_is_left_or_said_anew_with_one_line(
    api: LocalBotApi,
    ana: Person,
    lines: Lines,
    case: tuple[int, str, Refusal, str],
) -> None:
    status, said, name, becomes = case
    message = answer_to(api, ana.says(QUESTION))
    before = message["text"]
    api.faults.fail("editMessageText", status, said, chat_id=ana.id)
    query = ana.presses(message, words.t("Context"))
    api.wait_for(lambda: query not in api.world.open_queries)
    (line,) = lines()
    assert name in line.message
    assert len(ana.hears()) == (2 if becomes == "anew" else 1)
    assert (message["text"] != before) is (becomes == "edited")
    failures = {words.FAILED, words.BUSY}
    assert not failures & {one["text"] for one in ana.hears()}


def test_a_press_that_is_too_old_to_be_answered_has_one_line(
    api: LocalBotApi, ana: Person, lines: Lines
) -> None:
    message = answer_to(api, ana.says(QUESTION))
    before = message["text"]
    old = "Bad Request: query is too old and response timeout expired or query ID is invalid"
    api.faults.fail("answerCallbackQuery", 400, old)
    ana.presses(message, words.t("Context"))
    wait_until(lines)
    (line,) = lines()
    assert Refusal.TOO_OLD in line.message
    assert message["text"] != before  # what was asked for is done all the same


def test_an_inline_query_that_is_too_old_has_one_line(
    api: LocalBotApi, ana: Person, lines: Lines
) -> None:
    api.faults.fail("answerInlineQuery", 400, "Bad Request: query is too old")
    ana.types_inline(QUESTION)
    wait_until(lines)
    (line,) = lines()
    assert Refusal.TOO_OLD in line.message


def test_an_answer_in_a_group_that_moves_amid_a_change_is_given_in_the_new_one(
    api: LocalBotApi, ana: Person
) -> None:
    old, new = api.group(), api.group()
    message = answer_to(api, ana.says(f"/ask {QUESTION}", group=old))
    moved = "Bad Request: group chat was upgraded to a supergroup chat"
    for method in ("editMessageText", "sendMessage"):
        api.faults.fail(method, 400, moved, migrate_to_chat_id=new.id, chat_id=old.id)
    ana.presses(message, words.t("Context"))
    api.wait_for(lambda: new.chat.messages)


def test_where_no_picture_may_be_sent_its_words_are(
    api: LocalBotApi, ana: Person, kabar: Kabar, lines: Lines
) -> None:
    async def send() -> Receipt:
        assembly = build_application(settings_for(api), kabar)
        async with assembly.application:
            picture = Picture(b"PNG", text_message("Seven articles"))
            receipt = await assembly.delivery.deliver(Place(ana.id), picture)
        assembly.offload.close()
        return receipt

    api.faults.fail("sendPhoto", 400, "Bad Request: not enough rights to send photos to the chat")
    assert asyncio.run(send()).outcome is Outcome.SENT
    assert [one["text"] for one in ana.hears()] == ["Seven articles"]
    (line,) = lines()
    assert Refusal.NO_PICTURES in line.message


def test_a_push_that_is_refused_by_name_pauses_the_chat_and_others_do_not() -> None:
    """`bot.push` asks `Receipt.closed`; which names close a chat is settled here."""
    closing = {name for _, _, name, arrives in SENDS if not arrives}
    assert closing == CLOSED


@pytest.mark.parametrize(
    ("said", "name"),
    [
        (BadRequest("Message is too long"), None),
        (BadRequest("Not Enough Rights To Send Text Messages"), Refusal.NO_RIGHTS),
        (Forbidden("Forbidden: whatever"), Refusal.FORBIDDEN),
    ],
)
def test_words_are_read_whatever_their_case_and_others_have_no_name(
    said: BadRequest | Forbidden, name: Refusal | None
) -> None:
    assert refusal_of(said) is name
