"""Topics: what comes first, and what is left out."""

from __future__ import annotations

import pytest

from bot.parsing.topics import LONGEST_TOPIC, TopicList, parse_topics, with_topics


@pytest.mark.parametrize(
    ("typed", "wanted", "left_out"),
    [
        ("energy, Turkey, badminton", ("energy", "Turkey", "badminton"), ()),
        ("-crypto", (), ("crypto",)),
        ("energy -crypto", ("energy",), ("crypto",)),
        ("energy – crypto", ("energy – crypto",), ()),
        ("climate change\n- celebrity gossip", ("climate change",), ("celebrity gossip",)),
        ("energi、トルコ，−暗号資産", ("energi", "トルコ"), ("暗号資産",)),
        ("الطاقة، تركيا", ("الطاقة", "تركيا"), ()),
        ("COVID-19, F-16, Covid -19", ("COVID-19", "F-16", "Covid -19"), ()),
        ("not crypto, tanpa gosip", (), ("crypto", "gosip")),
        ("#energy, “oil”", ("energy", "oil"), ()),
        ("energy, Energy, -ENERGY", (), ("ENERGY",)),
        (", , - ,!?", (), ()),
    ],
)
def test_a_list_is_read(typed: str, wanted: tuple[str, ...], left_out: tuple[str, ...]) -> None:
    assert parse_topics(typed) == TopicList(wanted, left_out)


def test_a_topic_has_a_longest_length() -> None:
    assert parse_topics("x" * LONGEST_TOPIC).wanted
    assert not parse_topics("x" * (LONGEST_TOPIC + 1))


def test_later_topics_join_and_correct_the_earlier_and_twice_is_once() -> None:
    known = TopicList(("energy", "Turkey"), ("crypto",))
    added = TopicList(("Crypto", "badminton"), ("turkey",))
    once = with_topics(known, added)
    assert once == TopicList(("energy", "Crypto", "badminton"), ("turkey",))
    assert with_topics(once, added) == once
    assert with_topics(known, TopicList(("ENERGY",), ())).wanted == ("ENERGY", "Turkey")
