"""Which addresses an operator wants read as articles, told from a message.

A message is a question first. It is links to read where it was forwarded with a link in it, or
where somebody typed a link and nothing that asks: alone, or with the headline that an app's
"share" puts beside it. Addresses of Telegram itself are invitations and channels, no articles.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from telegram import MessageEntity
from telegram.ext.filters import MessageFilter

from bot.handlers.addressed import question_in, words_of
from bot.parsing.claims import asks_for_verdict, claim_in

if TYPE_CHECKING:
    from telegram import Message

MOST_LINKS = 5
"""That are read of one message."""

_KINDS: list[str | None] = [MessageEntity.URL, MessageEntity.TEXT_LINK]
_BESIDE_A_LINK = 4
"""Words: "is this true?" asks about what is linked."""

_TELEGRAM = frozenset({"t.me", "telegram.me", "telegram.dog"})
_QUESTION_MARKS = frozenset("?؟？⸮՞፧\u037e")
_SCHEMES = ("http://", "https://")


def links_to_read(message: Message) -> list[str]:
    """Return the addresses that a message asks to have read, each once, in order.

    Args:
        message: Any message. Of a forwarded one only the first link counts: what follows in a
            channel's post is "follow us".

    Returns:
        Addresses with a scheme, at most `MOST_LINKS`; empty where it is a question or no link.
    """
    rest = words_of(message)
    links: list[str] = []
    bare = False
    for entity, words in _links(message).items():
        address = entity.url or words
        if not address.lower().startswith(_SCHEMES):
            if "://" in address:  # tg://, ftp://
                continue
            bare = True
            address = f"https://{address}"
        rest = rest.replace(words, " ", 1)
        if not _is_telegrams(address) and address not in links:
            links.append(address)
    if message.forward_origin is not None:
        return links[:1]
    rest = rest.strip()
    # "what does example.org say of him" names a site in a question, mark or not.
    if _QUESTION_MARKS & set(rest) or (bare and rest):
        return []
    return links[:MOST_LINKS]


class LinkToRead(MessageFilter):
    """A message with `links_to_read`."""

    def filter(self, message: Message) -> bool:
        """Tell whether there is anything to read."""
        return bool(links_to_read(message))


class IsLink(MessageFilter):
    """A message that is about what it links to: "https://… is this true?"."""

    def filter(self, message: Message) -> bool:
        """Tell whether little stands beside a link, and it is one for sure.

        "who owns example.org?" names a site in a question.
        """
        links = _links(message)
        rest = claim_in(without_addresses(message))
        sure = any(
            (entity.url or words).lower().startswith(_SCHEMES) for entity, words in links.items()
        )
        return bool(links) and (not rest or (sure and len(rest.split()) <= _BESIDE_A_LINK))


class AsksForVerdict(MessageFilter):
    """A message that is nothing but "is this true?", a command or the bot's name beside it."""

    def filter(self, message: Message) -> bool:
        """Tell whether it is one."""
        return asks_for_verdict(question_in(message))


def addresses_in(message: Message) -> list[str]:
    """Return the addresses that a message links to, each once, with a scheme."""
    found = []
    for entity, words in _links(message).items():
        address = entity.url or words
        if "://" not in address:
            address = f"https://{address}"
        if address.lower().startswith(_SCHEMES) and address not in found:
            found.append(address)
    return found


def without_addresses(message: Message) -> str:
    """Return what is written beside the addresses; a word that is a link stays a word."""
    rest = words_of(message)
    for entity, words in _links(message).items():
        if entity.url is None:
            rest = rest.replace(words, " ", 1)
    return rest.strip()


def _links(message: Message) -> dict[MessageEntity, str]:
    if message.text:
        return message.parse_entities(_KINDS)
    return message.parse_caption_entities(_KINDS) if message.caption else {}


def _is_telegrams(address: str) -> bool:
    try:
        return urlsplit(address).hostname in _TELEGRAM
    except ValueError:
        return False
