"""The bot as a process of its own: killed, told to end, and never telling its token."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.playground.faults import Fault
from bot.playground.local import LocalBotApi
from retrieval.kabar import open_kabar
from retrieval.settings import RetrievalSettings
from tests.bot.conftest import QUESTION
from tests.bot.processes import start_process as run_process
from tests.cli.articles import FERRY_QUESTION, FERRY_SENTENCE, bridge, ferry
from tests.news_site import NewsSite

SENDS_IN_FLIGHT = 4
LOADING = 180.0
"""Seconds that a process may take to load the model on a machine that has other things to do."""

StartProcess = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def start_process(api: LocalBotApi, library: Path, tmp_path: Path) -> Iterator[StartProcess]:
    """Start `kabar run` at the local Bot API; its output must not hold the token."""
    log = tmp_path / "log"
    processes: list[subprocess.Popen[bytes]] = []

    def start(**settings: Any) -> subprocess.Popen[bytes]:
        given = {"KABAR_MAX_SENDS_IN_FLIGHT": SENDS_IN_FLIGHT, "KABAR_LOG_LEVEL": "DEBUG"}
        processes.append(run_process(api, library, log, **(given | settings)))
        return processes[-1]

    yield start
    for process in processes:
        if process.poll() is None:
            process.kill()
        process.wait()
    text = log.read_text(errors="replace")
    assert api.token not in text
    assert api.token.partition(":")[2] not in text


def end(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """Tell a process to end, and see that it does, well and in time."""
    began = time.monotonic()
    process.send_signal(number)
    assert process.wait(15) == 0
    assert time.monotonic() - began < 5


def test_sixty_pending_questions_survive_a_kill_and_sigterm_loses_nothing(
    api: LocalBotApi, start_process: StartProcess, library: Path
) -> None:
    """One test, because each process takes seconds to load the model."""
    people = [api.person(f"P{number}") for number in range(20)]
    asked = [person.says(QUESTION) for _ in range(3) for person in people]
    first = start_process()
    api.wait_for(lambda: len(api.written()) >= 15, LOADING, "15 answers")
    first.kill()
    first.wait()
    assert len(api.written()) < 60  # or nothing was tested
    second = start_process()
    api.wait_for_replies(asked, LOADING)
    copies = Counter(len(api.replies(message)) for message in asked)
    assert set(copies) <= {1, 2}
    assert copies[2] <= SENDS_IN_FLIGHT
    for person in people:
        order = [message["reply_to_message"]["message_id"] for message in person.hears()]
        assert order == sorted(order)

    before = len(api.calls("sendMessage"))
    api.faults.add(Fault(delay=60), "sendMessage")
    hanging = people[0].says(QUESTION)
    behind = people[0].says("/help")
    api.wait_for(lambda: len(api.calls("sendMessage")) > before)
    end(second, signal.SIGTERM)
    with open_kabar(RetrievalSettings(_env_file=None, KABAR_DATA_DIR=library)) as kabar:
        updates = kabar.inbox.pending_updates()
    pending = [json.loads(update.payload)["message"] for update in updates]
    wanted = [hanging["message_id"], behind["message_id"]]
    assert [message["message_id"] for message in pending] == wanted


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_bot_that_is_still_loading_its_model_ends_as_quickly(
    api: LocalBotApi, start_process: StartProcess, number: signal.Signals
) -> None:
    process = start_process()
    api.wait_for(lambda: api.calls("getUpdates"), LOADING)
    end(process, number)


def test_a_process_whose_token_is_revoked_ends_with_a_failure_and_a_line(
    api: LocalBotApi, start_process: StartProcess, tmp_path: Path
) -> None:
    process = start_process(KABAR_POLL_TIMEOUT_SECONDS=1)
    api.wait_for(lambda: api.calls("getUpdates"), LOADING)
    api.revoke_token()
    assert process.wait(20) == 1
    assert "Telegram refuses the bot's token" in (tmp_path / "log").read_text()


def test_a_bot_reads_its_feeds_by_itself_and_ends_in_time_amid_a_page(
    api: LocalBotApi, start_process: StartProcess, library: Path, tmp_path: Path
) -> None:
    here: dict[str, Any] = {"KABAR_ALLOW_PRIVATE": "1", "KABAR_FETCH_PAUSE_SECONDS": "0"}
    with NewsSite() as site:
        feed = site.publish([ferry(), bridge()])
        made = RetrievalSettings(_env_file=None, KABAR_DATA_DIR=library, **here)
        with open_kabar(made) as kabar:
            kabar.newsroom.add_feed(feed)
        site.put(bridge().path, "too late", delay=30)
        process = start_process(**here, KABAR_LOG_LEVEL="INFO")
        site.wait_for(lambda: site.requests_to(bridge().path), LOADING)
        ana, answer = api.person(), ""
        while FERRY_SENTENCE not in answer:  # it is being embedded
            answer = api.wait_for_reply(ana.says(FERRY_QUESTION), LOADING)["text"]
            time.sleep(0.2)
        end(process, signal.SIGTERM)
    log = (tmp_path / "log").read_text()
    assert "Traceback" not in log
    with open_kabar(made) as kabar:
        assert kabar.newsroom.feeds()[0].pending_pages == 1
