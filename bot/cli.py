"""`kabar`: the commands of `retrieval.cli`, and those that talk to people."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Annotated

import typer

from retrieval.cli import make_app
from retrieval.terminal.progress import index_pending
from retrieval.terminal.session import DONE, Session, say
from retrieval.terminal.session import run as run_command

if TYPE_CHECKING:
    from bot.settings import BotSettings
    from retrieval.kabar import Kabar
    from retrieval.records import Finding

logger = logging.getLogger(__name__)

WITHOUT_A_BOT = "TELEGRAM_BOT_TOKEN is not set: here is the same bot in the browser."

PortOption = Annotated[int, typer.Option(min=1, max=65_535, help="Of the playground's page.")]

LanguageOption = Annotated[
    str | None, typer.Option(help="In which Kabar speaks; questions may be in any.")
]


def main(args: Sequence[str] | None = None) -> int:
    """Run `kabar`; return its exit status."""
    return run_command(make_bot_app(), args, Session("kabar", further_checks=[check_bot]))


def make_bot_app() -> typer.Typer:
    """Return all commands."""
    app = make_app()
    app.command()(chat)
    app.command()(run)
    app.command()(playground)
    return app


def chat(context: typer.Context, language: LanguageOption = None) -> None:
    """Ask in the terminal as people ask on Telegram, in the terminal's language (LC_ALL, LANG).

    /quit, Ctrl-D or Ctrl-C ends it; from a pipe, each line is a question.

    Example: kabar chat --language id
    """
    session: Session = context.obj
    settings = _settings(session)

    from bot.chat import converse
    from bot.render import wording
    from bot.render.translation import LANGUAGES, translator
    from bot.settings import language_of_terminal
    from retrieval.errors import UsageError

    if language is not None and language not in LANGUAGES:
        raise UsageError(f"Kabar does not speak {language!r}, but {', '.join(LANGUAGES)}.")
    t = translator(language or language_of_terminal())
    session.interrupted, session.interrupted_status = wording.chat_end(t), DONE
    session.start_logging(settings.retrieval)
    with session.open_library(settings.retrieval) as kabar:
        _prepare(kabar)
        converse(kabar, settings.max_question_characters, t)


def run(context: typer.Context, port: PortOption = 8888) -> None:
    """Run the bot, and read the feeds beside it; without a token, `playground` in its place.

    Example: TELEGRAM_BOT_TOKEN=123456:ABC-DEF kabar run
    """
    session: Session = context.obj
    settings = _settings(session)
    if settings.token is None:
        say(WITHOUT_A_BOT)
        playground(context, port)
        return
    session.start_logging(settings.retrieval, "INFO")
    with session.open_library(settings.retrieval) as kabar:
        _prepare(kabar)

        from bot.run import end_process, run_bot

        status = run_bot(settings, kabar)
    end_process(status)


def playground(context: typer.Context, port: PortOption = 8888) -> None:
    """Try the bot in the browser, without Telegram: a messenger on this machine.

    It is the real bot over a copy of the library; people, chats, messages, and what is read
    meanwhile are gone when it ends.

    Example: kabar playground
    """
    from bot.playground.clock import Diary, PushedClock
    from bot.playground.copies import copied_library
    from bot.playground.running import address_of
    from bot.playground.running import playground as serve_playground

    session: Session = context.obj
    ours = _settings(session).retrieval
    session.start_logging(ours, "WARNING")
    clock = PushedClock()
    with serve_playground(port, clock) as api, ExitStack() as stack:
        with session.open_library(ours) as kabar:
            _prepare(kabar)
            folder = ours.data_dir / "playground" / str(port)
            copy = stack.enter_context(copied_library(kabar, folder))

        from bot.run import end_process, run_bot
        from bot.settings import BotSettings
        from retrieval.kabar import open_kabar

        settings = BotSettings.from_env(
            KABAR_DATA_DIR=str(copy),
            KABAR_MODEL_DIR=str(ours.models_folder),
            TELEGRAM_BOT_TOKEN=api.token,
            TELEGRAM_API_BASE_URL=api.base_url,
            KABAR_ADMIN_IDS="",  # real people, who are not here
        )
        with open_kabar(settings.retrieval, clock.now) as kabar:
            desk = kabar.digests  # made now: while the model is opened, nothing else is
            clock.diary = lambda chat: Diary.of(desk.subscriber(chat))
            clock.after_push = desk.plan
            say(f"Open {address_of(port)} in a browser; Ctrl-C ends it.")
            status = run_bot(settings, kabar)
    end_process(status)


def _prepare(kabar: Kabar) -> None:
    """Index what an `ingest` that was cut short left."""
    waiting = kabar.statistics().unindexed_articles
    if waiting:
        logger.info("Indexing %d articles first", waiting)
        index_pending(kabar)


def _settings(session: Session) -> BotSettings:
    from bot.settings import BotSettings

    return BotSettings.from_env(**session.overrides)


def check_bot(session: Session) -> Finding:
    """Check the bot's settings and its token, for `doctor`."""
    from bot.checkup import check_token

    return check_token(session.overrides)


if __name__ == "__main__":
    sys.exit(main())
