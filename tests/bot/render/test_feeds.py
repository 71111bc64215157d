"""What an operator is told of feeds, in their language."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.render.feeds import article_block, feed_messages, notice_message, removed_message
from bot.render.readers import ENGLISH, Reader
from bot.render.translation import translator
from retrieval.records import Feed, FeedStatus, Notice, Written
from tests.bot.records import article

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
INDONESIAN = Reader(translator("id"), now=NOW)
FEED = Feed(
    "https://example.org/feed.xml",
    title="The <Post>",
    next_visit_at=NOW + timedelta(minutes=8),
    visited_at=NOW,
    succeeded_at=NOW,
    changed_at=NOW,
)
NOTICE = Notice("dead https://example.org/x", "The feed x cannot be read. It answered 503.", NOW)


def test_the_list_of_feeds_is_in_the_operators_language() -> None:
    status = FeedStatus(FEED, articles_24h=2, newest_article=NOW, pending_pages=0)
    (english,) = feed_messages([status], Reader(translator("en"), now=NOW))
    (indonesian,) = feed_messages([status], INDONESIAN)
    head = "1. The <Post>\nhttps://example.org/feed.xml\n"
    assert english.plain == f"{head}in order · 2 articles in a day · next visit in 8 minutes"
    assert indonesian.plain == (
        f"{head}baik · 2 artikel dalam sehari · kunjungan berikutnya dalam 8 menit"
    )
    assert "&lt;Post&gt;" in indonesian.html


def test_what_was_done_is_told_in_the_operators_language() -> None:
    assert removed_message(FEED, INDONESIAN.t).plain.endswith("\nArtikelnya tetap ada.")
    read = article_block(article(), Written.UNCHANGED, INDONESIAN)
    assert read.plain.startswith("Sudah pernah dibaca, dan tidak berubah: ")


def test_a_notice_says_what_it_is_about_before_the_reason() -> None:
    assert notice_message([NOTICE], ENGLISH.t).plain == f"For the operator:\n• {NOTICE.text}"
    assert notice_message([NOTICE], INDONESIAN.t).plain == (
        f"Untuk operator:\n• Ada feed yang tidak dapat dibaca: {NOTICE.text}"
    )
