"""The newsroom: what an operator does with feeds, and reading that goes on by itself."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from retrieval.errors import FetchError, IntakeError, RefusedError, UsageError
from retrieval.kabar import Kabar
from retrieval.newsroom import Health, Newsroom, Progress, verdict_of
from retrieval.records import Feed
from tests.conftest import KabarFactory
from tests.news_site import NewsSite, front_page, invented, page, rss

LOCAL = {"KABAR_ALLOW_PRIVATE": True, "KABAR_FETCH_PAUSE_SECONDS": 0}
RSS, ATOM = "application/rss+xml", "application/atom+xml"


@pytest.fixture
def site() -> Iterator[NewsSite]:
    with NewsSite(hosts=2) as opened:
        yield opened


@pytest.fixture
def newsroom(kabar_factory: KabarFactory) -> Newsroom:
    return kabar_factory(**LOCAL).newsroom


def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


# -- the list of feeds ---------------------------------------------------------------------


def test_a_feed_is_added_and_what_it_lists_is_not_asked_for_twice(
    site: NewsSite, newsroom: Newsroom
) -> None:
    url = site.publish(invented(3))
    (feed,) = newsroom.add_feed(url)
    assert (feed.url, feed.title) == (url, "The Kalumpang Post")
    (status,) = newsroom.feeds()
    assert status.pending_pages == 3
    assert status.feed.etag is not None
    assert newsroom.add_feed(url) == [status.feed]
    assert len(site.requests_to("/feed.xml")) == 1


def test_the_feed_of_a_site_is_found_from_its_front_page(
    site: NewsSite, newsroom: Newsroom
) -> None:
    stories = invented(2)
    site.publish(stories, feed="/news.xml")
    site.publish(stories, feed="/news.atom", kind="atom")
    site.publish(stories, feed="/comments.xml")
    links = [
        (RSS, "The Kalumpang Post » RSS", "/news.xml"),
        (ATOM, "The Kalumpang Post » Atom", "/news.atom"),
        (RSS, "The Kalumpang Post » Comments Feed", "/comments.xml"),
    ]
    site.put("/", front_page(stories, links))
    assert [feed.url for feed in newsroom.add_feed(site.url)] == [f"{site.url}/news.xml"]
    assert site.requests_to("/comments.xml") == []


def test_a_page_that_links_to_a_broken_feed_says_so(site: NewsSite, newsroom: Newsroom) -> None:
    site.put("/", front_page([], [(RSS, "News", "/gone.xml")]))
    with pytest.raises(IntakeError, match=r"/gone\.xml"):
        newsroom.add_feed(site.url)
    assert newsroom.feeds() == []


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/page.html", "give the feed's own address"),
        ("/missing.xml", "/missing.xml"),
        ("/picture.png", "/picture.png"),
    ],
)
def test_what_is_no_feed_is_not_added(
    site: NewsSite, newsroom: Newsroom, address: str, words: str
) -> None:
    (story,) = invented(1)
    site.put("/page.html", page(story, site.url))
    site.put("/picture.png", b"\x89PNG\r\n\x1a\n" * 100, content_type="image/png")
    with pytest.raises((UsageError, IntakeError), match=words):
        newsroom.add_feed(site.url + address)
    assert newsroom.feeds() == []


def test_what_is_no_address_is_said_to_be_none(newsroom: Newsroom) -> None:
    for typed in ("news", "ftp://example.org/feed.xml", "https://"):
        with pytest.raises(UsageError, match="no web address"):
            newsroom.add_feed(typed)


def test_the_operators_own_network_is_not_read_unless_they_allow_it(
    site: NewsSite, kabar_factory: KabarFactory
) -> None:
    newsroom = kabar_factory().newsroom
    url = site.publish(invented(1))
    with pytest.raises(RefusedError):
        newsroom.add_feed(url)
    assert site.all_requests == []


def test_a_list_of_feeds_goes_out_and_comes_in(
    site: NewsSite, newsroom: Newsroom, kabar_factory: KabarFactory
) -> None:
    url = site.publish(invented(1))
    newsroom.add_feed(url)
    listed = newsroom.export_opml().encode()
    other = kabar_factory(**LOCAL).newsroom
    assert other.import_opml(listed) == (1, 0)
    assert other.import_opml(listed) == (0, 1)
    (status,) = other.feeds()
    assert (status.feed.url, status.feed.title) == (url, "The Kalumpang Post")
    assert verdict_of(status, now()).health is Health.NEVER_VISITED
    with pytest.raises(IntakeError):
        other.import_opml(b"no list at all")


def test_a_feed_is_paused_resumed_and_removed(site: NewsSite, newsroom: Newsroom) -> None:
    url = site.publish(invented(1))
    newsroom.add_feed(url)
    assert newsroom.pause_feed(url)
    (status,) = newsroom.check_feeds()
    assert len(site.requests_to("/feed.xml")) == 1
    assert verdict_of(status, now()).health is Health.PAUSED
    assert newsroom.resume_feed(url)
    (status,) = newsroom.check_feeds()
    assert len(site.requests_to("/feed.xml")) == 2
    assert status.feed.paused_because is None
    assert newsroom.remove_feed(url)
    assert newsroom.feeds() == []
    for do in (newsroom.pause_feed, newsroom.resume_feed, newsroom.remove_feed):
        assert not do(url)


def test_a_check_tells_the_dead_the_stale_and_the_gone(site: NewsSite, newsroom: Newsroom) -> None:
    well = site.publish(invented(2, newest=now()), feed="/well.xml")
    stale = site.publish([], feed="/stale.xml")
    dead = site.publish(invented(1, seed=2), feed="/dead.xml")
    gone = site.publish(invented(1, seed=3), feed="/gone.xml")
    for url in (well, stale, dead, gone):
        newsroom.add_feed(url)
    site.fail("/dead.xml", 500)
    site.fail("/gone.xml", 410)
    checked: list[Feed] = []
    found = {
        each.feed.url: verdict_of(each, now()) for each in newsroom.check_feeds(checked.append)
    }
    assert {url: verdict.health for url, verdict in found.items()} == {
        well: Health.OK,
        stale: Health.STALE,
        dead: Health.DEAD,
        gone: Health.PAUSED,
    }
    assert {feed.url for feed in checked} == set(found)
    assert [each.path for each in site.requests if each.path.startswith("/en/")] == []
    told = newsroom.notices()
    assert any(gone in notice.text for notice in told)
    for notice in told:
        newsroom.finish_notice(notice)
    newsroom.check_feeds()
    assert newsroom.notices() == []


# -- reading -------------------------------------------------------------------------------


def found(kabar: Kabar, query: str) -> list[str]:
    return [hit.article.title for hit in kabar.search(query).hits]


def test_what_is_fetched_can_be_asked_for_and_what_is_taken_back_cannot(
    site: NewsSite, kabar_factory: KabarFactory
) -> None:
    kabar = kabar_factory(**LOCAL)
    first, second = invented(2, newest=now(), paragraphs=2)
    kabar.newsroom.add_feed(site.publish([first, second]))
    told: list[Progress] = []
    report = kabar.newsroom.fetch(told.append)
    assert (report.feeds, report.feeds_unchanged, report.new) == (1, 1, 2)
    assert {each.phase for each in told} == {"feeds", "pages", "index", "stories"}
    assert kabar.statistics().unindexed_articles == 0
    assert set(found(kabar, first.title)) == {first.title, second.title}
    # A person sends the links: one was corrected, the other taken back.
    comet = "A comet was seen over the harbour at dawn, and nobody slept."
    corrected = replace(first, paragraphs=(comet, *invented(1, seed=9)[0].paragraphs))
    site.put(first.path, page(corrected, site.url))
    site.remove(second.path)
    kabar.newsroom.read_url(site.url + first.path)
    with pytest.raises(FetchError):
        kabar.newsroom.read_url(site.url + second.path)
    kabar.index_pending()
    hits = kabar.search("comet over the harbour").hits
    assert {hit.article.title for hit in hits} == {first.title}
    assert hits[0].text.startswith(comet)
    assert not any(first.paragraphs[0][:60] in hit.article.text for hit in hits)
    answer = kabar.ask(f"{second.title}?")
    assert second.title not in {quote.article.title for quote in answer.quotes}
    assert second.title not in {each.article.title for each in answer.nearest}
    assert [each.ok for each in kabar.verify()] == [True] * len(kabar.verify())


def wait_for(condition: Callable[[], object], timeout: float = 20) -> None:
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_reading_goes_on_by_itself_until_it_is_told_to_stop(
    site: NewsSite, kabar_factory: KabarFactory
) -> None:
    kabar = kabar_factory(**LOCAL)
    stories = invented(3, newest=now(), paragraphs=1)
    kabar.newsroom.add_feed(site.publish(stories))
    site.put(stories[2].path, "late", delay=20)
    stop = threading.Event()
    thread = threading.Thread(target=kabar.newsroom.run, args=(stop,))
    thread.start()
    wait_for(lambda: len(kabar.latest(10)) == 2)
    # Others are served meanwhile.
    assert len(kabar.newsroom.add_feed(site.hosts[1].publish(invented(1, seed=2)))) == 1
    began = time.monotonic()
    stop.set()
    thread.join(10)
    assert not thread.is_alive()
    assert time.monotonic() - began < 5


def test_reading_goes_on_whatever_goes_wrong(
    site: NewsSite, kabar_factory: KabarFactory, caplog: pytest.LogCaptureFixture
) -> None:
    kabar = kabar_factory(KABAR_EMBEDDING_MODEL="/nowhere", **LOCAL)
    kabar.newsroom.add_feed(site.publish(invented(2, newest=now())))
    stop = threading.Event()
    thread = threading.Thread(target=kabar.newsroom.run, args=(stop,))
    thread.start()
    wait_for(lambda: any("goes on in a minute" in each for each in caplog.messages))
    assert thread.is_alive()
    assert len(kabar.latest(10)) == 2
    stop.set()
    thread.join(5)
    assert not thread.is_alive()


def test_a_link_to_a_feed_is_no_article(site: NewsSite, newsroom: Newsroom) -> None:
    url = site.put("/feed.xml", rss(invented(1), site.url))
    with pytest.raises(UsageError, match=f"kabar feeds add {url}"):
        newsroom.read_url(url)


def test_nothing_is_read_once_the_library_is_closed(
    site: NewsSite, kabar_factory: KabarFactory, caplog: pytest.LogCaptureFixture
) -> None:
    kabar = kabar_factory(**LOCAL)
    newsroom = kabar.newsroom
    url = site.publish(invented(1))
    newsroom.add_feed(url)
    kabar.close()
    with pytest.raises(UsageError, match="closed"):
        newsroom.add_feed(url)
    with caplog.at_level(logging.WARNING):
        newsroom.run(threading.Event())  # ends at once
    assert caplog.messages == []
