"""Records as JSON: the shapes that scripts rely on, and nothing else."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from retrieval.records import (
        Answer,
        Article,
        FeedStatus,
        Finding,
        Hit,
        IngestReport,
        LibraryStatistics,
        Quote,
        Receipt,
        RoundReport,
        SearchResult,
    )

Json = dict[str, Any]


def print_json(content: Json) -> None:
    """Write one object to standard output, on a line of its own."""
    # Elsewhere than in UTF-8 only escapes are sure to arrive.
    ascii_only = not (sys.stdout.encoding or "").lower().startswith("utf")
    sys.stdout.write(json.dumps(content, ensure_ascii=ascii_only, allow_nan=False) + "\n")


def answer_to_json(answer: Answer) -> Json:
    """Return an answer as JSON."""
    span = None
    if answer.answer is not None and answer.quotes:
        start, end = answer.answer
        span = {"text": answer.quotes[0].article.text[start:end], "start": start, "end": end}
    return {
        "question": answer.question,
        "language": answer.language,
        "answered": answer.answered,
        "confidence": round(answer.confidence, 4),
        "answer": span,
        "quotes": [
            {
                **_quote(quote),
                # Only where there is something to tell.
                **({"also": [_quote(other) for other in quote.also]} if quote.also else {}),
                **({"differs": True} if quote.differs else {}),
            }
            for quote in answer.quotes
        ],
        "nearest": [
            {"score": round(nearest.score, 4), "article": article_to_json(nearest.article)}
            for nearest in answer.nearest
        ],
        "took_ms": round(answer.took_ms, 1),
        "receipt": answer.receipt_id,
        # Told only where nothing answers: that is when somebody wants to know what was read.
        "library": None
        if answer.answered
        else {"articles": answer.library_articles, "newest": moment_to_json(answer.library_newest)},
    }


def _quote(quote: Quote) -> Json:
    return {
        "text": quote.text,
        "start": quote.start,
        "end": quote.end,
        "score": round(quote.score, 4),
        "article": article_to_json(quote.article),
    }


def search_to_json(result: SearchResult) -> Json:
    """Return the hits of a query as JSON."""
    return {
        "query": result.query,
        "hits": [_hit(hit, rank) for rank, hit in enumerate(result.hits, start=1)],
        "took_ms": round(result.took_ms, 1),
    }


def article_to_json(article: Article) -> Json:
    """Return what identifies an article as JSON."""
    return {
        "id": article.id,
        "title": article.title,
        "url": article.url,
        "source": article.source,
        "language": article.language,
        "published_at": moment_to_json(article.published_at),
    }


def receipt_to_json(receipt: Receipt) -> Json:
    """Return why an answer was what it was as JSON."""
    return {
        "id": receipt.id,
        "question": receipt.question,
        "asked_at": moment_to_json(receipt.asked_at),
        "answered": receipt.answered,
        "confidence": round(receipt.confidence, 4),
        "model": receipt.model,
        **receipt.details,
    }


def report_to_json(report: IngestReport, indexed: int) -> Json:
    """Return what reading files did as JSON."""
    return {
        "new": report.new,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "skipped": len(report.skipped),
        "indexed": indexed,
        "problems": list(report.skipped),
    }


def round_to_json(report: RoundReport) -> Json:
    """Return what a round over the feeds did as JSON."""
    return {
        "feeds": report.feeds,
        "feeds_unchanged": report.feeds_unchanged,
        "found": report.found,
        "new": report.new,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "withdrawn": report.withdrawn,
        "summaries": report.summaries,
        "problems": list(report.problems),
    }


def statistics_to_json(
    statistics: LibraryStatistics, details: Mapping[str, str], feeds: Sequence[FeedStatus]
) -> Json:
    """Return what is in the library as JSON."""
    return {
        "articles": statistics.articles,
        "passages": statistics.passages,
        "unindexed_articles": statistics.unindexed_articles,
        "sources": dict(statistics.sources),
        "languages": dict(statistics.languages),
        "oldest": moment_to_json(statistics.oldest),
        "newest": moment_to_json(statistics.newest),
        "last_added": moment_to_json(statistics.last_added),
        "bytes_on_disk": statistics.bytes_on_disk,
        "receipts": statistics.receipts,
        "stories": statistics.stories,
        "withdrawn": statistics.withdrawn,
        "feeds": len(feeds),
        "feeds_paused": sum(status.feed.paused_because is not None for status in feeds),
        "pages_waiting": sum(status.pending_pages for status in feeds),
        "details": dict(details),
    }


def findings_to_json(findings: Sequence[Finding]) -> Json:
    """Return what `doctor` found as JSON."""
    return {
        "ok": all(finding.ok for finding in findings),
        "findings": [
            {
                "check": finding.check,
                "ok": finding.ok,
                "detail": finding.detail,
                "remedy": finding.remedy,
            }
            for finding in findings
        ],
    }


def _hit(hit: Hit, rank: int) -> Json:
    return {
        "rank": rank,
        "score": round(hit.score, 4),
        "dense": None if hit.dense is None else round(hit.dense, 4),
        "lexical": None if hit.lexical is None else round(hit.lexical, 4),
        "dense_rank": hit.dense_rank,
        "lexical_rank": hit.lexical_rank,
        "passage": {"text": hit.text, "start": hit.passage.start, "end": hit.passage.end},
        "article": article_to_json(hit.article),
    }


def moment_to_json(moment: datetime | None) -> str | None:
    """Return a moment in ISO 8601, or None."""
    return moment.isoformat() if moment else None
