"""Sends that fail, each in its own way, and what the bot makes of it."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from telegram.error import BadRequest, ChatMigrated, InvalidToken, NetworkError

from bot.application import build_application
from bot.delivery import Delivery, Outcome, Place, Receipt
from bot.pacing import SendGate
from bot.playground.faults import Fault
from bot.playground.local import LocalBotApi
from bot.playground.people import Person
from bot.playground.state import Call
from bot.render.html import text_message
from bot.render.splitting import Message
from bot.turnstile import Priority
from tests.bot import words
from tests.bot.conftest import QUESTION, RunningBot, settings_for, wait_until


@pytest.fixture
def api(shared_api: LocalBotApi, shared_bot: RunningBot) -> LocalBotApi:
    return shared_api


@pytest.fixture
def ana(api: LocalBotApi) -> Person:
    return api.person()


def sends(api: LocalBotApi, to: Person, count: int) -> list[int]:
    """Wait for so many sends to somebody, and for more; return their statuses."""

    def calls() -> list[Call]:
        return [call for call in api.calls("sendMessage") if call.params["chat_id"] == str(to.id)]

    api.wait_for(lambda: len(calls()) >= count and all(call.status for call in calls()), 60)
    time.sleep(0.3)
    return [call.status for call in calls()]


def pending(kabar: Any) -> list[int]:
    return [update.update_id for update in kabar.inbox.pending_updates()]


def wait_until_finished(kabar: Any) -> None:
    wait_until(lambda: not pending(kabar))


def test_a_502_may_have_been_sent_and_is_not_repeated(
    api: LocalBotApi, ana: Person, kabar: Any
) -> None:
    api.faults.fail("sendMessage", 502, "Bad Gateway")
    ana.says(QUESTION)
    assert sends(api, ana, 1) == [502]
    wait_until_finished(kabar)
    api.wait_for_reply(ana.says("/help"))


@pytest.mark.parametrize(("when", "copies"), [("before", 0), ("after", 1)])
def test_a_broken_connection_does_not_make_two_answers(
    api: LocalBotApi, ana: Person, kabar: Any, when: str, copies: int
) -> None:
    api.faults.add(Fault(drop=when), "sendMessage")
    asked = ana.says(QUESTION)
    api.wait_for_reply(ana.says("/help"))
    assert len(api.replies(asked)) == copies
    wait_until_finished(kabar)


def test_a_pause_that_telegram_asks_for_is_kept_by_all(api: LocalBotApi, ana: Person) -> None:
    api.faults.fail("sendMessage", 429, "Too Many Requests: retry after 1", retry_after=1)
    asked = ana.says(QUESTION)
    api.wait_for(lambda: any(call.status == 429 for call in api.calls("sendMessage")))
    refused_at = time.monotonic()
    other = api.person("Ben").says("/help")
    api.wait_for_replies([asked, other])
    later = [call for call in api.calls("sendMessage") if call.at > refused_at]
    assert len(later) == 2
    assert all(call.at > refused_at + 0.9 for call in later)


def test_a_429_without_a_time_was_not_sent_and_is_tried_again(
    api: LocalBotApi, ana: Person
) -> None:
    api.faults.fail("sendMessage", 429, "Too Many Requests")
    api.wait_for_reply(ana.says(QUESTION))


def test_who_blocked_the_bot_is_left_alone(
    api: LocalBotApi, ana: Person, kabar: Any, caplog: pytest.LogCaptureFixture
) -> None:
    ana.blocks_the_bot()
    with caplog.at_level(logging.INFO):
        ana.says(QUESTION)
        assert sends(api, ana, 1) == [403]
    wait_until_finished(kabar)
    (line,) = [one for one in caplog.records if "refuses a message" in one.message]
    assert line.levelno == logging.INFO


def test_a_chat_that_is_gone_is_left_alone(api: LocalBotApi, ana: Person, kabar: Any) -> None:
    api.faults.fail("sendMessage", 400, "Bad Request: chat not found")
    ana.says(QUESTION)
    assert sends(api, ana, 1) == [400]
    wait_until_finished(kabar)


def test_markup_that_is_refused_is_sent_once_more_as_plain_text(
    api: LocalBotApi, ana: Person
) -> None:
    api.faults.fail("sendMessage", 400, "Bad Request: can't parse entities: bad luck")
    reply = api.wait_for_reply(ana.says(QUESTION))
    assert "entities" not in reply
    assert "Presiden Putin Telepon" in reply["text"]


def test_a_group_that_became_a_supergroup_is_followed(api: LocalBotApi, ana: Person) -> None:
    old, new = api.group(), api.group()
    api.faults.fail(
        "sendMessage",
        400,
        "Bad Request: group chat was upgraded to a supergroup chat",
        migrate_to_chat_id=new.id,
        chat_id=old.id,
    )
    ana.says(f"/ask {QUESTION}", group=old)
    message = api.wait_for(lambda: list(new.chat.messages.values()))[0]
    assert "Presiden Putin Telepon" in message["text"]
    assert "reply_to_message" not in message


def test_a_topic_that_was_deleted_does_not_cost_the_answer(api: LocalBotApi, ana: Person) -> None:
    group = api.group(forum=True)
    topic = group.opens_topic(ana.user)
    ana.says(f"/ask {QUESTION}", group=group, topic=topic)
    with api.world.change():
        group.chat.messages.clear()
    api.wait_for(lambda: group.chat.messages)
    (answer,) = group.chat.messages.values()
    assert "message_thread_id" not in answer


def test_a_topic_that_was_closed_does_not_cost_the_answer(api: LocalBotApi, ana: Person) -> None:
    group = api.group(forum=True)
    topic = group.opens_topic(ana.user)
    group.closes_topic(topic)
    before = set(group.chat.messages)
    asked = ana.says(f"/ask {QUESTION}", group=group, topic=topic)
    api.wait_for(lambda: set(group.chat.messages) - before - {asked["message_id"]})
    assert "message_thread_id" not in list(group.chat.messages.values())[-1]


def test_a_question_that_was_deleted_meanwhile_is_answered_without_a_reply(
    api: LocalBotApi, ana: Person
) -> None:
    asked = ana.says(QUESTION)
    del ana.chat.messages[asked["message_id"]]
    api.wait_for(ana.hears)
    assert not api.replies(asked)


def test_without_a_connection_a_message_waits_for_one(kabar: Any) -> None:
    api = LocalBotApi().start()
    ana = api.person()
    assembly = build_application(settings_for(api), kabar)
    delivery = Delivery(assembly.application.bot, SendGate())

    async def send() -> Outcome:
        async with assembly.application:
            api.stop()
            message = text_message(words.HELP)
            sending = asyncio.create_task(delivery.send(Place(ana.id), [message]))
            await asyncio.sleep(0.3)
            api.start()
            return await sending

    assert asyncio.run(send()) is Outcome.SENT
    assert [message["text"] for message in ana.hears()] == [words.HELP]
    assembly.offload.close()
    api.stop()


class _FailingBot:
    """Raises, in turn, what it was given: the ways to fail that HTTP cannot be made to show."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.calls: list[dict[str, Any]] = []

    async def send_message(self, chat_id: int, text: str, **options: Any) -> Any:
        self.calls.append({"chat_id": chat_id, "text": text, **options})
        if self.errors:
            raise self.errors.pop(0)
        return SimpleNamespace(message_id=len(self.calls), photo=())


