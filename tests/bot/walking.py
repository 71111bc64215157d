"""What a walk through the whole bot has seen: handlers that ran, buttons pressed, sentences said.

The bot is the one that `bot.run` builds, over HTTP. Around each handler's callback a note is taken
of who was answered; what was said is read from the calls that the local Bot API received.
"""

from __future__ import annotations

import ast
import html
import re
import string
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any

import pytest
from telegram.ext import BaseHandler, CommandHandler, MessageHandler

import bot.application
import bot.run
from bot.callbacks import Action, Panel, unpack
from bot.handlers.expected import Wanted
from bot.playground.local import LocalBotApi
from bot.playground.people import Person
from bot.render.translation import _catalogue
from tests.bot.conftest import RunningBot, settings_for

Json = dict[str, Any]
BOT = Path(__file__).parents[2] / "bot"

MOST_PRESSES = 300

_VALUED = {Action.SHOW, Action.ASK, Action.ON, Action.OFF}
"""Actions whose value says what they do; of the others any value will do."""


def names_of(handler: BaseHandler[Any, Any, Any], place: int) -> list[str]:
    """Return what a handler is called: each of its commands is one to be tested."""
    callback = handler.callback.__qualname__
    if isinstance(handler, CommandHandler):
        return [f"/{command} → {callback}" for command in sorted(handler.commands)]
    if isinstance(handler, MessageHandler):
        return [f"message {place} → {callback}"]
    return [f"{type(handler).__name__} → {callback}"]


def button_of(data: str | None) -> str | None:
    """Return which button callback data is of: its action, with the value where that matters."""
    press = unpack(data)
    if press is None:
        return None
    valued = press.action in _VALUED and press.values
    return f"{press.action} {press.values[0]}" if valued else str(press.action)


def buttons() -> set[str]:
    """Return every button that there is."""
    switches = {f"{turn} {what}" for turn in ("on", "off") for what in ("breaking", "picture")}
    return (
        {str(action) for action in Action if action not in (Action.SHOW, Action.ASK)}
        | {f"show {panel}" for panel in Panel}
        | {f"ask {wanted}" for wanted in Wanted}
        | switches
        | {"on line", "off line"}
    )


