"""Articles as JSON: ``{"id"?, "url"?, "title", "text", "author"?, "source"?, ...}``.

A field of the wrong type is an error that names it: guessing what was meant would store
nonsense under an outlet's name. A time or an address that makes no sense only loses itself,
with a line in the log, since the article is worth more. Other fields are passed over.
"""

from __future__ import annotations

import json
import logging
from datetime import datetime
from typing import Any

from retrieval.errors import IntakeError
from retrieval.intake.articles import RawArticle
from retrieval.intake.dates import parse_time
from retrieval.intake.urls import canonical_url

_log = logging.getLogger(__name__)

_TYPE_NAMES = {
    bool: "true or false", int: "a number", float: "a number", list: "a list", dict: "an object",
}  # fmt: skip


def parse_json(text: str, where: str) -> Any:
    """Parse JSON that a person may have written.

    Args:
        text: The JSON.
        where: What it was read from, for the error.

    Returns:
        Whatever it holds.

    Raises:
        IntakeError: If it is not JSON.
    """
    try:
        # Not strict: a raw tab or line break inside a text does no harm.
        return json.loads(text, strict=False)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise IntakeError(where, f"this is not JSON: {error.msg} ({place})") from error
    except RecursionError as error:
        raise IntakeError(where, "its lists and objects are nested too deeply") from error
    except ValueError as error:  # an integer of thousands of digits
        raise IntakeError(where, "there is a number in it that is too long") from error


def raw_article(record: Any, where: str, *, source: str, location: str | None) -> RawArticle:
    """Read one record.

    Args:
        record: What `parse_json` returned, or an element of it.
        where: What it was read from, for errors and warnings.
        source: The source of an article that names neither its source nor an address.
        location: What identifies the file, if this is the only record in it.

    Returns:
        The article, not cleaned yet.

    Raises:
        IntakeError: If it is no object, or a field is of the wrong type.
    """
    if not isinstance(record, dict):
        raise IntakeError(where, f"an article is an object, and this is {_type_name(record)}")
    given_id = record.get("id")
    if isinstance(given_id, int) and not isinstance(given_id, bool):
        given_id = str(given_id)  # what many exports have, and no other reading of it
    return RawArticle(
        id=_string({"id": given_id}, "id", where),
        url=_url(record, where),
        title=_string(record, "title", where) or "",
        text=_string(record, "text", where) or "",
        author=_string(record, "author", where),
        source=_string(record, "source", where),
        language=_string(record, "language", where),
        published_at=_time(record, where),
        fallback_source=source,
        location=location,
    )


def _string(record: dict[str, Any], field: str, where: str) -> str | None:
    value = record.get(field)
    if value is not None and not isinstance(value, str):
        raise IntakeError(where, f'"{field}" must be text, and is {_type_name(value)}')
    return value


def _url(record: dict[str, Any], where: str) -> str | None:
    url = _string(record, "url", where)
    if url and canonical_url(url) is None:
        _log.warning("%s: %.80r is no web address; the article is kept without one", where, url)
        return None
    return url


def _time(record: dict[str, Any], where: str) -> datetime | None:
    stated = record.get("published_at")
    if stated is None or stated == "":
        return None
    time = parse_time(stated) if isinstance(stated, str) else None
    if time is None:
        _log.warning(
            "%s: published_at %.80r is no ISO 8601 time; the article is kept without one",
            where,
            stated,
        )
    return time


def _type_name(value: object) -> str:
    return "nothing" if value is None else _TYPE_NAMES.get(type(value), "text")
