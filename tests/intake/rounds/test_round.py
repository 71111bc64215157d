"""A round as a whole: its bounds, its end, and what it gives back."""

from __future__ import annotations

import threading
import time

from retrieval.intake.rounds.progress import Progress
from retrieval.intake.rounds.round import PAGE_LEASE
from tests.intake.rounds.conftest import ReadingFactory
from tests.intake.rounds.reading import HOUR, NOW, Reading
from tests.news_site import NewsSite, invented, json_feed, rss


def test_a_round_that_is_told_to_stop_ends_at_once_and_loses_nothing(
    site: NewsSite, reading: Reading
) -> None:
    stories = invented(8, newest=NOW)
    reading.keep(site.publish(stories))
    for story in stories[2:]:
        site.put(story.path, "late", delay=30)
    stop = threading.Event()

    def stop_when_it_waits() -> None:
        site.wait_for(lambda: [r for r in site.requests if r.path == stories[2].path])
        stop.set()

    watcher = threading.Thread(target=stop_when_it_waits)
    watcher.start()
    began = time.monotonic()
    report = reading.round(stop=stop.is_set).report
    watcher.join()
    assert time.monotonic() - began < 5
    assert report.new == 2
    site.publish(stories)
    # Nothing is taken any more: the next round reads all of it at once.
    assert reading.round().report.new == 6


def test_what_a_killed_process_had_taken_is_taken_over(
    site: NewsSite, make_reading: ReadingFactory
) -> None:
    reading = make_reading()
    stories = invented(4, newest=NOW)
    feed = reading.add(site.publish(stories))[0]
    taken = reading.storage.claim_pages(NOW, 3, lease=PAGE_LEASE)
    assert len(taken) == 3  # as by a process that was killed then
    reading.storage.claim_feeds(NOW, 1, lease=HOUR, due_only=False)
    assert reading.round(due_only=False).report.new == 4
    assert feed.url in reading.statuses()


def test_what_another_process_has_taken_is_left_to_it(
    site: NewsSite, make_reading: ReadingFactory
) -> None:
    reading = make_reading()
    reading.add(site.publish(invented(4, newest=NOW)))
    assert len(reading.storage.claim_pages(NOW, 3, lease=PAGE_LEASE)) == 3
    from retrieval.intake.rounds.presence import Presence

    other = Presence(reading.means.presence.path)
    other.take()
    assert reading.round().report.new == 1
    other.close()
    assert reading.round().report.new == 3


def test_of_one_host_one_page_is_read_at_a_time_and_hosts_side_by_side(
    site: NewsSite, reading: Reading
) -> None:
    for n, host in enumerate(site.hosts):
        stories = invented(4, newest=NOW, seed=n)
        reading.keep(host.publish(stories))
        for story in stories:
            host.put(story.path, rss([], host.url), delay=0.05)
    reading.round()
    for host in site.hosts:
        assert max(each.beside for each in host.requests) == 1
    one, other = (
        [each for each in host.requests if each.path.startswith("/en/")] for host in site.hosts
    )
    assert any(a.at < (b.ended_at or 0) and b.at < (a.ended_at or 0) for a in one for b in other)


def test_a_round_tells_how_far_it_is(site: NewsSite, reading: Reading) -> None:
    for n, host in enumerate(site.hosts):
        reading.keep(host.publish(invented(3, newest=NOW, seed=n)))
    told: list[Progress] = []
    written: list[int] = []
    reading.round(due_only=False, on_progress=told.append, on_written=written.append)
    feeds = [each for each in told if each.phase == "feeds"]
    pages = [each for each in told if each.phase == "pages"]
    assert [(each.done, each.total) for each in feeds] == [(1, 2), (2, 2)]
    assert [each.done for each in pages] == [1, 2, 3, 4, 5, 6]
    assert pages[-1].total == 6
    assert all(each.done <= each.total for each in told)
    assert sum(written) == 6


def test_a_round_over_all_feeds_leaves_their_times_as_they_were(
    site: NewsSite, reading: Reading
) -> None:
    urls = [site.publish(invented(1, seed=n), feed=f"/feed-{n}.xml") for n in range(5)]
    reading.keep(*urls)
    first = reading.round(due_only=False)
    assert first.report.feeds == 5
    for url in urls:
        assert len(site.requests_to(url.removeprefix(site.url))) == 1
        feed = reading.feed(url)
        assert feed.next_visit_at == NOW + feed.interval
    assert reading.round(after=HOUR / 8).report.feeds == 0
    assert reading.round(after=HOUR).report.feeds == 5


def test_words_that_no_library_can_keep_do_not_end_a_round(
    site: NewsSite, reading: Reading
) -> None:
    stories = invented(3, newest=NOW)
    broken = site.publish(stories[:1], feed="/broken.json", kind="json")
    site.put(
        "/broken.json", json_feed(stories[:1], site.url).replace('"title": "', '"title": "\\ud83d')
    )
    well = site.hosts[1].publish(stories[1:])
    reading.keep(broken, well)
    assert reading.round().report.new >= 2
    assert reading.round(after=HOUR).report.feeds == 2
