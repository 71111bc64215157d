"""Every sentence that the code says is in the catalogues, and nothing else is."""

from __future__ import annotations

import ast
import string
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
    called = call.func
    name = called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")
    if name == "t" and call.args and isinstance(call.args[0], ast.Constant):
        yield str(call.args[0].value)
    if name == "plural":
        one, many = call.args[:2]
        assert isinstance(one, ast.Constant)
        assert isinstance(many, ast.Constant)
        yield str(one.value)


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
