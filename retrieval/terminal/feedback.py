"""`kabar feedback export`: what people think of answers, to measure with."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import typer

from retrieval.terminal.groups import make_group
from retrieval.terminal.session import Session
from retrieval.terminal.shapes import Json, moment_to_json

if TYPE_CHECKING:
    from retrieval.records import Feedback


def make_feedback_app() -> typer.Typer:
    """Return the commands below `kabar feedback`."""
    app = make_group(
        "What people think of answers.\n\nExample: kabar feedback export > feedback.jsonl"
    )
    app.callback()(_feedback)
    app.command()(export)
    return app


def _feedback() -> None:
    """Keep `export` a command of its own: Typer makes a lone one the whole app."""


def export(context: typer.Context) -> None:
    """Print every verdict on an answer, a JSON object a line, oldest first; nobody is named.

    Example: kabar feedback export > feedback.jsonl
    """
    session: Session = context.obj
    with session.library("ERROR") as kabar:
        for feedback in kabar.conversations.feedback():
            line = json.dumps(feedback_to_json(feedback), ensure_ascii=False)
            sys.stdout.write(f"{line}\n")


def feedback_to_json(feedback: Feedback) -> Json:
    """Return a verdict with what it is about, and without whose it is."""
    return {
        "verdict": feedback.verdict.value,
        "given_at": moment_to_json(feedback.given_at),
        "question": feedback.question,
        "searched": feedback.searched,
        "answered": feedback.answered,
        "quotes": [
            {
                "article": quote.article_id,
                "start": quote.start,
                "end": quote.end,
                "version": quote.version,
            }
            for quote in feedback.quotes
        ],
        "passages": list(feedback.passage_ids),
        "model": feedback.model,
    }
