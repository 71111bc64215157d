"""Pages: read once, looked at again, tried again, and given up."""

from __future__ import annotations

from dataclasses import replace

import pytest

from retrieval.errors import GoneError, RetryLaterError, UsageError
from retrieval.records import Extent, Written
from tests.intake.rounds.conftest import ReadingFactory
from tests.intake.rounds.reading import DAY, HOUR, MINUTE, MODEL, NOW, Reading
from tests.news_site import NewsSite, invented, page, rss
from tests.storage.builders import index, make_passage


def indexed(reading: Reading) -> list[str]:
    """The texts that can be found."""
    ids = [identity for identity, _ in reading.storage.iterate_vectors(MODEL)]
    return [each.article.text for each in reading.storage.get_passages(ids)]


def index_all(reading: Reading) -> None:
    articles = reading.storage.unindexed_articles(MODEL, 100)
    reading.storage.write_passages(MODEL, [index(each, make_passage(each)) for each in articles])


def test_a_corrected_article_replaces_its_passages_in_the_same_moment(
    site: NewsSite, reading: Reading
) -> None:
    (story,) = invented(1, newest=NOW)
    reading.keep(site.publish([story]))
    reading.round()
    index_all(reading)
    before = reading.articles()
    corrected = replace(
        story, paragraphs=("It was not so after all, the mayor said.", *story.paragraphs[1:])
    )
    site.put(story.path, page(corrected, site.url))
    assert reading.round(after=HOUR).report.updated == 1
    (article,) = reading.articles()
    assert article.id == before[0].id
    assert article.text.startswith("It was not so")
    assert indexed(reading) == [article.text]
    assert reading.storage.unindexed_articles(MODEL, 10) == []


def test_an_article_is_looked_at_again_for_two_days_and_no_longer(
    site: NewsSite, reading: Reading
) -> None:
    (story,) = invented(1, newest=NOW)
    reading.keep(site.publish([story]))
    reading.round()
    for _ in range(72):
        reading.round(after=HOUR)
    asked = site.requests_to(story.path)
    assert [each.status for each in asked] == [200] + [304] * 5
    assert reading.page(site.url + story.path).due_at is None


@pytest.mark.parametrize("status", [404, 410])
def test_an_article_that_is_gone_is_withdrawn(
    site: NewsSite, reading: Reading, status: int
) -> None:
    (story,) = invented(1, newest=NOW)
    reading.keep(site.publish([story]))
    reading.round()
    index_all(reading)
    site.fail(story.path, status)
    report = reading.round(after=HOUR).report
    assert (report.withdrawn, report.problems) == (1, ())
    assert reading.articles() == []
    assert indexed(reading) == []
    assert reading.article(site.url + story.path).withdrawn_at is not None


def test_an_article_that_was_missing_for_an_hour_comes_back(
    site: NewsSite, reading: Reading
) -> None:
    (story,) = invented(1, newest=NOW)
    reading.keep(site.publish([story]))
    reading.round()
    site.remove(story.path)
    assert reading.round(after=HOUR).report.withdrawn == 1
    site.publish([story])
    reading.round(after=3 * HOUR)
    assert [article.title for article in reading.articles()] == [story.title]
    assert len(reading.storage.unindexed_articles(MODEL, 10)) == 1


def test_a_server_in_trouble_withdraws_nothing(site: NewsSite, reading: Reading) -> None:
    (story,) = invented(1, newest=NOW)
    reading.keep(site.publish([story]))
    reading.round()
    site.fail(story.path, 503)
    report = reading.round(after=HOUR).report
    assert report.withdrawn == 0
    assert len(report.problems) == 1
    assert len(reading.articles()) == 1
    site.publish([story])
    assert reading.round(after=3 * HOUR).report.problems == ()


