"""What a press or a word changes in somebody's preferences; pure, and the same when done twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from typing import TYPE_CHECKING

from bot.parsing.topics import MOST_TOPICS, TopicList, with_topics

if TYPE_CHECKING:
    from bot.parsing.digest_command import DigestCommand
    from retrieval.records import Preferences

STORIES = (3, 5, 10)
"""How many stories a digest may have."""


def with_command(preferences: Preferences, command: DigestCommand) -> Preferences:
    """Return preferences with the time, zone and days that a command names."""
    return replace(
        preferences,
        at=preferences.at if command.at is None else command.at,
        timezone=command.timezone or preferences.timezone,
        days=command.days or preferences.days,
    )


def with_quiet(preferences: Preferences, quiet: tuple[time, time] | None) -> Preferences:
    """Return preferences with quiet hours, or with none."""
    return replace(preferences, quiet=quiet)


def topics_of(preferences: Preferences) -> TopicList:
    """Return the topics of preferences."""
    return TopicList(preferences.topics, preferences.left_out)


def with_more_topics(preferences: Preferences, added: TopicList) -> Preferences | None:
    """Return preferences with further topics, or None where they would be too many."""
    topics = with_topics(topics_of(preferences), added)
    if len(topics.wanted) + len(topics.left_out) > MOST_TOPICS:
        return None
    return replace(preferences, topics=topics.wanted, left_out=topics.left_out)


def without_topic(preferences: Preferences, topic: str) -> Preferences:
    """Return preferences without a topic, wanted or left out."""
    gone = topic.casefold()
    return replace(
        preferences,
        topics=tuple(one for one in preferences.topics if one.casefold() != gone),
        left_out=tuple(one for one in preferences.left_out if one.casefold() != gone),
    )
