"""When answering itself fails: a friendly line for the person, a trace for the operator."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

import pytest

from bot.playground.local import LocalBotApi
from retrieval.errors import QuoteError, StorageBusyError, StorageError
from tests.bot import words
from tests.bot.conftest import RunningBot, settings_for, wait_until
from tests.bot.records import article, found, whole


class BrokenLibrary:
    """A library whose answers fail in a given way; its inbox and newsroom are real ones."""

    def __init__(self, kabar: Any, failure: object) -> None:
        self.inbox = kabar.inbox
        self.newsroom = kabar.newsroom
        self.digests = kabar.digests
        self.conversations = kabar.conversations
        self.follows = kabar.follows
        self._failure = failure

    def warm_up(self) -> None:
        """Opened at once."""

    def ask_many(self, questions: Sequence[str]) -> list[Any]:
        if isinstance(self._failure, Exception) and not isinstance(self._failure, StorageError):
            raise self._failure
        return [self._failure] * len(questions)


@pytest.mark.parametrize(
    ("failure", "line"),
    [
        (RuntimeError("a bug"), words.FAILED),
        (StorageError("The library cannot be read."), words.FAILED),
        (StorageBusyError("The library is locked."), words.BUSY),
        (QuoteError("no slice"), words.FAILED),
        (found(whole(article(""))), words.FAILED),  # an empty quote is no quote
    ],
)
def test_a_failure_is_told_kindly_once_and_logged_with_its_trace(
    api: LocalBotApi, kabar: Any, caplog: pytest.LogCaptureFixture, failure: object, line: str
) -> None:
    broken: Any = BrokenLibrary(kabar, failure)
    bot = RunningBot(settings_for(api), broken)
    bot.wait_until_ready()
    ana = api.person()
    with caplog.at_level(logging.INFO):
        asked = ana.says("who did Putin call?")
        assert api.wait_for_reply(asked)["text"] == line
        assert api.wait_for_reply(ana.says("/help"))["text"] == words.HELP
        wait_until(lambda: not kabar.inbox.pending_updates())
    bot.stop()
    assert len(api.replies(asked)) == 1
    errors = [one for one in caplog.records if one.levelno == logging.ERROR]
    assert len(errors) == 1
    assert errors[0].exc_info


def test_each_update_has_one_line_without_what_was_asked(
    api: LocalBotApi, kabar: Any, caplog: pytest.LogCaptureFixture
) -> None:
    bot = RunningBot(settings_for(api), kabar)
    bot.wait_until_ready()
    ana = api.person()
    with caplog.at_level(logging.INFO):
        api.wait_for_reply(ana.says("who did Putin call?"))
        api.wait_for_reply(ana.says("/help"))
        wait_until(lambda: caplog.text.count("handled update=") == 2)
    bot.stop()
    first, second = [
        one.getMessage() for one in caplog.records if "handled update=" in one.getMessage()
    ]
    assert f"chat={ana.id} kind=question answered=" in first
    assert "sent=sent" in first
    assert " ms=" in first
    assert "kind=help sent=sent" in second
    assert "Putin" not in first
