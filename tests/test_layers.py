"""Who may import what: the rules of the house, held by reading every import."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILES = sorted(
    path.relative_to(ROOT).as_posix()
    for package in ("retrieval", "bot")
    for path in (ROOT / package).rglob("*.py")
)
FLOWS = ("intake", "indexing", "answering", "stories", "digest", "conversation", "follows")
FOUNDATION = tuple(f"retrieval.{name}" for name in ("records", "errors", "settings", "logs"))

DOORS = {
    "dateparser": ("retrieval/conversation/",),
    "faiss": ("retrieval/storage/sqlite/faiss_index.py",),
    "feedparser": ("retrieval/intake/feeds/",),
    "httpcore": ("retrieval/intake/web/",),
    "num2words": ("retrieval/answering/number_words.py",),
    "protego": ("retrieval/intake/web/",),
    "rich": ("retrieval/terminal/", "bot/render/terminal.py", "bot/chat.py"),
    # The second is a module of sentence-transformers, which runs the model on ONNX Runtime.
    "sentence_transformers": (
        "retrieval/indexing/embedder.py",
        "retrieval/indexing/onnx_transformer.py",
    ),
    "sqlite3": ("retrieval/storage/sqlite/",),
    "sqlite_utils": ("retrieval/storage/sqlite/",),
    "telegram": ("bot/",),
    "trafilatura": ("retrieval/intake/extraction",),
    "typer": ("retrieval/cli.py", "retrieval/terminal/", "bot/cli.py"),
}
"""One library, one door: the only files that import it."""

BOT_MAY_USE = (
    *FOUNDATION,
    "retrieval.kabar",
    "retrieval.newsroom",
    "retrieval.digest_desk",
    "retrieval.conversation_desk",
    "retrieval.follow_desk",
    "retrieval.story_desk",
    "retrieval.cli",
    "retrieval.terminal",
)

ENVIRONMENT_READERS = {
    "retrieval/settings.py",
    "bot/settings.py",
    # Sets, and never reads: the hub's client looks at HF_HUB_OFFLINE when it is imported.
    "retrieval/indexing/embedder.py",
}

SQL = re.compile(
    r"\b(SELECT\s.+\sFROM\s|INSERT\s+(OR\s+\w+\s+)?INTO\s|UPDATE\s+\w+\s+SET\s|DELETE\s+FROM\s"
    r"|CREATE\s+(VIRTUAL\s+)?TABLE\s|PRAGMA\s+\w)",
    re.DOTALL,
)


@cache
def tree(file: str) -> ast.Module:
    return ast.parse((ROOT / file).read_text(encoding="utf-8"))


@cache
def imports(file: str) -> tuple[str, ...]:
    """Every module that a file imports, wherever in it, and names imported from a package."""
    found: list[str] = []
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{file} imports by a relative name"
            found.append(node.module or "")
    return tuple(found)


def within(module: str, packages: tuple[str, ...]) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)


@pytest.mark.parametrize("library", DOORS)
def test_a_library_has_one_door(library: str) -> None:
    users = [file for file in FILES if any(within(name, (library,)) for name in imports(file))]
    assert [file for file in users if not file.startswith(DOORS[library])] == []


def test_retrieval_knows_nothing_of_the_bot() -> None:
    for file in FILES:
        if file.startswith("retrieval/"):
            assert not [name for name in imports(file) if within(name, ("bot", "telegram"))], file


def test_the_bot_comes_in_by_the_door() -> None:
    for file in FILES:
        if file.startswith("bot/"):
            inner = [name for name in imports(file) if within(name, ("retrieval",))]
            assert [name for name in inner if not within(name, BOT_MAY_USE)] == [], file


def test_the_foundation_imports_nothing_above_it() -> None:
    for file in FILES:
        if within(file.removesuffix(".py").replace("/", "."), FOUNDATION):
            own = [each for each in imports(file) if within(each, ("retrieval",))]
            assert [each for each in own if not within(each, FOUNDATION)] == [], file


@pytest.mark.parametrize("flow", FLOWS)
def test_a_flow_imports_the_storage_contract_and_no_other_flow(flow: str) -> None:
    allowed = (*FOUNDATION, "retrieval.storage.base", f"retrieval.{flow}")
    # What is made of stories, or tells copies, events and outlets as they do.
    if flow in ("digest", "follows", "answering"):
        allowed += ("retrieval.stories",)
    for file in FILES:
        if file.startswith(f"retrieval/{flow}/"):
            inner = [name for name in imports(file) if within(name, ("retrieval",))]
            assert [name for name in inner if not within(name, allowed)] == [], file


def test_an_engine_imports_no_flow() -> None:
    allowed = (*FOUNDATION, "retrieval.storage")
    for file in FILES:
        if file.startswith("retrieval/storage/"):
            inner = [name for name in imports(file) if within(name, ("retrieval",))]
            assert [name for name in inner if not within(name, allowed)] == [], file


def test_only_the_command_line_stands_above_the_door() -> None:
    for file in FILES:
        if file.startswith("retrieval/") and any(
            within(name, ("retrieval.kabar", "retrieval.terminal")) for name in imports(file)
        ):
            assert file.startswith(
                (
                    "retrieval/cli.py",
                    "retrieval/__main__.py",
                    "retrieval/terminal/",
                    "retrieval/evaluation/",
                )
            ), file


@pytest.mark.parametrize(
    "half",
    [
        "retrieval.newsroom",
        "retrieval.digest_desk",
        "retrieval.conversation_desk",
        "retrieval.follow_desk",
        "retrieval.story_desk",
    ],
)
def test_the_doors_halves_stand_beside_it(half: str) -> None:
    users = [file for file in FILES if any(within(name, (half,)) for name in imports(file))]
    for file in users:
        assert file.startswith(("retrieval/kabar.py", "retrieval/terminal/", "bot/")), file
    own = imports(f"{half.replace('.', '/')}.py")
    assert not [
        name for name in own if within(name, ("retrieval.kabar", "retrieval.storage.sqlite"))
    ]


def test_only_settings_touch_the_environment() -> None:
    def touches(file: str) -> bool:
        return any(
            isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv", "putenv")
            for node in ast.walk(tree(file))
        )

    assert {file for file in FILES if touches(file)} <= ENVIRONMENT_READERS


def test_sql_is_written_below_storage_only() -> None:
    def strings(file: str) -> Iterator[str]:
        for node in ast.walk(tree(file)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value

    outside = [file for file in FILES if not file.startswith("retrieval/storage/")]
    assert [file for file in outside if any(SQL.search(text) for text in strings(file))] == []
