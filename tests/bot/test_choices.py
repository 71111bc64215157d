"""What somebody chooses, in their preferences: the same once or twice."""

from __future__ import annotations

from datetime import time

from bot.handlers.choices import with_command, with_more_topics, with_quiet, without_topic
from bot.parsing.digest_command import DigestCommand, Wish
from bot.parsing.topics import MOST_TOPICS, TopicList
from retrieval.records import Preferences


def test_a_command_changes_what_it_names_and_nothing_else() -> None:
    before = Preferences(at=time(7), timezone="Asia/Jakarta", days=(0,), topics=("a",))
    changed = with_command(before, DigestCommand(Wish.CHANGE, at=time(0)))
    assert changed == Preferences(at=time(0), timezone="Asia/Jakarta", days=(0,), topics=("a",))
    changed = with_command(before, DigestCommand(Wish.CHANGE, timezone="UTC", days=(5, 6)))
    assert changed == Preferences(at=time(7), timezone="UTC", days=(5, 6), topics=("a",))
    assert with_command(before, DigestCommand(Wish.ON)) == before


def test_quiet_hours_are_set_and_taken_back() -> None:
    quiet = with_quiet(Preferences(), (time(22), time(7)))
    assert quiet.quiet == (time(22), time(7))
    assert with_quiet(quiet, None) == Preferences()


def test_topics_are_added_and_removed_whichever_list_they_are_in() -> None:
    added = with_more_topics(Preferences(), TopicList(("energy",), ("crypto",)))
    assert added is not None
    assert (added.topics, added.left_out) == (("energy",), ("crypto",))
    assert with_more_topics(added, TopicList(("energy",), ("crypto",))) == added
    assert without_topic(added, "Energy").topics == ()
    assert without_topic(added, "CRYPTO").left_out == ()
    assert without_topic(added, "golf") == added


def test_there_are_so_many_topics_and_no_more() -> None:
    many = tuple(f"topic {number}" for number in range(MOST_TOPICS))
    full = with_more_topics(Preferences(), TopicList(many[1:], many[:1]))
    assert full is not None
    assert with_more_topics(full, TopicList(("another",), ())) is None
    assert with_more_topics(full, TopicList(many[:1], many[1:])) is not None
