"""We say who we are, in one line that every server takes."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.intake.web.user_agent import user_agent

SHAPE = re.compile(r"Kabar(/[0-9.]+\S*)?( \(\+[\x20-\x7e]+\))?")


def test_the_operators_contact_is_part_of_it() -> None:
    agent = user_agent("https://example.org/bot, ops@example.org")
    assert agent.startswith("Kabar")
    assert agent.endswith(" (+https://example.org/bot, ops@example.org)")


def test_without_a_contact_it_is_the_product_alone() -> None:
    assert re.fullmatch(r"Kabar(/\S+)?", user_agent(""))


@pytest.mark.parametrize("contact", ["a\r\nX-Evil: 1", "näme@exämple", "(a) b\\", " \t", "x" * 900])
def test_what_does_not_fit_a_header_is_left_out(contact: str) -> None:
    assert SHAPE.fullmatch(user_agent(contact))


@given(st.text())
def test_no_contact_breaks_the_header(contact: str) -> None:
    assert SHAPE.fullmatch(user_agent(contact))
