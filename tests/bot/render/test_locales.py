"""Every sentence that the code says is in the catalogues, and nothing else is."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import string
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po

from bot.handlers.expected import Wanted
from bot.handlers.prompts import asked_in, prompt
from bot.render.translation import CATALOGUES, LANGUAGES, translator

BOT = Path(__file__).parents[3] / "bot"
OTHERS = [language for language in LANGUAGES if language != "en"]


def said() -> set[str]:
    """The first argument of every call of a translator, `t("…")` or `talk.t("…")`."""
    return {
        sentence
        for file in BOT.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        for sentence in _sentence(node)
    }


def _sentence(call: ast.Call) -> Iterator[str]:
    name = _called(call)
    if name == "t" and call.args and isinstance(call.args[0], ast.Constant):
        yield str(call.args[0].value)
    if name == "plural":
        one, many = call.args[:2]
        assert isinstance(one, ast.Constant)
        assert isinstance(many, ast.Constant)
        yield str(one.value)


def test_nothing_is_said_that_no_catalogue_can_have() -> None:
    # t(variable) would be English for ever, and no test would miss it.
    for file in BOT.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _called(node) == "t":
                assert isinstance(node.args[0], ast.Constant), f"{file.name}:{node.lineno}"


@pytest.mark.parametrize("file", [*sorted((BOT / "render").glob("*.py")), BOT / "menus.py"])
def test_what_people_read_goes_through_a_translator(file: Path) -> None:
    assert list(_sentences_of_its_own(ast.parse(file.read_text(encoding="utf-8")))) == []


def _sentences_of_its_own(node: ast.AST) -> Iterator[str]:
    """Yield texts of three words and more that are no docstring, error, pattern or log line."""
    if isinstance(node, ast.Raise):
        return
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return
    if isinstance(node, ast.Call):
        if _called(node) in ("t", "plural"):
            for value in node.keywords:
                yield from _sentences_of_its_own(value)
            return
        if _called(node) in ("compile", "debug", "info", "warning", "log"):
            return
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        if len(re.findall(r"[^\W\d_]{2,}", re.sub(r"<[^>]*>", "", node.value))) >= 3:
            yield node.value
        return
    for child in ast.iter_child_nodes(node):
        yield from _sentences_of_its_own(child)


def _called(call: ast.Call) -> str:
    called = call.func
    return called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")


def fields(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


@pytest.mark.parametrize("language", OTHERS)
def test_every_sentence_is_translated_with_its_values_and_none_is_stray(language: str) -> None:
    with (CATALOGUES / f"{language}.po").open("rb") as file:
        catalogue = [one for one in read_po(file) if one.id]
    assert {_texts(one.id)[0] for one in catalogue} == said()
    for message in catalogue:
        assert not message.fuzzy
        for translated in _texts(message.string):
            assert translated.strip()
            assert fields(translated) == fields(_texts(message.id)[-1])


def _texts(one_or_more: Any) -> tuple[str, ...]:
    return (one_or_more,) if isinstance(one_or_more, str) else tuple(one_or_more)


def test_what_is_asked_for_is_known_by_its_words_in_every_language() -> None:
    class Prompt:
        text = ""

    for language in LANGUAGES:
        for wanted in Wanted:
            message = Prompt()
            message.text = prompt(wanted, translator(language))
            assert asked_in(message) is wanted  # type: ignore[arg-type]
    assert asked_in(Prompt()) is None  # type: ignore[arg-type]


def test_an_unknown_language_is_english() -> None:
    assert translator("xx")("Saved.") == "Saved."


THIRD = """
msgid ""
msgstr ""
"Language: pl\\n"
"Language-Team: polski\\n"
"Plural-Forms: nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && "
"(n%100<12 || n%100>14) ? 1 : 2);\\n"
"Content-Type: text/plain; charset=UTF-8\\n"

msgid "Saved."
msgstr "Zapisano."

msgid "What Kabar has read"
msgstr "Co Kabar przeczytał"

msgid "one source"
msgid_plural "{count} sources"
msgstr[0] "jedno źródło"
msgstr[1] "{count} źródła"
msgstr[2] "{count} źródeł"
"""
SPEAK = """
import json
from datetime import UTC, datetime, timedelta
from bot.menus import menu
from bot.render.browse import language_message
from bot.render.translation import LANGUAGES, translator
t = translator("pl")
now = datetime(2026, 11, 24, tzinfo=UTC)
print(json.dumps({
    "languages": LANGUAGES,
    "said": [t("Saved."), t("Back")],
    "menu": {command.command: command.description for command in menu("pl")}["sources"],
    "sources": [t.plural("one source", "{count} sources", n) for n in (1, 3, 5, 22)],
    "dates": [t.published(datetime(2022, 1, 3, tzinfo=UTC), now, UTC),
              t.published(now - timedelta(hours=2), now, UTC), t.number(1234567)],
    "buttons": [button[0] for row in language_message(t)[1] for button in row],
}))
"""


def test_a_third_language_is_one_file(tmp_path: Path) -> None:
    shutil.copytree(BOT, tmp_path / "bot", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "bot" / "locales" / "pl.po").write_text(THIRD, encoding="utf-8")
    path = os.pathsep.join([str(tmp_path), str(BOT.parent)])
    done = subprocess.run(
        [sys.executable, "-c", SPEAK],
        capture_output=True,
        check=True,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": path},
    )
    spoken = json.loads(done.stdout)
    assert spoken["languages"] == {**LANGUAGES, "pl": "polski"}
    assert spoken["said"] == ["Zapisano.", "Back"]  # what it has not is English
    assert spoken["menu"] == "Co Kabar przeczytał"
    assert spoken["sources"] == ["jedno źródło", "3 źródła", "5 źródeł", "22 źródła"]
    assert spoken["dates"] == ["3 sty 2022", "2 godziny temu", "1\xa0234\xa0567"]
    assert "polski" in spoken["buttons"]