class Walk:
    """What was seen, by language."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.handlers: set[str] = set()
        self.ran: defaultdict[str, set[str]] = defaultdict(set)
        self.pressed: defaultdict[str, set[str]] = defaultdict(set)
        self.texts: list[str] = []
        self._patch = patch

    @contextmanager
    def through(
        self, library: Any, *, flood: int = 10_000, **settings: Any
    ) -> Iterator[LocalBotApi]:
        """Run a bot; what it is asked within is noted.

        Args:
            library: Its library.
            flood: How many messages and presses a person may send in a minute.
            **settings: The bot's settings, by their names in the environment.
        """
        settings = {"KABAR_QUESTIONS_PER_MINUTE": 10_000} | settings
        build = bot.run.build_application

        def noted(*args: Any, **kwargs: Any) -> Any:
            assembly = build(*args, **kwargs)
            for handlers in assembly.application.handlers.values():
                for place, handler in enumerate(handlers):
                    self.handlers.update(names_of(handler, place))
                    handler.callback = self._noting(handler, place)
            return assembly

        with LocalBotApi() as api, self._patch.context() as patch:
            patch.setattr(bot.run, "build_application", noted)
            patch.setattr(bot.application, "PER_MINUTE", flood)
            running = RunningBot(settings_for(api, **settings), library)
            running.wait_until_ready()
            try:
                yield api
            finally:
                running.stop()
                self.texts += [text for call in api.world.calls for text in _said(call.params)]

    def says(self, sentence: str, language: str) -> bool:
        """Tell whether a sentence was said in a language, whatever its values were."""
        catalogue = _catalogue(language)
        forms = catalogue.plurals.get(sentence, (catalogue.sentences.get(sentence, sentence),))
        patterns = [re.compile(_pattern(form), re.DOTALL) for form in forms]
        return any(pattern.search(text) for pattern in patterns for text in self.texts)

    def _noting(self, handler: BaseHandler[Any, Any, Any], place: int) -> Callable[..., Any]:
        callback = handler.callback
        names = names_of(handler, place)

        @wraps(callback)
        async def noting(update: Any, context: Any) -> None:
            await callback(update, context)
            person = update.effective_user
            language = (person.language_code if person else None) or "en"
            message = update.effective_message
            command = (message.text or "").split()[0].partition("@")[0] if _text(message) else ""
            fitting = [name for name in names if name.startswith(f"{command} ")] or names
            self.ran[language].update(fitting)
            if update.callback_query and (pressed := button_of(update.callback_query.data)):
                self.pressed[language].add(pressed)

        return noting


def _text(message: Any) -> bool:
    return message is not None and bool((message.text or "").strip())


def crawl(api: LocalBotApi, person: Person, pressed: set[str]) -> None:
    """Press every button that a person has been shown, one of each, and those that appear then.

    Args:
        api: The bot's Telegram.
        person: Who presses.
        pressed: Those that were pressed before; it grows.
    """
    language = person.user["language_code"]
    for _ in range(MOST_PRESSES):
        found = _unpressed(person, pressed, language) or _way_back(person)
        if found is None:
            return
        name, message, data = found
        pressed.add(name)
        query = person.presses(message, data)
        api.wait_for(lambda query=query: query not in api.world.open_queries, 30, name)
    raise AssertionError(f"no end of buttons after {sorted(pressed)}")


def _way_back(person: Person) -> tuple[str, Json, str] | None:
    """Return the button that leads from a part of the settings, or of an answer, to the whole."""
    for message in person.hears():
        data = [
            button.get("callback_data")
            for row in message.get("reply_markup", {}).get("inline_keyboard", [])
            for button in row
        ]
        back = [one for one in data if button_of(one) in (f"show {Panel.SETTINGS}", "answer")]
        # What has a verdict's buttons is the whole answer: its "answer" leads to a further page.
        if back and not any(button_of(one) == "good" for one in data):
            return str(button_of(back[0])), message, back[0]
    return None


def _unpressed(person: Person, pressed: set[str], language: str) -> tuple[str, Json, str] | None:
    late = None
    for message in person.hears():
        for row in message.get("reply_markup", {}).get("inline_keyboard", []):
            for button in row:
                data = button.get("callback_data")
                name = button_of(data)
                if name is None or name in pressed:
                    continue
                if name in ("speak", "lang") and not data.endswith(f"|{language}"):
                    continue  # or the walk would go on in another language
                if name.startswith("off"):  # what is off has no more buttons
                    late = name, message, data
                    continue
                return name, message, data
    return late


def sentences(folder: str, without: frozenset[str] = frozenset()) -> dict[str, str]:
    """Return every sentence that files of the bot say, with the file and line.

    Args:
        folder: A file or folder below ``bot``.
        without: Functions whose sentences are left out.
    """
    root = BOT / folder
    found = {}
    for file in [root] if root.is_file() else sorted(root.rglob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        for part in tree.body:
            if getattr(part, "name", "") in without:
                continue
            for node in ast.walk(part):
                if isinstance(node, ast.Call) and (said := _sentence(node)):
                    found[said] = f"{file.relative_to(BOT.parent)}:{node.lineno}"
    return found


def _sentence(call: ast.Call) -> str | None:
    called = call.func
    name = called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")
    if name in ("t", "plural") and call.args and isinstance(call.args[0], ast.Constant):
        return str(call.args[0].value)
    return None


def _pattern(sentence: str) -> str:
    return "".join(
        re.escape(text) + (".*?" if name is not None else "")
        for text, name, _, _ in string.Formatter().parse(sentence)
    )


def _said(params: Any) -> Iterator[str]:
    """Yield what a call shows to somebody: its words, its caption, and its buttons."""
    for name in ("text", "caption"):
        if text := params.text(name):
            yield html.unescape(re.sub(r"<[^>]*>", "", text))
    markup = params.mapping("reply_markup")
    for row in markup.get("inline_keyboard") or []:
        yield from (str(button["text"]) for button in row)
    for command in params.structure("commands") or []:
        yield str(command["description"])
