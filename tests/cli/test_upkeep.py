"""Reading articles, and looking after the library."""

from __future__ import annotations

import json
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from bot.playground.local import LocalBotApi
from retrieval.kabar import Kabar, open_kabar
from retrieval.settings import RetrievalSettings
from tests.cli.conftest import (
    QUESTION,
    SENTENCE,
    Command,
    Outcome,
)
from tests.conftest import SEEDS


def test_reading_twice_does_no_work_twice(
    command: Command, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = settings(KABAR_DATA_DIR=tmp_path / "data")
    monkeypatch.setenv("KABAR_MODEL_DIR", str(made.model_dir))
    at = ("--data-dir", str(tmp_path / "data"))
    file = tmp_path / "a.txt"
    file.write_text("A title\n\nThe ferry sank near Bali on Monday.\n")
    assert command("ingest", file, *at).out == "1 new, 0 updated, 0 unchanged, 0 skipped\n"
    assert command("ingest", file, "--quiet", *at) == Outcome(0, "", "")
    assert command(*at, "ingest", file).out == "0 new, 0 updated, 1 unchanged, 0 skipped\n"
    file.write_text("A title\n\nThe ferry sank near Lombok on Monday.\n")
    outcome = command("ingest", "--json", file, tmp_path / "nowhere.txt", *at)
    assert outcome.status == 3
    problem = f"{tmp_path / 'nowhere.txt'}: there is no such file or folder"
    assert outcome.json == {
        "new": 0, "updated": 1, "unchanged": 0, "skipped": 1, "indexed": 1, "problems": [problem],
    }  # fmt: skip
    assert outcome.err == f"Skipped {problem}\n"
    assert "Lombok" in command("ask", "Where did the ferry sank?", *at).out
    content = command("stats", "--json", *at).json
    assert (content["articles"], content["passages"], content["unindexed_articles"]) == (1, 1, 0)


def test_a_model_that_cannot_be_opened_is_told_and_the_articles_are_kept(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KABAR_EMBEDDING_MODEL", str(tmp_path / "no-model"))
    outcome = command("ingest", SEEDS, "--data-dir", tmp_path / "data")
    assert outcome.failed_with_one_sentence(1)
    assert "KABAR_EMBEDDING_MODEL" in outcome.err
    content = command("stats", "--json", "--data-dir", tmp_path / "data").json
    assert (content["articles"], content["unindexed_articles"]) == (1, 1)


def test_stats_count_the_library(ask: Command) -> None:
    content = ask("stats", "--json").json
    assert content["articles"] == 1
    assert content["languages"] == {"id": 1}
    assert content["details"]["engine"].startswith("SQLite")
    assert "articles    1" in ask("stats").out


def test_doctor_finds_nothing_wrong_with_a_sound_library(ask: Command, tmp_path: Path) -> None:
    outcome = ask("doctor", "--json", "--data-dir", tmp_path)
    assert outcome.status == 0
    assert outcome.json["ok"] is True
    checks = [finding["check"] for finding in outcome.json["findings"]]
    assert {"settings", "library file", "passages", "indexing", "model", "disk", "bot"} <= set(
        checks
    )
    assert "WRONG" not in ask("doctor", "--data-dir", tmp_path).out


def test_doctor_says_what_is_wrong_and_how_to_mend_it_and_reindex_does(
    command: Command, library: Path
) -> None:
    with open_kabar(RetrievalSettings(KABAR_DATA_DIR=library)) as opened:  # type: ignore[call-arg]
        opened.forget_index()
    outcome = command("doctor", "--data-dir", library)
    assert outcome.status == 1
    assert "WRONG indexing: 1 of 1 articles are not indexed" in outcome.out
    assert "→ run `kabar reindex`" in outcome.out
    assert command("reindex", "--data-dir", library).out == "1 article indexed\n"
    assert command("reindex", "--data-dir", library).out == "0 articles indexed\n"
    assert command("reindex", "--all", "--json", "--data-dir", library).json == {"indexed": 1}
    assert command("doctor", "--data-dir", library).status == 0


def test_doctor_names_a_setting_that_makes_no_sense(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KABAR_LOG_FORMAT", "yaml")
    outcome = command("doctor", "--json")
    assert outcome.status == 1
    assert "KABAR_LOG_FORMAT" in outcome.json["findings"][0]["detail"]
    assert command("stats").failed_with_one_sentence(1)


def test_doctor_asks_telegram_for_the_token_and_never_shows_it(
    ask: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("KABAR_DATA_DIR", str(tmp_path))
    with LocalBotApi() as api:
        monkeypatch.setenv("TELEGRAM_BOT_TOKEN", api.token)
        monkeypatch.setenv("TELEGRAM_API_BASE_URL", api.base_url)
        known = ask("--verbose", "doctor")
        api.revoke_token()
        refused = ask("doctor")
    unreachable = ask("doctor")
    assert (known.status, refused.status, unreachable.status) == (0, 1, 1)
    assert "@KabarTestBot" in known.out
    assert "Telegram refuses the bot's token" in refused.out
    assert "Telegram cannot be asked" in unreachable.out
    secret = api.token.partition(":")[2]
    for outcome in (known, refused, unreachable):
        assert secret not in outcome.out + outcome.err


def test_a_backup_brings_a_library_back(command: Command, library: Path, tmp_path: Path) -> None:
    at = ("--data-dir", library)
    copy = tmp_path / "copy.db"
    assert command("backup", copy, *at).out.startswith(f"{copy}: 1 article, ")
    assert command("backup", copy, *at).failed_with_one_sentence(1)  # never written over
    with open_kabar(RetrievalSettings(KABAR_DATA_DIR=library)) as opened:  # type: ignore[call-arg]
        opened.delete([article.id for article in opened.latest(10)])
    assert command("stats", "--json", *at).json["articles"] == 0
    assert command("restore", copy, *at).out == f"Restored 1 article from {copy}\n"
    assert SENTENCE in command("ask", QUESTION, *at).out
    copy.write_bytes(b"no library")
    assert command("restore", copy, *at).failed_with_one_sentence(1)
    assert command("restore", tmp_path / "nowhere.db", *at).failed_with_one_sentence(1)
    assert command("stats", "--json", *at).json["articles"] == 1


def test_a_file_that_is_no_library_is_left_alone(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "kabar.db"
    file.write_text("my diary")
    assert command("ask", QUESTION, "--data-dir", tmp_path).failed_with_one_sentence(1)
    assert command("ingest", SEEDS, "--data-dir", tmp_path).failed_with_one_sentence(1)
    assert command("doctor", "--data-dir", tmp_path).status == 1
    assert file.read_text() == "my diary"


def test_a_bug_is_a_sentence_without_a_trace_or_a_secret(command: Command) -> None:
    token = "123456789:" + "A" * 35

    def broken(_: RetrievalSettings) -> AbstractContextManager[Kabar]:
        raise RuntimeError(f"bot{token}")

    outcome = command("stats", open_library=broken)
    assert outcome.failed_with_one_sentence(1)
    assert "RuntimeError" in outcome.err
    traced = command("stats", "--verbose", open_library=broken)
    assert "Traceback" in traced.err
    assert token not in outcome.err + traced.err


def test_eval_measures_a_library_over_labelled_questions(
    command: Command, library: Path, tmp_path: Path
) -> None:
    (article,) = command("search", "Putin", "-k", 1, "--json", "--data-dir", library).json["hits"]
    file = tmp_path / "questions.jsonl"
    lines = [
        {"question": QUESTION, "article_id": article["article"]["id"], "answers": ["Erdogan"]},
        {"question": "What is the weather in Tokyo?", "article_id": "another", "answers": ["rain"]},
    ]
    file.write_text("\n".join(map(json.dumps, lines)))
    figures = command("eval", file, "--json", "--data-dir", library).json
    assert (figures["answerable"], figures["to_refuse"]) == (1, 1)
    assert figures["recall_at_1"] == figures["first_quote_has_the_answer"] == 1.0
    assert figures["answered_of_those_to_refuse"] == 0.0
    assert figures["refusal_auroc"] == 1.0
    file.write_text("no question\n")
    assert command("eval", file, "--data-dir", library).failed_with_one_sentence(1)
