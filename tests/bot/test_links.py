"""Which messages ask to have a link read, and which are questions."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from telegram import Chat, Message, MessageEntity, MessageOriginHiddenUser

from bot.handlers.links import links_to_read
from bot.playground.typed import typed_entities

NOW = datetime(2026, 1, 3, tzinfo=UTC)
ARTICLE = "https://example.org/news/1"


def message(text: str, *more: MessageEntity, forwarded: bool = False, **fields: Any) -> Message:
    entities = [MessageEntity(**entity) for entity in typed_entities(text)] + list(more)
    if forwarded:
        fields["forward_origin"] = MessageOriginHiddenUser(NOW, "A")
    return Message(1, NOW, Chat(1, "private"), text=text, entities=entities, **fields)


@pytest.mark.parametrize(
    "text",
    [
        ARTICLE,
        f"  {ARTICLE}\n",
        f"A headline, shared with its link {ARTICLE}",
        f"😀 {ARTICLE}.",
        f"{ARTICLE} {ARTICLE}",
    ],
)
def test_a_link_is_read_alone_and_with_a_headline(text: str) -> None:
    assert links_to_read(message(text)) == [ARTICLE]


@pytest.mark.parametrize(
    "text",
    [
        "who did Putin call?",
        f"What does {ARTICLE} say about the ferry?",
        f"ماذا حدث؟ {ARTICLE}",
        f"{ARTICLE}\n这是真的吗？",
        "what does example.org say about the ferry",
        "join https://t.me/kabar",
        "tg://resolve?domain=kabar",
        "",
    ],
)
def test_a_question_with_a_link_in_it_is_a_question(text: str) -> None:
    assert links_to_read(message(text)) == []


def test_a_site_named_alone_is_a_link() -> None:
    assert links_to_read(message("example.org/news/1")) == [ARTICLE]


def test_several_links_are_read_in_their_order_five_at_most() -> None:
    addresses = [f"https://example.org/{number}" for number in range(7)]
    assert links_to_read(message("\n".join(addresses))) == addresses[:5]


def test_of_what_was_forwarded_the_first_link_is_read_whatever_the_words() -> None:
    text = f"Did you know? {ARTICLE} Follow us: https://example.com/us"
    assert links_to_read(message(text, forwarded=True)) == [ARTICLE]
    hidden = MessageEntity("text_link", 0, 4, url=ARTICLE)
    assert links_to_read(message("More: who fell?", hidden, forwarded=True)) == [ARTICLE]
    assert links_to_read(message("who fell?", forwarded=True)) == []


def test_a_link_in_a_pictures_caption_counts() -> None:
    caption = f"Ferry sinks {ARTICLE}"
    entities = [MessageEntity(**entity) for entity in typed_entities(caption)]
    picture = Message(
        1, NOW, Chat(1, "private"), caption=caption, caption_entities=entities,
        forward_origin=MessageOriginHiddenUser(NOW, "A"),
    )  # fmt: skip
    assert links_to_read(picture) == [ARTICLE]


def test_a_link_after_letters_outside_the_basic_plane_is_cut_out_rightly() -> None:
    assert links_to_read(message(f"𝕹𝖊𝖜𝖘 😀😀 {ARTICLE}")) == [ARTICLE]
