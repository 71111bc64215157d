"""`kabar chat`: the bot's conversation in the terminal, in the bot's words.

On a terminal it prompts, and remembers what was typed (readline); from a pipe it answers each
line. Ctrl-D, /quit and Ctrl-C end it, and none is an error (for the last, see `bot.cli`).
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from bot.render import wording
from bot.render.readers import Reader
from bot.render.splitting import split_text
from bot.render.terminal import ASIDE_STYLE, answer_text
from retrieval.errors import KabarError, QuestionError, StorageBusyError
from retrieval.records import Ask
from retrieval.terminal.batch import clean_argument
from retrieval.terminal.progress import waiting

if TYPE_CHECKING:
    from bot.render.translation import Translator
    from retrieval.kabar import Kabar

logger = logging.getLogger(__name__)

PROMPT = "> "


def converse(kabar: Kabar, max_characters: int, t: Translator) -> None:
    """Answer until nobody asks any more.

    Args:
        kabar: The library that answers.
        max_characters: What of a longer question is searched for.
        t: What speaks the person's language.
    """
    console = Console(highlight=False)
    interactive = sys.stdin.isatty()
    if interactive:
        _say(console, wording.chat_start(t))
        with waiting(t("Opening the library …")):
            kabar.warm_up()
    for line in _prompted() if interactive else _piped():
        if line in ("/quit", "/exit"):
            break
        if line:
            _say(console, _reply(kabar, line, max_characters, t))
    if interactive:
        _say(console, wording.chat_end(t))


def _prompted() -> Iterator[str]:
    with suppress(ImportError):
        import readline  # noqa: F401 – from now on, input() has a history

    while True:
        try:
            yield clean_argument(input(PROMPT)).strip()
        except EOFError:
            sys.stdout.write("\n")
            return


def _piped() -> Iterator[str]:
    for raw in sys.stdin.buffer:
        yield raw.decode("utf-8", "replace").strip()


def _reply(kabar: Kabar, line: str, max_characters: int, t: Translator) -> str | Text:
    """Return what the bot would say, and for a fault what the operator has to know."""
    command, _, rest = line.partition(" ")
    match command:
        case "/start":
            return wording.chat_start(t)
        case "/help":
            return wording.chat_help(t)
        case "/ask":
            rest = rest.strip()
            return _answer(kabar, rest, max_characters, t) if rest else wording.ask_usage(t)
    if command.startswith("/"):
        return wording.unknown_command(t)
    return _answer(kabar, line, max_characters, t)


def _answer(kabar: Kabar, question: str, max_characters: int, t: Translator) -> str | Text:
    remark = ""
    if len(question) > max_characters:
        question = split_text(question, max_characters)[0]
        remark = f"{wording.question_was_cut(t, max_characters)}\n\n"
    try:
        with waiting(t("Looking through the news …")):
            answer = kabar.ask(Ask(question, language=t.language))
    except QuestionError:
        return wording.no_words(t)
    except StorageBusyError:
        logger.debug("The library is locked", exc_info=True)
        return wording.busy(t)
    except KabarError as error:
        logger.debug("A question could not be answered", exc_info=True)
        return str(error)
    except Exception:
        logger.exception("A question could not be answered")
        return wording.failed(t)
    return Text().append(remark, ASIDE_STYLE).append_text(answer_text(answer, Reader(t)))


def _say(console: Console, words: str | Text) -> None:
    console.print(words if isinstance(words, Text) else Text(words), soft_wrap=True, end="\n\n")
    sys.stdout.flush()
