"""Articles as RSS, Atom, JSON Feed and news sitemap."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from email.utils import format_datetime
from xml.sax.saxutils import escape, quoteattr

from tests.news_site.articles import NewsArticle

TITLE = "The Kalumpang Post"

FEED_TYPES = {
    "rss": "application/rss+xml; charset=utf-8",
    "atom": "application/atom+xml; charset=utf-8",
    "json": "application/feed+json",
    "sitemap": "application/xml; charset=utf-8",
}


def rss(articles: Sequence[NewsArticle], site: str, *, channel: str = "") -> str:
    """Render RSS 2.0; ``channel`` is more markup for the channel, such as a ``ttl``."""
    items = []
    for article in articles:
        parts = [
            f"<title>{escape(article.title)}</title>",
            f"<link>{site}{article.path}</link>",
            f'<guid isPermaLink="false">{escape(article.guid or site + article.path)}</guid>',
            f"<description>{escape(article.summary)}</description>",
        ]
        if article.published:
            parts.append(f"<pubDate>{format_datetime(article.published)}</pubDate>")
        if article.author:
            parts.append(f"<dc:creator>{escape(article.author)}</dc:creator>")
        items.append(f"<item>{''.join(parts)}</item>")
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>'
        f"<title>{TITLE}</title><link>{site}/</link><description>News</description>{channel}\n"
        + "\n".join(items)
        + "</channel></rss>\n"
    )


def atom(articles: Sequence[NewsArticle], site: str) -> str:
    """Render Atom 1.0."""
    entries = []
    for article in articles:
        parts = [
            f"<title>{escape(article.title)}</title>",
            f"<link href={quoteattr(site + article.path)}/>",
            f"<id>{escape(article.guid or site + article.path)}</id>",
            f"<summary>{escape(article.summary)}</summary>",
        ]
        if article.published:
            parts.append(f"<published>{article.published.isoformat()}</published>")
            parts.append(
                f"<updated>{(article.modified or article.published).isoformat()}</updated>"
            )
        if article.author:
            parts.append(f"<author><name>{escape(article.author)}</name></author>")
        entries.append(f"<entry>{''.join(parts)}</entry>")
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">'
        f"<title>{TITLE}</title><id>{site}/</id><link href={quoteattr(site + '/')}/>"
        + "\n".join(entries)
        + "</feed>\n"
    )


def json_feed(articles: Sequence[NewsArticle], site: str) -> str:
    """Render JSON Feed 1.1."""
    items = []
    for article in articles:
        item = {
            "id": article.guid or site + article.path,
            "url": site + article.path,
            "title": article.title,
            "summary": article.summary,
            "language": article.language,
        }
        if article.published:
            item["date_published"] = article.published.isoformat()
        items.append(item)
    return json.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": TITLE,
            "home_page_url": f"{site}/",
            "items": items,
        },
        ensure_ascii=False,
    )


def sitemap(articles: Sequence[NewsArticle], site: str) -> str:
    """Render a news sitemap."""
    urls = []
    for article in articles:
        parts = [f"<loc>{escape(site + article.path)}</loc>"]
        if article.published:
            parts.append(
                f"<lastmod>{(article.modified or article.published).isoformat()}</lastmod>"
            )
            parts.append(
                f"<news:news><news:publication><news:name>{TITLE}</news:name>"
                f"<news:language>{article.language}</news:language></news:publication>"
                f"<news:publication_date>{article.published.isoformat()}</news:publication_date>"
                f"<news:title>{escape(article.title)}</news:title></news:news>"
            )
        urls.append(f"<url>{''.join(parts)}</url>")
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">'
        + "\n".join(urls)
        + "</urlset>\n"
    )


def sitemap_index(addresses: Sequence[str]) -> str:
    """Render an index of sitemaps."""
    entries = "".join(f"<sitemap><loc>{escape(each)}</loc></sitemap>" for each in addresses)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</sitemapindex>\n'
    )


RENDERERS: dict[str, Callable[[Sequence[NewsArticle], str], str]] = {
    "rss": rss,
    "atom": atom,
    "json": json_feed,
    "sitemap": sitemap,
}
