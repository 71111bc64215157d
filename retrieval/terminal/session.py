"""How every command starts and ends.

Always true: whatever goes wrong, a person gets one sentence on standard error and never a
traceback (``--verbose`` logs it), and the exit status tells a script which of five ends it was.
Nothing heavy is imported before a command needs it: ``--help`` answers at once.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING

from retrieval.errors import KabarError, UsageError
from retrieval.logs import configure, redact

if TYPE_CHECKING:
    import typer

    from retrieval.kabar import Kabar
    from retrieval.records import Finding
    from retrieval.settings import RetrievalSettings

logger = logging.getLogger(__name__)

DONE = 0
FAILED = 1
WRONG_USAGE = 2
DONE_IN_PART = 3
INTERRUPTED = 130
"""128 + SIGINT, as a shell has it."""

_GLOBAL_FLAGS = ("--verbose",)
_GLOBAL_OPTIONS = ("--data-dir",)


def _open_library(settings: RetrievalSettings) -> AbstractContextManager[Kabar]:
    from retrieval.kabar import open_kabar

    return open_kabar(settings)


@dataclass
class Session:
    """One run of the command line.

    Args:
        program: What a person types before the command's name.
        open_library: Opens the library of the settings.
        further_checks: What `doctor` looks at beside the library.
        data_dir: From ``--data-dir``; wins over the setting.
        verbose: From ``--verbose``; wins over the log level's setting.
        interrupted: What to say when Ctrl-C ends the command.
        interrupted_status: How the command ends then.
    """

    program: str = "kabar"
    open_library: Callable[[RetrievalSettings], AbstractContextManager[Kabar]] = _open_library
    further_checks: Sequence[Callable[[Session], Finding]] = ()
    data_dir: Path | None = None
    verbose: bool = False
    interrupted: str = field(default="Stopped.", init=False)
    interrupted_status: int = field(default=INTERRUPTED, init=False)

    @property
    def overrides(self) -> dict[str, str]:
        """Settings given on the command line, by their names in the environment."""
        return {"KABAR_DATA_DIR": str(self.data_dir)} if self.data_dir else {}

    def settings(self) -> RetrievalSettings:
        """Read the settings.

        Raises:
            SettingsError: One of them makes no sense.
        """
        from retrieval.settings import RetrievalSettings

        return RetrievalSettings.from_env(**self.overrides)

    def start_logging(self, settings: RetrievalSettings, level: str = "WARNING") -> None:
        """Send log lines to standard error.

        Args:
            settings: Where a level that was set wins over the next argument.
            level: What is shown if nobody said anything else.
        """
        if "log_level" in settings.model_fields_set:
            level = settings.log_level
        configure(settings.log_format, "DEBUG" if self.verbose else level)

    @contextmanager
    def library(self, level: str = "WARNING") -> Iterator[Kabar]:
        """Open the library for a command, with logs.

        Args:
            level: The least serious messages logged; a command that tells people itself what
                went wrong does not want it twice.

        Raises:
            KabarError: The settings make no sense, or the library cannot be opened.
        """
        settings = self.settings()
        self.start_logging(settings, level)
        with self.open_library(settings) as kabar:
            yield kabar


def say(sentence: str) -> None:
    """Tell the person at the terminal something that is no result."""
    print(sentence, file=sys.stderr, flush=True)  # noqa: T201


def run(app: typer.Typer, args: Sequence[str] | None, session: Session) -> int:
    """Run one command.

    Args:
        app: The commands.
        args: What follows the program's name; that of this process by default.
        session: What the commands share.

    Returns:
        The exit status.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A terminal that knows no Arabic, or half a surrogate pair, is no reason to end.
            stream.reconfigure(errors="backslashreplace")
    try:
        status = _run(app, list(sys.argv[1:] if args is None else args), session)
        sys.stdout.flush()
    except BrokenPipeError:
        # `kabar … | head`: nobody reads on. What is still buffered must not complain at exit.
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    return status


def _run(app: typer.Typer, args: list[str], session: Session) -> int:
    import typer

    command = typer.main.get_command(app)
    try:
        command.main(args=_global_options_first(args), prog_name=session.program, obj=session)
    except SystemExit as end:
        if end.code != INTERRUPTED:  # which is what typer makes of a KeyboardInterrupt
            return end.code if isinstance(end.code, int) else DONE
        return _interrupted(session)
    except KeyboardInterrupt:
        return _interrupted(session)
    except BrokenPipeError:
        raise
    except KabarError as error:
        logger.debug("The command failed", exc_info=True)
        say(redact(str(error)))
        return WRONG_USAGE if isinstance(error, UsageError) else FAILED
    except Exception as error:
        logger.debug("The command failed", exc_info=True)
        say(
            f"Kabar met an error that it did not expect: {redact(repr(error))}. "
            f"Run it again as `{session.program} --verbose …` to see where, and report it."
        )
        return FAILED
    return DONE


def _interrupted(session: Session) -> int:
    logger.debug("Interrupted")
    after_key = "\n" if sys.stderr.isatty() else ""  # the terminal shows ^C
    say(f"{after_key}{session.interrupted}")
    return session.interrupted_status


def _global_options_first(args: list[str]) -> list[str]:
    """Let the options of every command stand after the command as well."""
    end = args.index("--") if "--" in args else len(args)
    first: list[str] = []
    rest: list[str] = []
    index = 0
    while index < end:
        taken = args[index : index + 1]
        if args[index] in _GLOBAL_OPTIONS:
            taken = args[index : min(index + 2, end)]
        is_global = args[index].partition("=")[0] in (*_GLOBAL_FLAGS, *_GLOBAL_OPTIONS)
        (first if is_global else rest).extend(taken)
        index += len(taken)
    return [*first, *rest, *args[end:]]
