"""Help: for every command, with an example, and at once."""

from __future__ import annotations

import subprocess
import sys

import pytest
import typer

from bot.cli import make_bot_app
from retrieval.cli import make_app
from tests.cli.conftest import (
    COMMANDS,
    Command,
)
from tests.conftest import SEEDS


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example(ask: Command, name: str) -> None:
    outcome = ask(*name.split(), "--help")
    assert outcome.status == 0
    assert (
        f"Example: {'TELEGRAM_BOT_TOKEN=123456:ABC-DEF ' if name == 'run' else ''}kabar {name}"
        in outcome.out
    )


def test_the_operators_page_names_every_command() -> None:
    page = (SEEDS.parent / "docs" / "operating.md").read_text(encoding="utf-8")
    registered = names_of(make_bot_app())
    assert sorted(registered) == sorted(COMMANDS)
    assert [name for name in COMMANDS if f"| `kabar {name}" not in page] == []


def names_of(app: typer.Typer) -> list[str]:
    names = [
        command.name or command.callback.__name__
        for command in app.registered_commands
        if command.callback
    ]
    for group in app.registered_groups:
        assert group.typer_instance
        names += [f"{group.name} {name}" for name in names_of(group.typer_instance)]
    return names


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
    assert names_of(make_app()) == [
        name for name in COMMANDS if name not in ("chat", "run", "playground")
    ]


def test_help_on_feeds_names_its_commands(ask: Command) -> None:
    outcome = ask("feeds", "--help")
    assert outcome.status == 0
    assert "Example: kabar feeds add" in outcome.out
    names = [name.split()[1] for name in COMMANDS if name.startswith("feeds ")]
    assert [name for name in names if name not in outcome.out] == []
