"""What a button says when it is pressed: an action and its values in at most 64 bytes.

Buttons outlive the process that sent them, so the form has a version, and whatever cannot be
read any more, or was never ours, is None. Values are what is to be, never "the other way
round": a press that is handled twice does what it does once.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b

VERSION = "1"
MAX_BYTES = 64
_SEPARATOR = "|"


class Action(StrEnum):
    """What a press asks for, and the values that go with it.

    SHOW: a panel, a `Panel`. ASK: to type a value, of this panel. ON, OFF: the digest, or what
    the value names ("breaking", "picture", "line"). AT: "0730". ZONE: as in `Preferences`. DAYS:
    "01234". STORIES: a number. LANGUAGE: "id". QUIET: "2200-0700", or nothing for none. FORGET: a
    topic's `topic_key`. STORY, LESS: a digest's id and a rank from 1.

    Under an answer, with the id of its turn: ANSWER, and a page from 0, shows the quotes; CONTEXT,
    and a quote's number from 0, shows what stands around it; SOURCES the story's other articles;
    GOOD and BAD are verdicts. With a story's id VIEW shows it, EXAMPLE asks its headline. ERASE:
    "yes" or "no", of `/forget`. SPEAK: a language, of `/language`. FOLLOW: a turn's id; UNFOLLOW:
    a follow's id, and "list" where the list is to be shown anew.
    """

    SHOW = "show"
    ASK = "ask"
    ON = "on"
    OFF = "off"
    AT = "at"
    ZONE = "zone"
    DAYS = "days"
    STORIES = "stories"
    LANGUAGE = "lang"
    QUIET = "quiet"
    FORGET = "forget"
    STORY = "story"
    LESS = "less"
    ANSWER = "answer"
    CONTEXT = "context"
    SOURCES = "sources"
    GOOD = "good"
    BAD = "bad"
    EXAMPLE = "example"
    ERASE = "erase"
    VIEW = "view"
    SPEAK = "speak"
    FOLLOW = "follow"
    UNFOLLOW = "unfollow"


class Panel(StrEnum):
    """What the message with the settings can show."""

    SETTINGS = "settings"
    TIME = "time"
    ZONE = "zone"
    DAYS = "days"
    STORIES = "stories"
    LANGUAGE = "language"
    TOPICS = "topics"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True)
class Press:
    """A button that was pressed."""

    action: Action
    values: tuple[str, ...] = ()

    def number(self, place: int) -> int | None:
        """Return a value as a number; None where there is none, or it is no number."""
        value = self.values[place] if place < len(self.values) else ""
        return int(value) if value.isascii() and value.isdecimal() else None


def pack(action: Action, *values: object) -> str:
    """Return the callback data of a button.

    Raises:
        ValueError: It would be more than 64 bytes, or a value holds the separator.
    """
    texts = [str(value) for value in values]
    data = _SEPARATOR.join((VERSION, action, *texts))
    if any(_SEPARATOR in text for text in texts) or len(data.encode()) > MAX_BYTES:
        raise ValueError(f"{data!r} is no callback data: it is too long or holds a separator.")
    return data


def unpack(data: str | None) -> Press | None:
    """Return what a button said, or None where that cannot be known any more."""
    version, *rest = (data or "").split(_SEPARATOR)
    if version != VERSION or not rest or rest[0] not in set(Action):
        return None
    return Press(Action(rest[0]), tuple(rest[1:]))


def topic_key(topic: str) -> str:
    """Return a short name of a topic, which may itself be longer than 64 bytes."""
    return blake2b(topic.casefold().encode(), digest_size=8).hexdigest()
