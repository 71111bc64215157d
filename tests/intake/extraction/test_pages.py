"""Pages as news sites make them: what is read of each, word for word."""

import json
from pathlib import Path
from typing import Any

import pytest

from retrieval.intake.articles import article_from_page
from retrieval.intake.extraction import extract_page

PAGES = Path(__file__).parents[1] / "pages"
LAYOUTS = sorted(path.stem for path in PAGES.glob("*.json"))


def expected_of(layout: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((PAGES / f"{layout}.json").read_text(encoding="utf-8"))
    return content


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_layout_is_read_word_for_word(layout: str) -> None:
    expected = expected_of(layout)
    content_type = expected.get("content_type", "text/html; charset=utf-8")
    pages = [((PAGES / f"{layout}.html").read_bytes(), expected["url"], content_type)]
    further = expected.get("further", {})
    assert extract_page(pages).continues_at == tuple(further)
    pages += [((PAGES / name).read_bytes(), url, content_type) for url, name in further.items()]
    extracted = extract_page(pages)
    article = article_from_page(extracted, url=expected["url"], entry=None)
    assert article.text.split("\n") == expected["text"]
    read = {
        "title": article.title,
        "author": article.author,
        "source": extracted.source,
        "language": article.language,
        "published_at": article.published_at and article.published_at.isoformat(),
        "image_url": article.image_url,
        "canonical_url": extracted.canonical_url,
        "extent": article.extent,
        "related": list(article.related),
    }
    assert read == {name: expected[name] for name in read}