def test_the_same_words_at_two_addresses_are_one_article(site: NewsSite, reading: Reading) -> None:
    (story,) = invented(1, newest=NOW)
    twice = [replace(story, path=path) for path in ("/news/1.html", "/sport/1.html")]
    reading.keep(site.publish(twice))
    report = reading.round().report
    assert (report.new, report.unchanged) == (1, 1)
    pages = [reading.page(site.url + each.path) for each in twice]
    assert pages[0].article_id == pages[1].article_id
    # Which of the two is corrected first does not matter.
    corrected = [replace(each, title="Corrected") for each in twice]
    site.publish(corrected[1:], feed="/unlisted.xml")
    reading.round(after=HOUR)
    site.publish(corrected[:1], feed="/unlisted.xml")
    reading.round(after=3 * HOUR)
    assert [article.title for article in reading.articles()] == ["Corrected"]


def test_a_lost_second_address_withdraws_nothing(site: NewsSite, reading: Reading) -> None:
    (story,) = invented(1, newest=NOW)
    twice = [replace(story, path=path) for path in ("/news/1.html", "/sport/1.html")]
    reading.keep(site.publish(twice))
    reading.round()
    (article,) = reading.articles()
    for each in twice:
        if site.url + each.path != article.url:
            site.remove(each.path)
    assert reading.round(after=HOUR).report.withdrawn == 0
    assert len(reading.articles()) == 1


def test_an_amp_page_is_the_article_that_it_names(site: NewsSite, reading: Reading) -> None:
    (story,) = invented(1, newest=NOW)
    site.publish([story])
    shorter = replace(story, paragraphs=story.paragraphs[:-1])
    site.put("/amp" + story.path, page(shorter, site.url))
    listed = [story, replace(story, path="/amp" + story.path, guid="amp")]
    reading.keep(site.put("/feed.xml", rss(listed, site.url)))
    for _ in range(3):
        reading.round(after=4 * HOUR)
        (article,) = reading.articles()
        assert article.url == site.url + story.path
        assert article.title == story.title


def test_an_entry_without_an_address_is_kept_for_its_words(
    site: NewsSite, reading: Reading
) -> None:
    words = "The harbour of Tarumbek was closed on Monday after engineers found cracks. " * 5

    def feed(more: str = "") -> str:
        return (
            '<rss version="2.0"><channel><title>Harbour News</title><item><guid>1</guid>'
            f"<title>Harbour closed</title><description>{words}{more}</description></item>"
            "</channel></rss>"
        )

    reading.keep(site.put("/feed.xml", feed()))
    assert reading.round().report.new == 1
    site.put("/feed.xml", feed("It opened again on Friday."))
    assert reading.round(after=HOUR).report.updated == 1
    (article,) = reading.articles()
    assert article.title == "Harbour closed"
    assert article.source == "Harbour News"
    assert article.published_at is None
    assert article.text.endswith("on Friday.")
    assert [
        each.path for each in site.requests if each.path not in ("/feed.xml", "/robots.txt")
    ] == []


def test_of_a_page_that_cannot_be_read_the_summary_is_kept_in_the_end(
    site: NewsSite, reading: Reading
) -> None:
    (story,) = invented(1, newest=NOW)
    reading.keep(site.publish([story]))
    site.fail(story.path, 500)
    summaries = sum(reading.round(after=HOUR).report.summaries for _ in range(20))
    assert summaries == 1
    (article,) = reading.articles()
    assert article.extent is Extent.SUMMARY
    assert article.text == story.summary
    assert len(site.requests_to(story.path)) == 5


def test_a_page_that_is_there_a_little_later_is_read_in_full(
    site: NewsSite, reading: Reading
) -> None:
    (story,) = invented(1, newest=NOW)
    reading.keep(site.publish([story]))
    site.fail(story.path, 404)
    assert len(reading.round().report.problems) == 1
    site.publish([story])
    assert reading.round(after=10 * MINUTE).report.new == 1
    assert reading.articles()[0].extent is Extent.FULL


