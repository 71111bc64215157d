"""What is too old leaves the library, once a day."""

from __future__ import annotations

from retrieval.intake.rounds.retention import Retention
from retrieval.records import Receipt
from tests.intake.rounds.reading import DAY, HOUR, NOW, Reading
from tests.news_site import NewsSite, invented


def test_articles_leave_when_they_are_older_than_they_are_kept(
    site: NewsSite, reading: Reading
) -> None:
    old = invented(2, newest=NOW - 20 * DAY, seed=1, paragraphs=1)
    new = invented(1, newest=NOW, seed=2, paragraphs=1)
    reading.keep(site.publish([*new, *old]))
    reading.round()
    retention = Retention(reading.storage, reading.clock, 30 * DAY)
    retention.tidy(lambda: False)
    assert len(reading.articles()) == 3
    reading.clock.now += 15 * DAY
    retention.tidy(lambda: True)  # it is told to stop
    assert len(reading.articles()) == 3
    retention.tidy(lambda: False)
    assert [article.title for article in reading.articles()] == [new[0].title]


def test_the_library_is_tidied_once_a_day(site: NewsSite, reading: Reading) -> None:
    reading.keep(site.publish(invented(1, newest=NOW)))
    reading.round()
    retention = Retention(reading.storage, reading.clock, 1 * DAY)
    retention.tidy(lambda: False)
    reading.clock.now += 23 * HOUR
    retention.tidy(lambda: False)
    reading.clock.now += 2 * HOUR
    assert len(reading.articles()) == 1
    retention.tidy(lambda: False)
    assert reading.articles() == []


def test_receipts_of_answers_go_with_the_articles(reading: Reading) -> None:
    def answer() -> int:
        receipt = Receipt("q", True, 0.5, "model", {}, reading.clock.now)
        return reading.storage.write_receipt(receipt)

    old = answer()
    reading.clock.now += 31 * DAY
    new = answer()
    Retention(reading.storage, reading.clock, 30 * DAY).tidy(lambda: False)
    assert reading.storage.get_receipt(old) is None
    assert reading.storage.get_receipt(new) is not None


def test_without_a_limit_everything_is_kept(site: NewsSite, reading: Reading) -> None:
    reading.keep(site.publish(invented(1, newest=NOW)))
    reading.round()
    reading.clock.now += 4_000 * DAY
    Retention(reading.storage, reading.clock, None).tidy(lambda: False)
    assert len(reading.articles()) == 1
