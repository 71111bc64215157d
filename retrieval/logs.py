"""Log lines for the operator, without secrets.

``configure`` puts one handler on the root logger. Whatever reaches it, from any library, as
message, argument or traceback, passes a formatter that replaces bot tokens. It works on the
finished line, so no way of logging goes around it.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from datetime import UTC, datetime
from typing import TextIO

_TOKEN = re.compile(r"\d{6,}:[A-Za-z0-9_-]{30,}")
_CHATTY = (
    "asyncio", "faiss", "filelock", "hpack", "httpcore", "httpx", "protego",
    "sentence_transformers", "telegram", "urllib3",
)  # fmt: skip
"""Libraries whose lines at INFO and below say nothing to an operator, and carry URLs."""

_CONTEXT = "kabar"
"""The name of a record's attribute, given with ``extra``, whose items JSON lines show."""


def redact(text: str) -> str:
    """Return a text with each bot token replaced."""
    return _TOKEN.sub("<token>", text)


class _TextFormatter(logging.Formatter):
    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s: %(message)s", "%Y-%m-%d %H:%M:%S")

    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))


class _JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, _CONTEXT, {}),
        }
        if record.exc_info:
            entry["trace"] = self.formatException(record.exc_info)
        return redact(json.dumps(entry, ensure_ascii=False, default=str))


class _StandardErrorHandler(logging.StreamHandler[TextIO]):
    """Writes to standard error as it is at that moment: a progress bar puts itself in between."""

    def emit(self, record: logging.LogRecord) -> None:
        self.stream = sys.stderr
        super().emit(record)


def configure(log_format: str = "text", level: str = "INFO", stream: TextIO | None = None) -> None:
    """Send every log line through one handler that removes secrets.

    Args:
        log_format: ``text`` or ``json``.
        level: The least serious level that is shown.
        stream: Where to; standard error by default.
    """
    handler = logging.StreamHandler(stream) if stream else _StandardErrorHandler()
    handler.setFormatter(_JsonFormatter() if log_format == "json" else _TextFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    logging.captureWarnings(True)
