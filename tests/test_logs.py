"""Log lines: secrets never, whatever way they come."""

from __future__ import annotations

import io
import json
import logging
import warnings

import pytest

from retrieval.logs import configure, redact

TOKEN = "123456789:AAlocal-bot-api-of-kabar_0123456789"
logger = logging.getLogger("kabar.tests")


pytestmark = pytest.mark.usefixtures("put_logging_back")


def lines(log_format: str) -> io.StringIO:
    stream = io.StringIO()
    configure(log_format, "DEBUG", stream)
    return stream


def fail() -> None:
    raise ValueError(f"https://api.telegram.org/bot{TOKEN}/getMe")


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_no_way_of_logging_shows_a_token(log_format: str) -> None:
    stream = lines(log_format)
    logger.info("in the message %s", TOKEN)
    logger.info(f"in an f-string bot{TOKEN}")  # noqa: G004
    logger.info("in an object %r", {"token": TOKEN})
    logger.info("beside it", extra={"kabar": {"url": f"/bot{TOKEN}/sendMessage"}})
    try:
        fail()
    except ValueError:
        logger.exception("in a traceback")
    text = stream.getvalue()
    assert "in a traceback" in text
    assert "ValueError" in text
    assert "<token>" in text
    assert TOKEN.partition(":")[2] not in text


def test_json_lines_are_json_and_carry_what_was_given() -> None:
    stream = lines("json")
    logger.warning("Sent %d", 3, extra={"kabar": {"chat": 7, "ms": 12.5}})
    (entry,) = map(json.loads, stream.getvalue().splitlines())
    assert entry["level"] == "WARNING"
    assert entry["logger"] == "kabar.tests"
    assert entry["message"] == "Sent 3"
    assert (entry["chat"], entry["ms"]) == (7, 12.5)
    assert entry["time"].endswith("+00:00")


def test_libraries_that_log_addresses_are_quiet() -> None:
    stream = lines("text")
    logging.getLogger("httpx").info("HTTP Request: POST https://example.org")
    logging.getLogger("telegram.ext").debug("Processing update")
    assert stream.getvalue() == ""


def test_below_the_level_nothing_is_shown() -> None:
    stream = io.StringIO()
    configure("text", "WARNING", stream)
    logger.info("one")
    logger.warning("two")
    assert "two" in stream.getvalue()
    assert "one" not in stream.getvalue()


def test_warnings_of_libraries_become_log_lines() -> None:
    stream = lines("text")
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(True)  # catch_warnings put the old way of showing back
        warnings.warn("old", DeprecationWarning, stacklevel=1)
    assert "DeprecationWarning: old" in stream.getvalue()


def test_lines_go_to_standard_error_as_it_is_at_that_moment(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    configure("text", "INFO")
    other = io.StringIO()
    monkeypatch.setattr("sys.stderr", other)
    logger.info("behind a progress bar")
    assert "behind a progress bar" in other.getvalue()
    assert capsys.readouterr().err == ""


def test_what_looks_like_a_token_is_replaced_and_other_numbers_stay() -> None:
    assert (
        redact(f"bot{TOKEN}/x 12:34 2022-01-03T10:15:00")
        == "bot<token>/x 12:34 2022-01-03T10:15:00"
    )
