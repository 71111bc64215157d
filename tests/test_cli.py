"""The commands, in this process, with the real library behind them."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.cli import WITHOUT_A_BOT, check_bot, make_bot_app
from bot.playground.local import LocalBotApi
from bot.render import wording
from retrieval.cli import make_app
from retrieval.kabar import Kabar, open_kabar
from retrieval.settings import RetrievalSettings
from retrieval.terminal import rendering
from retrieval.terminal.session import Session, run
from tests.conftest import SEEDS, KabarFactory

pytestmark = pytest.mark.usefixtures("put_logging_back")

QUESTION = "who did Putin call?"
SENTENCE = "Presiden Rusia Vladimir Putin menelepon koleganya Presiden Turki Recep Tayyip Erdogan"
UNANSWERABLE = "What is the weather in Tokyo?"
ARTICLE_KEYS = {"id", "title", "url", "source", "language", "published_at"}
COMMANDS = [
    *("ingest", "ask", "search", "explain", "stats"),
    *("doctor", "reindex", "backup", "restore", "chat", "run"),
]

OpenLibrary = Callable[[RetrievalSettings], AbstractContextManager[Kabar]]


@dataclass
class Outcome:
    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        (line,) = self.out.splitlines()
        return json.loads(line)

    @property
    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]

    def failed_with_one_sentence(self, status: int) -> bool:
        return self.status == status and not self.out and len(self.err.splitlines()) == 1


@pytest.fixture
def command(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Outcome]:
    """Run a command; by default it opens the library that the settings name."""

    def call(
        *args: str | Path, open_library: OpenLibrary = open_kabar, stdin: bytes = b""
    ) -> Outcome:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        session = Session(open_library=open_library, further_checks=[check_bot])
        capsys.readouterr()
        status = run(make_bot_app(), [str(arg) for arg in args], session)
        return Outcome(status, *capsys.readouterr())

    return call


@pytest.fixture
def ask(command: Callable[..., Outcome], kabar: Kabar) -> Callable[..., Outcome]:
    """Run a command on the library that has read the seeds."""

    def call(*args: str | Path, stdin: bytes = b"") -> Outcome:
        return command(*args, open_library=lambda _: nullcontext(kabar), stdin=stdin)

    return call


Command = Callable[..., Outcome]


# -- asking --------------------------------------------------------------------------------


def test_an_answer_is_a_quote_with_its_source(ask: Command) -> None:
    outcome = ask("ask", QUESTION)
    assert outcome.status == 0
    assert SENTENCE in outcome.out
    assert "Presiden Putin Telepon Presiden Erdogan" in outcome.out
    assert "\x1b" not in outcome.out  # no colours but on a terminal
    assert outcome.err == ""


def test_words_without_quotation_marks_are_a_question(ask: Command) -> None:
    assert SENTENCE in ask("ask", *QUESTION.split()).out


def test_what_nothing_answers_is_said_and_the_nearest_marked(ask: Command) -> None:
    outcome = ask("ask", UNANSWERABLE)
    assert outcome.status == 0
    said, marked, headline, library = (
        outcome.out.strip().split("\n\n")[:2] + outcome.out.strip().split("\n")[-3::2]
    )
    assert said == rendering.NOT_FOUND
    assert marked.startswith(rendering.NEAREST)
    assert headline.startswith("• ")
    assert library == "Kabar has read 1 article."
    assert "▌" not in outcome.out


def test_an_answer_as_json_has_the_documented_shape(ask: Command, kabar: Kabar) -> None:
    content = ask("ask", QUESTION, "--json").json
    assert list(content) == [
        "question", "language", "answered", "confidence", "answer", "quotes", "nearest",
        "took_ms", "receipt", "library",
    ]  # fmt: skip
    assert content["question"] == QUESTION
    assert content["answered"] is True
    assert 0 < content["confidence"] <= 1
    (article,) = kabar.latest(1)
    for quote in content["quotes"]:
        assert set(quote) == {"text", "start", "end", "score", "article"}
        assert quote["text"] == article.text[quote["start"] : quote["end"]]
        assert set(quote["article"]) == ARTICLE_KEYS
    assert content["quotes"][0]["article"]["id"] == article.id


def test_a_refusal_as_json_has_no_quotes_but_what_is_nearest(ask: Command) -> None:
    content = ask("ask", UNANSWERABLE, "--json").json
    assert content["answered"] is False
    assert content["quotes"] == []
    assert [set(nearest) for nearest in content["nearest"]] == [{"score", "article"}]
    assert content["library"] == {"articles": 1, "newest": None}


def test_an_answer_can_be_explained_now_and_later(ask: Command) -> None:
    text = ask("ask", QUESTION, "--explain").out
    assert "answered: confidence" in text
    assert "meaning: rank 1" in text
    content = ask("ask", QUESTION, "--explain", "--json").json
    receipt = content["explanation"]
    assert receipt["question"] == QUESTION
    assert receipt["signals"]
    assert receipt["hits"][0]["features"]
    later = ask("explain", str(content["receipt"]), "--json").json
    assert later == receipt
    assert ask("explain", "987654").failed_with_one_sentence(1)


def test_filters_narrow_what_is_asked(ask: Command) -> None:
    narrowed = ("ask", QUESTION, "--json")
    assert ask(*narrowed, "--source", "seeds", "--language", "ID").json["answered"]
    assert not ask(*narrowed, "--source", "nobody").json["answered"]
    assert not ask(*narrowed, "--language", "fr").json["answered"]
    assert not ask(*narrowed, "--since", "2022-01-01").json["answered"]  # it has no date


@pytest.mark.parametrize(
    "dates",
    [
        ("--since", "yesterday"),
        ("--until", "2022-13-01"),
        ("--until", "9999-12-31"),
        ("--since", "2022-01-02", "--until", "2022-01-01"),
    ],
)
def test_dates_that_make_no_sense_are_wrong_usage(ask: Command, dates: tuple[str, ...]) -> None:
    assert ask("ask", QUESTION, *dates).failed_with_one_sentence(2)


def test_until_a_day_includes_that_day(
    command: Command, kabar_factory: KabarFactory, tmp_path: Path
) -> None:
    library = kabar_factory()
    file = tmp_path / "dated.jsonl"
    article = {"title": "Match", "text": "The match ended.", "published_at": "2022-01-03T20:00:00Z"}
    file.write_text(json.dumps(article))
    library.ingest([file])
    library.index_pending()

    def found(*dates: str) -> int:
        outcome = command(
            "search", "match", "--json", *dates, open_library=lambda _: nullcontext(library)
        )
        return len(outcome.json["hits"])

    assert found("--since", "2022-01-03", "--until", "2022-01-03") == 1
    assert found("--until", "2022-01-03T20:00:00Z") == 0
    assert found("--until", "2022-01-02") == 0
    assert found("--since", "2022-01-04") == 0


def test_hits_have_the_documented_shape(ask: Command, kabar: Kabar) -> None:
    content = ask("search", "Putin Erdogan", "-k", "2", "--json").json
    assert list(content) == ["query", "hits", "took_ms"]
    assert [hit["rank"] for hit in content["hits"]] == [1, 2]
    (article,) = kabar.latest(1)
    for hit in content["hits"]:
        assert list(hit) == [
            "rank", "score", "dense", "lexical", "dense_rank", "lexical_rank", "passage", "article",
        ]  # fmt: skip
        passage = hit["passage"]
        assert passage["text"] == article.text[passage["start"] : passage["end"]]
        assert set(hit["article"]) == ARTICLE_KEYS
    assert "meaning: rank 1" in ask("search", "Putin").out


# -- many questions ------------------------------------------------------------------------


def batch(*lines: object) -> bytes:
    return "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines).encode()


def test_a_batch_is_answered_in_its_order(ask: Command, tmp_path: Path) -> None:
    file = tmp_path / "questions.jsonl"
    questions = [QUESTION if number % 2 else UNANSWERABLE for number in range(40)]
    file.write_bytes(batch(*({"id": f"q{n}", "question": q} for n, q in enumerate(questions))))
    outcome = ask("ask", "--batch", file)
    assert outcome.status == 0
    assert [line["id"] for line in outcome.lines] == [f"q{number}" for number in range(40)]
    assert [line["question"] for line in outcome.lines] == questions
    assert {line["question"] for line in outcome.lines if line["answered"]} == {QUESTION}
    assert outcome.err == ""


def test_what_is_wrong_in_a_batch_costs_its_own_line_alone(ask: Command) -> None:
    lines = (
        {"id": 1, "question": QUESTION},
        "{broken",
        "",
        {"id": 4, "question": "🙂"},
        {"id": 5},
        "[]",
        {"id": 7, "question": "Putin\x00Erdogan \ud800 <b>&"},
    )
    outcome = ask("ask", "--batch", "-", stdin=batch(*lines) + b'\n{"id": 8, "question": "\xff"}')
    assert outcome.status == 3
    assert [line["id"] for line in outcome.lines] == [1, None, 4, 5, None, 7, None]
    assert ["error" in line for line in outcome.lines] == [
        False,
        True,
        True,
        True,
        True,
        False,
        True,
    ]
    assert outcome.lines[1]["error"].startswith("line 2: this is not JSON")
    assert outcome.lines[2]["question"] == "🙂"
    assert "line 8: this is not UTF-8" in outcome.err
    assert len(outcome.err.splitlines()) == 4  # an empty question is no fault of the file


def test_a_batch_of_searches_has_the_ids_and_takes_queries(ask: Command) -> None:
    lines = (
        {"id": "a", "question": "Putin"},
        {"id": "b", "query": "?"},
        {"id": "c", "query": "Libya"},
    )
    outcome = ask("search", "--batch", "-", "-k", "1", stdin=batch(*lines))
    assert outcome.status == 3
    assert [line["id"] for line in outcome.lines] == ["a", "b", "c"]
    assert [len(line.get("hits", ())) for line in outcome.lines] == [1, 0, 1]
    assert outcome.lines[1]["query"] == "?"


# -- bad input -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "question", ["", "   ", "🙂🎉", "?!… —", "\u200f\u200e", "kata " * 2_000], ids=repr
)
@pytest.mark.parametrize("name", ["ask", "search"])
def test_a_hopeless_question_is_wrong_usage_in_one_sentence(
    ask: Command, name: str, question: str
) -> None:
    assert ask(name, question).failed_with_one_sentence(2)
    assert ask(name, question, "--json").failed_with_one_sentence(2)


@pytest.mark.parametrize(
    "question",
    [
        "بمن اتصل بوتين؟ \u202e<b>",
        "<script>alert('Putin')</script> &amp; [link](x) [bold]",
        '"who\'s" AND (NEAR',
        "-5 derajat?",
        "caf\udce9",  # Latin-1 bytes on the command line
    ],
)
def test_a_strange_question_is_a_question(ask: Command, question: str) -> None:
    outcome = ask("ask", "--json", "--", question)
    assert outcome.status == 0
    assert outcome.json["question"] == question.replace("\udce9", "\ufffd")
    assert ask("ask", "--", question).status == 0


@pytest.mark.parametrize(
    "args",
    [
        ("ask",),
        ("ask", QUESTION, "--batch", "x.jsonl"),
        ("ask", "--batch", "nowhere.jsonl"),
        ("ask", "--batch", "-", "--explain"),
        ("ingest", "https://example.org/news"),
    ],
    ids=" ".join,
)
def test_wrong_usage_is_told_in_one_sentence(ask: Command, args: tuple[str, ...]) -> None:
    assert ask(*args).failed_with_one_sentence(2)


@pytest.mark.parametrize(
    "args", [("search", "x", "-k", "0"), ("dance",), ("ingest",), ("ask", "--x")]
)
def test_what_the_parser_refuses_is_wrong_usage(ask: Command, args: tuple[str, ...]) -> None:
    outcome = ask(*args)
    assert outcome.status == 2
    assert "Error" in outcome.err
    assert "Traceback" not in outcome.err


# -- reading -------------------------------------------------------------------------------


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


# -- looking after it ----------------------------------------------------------------------


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


# -- the conversation ----------------------------------------------------------------------


@pytest.mark.parametrize("name", ["chat", "run"])
def test_a_conversation_is_worded_as_the_bots(ask: Command, name: str) -> None:
    lines = (QUESTION, "", "/help", "/dance", "🙂", "/ask", UNANSWERABLE, "/quit", "never asked")
    outcome = ask(name, stdin="\n".join(lines).encode() + b"\n\xff\n")
    assert outcome.status == 0
    assert SENTENCE in outcome.out
    for words in (
        wording.CHAT_HELP,
        wording.UNKNOWN_COMMAND,
        wording.NO_WORDS,
        wording.ASK_USAGE,
        wording.NOT_FOUND,
    ):
        assert words in outcome.out
    assert outcome.err == ("" if name == "chat" else f"{WITHOUT_A_BOT}\n")


def test_a_conversation_cuts_long_questions_and_ends_with_its_input(ask: Command) -> None:
    outcome = ask("chat", stdin=(f"{QUESTION} " * 400).encode())
    assert outcome.status == 0
    assert wording.question_was_cut(1_000) in outcome.out


# -- help ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example(ask: Command, name: str) -> None:
    outcome = ask(name, "--help")
    assert outcome.status == 0
    assert (
        f"Example: {'TELEGRAM_BOT_TOKEN=123456:ABC-DEF ' if name == 'run' else ''}kabar {name}"
        in outcome.out
    )


def test_the_operators_page_names_every_command() -> None:
    page = (SEEDS.parent / "docs" / "operating.md").read_text(encoding="utf-8")
    registered = [
        command.callback.__name__
        for command in make_bot_app().registered_commands
        if command.callback
    ]
    assert sorted(registered) == sorted(COMMANDS)
    assert [name for name in COMMANDS if f"| `kabar {name}" not in page] == []


def test_help_needs_nothing_heavy() -> None:
    heavy = ("numpy", "pydantic", "rich", "telegram", "torch", "sqlite3", "asyncio")
    code = (
        "import sys\nfrom bot.cli import main\nassert main(['--help']) == 0\n"
        f"print([name for name in {heavy!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr == "[]\n"


def test_the_version_is_told(ask: Command) -> None:
    outcome = ask("--version")
    assert (outcome.status, outcome.out.split(" ")[0].strip(",")) == (0, "kabar")


def test_python_m_retrieval_is_the_same_without_the_bot() -> None:
    names = [
        command.callback.__name__ for command in make_app().registered_commands if command.callback
    ]
    assert names == [name for name in COMMANDS if name not in ("chat", "run")]
