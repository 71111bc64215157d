"""How long ago something was is told by the library's clock, not the machine's."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.playground.local import LocalBotApi
from tests.bot.conftest import RunningBot, settings_for
from tests.conftest import LibraryOpener, SettingsFactory

TEXT = "The ferry to Batam was cancelled in the morning. Two hundred passengers waited at the pier."


def test_a_clock_that_was_pushed_forward_makes_what_was_fresh_old(
    api: LocalBotApi, settings: SettingsFactory, open_library: LibraryOpener, tmp_path: Path
) -> None:
    published = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=2)
    article = {"title": "Ferry", "text": TEXT, "published_at": published.isoformat()}
    file = tmp_path / "news.jsonl"
    file.write_text(json.dumps(article), encoding="utf-8")
    ahead = timedelta()
    with open_library(settings(), lambda: datetime.now(UTC) + ahead) as kabar:
        kabar.ingest([file])
        kabar.index_pending()
        bot = RunningBot(settings_for(api), kabar)
        bot.wait_until_ready()
        ana = api.person()
        question = "which ferry was cancelled in the morning?"
        assert "2 hours ago" in api.wait_for_reply(ana.says(question), 60)["text"]
        ahead = timedelta(days=3)
        told = api.wait_for_reply(ana.says(question), 60)["text"]
        bot.stop()
    assert "hours ago" not in told
    assert f"{published.day} {published:%b %Y}" in told