@pytest.mark.parametrize(
    ("errors", "outcome", "calls"),
    [
        ([ChatMigrated(-5), ChatMigrated(-6)], Outcome.REFUSED, 2),
        ([BadRequest("can't parse entities"), BadRequest("can't parse entities")], "refused", 2),
        ([BadRequest("Message is too long")], Outcome.REFUSED, 1),
        ([NetworkError("Bad Gateway")], Outcome.UNKNOWN, 1),
        ([BadRequest("can't parse entities"), NetworkError("x")], Outcome.UNKNOWN, 2),
    ],
)
def test_each_failure_ends_somewhere(errors: list[Exception], outcome: Outcome, calls: int) -> None:
    async def send() -> Outcome:
        bot: Any = _FailingBot(*errors)
        result = await Delivery(bot, SendGate()).send(Place(7, 1, 2), [text_message("x")])
        assert len(bot.calls) == calls
        return result

    assert asyncio.run(send()) == outcome


def test_a_push_that_ends_while_it_waits_for_a_connection_says_that_nothing_was_sent() -> None:
    async def push(priority: Priority) -> Receipt | None:
        bot: Any = _FailingBot(unreachable())
        delivery = Delivery(bot, SendGate())
        sending = asyncio.create_task(
            delivery.deliver(Place(7), text_message("x"), priority=priority)
        )
        await asyncio.sleep(0.05)
        sending.cancel()
        await asyncio.wait({sending})
        return None if sending.cancelled() else sending.result()

    receipt = asyncio.run(push(Priority.PUSH))
    assert receipt is not None
    assert receipt.outcome is Outcome.HELD
    assert asyncio.run(push(Priority.ANSWER)) is None


