"""Visits of feeds: what is asked of their servers, and what is kept of what they say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from retrieval.records import RoundReport
from tests.intake.rounds.reading import DAY, HOUR, MINUTE, NOW, Reading
from tests.news_site import NewsSite, invented, rss, sitemap, sitemap_index
from tests.news_site.bombs import billion_laughs, double_gzip_bomb, nested_tags


def test_a_round_reads_what_the_feeds_list(site: NewsSite, reading: Reading) -> None:
    stories = invented(6, newest=NOW)
    for host, own, kind in zip(
        site.hosts, (stories[:3], stories[3:]), ("rss", "atom"), strict=True
    ):
        reading.keep(host.publish(own, kind=kind))
    report = reading.round().report
    assert report == RoundReport(2, 0, 6, 6, 0, 0, 0, 0, ())
    kept = {article.title: article for article in reading.articles()}
    for story in stories:
        assert kept[story.title].text == story.text.replace("\n\n", "\n")
        assert kept[story.title].published_at == story.published
    assert all(each.pending_pages == 0 for each in reading.statuses().values())


def test_a_round_in_which_nothing_changed_reads_no_body(site: NewsSite, reading: Reading) -> None:
    feeds = [host.publish(invented(2, newest=NOW, seed=n)) for n, host in enumerate(site.hosts)]
    index = site.put("/index.xml", sitemap_index([site.url + "/sitemap.xml"]))
    site.put("/sitemap.xml", sitemap(invented(2, newest=NOW, seed=7), site.url))
    for story in invented(2, newest=NOW, seed=7):
        site.publish([story], feed="/unused.xml")
    reading.keep(*feeds, index)
    assert reading.round().report.new == 6
    before = len(site.all_requests)
    # Pages are looked at again as well: after an hour each for the first time.
    report = reading.round(after=HOUR, due_only=False).report
    asked = [each for each in site.all_requests[before:] if each.path != "/robots.txt"]
    assert len(asked) == 3 + 1 + 6
    assert {each.status for each in asked} == {304}
    assert sum(each.body_bytes for each in asked) == 0
    assert report == RoundReport(3, 3, 0, 0, 0, 0, 0, 0, ())


def test_a_sitemap_is_seen_to_change_below_an_index_that_does_not(
    site: NewsSite, reading: Reading
) -> None:
    stories = invented(3, newest=NOW)
    site.publish(stories, feed="/sitemap.xml", kind="sitemap")
    index = site.put("/index.xml", sitemap_index([site.url + "/sitemap.xml"]))
    site.put("/sitemap.xml", sitemap(stories[1:], site.url))
    assert reading.add(index)[0].url == index
    assert reading.round().report.new == 2
    site.put("/sitemap.xml", sitemap(stories, site.url))
    assert reading.round(after=HOUR).report.new == 1


def test_a_feed_is_not_visited_before_its_time(site: NewsSite, reading: Reading) -> None:
    url = site.publish(invented(1), cache_control="max-age=7200")
    reading.keep(url)
    reading.round()
    reading.round(after=HOUR)
    assert len(site.requests_to("/feed.xml")) == 1
    reading.round(after=HOUR)
    assert len(site.requests_to("/feed.xml")) == 2


def test_what_is_older_than_articles_are_kept_is_never_asked_for(
    site: NewsSite, reading: Reading
) -> None:
    old = invented(2, newest=NOW - 400 * DAY, seed=1)
    new = invented(1, newest=NOW)
    reading.keep(site.publish([*new, *old]))
    assert reading.round().report.new == 1
    assert [site.requests_to(story.path) for story in old] == [[], []]


def test_an_article_that_turns_out_to_be_too_old_is_not_kept(
    site: NewsSite, reading: Reading
) -> None:
    (story,) = invented(1, newest=NOW - 400 * DAY)
    site.publish([story])
    reading.keep(site.put("/feed.xml", rss([replace(story, published=None)], site.url)))
    report = reading.round().report
    assert (report.new, report.problems) == (0, ())
    assert reading.page(site.url + story.path).due_at is None


def test_an_entry_without_a_date_stays_without_one(site: NewsSite, reading: Reading) -> None:
    (story,) = invented(1)
    undated = replace(story, published=None)
    reading.keep(site.publish([undated]))
    assert reading.round().report.new == 1
    (article,) = reading.articles()
    assert article.published_at is None


def test_a_busy_server_is_left_alone_for_as_long_as_it_asks(
    site: NewsSite, reading: Reading
) -> None:
    url = site.fail("/feed.xml", 503, retry_after=7200)
    reading.keep(url)
    report = reading.round().report
    assert len(report.problems) == 1
    assert reading.feed(url).failures == 1
    reading.round(after=119 * MINUTE)
    assert len(site.requests_to("/feed.xml")) == 1
    site.publish(invented(1))
    assert reading.round(after=MINUTE).report.new == 1
    assert reading.feed(url).error is None


def test_a_feed_that_is_gone_for_good_is_paused_and_the_operator_told_once(
    site: NewsSite, reading: Reading
) -> None:
    url = site.fail("/feed.xml", 410)
    reading.keep(url)
    reading.round()
    reading.round(after=DAY, due_only=False)
    assert len(site.requests_to("/feed.xml")) == 1
    (text,) = reading.notices()
    assert url in text
    assert reading.feed(url).paused_because is not None


def test_a_feed_that_fails_for_fourteen_days_is_told_of_and_then_paused(
    site: NewsSite, reading: Reading
) -> None:
    url = site.publish(invented(1, newest=NOW))
    reading.keep(url)
    reading.round()
    site.fail("/feed.xml", 500)
    told = []
    for _ in range(13 * 4):
        reading.round(after=6 * HOUR)
        told.append(len(reading.notices()))
    assert told[0] == 0  # a bad hour is no news
    assert told[-1] == 1
    assert "cannot be read" in reading.notices()[0]
    assert reading.feed(url).paused_because is None
    for _ in range(3 * 4):
        reading.round(after=6 * HOUR)
    assert reading.feed(url).paused_because is not None
    asked = len(site.requests_to("/feed.xml"))
    assert asked < 30  # falling frequency
    reading.round(after=3 * DAY)
    assert len(site.requests_to("/feed.xml")) == asked
    assert len(reading.notices()) == 2


def test_a_feed_that_works_again_is_told_of_again_when_it_dies_again(
    site: NewsSite, reading: Reading
) -> None:
    url = site.publish(invented(1, newest=NOW))
    reading.keep(url)
    for _ in range(2):
        reading.round(after=DAY)
        site.fail("/feed.xml", 500)
        for _ in range(4):
            reading.round(after=DAY)
        (notice,) = reading.storage.pending_notices()
        assert notice.id is not None
        reading.storage.finish_notice(notice.id)
        site.publish(invented(1, newest=NOW))


def test_a_feed_without_news_is_told_of_as_stale(site: NewsSite, reading: Reading) -> None:
    url = site.publish(invented(1, newest=NOW - 30 * DAY))
    reading.keep(url)
    reading.round()
    (text,) = reading.notices()
    assert "30 days old" in text
    reading.round(after=DAY)
    assert len(reading.notices()) == 1


def test_a_feed_that_moved_for_good_is_known_by_its_new_address(
    site: NewsSite, reading: Reading
) -> None:
    old = site.publish(invented(2, newest=NOW), feed="/old.xml")
    reading.keep(old)
    reading.round()
    new = site.publish(invented(3, newest=NOW), feed="/new.xml")
    site.redirect("/old.xml", "/new.xml", status=301)
    report = reading.round(after=HOUR).report
    assert report.new == 1
    assert list(reading.statuses()) == [new]
    asked = len(site.requests_to("/old.xml"))
    reading.round(after=DAY)
    assert len(site.requests_to("/old.xml")) == asked
    assert site.requests_to("/new.xml")[-1].status == 304


def test_a_feed_that_moved_to_one_that_is_known_is_given_up(
    site: NewsSite, reading: Reading
) -> None:
    old = site.publish(invented(2, newest=NOW), feed="/old.xml")
    new = site.publish(invented(2, newest=NOW), feed="/new.xml")
    reading.keep(old, new)
    reading.round()
    site.redirect("/old.xml", "/new.xml", status=308)
    reading.round(after=HOUR)
    assert list(reading.statuses()) == [new]


def test_nothing_that_waits_is_lost_when_a_feed_moves(site: NewsSite, reading: Reading) -> None:
    stories = invented(4, newest=NOW)
    reading.keep(site.publish(stories[2:], feed="/old.xml"))
    for story in stories[2:]:
        site.fail(story.path, 503)
    reading.round()
    site.publish(stories[:2], feed="/new.xml")
    site.redirect("/old.xml", "/new.xml", status=301)
    reading.round(after=20 * MINUTE)
    site.publish(stories, feed="/unlisted.xml")
    for _ in range(4):
        reading.round(after=2 * HOUR)
    assert {article.title for article in reading.articles()} == {each.title for each in stories}
    assert list(reading.statuses()) == [site.url + "/new.xml"]


@pytest.mark.parametrize("kind", ["rss", "atom", "json", "sitemap"])
def test_an_entry_that_changes_has_its_page_looked_at_at_once(
    site: NewsSite, reading: Reading, kind: str
) -> None:
    (story,) = invented(1, newest=NOW)
    reading.keep(site.publish([story], kind=kind))
    reading.round()
    changed = replace(story, title="Another title", modified=NOW + 10 * MINUTE)
    site.publish([changed], kind=kind)
    assert reading.round(after=30 * MINUTE).report.updated == 1
    assert [article.title for article in reading.articles()] == ["Another title"]


def test_bombs_among_the_feeds_end_in_one_line_each_and_the_round_goes_on(
    site: NewsSite, reading: Reading, caplog: pytest.LogCaptureFixture
) -> None:
    reading.keep(
        site.put("/laughs.xml", billion_laughs()),
        site.hosts[1].put(
            "/zipped.xml",
            double_gzip_bomb(100_000_000),
            headers={"Content-Encoding": "gzip, gzip"},
        ),
        site.put("/deep.xml", nested_tags()),
        site.put("/nothing.xml", b""),
        site.put("/page.xml", "<html><body><p>No feed.</p></body></html>"),
        site.publish(invented(1, newest=NOW)),
    )
    report = reading.round().report
    assert report.new == 1
    assert report.feeds == 6
    lines = [each for each in caplog.messages if each.startswith("Feed ")]
    assert len(lines) == len(report.problems)
    for name in ("laughs", "zipped", "nothing", "page"):
        assert len([each for each in report.problems if f"/{name}.xml" in each]) == 1, name
