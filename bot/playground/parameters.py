"""The parameters of a call, however the client sent them.

The Bot API takes a query string, a form, a multipart form or a JSON body. In the first three
every value is a string or a file's bytes, and a structured one is JSON inside it; a JSON body
has real types. `Parameters` reads both alike, with Telegram's words where a value is unusable.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qsl

from bot.playground.errors import bad_request

Json = Any


class Parameters(dict[str, Json]):
    """A call's parameters by name."""

    def text(self, name: str) -> str:
        """Return a string, empty where the parameter is missing."""
        value = self.get(name)
        return "" if value is None or isinstance(value, bytes) else str(value)

    def integer(self, name: str) -> int | None:
        """Return a whole number, or None where the parameter is missing or no number."""
        try:
            return int(self.text(name))
        except ValueError:
            return None

    def boolean(self, name: str) -> bool:
        """Return whether the parameter is true, in any of the spellings that Telegram takes."""
        return self.text(name).lower() in ("true", "1", "yes")

    def structure(self, name: str) -> Json:
        """Return an object or a list, decoded where it came as a string; None if missing."""
        value = self.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(f"can't parse {name} JSON object") from None

    def mapping(self, name: str) -> Mapping[str, Json]:
        """Return an object, empty where the parameter is missing."""
        value = self.structure(name)
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise bad_request(f"object expected as {name}")
        return value


def read_parameters(query: str, content_type: str, body: bytes) -> Parameters:
    """Collect the parameters of a request from its query string and its body.

    Args:
        query: The query string, without its question mark.
        content_type: The header of that name.
        body: The whole body.

    Returns:
        The parameters; those of the body win.
    """
    found = Parameters(parse_qsl(query, keep_blank_values=True))
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "application/json":
        try:
            decoded = json.loads(body or b"{}")
        except ValueError:
            decoded = None
        if not isinstance(decoded, dict):
            raise bad_request("can't parse JSON body")
        found.update(decoded)
    elif kind == "multipart/form-data":
        head = b"Content-Type: " + content_type.encode("latin-1", "replace") + b"\r\n\r\n"
        parsed = BytesParser(policy=HTTP).parsebytes(head + body)
        for part in parsed.iter_parts():
            name = part.get_param("name", header="content-disposition")
            payload = part.get_payload(decode=True)
            if isinstance(name, str) and isinstance(payload, bytes):
                is_file = part.get_filename() is not None
                found[name] = payload if is_file else payload.decode("utf-8", "replace")
    else:
        pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
        found.update(pairs)
    return found
