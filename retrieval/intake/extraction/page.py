"""A page, and the further pages of its article, to what is known of the article.

Always true: what comes out as text is words of the page, or of what the page states as its
article's text or summary, and never a wall's own. A page that shows but the beginning of its
article, or nothing of it, gives a summary and says so in `ExtractedPage.extent`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from retrieval.errors import IntakeError, TooLargeError
from retrieval.intake.articles import RawArticle
from retrieval.intake.decoding import charset_of, decode_html
from retrieval.intake.extraction import metadata
from retrieval.intake.extraction.article import article_text, stated_text
from retrieval.intake.extraction.canonical import believed_address
from retrieval.intake.extraction.document import PageDocument, parse_document
from retrieval.intake.extraction.image import main_image
from retrieval.intake.extraction.pagination import further_pages, joined
from retrieval.intake.extraction.published import published_at
from retrieval.intake.extraction.walls import is_check, is_stub, is_wall_text
from retrieval.records import Extent, ExtractedPage, FeedEntry

_MORE = 2
"""What a page states as its article's text is taken where it shows less than half of that."""

_MAX_CHECK_CHARS = 500
"""More is an article, though its headline may be "Access denied"."""

_MAX_TEXT_CHARS = 300_000
"""Twice a long live blog. Each 600 of them cost some 20 ms when they are embedded."""

PageContent = tuple[bytes, str, str | None]
"""What was fetched, its address, and its content type as it was sent."""


def extract_page(pages: Sequence[PageContent], *, entry: FeedEntry | None = None) -> ExtractedPage:
    """Find the article in a page.

    Args:
        pages: The page, and the further pages of its article in order. One of these that cannot
            be read is left out.
        entry: What the feed said of it, which stands in where the page shows only a wall.

    Returns:
        What was found, not cleaned yet. Its ``continues_at`` are the pages that are still to be
        read: of an article whose pages name only the next one, each time the next.

    Raises:
        IntakeError: If there is no article in the page.
    """
    documents = [_document(*pages[0])]
    for page in pages[1:]:
        try:
            documents.append(_document(*page))
        except IntakeError:
            continue  # the rest of the article is better than none of it
    return _extract(documents, entry)


def extract_article(
    page: str,
    where: str,
    *,
    url: str | None = None,
    fallback_source: str | None = None,
    location: str | None = None,
) -> RawArticle:
    """Find the article in a page that was saved as a file.

    Args:
        page: The page's HTML.
        where: What it was read from, for the error.
        url: Where the page was fetched from, if it was; what the page says goes before.
        fallback_source: What the article is from, if the page does not say so.
        location: What identifies the file that the page is in.

    Returns:
        The article, not cleaned yet.

    Raises:
        IntakeError: If no article is found in the page.
    """
    document = parse_document(page, where, url)
    extracted = _extract([document], None)
    return RawArticle(
        title=extracted.title,
        text=extracted.text,
        url=extracted.canonical_url or url,
        author=extracted.author,
        source=extracted.source or metadata.stated_host(document),
        language=extracted.language,
        published_at=extracted.published_at,
        related=extracted.related,
        image_url=extracted.image_url,
        extent=extracted.extent,
        fallback_source=fallback_source,
        location=location,
    )


def _document(content: bytes, url: str, content_type: str | None) -> PageDocument:
    page = decode_html(content, url, charset=charset_of(content_type))
    return parse_document(page, url, url)


def _extract(documents: Sequence[PageDocument], entry: FeedEntry | None) -> ExtractedPage:
    first = documents[0]
    try:
        # All that is stated is read before the text is looked for, which changes the trees.
        title = metadata.headline(first)
        stated = ExtractedPage(
            title=title,
            text="",
            canonical_url=believed_address(first, title),
            author=metadata.author(first),
            source=metadata.site_name(first),
            language=metadata.language(first),
            published_at=published_at(first),
            image_url=main_image(first),
            continues_at=further_pages(documents),
        )
        return _with_text(stated, documents, entry)
    except IntakeError:
        raise
    except Exception as error:
        # Pages are hostile and their readers many: no page may end the reading of the others.
        reason = f"the page cannot be read ({type(error).__name__})"
        raise IntakeError(first.where, reason) from error


def _with_text(
    stated: ExtractedPage, documents: Sequence[PageDocument], entry: FeedEntry | None
) -> ExtractedPage:
    first = documents[0]
    body = stated_text(first)
    summary = metadata.description(first)
    texts = [article_text(each, stated, summary) for each in documents]
    paragraphs = joined([text.paragraphs for text in texts])
    if is_check(stated.title) and _size(paragraphs) < _MAX_CHECK_CHARS:
        paragraphs = []
    if _size(body) > _MORE * _size(paragraphs):
        paragraphs = body
    if _size(paragraphs) > _MAX_TEXT_CHARS:
        raise TooLargeError(first.where, f"its text has more than {_MAX_TEXT_CHARS:,} characters")
    if paragraphs:
        stub = is_stub(first, paragraphs, walled=texts[0].walled)
        text = "\n".join(paragraphs)
        if stub and len(summary) > len(text):
            text = summary
        return replace(
            stated,
            text=text,
            related=tuple(dict.fromkeys(line for each in texts for line in each.related)),
            extent=Extent.SUMMARY if stub else Extent.FULL,
        )
    return _summary(stated, first, entry)


def _summary(
    stated: ExtractedPage, document: PageDocument, entry: FeedEntry | None
) -> ExtractedPage:
    """What is known of an article whose page shows nothing of it."""
    title = "" if is_wall_text(stated.title) else stated.title
    summary = metadata.description(document)
    if is_wall_text(summary) or not (title and metadata.calls_itself_article(document)):
        summary = ""
        title = entry.title if entry else ""
    if entry and len(entry.text) > len(summary):
        summary = entry.text
    if not (summary or (entry and title)):
        raise IntakeError(document.where, "no article was found in the page")
    return replace(stated, title=title, text=summary or title, extent=Extent.SUMMARY)


def _size(paragraphs: Sequence[str]) -> int:
    return sum(map(len, paragraphs))
