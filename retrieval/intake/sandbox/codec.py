"""Records to plain data and back, for the pipe to a process that reads hostile documents.

What comes back from there is checked against the type that is expected, field by field: at
worst it holds other words, and never another kind of thing. So it is JSON, and never a pickle,
which would run what it holds.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from datetime import UTC, datetime, timedelta
from enum import Enum
from functools import cache
from typing import Any

_SCALARS = frozenset({str, int, float, bool, datetime, timedelta})

Plain = None | bool | int | float | str | list[Any] | dict[str, Any]
"""What JSON can say."""


def to_plain(value: Any) -> Plain:
    """Turn a record into plain data.

    Args:
        value: A record, or a list or tuple of records.

    Returns:
        The data; times as ISO 8601 in UTC, spans of time in seconds.
    """
    if dataclasses.is_dataclass(value):
        return {
            field.name: to_plain(getattr(value, field.name)) for field in dataclasses.fields(value)
        }
    if isinstance(value, list | tuple):
        return [to_plain(element) for element in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Enum):
        return to_plain(value.value)
    if value is None or isinstance(value, str | bool | int | float):
        return value
    raise TypeError(f"no record holds a {type(value).__name__}")


def to_record(kind: Any, plain: Any) -> Any:
    """Turn plain data back into a record.

    Args:
        kind: The type that is expected, as annotations write it.
        plain: The data.

    Returns:
        A value of that type.

    Raises:
        ValueError: If the data is of another shape.
    """
    arguments = typing.get_args(kind)
    match typing.get_origin(kind):
        case types.UnionType if type(None) in arguments and plain is None:
            return None
        case types.UnionType:
            (inner,) = (each for each in arguments if each is not type(None))
            return to_record(inner, plain)
        case origin if origin in (list, tuple) and isinstance(plain, list):
            return origin(to_record(arguments[0], element) for element in plain)
    if dataclasses.is_dataclass(kind) and isinstance(plain, dict):
        hints = _hints(typing.cast(Any, kind))
        if plain.keys() == hints.keys():
            fields = {name: to_record(hints[name], value) for name, value in plain.items()}
            return typing.cast(type, kind)(**fields)
    elif isinstance(kind, type) and kind in _SCALARS:
        return _scalar(kind, plain)
    elif isinstance(kind, type) and issubclass(kind, Enum) and isinstance(plain, str):
        return kind(plain)
    raise ValueError(f"no {kind}: {type(plain).__name__}")


def _scalar(kind: type, plain: Any) -> Any:
    try:
        if kind is datetime and isinstance(plain, str):
            return datetime.fromisoformat(plain).astimezone(UTC)
        if kind is timedelta and isinstance(plain, int | float):
            return timedelta(seconds=plain)
    except OverflowError as error:
        raise ValueError(f"no {kind}") from error
    if type(plain) is kind:
        return plain
    raise ValueError(f"no {kind}: {type(plain).__name__}")


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return typing.get_type_hints(kind)
