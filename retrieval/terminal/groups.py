"""Commands below a command: `kabar feeds …`, `kabar digest …`, `kabar feedback …`."""

from __future__ import annotations

import typer


def make_group(help_text: str) -> typer.Typer:
    """Return a command that has commands of its own.

    Args:
        help_text: What they do, and an example.
    """
    return typer.Typer(
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        help=help_text,
    )
