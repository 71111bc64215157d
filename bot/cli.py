"""`kabar`: the commands of `retrieval.cli`, and those that talk to people."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

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

WITHOUT_A_BOT = "TELEGRAM_BOT_TOKEN is not set: here is the same conversation in the terminal."


def main(args: Sequence[str] | None = None) -> int:
    """Run `kabar`; return its exit status."""
    return run_command(make_bot_app(), args, Session("kabar", further_checks=[check_bot]))


def make_bot_app() -> typer.Typer:
    """Return all commands."""
    app = make_app()
    app.command()(chat)
    app.command()(run)
    return app


def chat(context: typer.Context) -> None:
    """Ask in the terminal as people ask on Telegram.

    /quit, Ctrl-D or Ctrl-C ends it; from a pipe, each line is a question.

    Example: kabar chat
    """
    session: Session = context.obj
    _chat(session, _settings(session))


def run(context: typer.Context) -> None:
    """Run the bot, and read the feeds beside it; without a token, `chat` in its place.

    Example: TELEGRAM_BOT_TOKEN=123456:ABC-DEF kabar run
    """
    session: Session = context.obj
    settings = _settings(session)
    if settings.token is None:
        say(WITHOUT_A_BOT)
        _chat(session, settings, reading=True)
        return
    session.start_logging(settings.retrieval, "INFO")
    with session.open_library(settings.retrieval) as kabar:
        _prepare(kabar)

        from bot.run import end_process, run_bot

        status = run_bot(settings, kabar)
    end_process(status)


def _chat(session: Session, settings: BotSettings, *, reading: bool = False) -> None:
    from bot.chat import converse
    from bot.reading import PATIENCE, Reading
    from bot.render import wording

    session.interrupted, session.interrupted_status = wording.CHAT_END, DONE
    session.start_logging(settings.retrieval)
    with session.open_library(settings.retrieval) as kabar:
        _prepare(kabar)
        news = Reading(kabar)
        if reading:
            news.start()
        try:
            converse(kabar, settings.max_question_characters)
        finally:
            news.stop()
            ended = news.wait(PATIENCE)
    if not ended:
        from bot.run import end_process

        # Python waits for no daemon, but to take its modules apart below one can crash it.
        end_process(DONE)


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
