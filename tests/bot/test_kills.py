"""A bot that is killed in the middle of a conversation: nobody is left without an answer.

Twenty kills are in `python -m tests.benchmarks kills`; here are three, since each process takes
seconds to load the model.
"""

from __future__ import annotations

from pathlib import Path

from bot.playground.local import LocalBotApi
from tests.bot.kills import Killing


def test_a_bot_that_is_killed_answers_everybody_and_twice_only_what_was_in_flight(
    api: LocalBotApi, library: Path, tmp_path: Path
) -> None:
    tally = Killing(api, library, tmp_path / "log").run(3)
    assert tally.asked > 12
    assert tally.unanswered == 0
    assert tally.beyond == 0
    assert tally.most_in_a_chat <= 1
    assert tally.twice <= sum(tally.in_flight)
    log = (tmp_path / "log").read_text(errors="replace")
    assert "Traceback" not in log
    assert api.token not in log
