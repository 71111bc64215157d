"""The address of an article's main image, as the page states it. Nothing is fetched."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from retrieval.intake.extraction.document import PageDocument
from retrieval.intake.urls import canonical_url


def main_image(document: PageDocument) -> str | None:
    """The address of the main image: absolute, http or https.

    Args:
        document: The page.

    Returns:
        The address; None if the page states none, or only its outlet's logo.
    """
    logos = {canonical_url(document.absolute(logo)) for logo in _logos(document)}
    for stated in _stated(document):
        address = canonical_url(document.absolute(stated))
        if address and address not in logos:
            return address
    return None


def _stated(document: PageDocument) -> Iterator[str]:
    for name in (
        "og:image:secure_url",
        "og:image",
        "og:image:url",
        "twitter:image",
        "twitter:image:src",
    ):
        stated = document.metas.get(name)
        if stated:
            yield stated
    yield from _addresses(document.article.get("image"))
    yield from _addresses(document.article.get("thumbnailUrl"))
    for link in document.tree.iter("link"):
        if (link.get("rel") or "").lower() == "image_src":
            yield link.get("href") or ""


def _logos(document: PageDocument) -> Iterator[str]:
    for thing in (*document.objects, document.article.get("publisher")):
        if isinstance(thing, dict):
            yield from _addresses(thing.get("logo"))


def _addresses(stated: Any) -> Iterator[str]:
    for each in stated if isinstance(stated, list) else [stated]:
        address = each
        if isinstance(each, dict):
            address = each.get("url") or each.get("contentUrl") or each.get("@id")
        if isinstance(address, str) and address:
            yield address
