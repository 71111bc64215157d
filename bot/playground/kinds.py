"""What people send beside words: each kind as Telegram would describe it to the bot."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from typing import Any

from bot.playground.state import Json

MAX_CAPTION = 1024
MAX_SHORT = 100  # characters of a name, a question or an option
DICE = "🎲"


def photo(caption: str | None = None) -> Json:
    """A picture, whose content nobody has."""
    size = {"file_id": "photo", "file_unique_id": "p", "width": 90, "height": 90}
    return {"photo": [size]} | ({"caption": caption} if caption else {})


def sticker(emoji: str = "👍") -> Json:
    """A sticker."""
    return {
        "sticker": {
            "file_id": "sticker",
            "file_unique_id": "s",
            "type": "regular",
            "width": 512,
            "height": 512,
            "is_animated": False,
            "is_video": False,
            "emoji": emoji,
        }
    }


def voice(seconds: int = 3) -> Json:
    """A voice message."""
    return {"voice": {"file_id": "voice", "file_unique_id": "v", "duration": seconds}}


def location(latitude: float, longitude: float) -> Json:
    """Where somebody is.

    Raises:
        ValueError: There is no such place.
    """
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise ValueError("no place on Earth")
    return {"location": {"latitude": latitude, "longitude": longitude}}


def contact(name: str, phone: str) -> Json:
    """Somebody's telephone number."""
    return {"contact": {"first_name": name, "phone_number": phone}}


def dice() -> Json:
    """A die that was thrown."""
    return {"dice": {"emoji": DICE, "value": 1 + secrets.randbelow(6)}}


def poll(question: str, options: list[str]) -> Json:
    """A question to all, with answers to choose from."""
    return {
        "poll": {
            "id": secrets.token_hex(8),
            "question": question,
            "options": [
                {"persistent_id": str(number), "text": each, "voter_count": 0}
                for number, each in enumerate(options)
            ],
            "total_voter_count": 0,
            "is_closed": False,
            "is_anonymous": True,
            "type": "regular",
            "allows_multiple_answers": False,
            "allows_revoting": True,
            "members_only": False,
        }
    }


def content_of(kind: str, given: Mapping[str, Any]) -> Json:
    """Return the content of a message of a kind, made of what a form says.

    Raises:
        KeyError: There is no such kind, or something of it is missing.
        ValueError: Something makes no sense.
    """
    return _MADE[kind](given)


def _words(given: Mapping[str, Any], name: str, most: int = MAX_SHORT) -> str:
    words = str(given[name]).strip()
    if not 0 < len(words) <= most:
        raise ValueError(f"no {name}, or too much")
    return words


def _photo(given: Mapping[str, Any]) -> Json:
    return photo(_words(given, "caption", MAX_CAPTION) if given.get("caption") else None)


def _poll(given: Mapping[str, Any]) -> Json:
    options = [str(each).strip()[:MAX_SHORT] for each in given["options"]]
    options = [each for each in options if each]
    if not 2 <= len(options) <= 12:
        raise ValueError("two options at least")
    return poll(_words(given, "question"), options)


_MADE: Mapping[str, Callable[[Mapping[str, Any]], Json]] = {
    "photo": _photo,
    "sticker": lambda _: sticker(),
    "voice": lambda _: voice(),
    "location": lambda given: location(float(given["latitude"]), float(given["longitude"])),
    "contact": lambda given: contact(_words(given, "name"), _words(given, "phone")),
    "dice": lambda _: dice(),
    "poll": _poll,
}
