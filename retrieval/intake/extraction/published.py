"""When a page says that its article was published: never guessed, so often None.

trafilatura is not asked: it gives only days, and searches the page's text for one where none
is stated, which is a guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from retrieval.intake.dates import can_be_right, parse_time
from retrieval.intake.extraction.document import PageDocument

# What sites call the time of publication, the most telling names first.
_TIME_NAMES = (
    "article:published_time", "og:published_time", "datepublished", "publishdate", "pubdate",
    "publish_date", "publish-date", "publication_date", "published_date", "parsely-pub-date",
    "sailthru.date", "dcterms.issued", "dc.date.issued", "dc.date", "date",
)  # fmt: skip

_ZONE = re.compile(r"(?:Z|GMT|UTC|[+-]\d{2}:?\d{2})$")


def published_at(document: PageDocument) -> datetime | None:
    """The time that the page states for machines to read.

    Args:
        document: The page.

    Returns:
        The time in UTC, one stated with a zone before one without; None if none is stated, or
        none that can be right.
    """
    stated = [*_stated_in_json(document), *_stated_in_tags(document)]
    zoned = filter(_ZONE.search, stated)
    times = map(parse_time, [*zoned, *stated])
    return next((time for time in times if time is not None and can_be_right(time)), None)


def _stated_in_json(document: PageDocument) -> Iterator[str]:
    for thing in (document.article, *document.objects):
        for key in ("datePublished", "uploadDate"):
            if isinstance(thing.get(key), str):
                yield thing[key].strip()


def _stated_in_tags(document: PageDocument) -> Iterator[str]:
    for name in _TIME_NAMES:
        if name in document.metas:
            yield document.metas[name]
    times = list(document.tree.iter("time"))
    for time in times:
        if time.get("pubdate") is not None or time.get("itemprop") == "datePublished":
            yield time.get("datetime") or ""
    # One time on the whole page can be no other article's.
    if len(times) == 1:
        yield times[0].get("datetime") or ""
