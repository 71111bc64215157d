"""Articles as HTML pages, with what surrounds an article on a real site."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from tests.news_site.articles import NewsArticle

_NAVIGATION = (
    '<nav><ul><li><a href="/">Home</a></li><li><a href="/world">World</a></li>'
    '<li><a href="/business">Business</a></li></ul></nav>'
)


def page(article: NewsArticle, site: str, *, head: str = "", after: str = "") -> str:
    """Render an article's page.

    Args:
        article: The article.
        site: The address of the host, without a slash at its end.
        head: More markup for the head.
        after: Markup that follows the article.
    """
    meta = [
        f'<link rel="canonical" href="{site}{article.path}">',
        f'<meta property="og:title" content="{escape(article.title)}">',
        '<meta property="og:type" content="article">',
        '<meta property="og:site_name" content="The Kalumpang Post">',
        f'<meta name="description" content="{escape(article.summary)}">',
    ]
    if article.author:
        meta.append(f'<meta name="author" content="{escape(article.author)}">')
    if article.published:
        meta.append(
            f'<meta property="article:published_time" content="{article.published.isoformat()}">'
        )
    if article.image:
        meta.append(f'<meta property="og:image" content="{site}{article.image}">')
    body = "\n".join(f"<p>{escape(paragraph)}</p>" for paragraph in article.paragraphs)
    return (
        f'<!DOCTYPE html>\n<html lang="{article.language}"><head><meta charset="utf-8">\n'
        f"<title>{escape(article.title)} - The Kalumpang Post</title>\n"
        f"{_lines(meta)}\n{head}</head>"
        f"<body>\n<header>{_NAVIGATION}</header>\n<main><article>"
        f"<h1>{escape(article.title)}</h1>\n{body}\n</article>{after}</main>\n"
        "<footer><p>© The Kalumpang Post. All rights reserved.</p></footer></body></html>\n"
    )


def front_page(articles: Iterable[NewsArticle], feeds: Iterable[tuple[str, str, str]] = ()) -> str:
    """Render a front page that links to articles and announces feeds.

    Args:
        articles: What it links to.
        feeds: Of each feed its type, title and address, which may be relative.
    """
    announced = _lines(
        f'<link rel="alternate" type="{escape(kind)}" title="{escape(title)}" '
        f'href="{escape(href)}">'
        for kind, title, href in feeds
    )
    links = _lines(
        f'<li><a href="{article.path}">{escape(article.title)}</a></li>' for article in articles
    )
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f"<title>The Kalumpang Post</title>\n{announced}</head>"
        f"<body><header>{_NAVIGATION}</header><main><ul>{links}</ul></main></body></html>\n"
    )


def _lines(parts: Iterable[str]) -> str:
    return "\n".join(parts)