def unreachable() -> NetworkError:
    """What python-telegram-bot raises where no connection is made."""
    error = NetworkError("httpx.ConnectError: All connection attempts failed")
    error.__cause__ = httpx.ConnectError("All connection attempts failed")
    return error


def test_a_preview_is_small_and_below_and_only_where_there_is_a_link() -> None:
    async def send() -> list[Any]:
        bot: Any = _FailingBot()
        messages = [Message("a", "a", "https://e.org"), Message("b", "b")]
        await Delivery(bot, SendGate()).send(Place(7, reply_to=1), messages)
        return list(bot.calls)

    first, second = asyncio.run(send())
    preview = first["link_preview_options"]
    assert (preview.url, preview.prefer_small_media) == ("https://e.org", True)
    assert not preview.show_above_text
    assert second["link_preview_options"].is_disabled
    assert first["reply_parameters"].message_id == 1
    assert second["reply_parameters"] is None  # the rest follows on the first


def test_a_revoked_token_is_somebody_elses_to_handle() -> None:
    async def send() -> None:
        bot: Any = _FailingBot(InvalidToken())
        await Delivery(bot, SendGate()).send(Place(7), [text_message("x")])

    with pytest.raises(InvalidToken):
        asyncio.run(send())


# -- typing --------------------------------------------------------------------------------


def typings(api: LocalBotApi, to: Person) -> list[Call]:
    calls = api.calls("sendChatAction")
    return [call for call in calls if call.params["chat_id"] == str(to.id)]


def work(api: LocalBotApi, kabar: Any, to: Person, until: Callable[[], object] | None) -> None:
    """Show "typing…" until something is so, or for a body that is done at once."""

    async def main() -> None:
        assembly = build_application(settings_for(api), kabar)
        async with assembly.application, assembly.delivery.typing(Place(to.id)):
            if until is not None:
                await asyncio.to_thread(api.wait_for, until)
        assembly.offload.close()

    asyncio.run(main())


def test_typing_is_shown_where_an_answer_takes_longer_than_a_moment(
    api: LocalBotApi, ana: Person, kabar: Any
) -> None:
    work(api, kabar, ana, until=None)
    assert typings(api, ana) == []
    work(api, kabar, ana, until=lambda: typings(api, ana))
    assert [call.params["action"] for call in typings(api, ana)] == ["typing"]


def test_slow_typing_does_not_hold_up_the_answer(api: LocalBotApi, ana: Person, kabar: Any) -> None:
    api.faults.add(Fault(delay=30), "sendChatAction", chat_id=ana.id)
    work(api, kabar, ana, until=lambda: typings(api, ana))
    assert typings(api, ana)[0].status == 0  # not answered yet