def test_what_robots_may_not_read_is_not_read(site: NewsSite, reading: Reading) -> None:
    (story,) = invented(1, newest=NOW)
    reading.keep(site.publish([story]))
    site.robots("User-agent: *\nDisallow: /en/")
    report = reading.round().report
    assert (report.new, report.summaries) == (1, 1)
    assert site.requests_to(story.path) == []
    for _ in range(10):
        reading.round(after=HOUR)
    assert site.requests_to(story.path) == []


def test_a_host_that_is_down_is_not_asked_for_every_page(site: NewsSite, reading: Reading) -> None:
    stories = invented(20, newest=NOW)
    reading.keep(site.publish(stories))
    for story in stories:
        site.fail(story.path, 503, retry_after=3600)
    reading.round()
    asked = [each for each in site.requests if each.path.startswith("/en/")]
    assert len(asked) == 2
    site.publish(stories)
    assert reading.round(after=HOUR).report.new == 20


def test_an_article_in_pages_is_read_whole(site: NewsSite, reading: Reading) -> None:
    (story,) = invented(1, newest=NOW, paragraphs=9)
    parts = [
        replace(story, path=path, paragraphs=story.paragraphs[start : start + 3])
        for start, path in enumerate((story.path, story.path + "?page=2", story.path + "?page=3"))
    ]
    parts = [
        replace(part, paragraphs=story.paragraphs[3 * n : 3 * n + 3])
        for n, part in enumerate(parts)
    ]
    links = "".join(f'<a href="{part.path}">{n}</a> ' for n, part in enumerate(parts, start=1))
    for part in parts:
        site.put(
            part.path,
            page(part, site.url, after=f'<div class="pagination">Halaman: {links}</div>'),
        )
    reading.keep(site.put("/feed.xml", rss([story], site.url)))
    assert reading.round().report.new == 1
    (article,) = reading.articles()
    assert article.text == story.text.replace("\n\n", "\n")


def test_one_address_is_read_because_a_person_asks_for_it(site: NewsSite, reading: Reading) -> None:
    old = invented(1, newest=NOW - 4000 * DAY)[0]
    feed = site.publish([old])
    article, written = reading.read(f"{site.url}{old.path}?utm_source=chat")
    assert (article.title, written) == (old.title, Written.NEW)
    assert reading.read(site.url + old.path)[1] is Written.UNCHANGED
    with pytest.raises(UsageError, match="kabar feeds add"):
        reading.read(feed)
    with pytest.raises(UsageError, match="no web address"):
        reading.read("what is this")
    site.remove(old.path)
    with pytest.raises(GoneError):
        reading.read(site.url + old.path)
    assert reading.articles() == []


def test_a_link_that_cannot_be_read_is_not_tried_again(site: NewsSite, reading: Reading) -> None:
    url = site.fail("/busy.html", 503)
    with pytest.raises(RetryLaterError):
        reading.read(url)
    reading.round(after=DAY)
    assert len(site.requests_to("/busy.html")) == 1


def test_pages_of_strangers_do_not_end_a_round(
    site: NewsSite, make_reading: ReadingFactory
) -> None:
    reading = make_reading(KABAR_MAX_FETCH_MEGABYTES=0.5, KABAR_MAX_FETCH_SECONDS=1)
    stories = invented(7, newest=NOW)
    reading.keep(site.publish(stories))
    site.put(stories[0].path, b"x" * 1_000_000)
    site.put(stories[1].path, "<div>" * 90_000)
    site.put(stories[2].path, b"\x00\xff\xfe" * 10_000)
    site.put(stories[3].path, "", content_type="application/pdf")
    site.put(stories[4].path, "late", delay=5)
    site.redirect(stories[5].path, stories[5].path)
    report = reading.round().report
    assert report.new >= 1
    assert reading.article(site.url + stories[6].path).title == stories[6].title
    assert {each.split(": ")[0] for each in report.problems} <= {
        site.url + each.path for each in stories[:6]
    }
