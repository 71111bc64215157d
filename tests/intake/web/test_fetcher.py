"""Fetch real pages over real connections."""

from __future__ import annotations

import asyncio
import logging
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from retrieval.errors import (
    FetchError,
    GoneError,
    IntakeError,
    RefusedError,
    RetryLaterError,
    TooLargeError,
)
from retrieval.intake.web import Fetched, Fetcher
from tests.intake.web.fetching import fetch, web_settings, with_fetcher
from tests.news_site import NewsSite, dripping, endless, invented

MOMENT = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def _site() -> Iterator[NewsSite]:
    with NewsSite(hosts=4) as site:
        yield site


@pytest.fixture
def site(_site: NewsSite) -> NewsSite:
    _site.application.resources.clear()
    _site.application.traffic.requests.clear()
    return _site


def pages(site: NewsSite) -> list[str]:
    return [request.path for request in site.requests if request.path != "/robots.txt"]


def test_a_page_comes_with_all_that_is_needed_to_ask_again(site: NewsSite) -> None:
    url = site.put("/a", "page", etag='"1"', last_modified=MOMENT, cache_control="max-age=60")
    assert fetch(url) == Fetched(
        url=url,
        status=200,
        content=b"page",
        content_type="text/html; charset=utf-8",
        etag='"1"',
        last_modified="Mon, 02 Mar 2026 08:30:00 GMT",
        fresh_for=timedelta(minutes=1),
        moved_to=None,
    )


def test_a_page_that_says_little_is_a_page(site: NewsSite) -> None:
    fetched = fetch(site.put("/a", b"", content_type="", etag=""))
    assert fetched.content == b""
    assert (fetched.content_type, fetched.etag, fetched.fresh_for) == (None, None, None)


def test_what_is_known_already_is_not_sent_again(site: NewsSite) -> None:
    url = site.put("/a", "page", last_modified=MOMENT, cache_control="max-age=60")
    first = fetch(url)
    known = {"etag": first.etag, "last_modified": first.last_modified}
    again = fetch(url, known=known)
    assert (again.status, again.content) == (304, b"")
    assert (again.etag, again.last_modified) == (first.etag, first.last_modified)
    assert again.fresh_for == timedelta(minutes=1)
    assert site.requests_to("/a")[-1].body_bytes == 0


def test_either_validator_is_enough(site: NewsSite) -> None:
    by_date = site.put("/date", "page", etag="", last_modified=MOMENT)
    by_tag = site.put("/tag", "page", etag='W/"x"')
    stated = fetch(by_date).last_modified
    assert fetch(by_date, known={"last_modified": stated}).status == 304
    assert fetch(by_tag, known={"etag": 'W/"x"'}).status == 304
    assert fetch(by_tag, known={"etag": '"y"'}).content == b"page"


@pytest.mark.parametrize("etag", ['"ü"', '"a\r\nb"', '"\U0001f600"', "", '"' + "x" * 5_000 + '"'])
def test_a_validator_that_cannot_be_sent_back_is_not(site: NewsSite, etag: str) -> None:
    assert fetch(site.put("/a", "page"), known={"etag": etag}).content == b"page"


def test_unchanged_is_no_answer_to_a_question_that_was_not_asked(site: NewsSite) -> None:
    with pytest.raises(FetchError):
        fetch(site.put("/a", "", status=304))


def test_a_packed_page_is_unpacked(site: NewsSite) -> None:
    text = "many words " * 1_000
    assert fetch(site.put("/a", text, zipped=True)).content == text.encode()
    (request,) = site.requests_to("/a")
    assert request.headers["accept-encoding"] == "gzip"
    assert request.body_bytes < 500


def test_a_request_says_who_asks_and_nothing_else(site: NewsSite) -> None:
    with_fetcher(
        lambda fetcher: fetcher.fetch(site.put("/a", "page"), accept="text/html"),
        KABAR_CONTACT="https://example.org/bot",
    )
    (request,) = site.requests_to("/a")
    assert request.headers["user-agent"].startswith("Kabar")
    assert "+https://example.org/bot" in request.headers["user-agent"]
    assert request.headers["accept"] == "text/html"
    expected = {"host", "accept", "accept-encoding", "connection", "user-agent"}
    assert set(request.headers) == expected


def test_no_cookie_is_kept(site: NewsSite) -> None:
    url = site.put("/a", "page", headers={"set-cookie": "id=1; Path=/"})
    site.redirect("/b", "/a")
    site.put("/b", "", status=302, headers={"location": "/a", "set-cookie": "id=2; Path=/"})

    async def use(fetcher: Fetcher) -> None:
        await fetcher.fetch(url)
        await fetcher.fetch(site.url + "/b")

    with_fetcher(use)
    assert [each.path for each in site.requests if "cookie" in each.headers] == []


def test_the_operators_proxies_and_authorities_are_left_alone(
    site: NewsSite, monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9/")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9/")
    monkeypatch.setenv("SSL_CERT_FILE", f"{tmp_path}/none.pem")
    url = site.put("/a", "page")

    async def run() -> Fetched:
        async with Fetcher(web_settings()) as fetcher:
            return await fetcher.fetch(url)

    assert asyncio.run(run()).content == b"page"


@pytest.mark.parametrize("status", [404, 410])
def test_what_is_not_there_is_gone(site: NewsSite, status: int) -> None:
    with pytest.raises(GoneError, match=str(status)) as caught:
        fetch(site.fail("/a", status))
    assert caught.value.status == status
    assert caught.value.where == site.url + "/a"


@pytest.mark.parametrize(
    ("status", "retry_after", "expected"),
    [
        (503, 120, timedelta(minutes=2)),
        (429, "60", timedelta(minutes=1)),
        (503, None, None),
        (503, "soon", None),
        (503, 10**15, timedelta(days=7)),
        (500, None, None),
        (502, None, None),
        (599, None, None),
        (408, None, None),
    ],
)
def test_a_busy_or_broken_site_is_asked_later(
    site: NewsSite, status: int, retry_after: int | str | None, expected: timedelta | None
) -> None:
    with pytest.raises(RetryLaterError, match=str(status)) as caught:
        fetch(site.fail("/a", status, retry_after))
    assert caught.value.retry_after == expected


@pytest.mark.parametrize("status", [401, 402, 403, 451])
def test_a_site_that_refuses_is_said_to(site: NewsSite, status: int) -> None:
    with pytest.raises(FetchError, match="refuses") as caught:
        fetch(site.fail("/a", status))
    assert not isinstance(caught.value, RetryLaterError | GoneError | RefusedError)


@pytest.mark.parametrize("status", [204, 206, 300, 400, 405, 418])
def test_what_is_no_page_is_an_error_in_words(site: NewsSite, status: int) -> None:
    with pytest.raises(IntakeError, match=str(status)):
        fetch(site.put("/a", b"", status=status, etag=""))


def test_nobody_there_is_asked_later() -> None:
    with NewsSite() as closed:
        url = closed.url
    with pytest.raises(RetryLaterError, match="cannot be reached"):
        fetch(url)
    with pytest.raises(RetryLaterError, match="no such host"):
        fetch("http://no-such-host.invalid/")


def test_a_slow_site_is_given_up_in_time(site: NewsSite) -> None:
    site.put("/slow", "page", delay=5)
    site.put("/drip", endless(b"x", every=0.02))
    for path in ("/slow", "/drip"):
        begun = time.monotonic()
        with pytest.raises(RetryLaterError, match=r"longer than 0\.3 seconds"):
            fetch(site.url + path, KABAR_MAX_FETCH_SECONDS=0.3)
        assert 0.3 <= time.monotonic() - begun < 2


def test_the_time_of_a_fetch_is_that_of_all_its_requests(site: NewsSite) -> None:
    for n in range(5):
        site.put(f"/{n}", "", status=302, headers={"location": f"/{n + 1}"}, delay=0.15)
    begun = time.monotonic()
    with pytest.raises(RetryLaterError, match=r"longer than 0\.4 seconds"):
        fetch(site.url + "/0", KABAR_MAX_FETCH_SECONDS=0.4)
    assert time.monotonic() - begun < 0.8


def test_waiting_for_a_turn_is_not_part_of_a_fetchs_time(site: NewsSite) -> None:
    url = site.put("/a", "page", delay=0.1)

    async def use(fetcher: Fetcher) -> list[Fetched]:
        return await asyncio.gather(*(fetcher.fetch(url) for _ in range(6)))

    assert len(with_fetcher(use, KABAR_MAX_FETCH_SECONDS=0.4)) == 6


def test_what_is_too_large_is_given_up(site: NewsSite) -> None:
    site.put("/announced", b"x" * 60_000)
    site.put("/streamed", dripping(b"x" * 60_000, size=10_000, every=0))
    for path in ("/announced", "/streamed"):
        with pytest.raises(TooLargeError, match=r"0\.05 MB"):
            fetch(site.url + path, KABAR_MAX_FETCH_MEGABYTES=0.05)
    assert len(fetch(site.url + "/announced", KABAR_MAX_FETCH_MEGABYTES=0.06).content) == 60_000


def test_a_host_has_one_request_at_a_time_with_a_pause_and_hosts_do_not_wait(
    site: NewsSite,
) -> None:
    urls = [host.put(f"/{n}", "page", delay=0.03) for host in site.hosts for n in range(3)]

    async def use(fetcher: Fetcher) -> None:
        await asyncio.gather(*(fetcher.fetch(url) for url in urls))

    begun = time.monotonic()
    with_fetcher(use, KABAR_FETCH_PAUSE_SECONDS=0.05)
    took = time.monotonic() - begun
    for host in site.hosts:
        assert {request.beside for request in host.requests} == {1}
        ends = [request.ended_at for request in host.requests]
        starts = [request.at for request in host.requests]
        assert all(
            start - end >= 0.04
            for end, start in zip(ends[:-1], starts[1:], strict=True)
            if end is not None
        )
    one_after_another = len(urls) * 0.08
    assert took < one_after_another


def test_no_more_fetches_run_at_once_than_are_set(site: NewsSite) -> None:
    urls = [host.put("/a", "page", delay=0.05) for host in site.hosts]

    async def use(fetcher: Fetcher) -> None:
        await asyncio.gather(*(fetcher.fetch(url) for url in urls))

    with_fetcher(use, KABAR_MAX_FETCHES=2)
    spans = [(each.at, each.ended_at or 0) for host in site.hosts for each in host.requests]
    assert max(sum(a <= at < b for a, b in spans) for at, _ in spans) == 2


def test_connections_are_used_again(site: NewsSite) -> None:
    urls = [site.put(f"/{n}", "page") for n in range(3)]
    urls += [site.fail("/missing", 404), site.redirect("/way", "/0")]
    etag = fetch(urls[0]).etag

    async def use(fetcher: Fetcher) -> None:
        for url in urls:
            try:
                await fetcher.fetch(url, etag=etag)
            except GoneError:
                continue

    site.application.traffic.requests.clear()
    with_fetcher(use)
    assert len({request.client for request in site.requests}) == 1


def test_a_connection_that_was_closed_meanwhile_is_no_failure(site: NewsSite) -> None:
    url = site.put("/a", "page")

    async def use(fetcher: Fetcher) -> None:
        await fetcher.fetch(url)
        site.stop()
        site.start()
        assert (await fetcher.fetch(url)).content == b"page"

    with_fetcher(use)


def test_a_redirect_is_followed_and_the_move_is_told(site: NewsSite) -> None:
    site.put("/new", "page")
    site.redirect("/old", "/new", 301)
    site.redirect("/older", "old", 308)
    fetched = fetch(site.url + "/older")
    assert (fetched.url, fetched.content) == (site.url + "/new", b"page")
    assert fetched.moved_to == site.url + "/new"


def test_a_move_ends_where_a_temporary_redirect_begins(site: NewsSite) -> None:
    site.put("/c", "page")
    site.redirect("/a", "/b", 301)
    site.redirect("/b", "/c", 302)
    site.redirect("/x", "/a", 307)
    assert fetch(site.url + "/a").moved_to == site.url + "/b"
    assert fetch(site.url + "/b").moved_to is None
    assert fetch(site.url + "/x").moved_to is None


def test_a_redirect_may_lead_to_another_host_whose_turn_it_must_be(site: NewsSite) -> None:
    other = site.hosts[1]
    other.put("/%C3%A4", "page")
    site.redirect("/latin", other.url + "/ä")
    site.redirect("/utf", (other.url + "/ä").encode().decode("latin-1"))
    assert fetch(site.url + "/latin").content == b"page"
    assert fetch(site.url + "/utf").content == b"page"
    assert other.requests_to("/robots.txt")


def test_what_is_known_of_one_address_is_not_sent_to_another(site: NewsSite) -> None:
    site.put("/new", "page", etag='"same"')
    site.redirect("/old", "/new", 302)
    assert fetch(site.url + "/old", known={"etag": '"same"'}).content == b"page"
    assert "if-none-match" in site.requests_to("/old")[0].headers
    assert "if-none-match" not in site.requests_to("/new")[0].headers


def test_five_redirects_are_followed_and_no_sixth(site: NewsSite) -> None:
    for n in range(7):
        site.redirect(f"/{n}", f"/{n + 1}")
    site.put("/7", "page")
    assert fetch(site.url + "/2").content == b"page"
    with pytest.raises(FetchError, match="more than 5 times"):
        fetch(site.url + "/1")
    assert pages(site).count("/7") == 1


@pytest.mark.parametrize(
    ("location", "error"),
    [
        ("", FetchError),
        ("http://[", RefusedError),
        ("ftp://example.org/", RefusedError),
        ("http://user:secret@example.org/", RefusedError),
        ("javascript:alert(1)", RefusedError),
        ("http://no-such-host.invalid/", RetryLaterError),
        ("/missing", GoneError),
    ],
)
def test_a_redirect_to_nowhere_tells_the_way(
    site: NewsSite, location: str, error: type[FetchError]
) -> None:
    site.redirect("/a", location)
    with pytest.raises(error, match="redirects") as caught:
        fetch(site.url + "/a")
    assert caught.value.where == site.url + "/a"
    assert "secret" not in str(caught.value)


def test_credentials_reach_neither_the_site_nor_the_log(
    site: NewsSite, caplog: pytest.LogCaptureFixture
) -> None:
    url = site.put("/a", "page").replace("http://", "http://user:secret@")
    with caplog.at_level(logging.DEBUG), pytest.raises(RefusedError, match="password"):
        fetch(url)
    assert site.requests == []
    assert "secret" not in caplog.text


def test_a_fetch_leaves_one_line_in_the_log(
    site: NewsSite, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "retrieval")
    fetch(site.put("/a", "page"))
    with pytest.raises(GoneError):
        fetch(site.url + "/none")
    lines = [each for each in caplog.records if each.name.startswith("retrieval")]
    assert [each.levelno for each in lines] == [logging.DEBUG, logging.DEBUG]
    assert "/a: 200, 4 bytes" in lines[0].getMessage()


def test_a_fetch_that_is_broken_off_leaves_the_others_and_the_end_in_peace(
    site: NewsSite,
) -> None:
    site.put("/slow", "page", delay=30)
    site.put("/a", "page")

    async def use(fetcher: Fetcher) -> None:
        slow = asyncio.create_task(fetcher.fetch(site.url + "/slow"))
        await asyncio.to_thread(site.wait_for, lambda: site.requests_to("/slow"))
        slow.cancel()
        with pytest.raises(asyncio.CancelledError):
            await slow
        assert (await fetcher.fetch(site.url + "/a")).content == b"page"

    begun = time.monotonic()
    with_fetcher(use)
    assert time.monotonic() - begun < 2


def test_an_interrupt_ends_a_fetch_at_once(site: NewsSite) -> None:
    url, slow = site.put("/a", "page"), site.put("/slow", "page", delay=30)
    command = [sys.executable, "-m", "tests.intake.web.bomb_reader", "20", url, slow]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        site.wait_for(lambda: site.requests_to("/slow"))
        begun = time.monotonic()
        process.send_signal(signal.SIGINT)
        _, problems = process.communicate(timeout=10)
    assert time.monotonic() - begun < 3
    assert problems.strip().endswith("KeyboardInterrupt")


def test_many_fetches_that_fail_use_up_nothing(site: NewsSite) -> None:
    site.put("/slow", "page", delay=30)
    url = site.put("/a", "page")

    async def use(fetcher: Fetcher) -> Fetched:
        for _ in range(12):
            with pytest.raises(RetryLaterError):
                await fetcher.fetch(site.url + "/slow")
        return await fetcher.fetch(url)

    fetched = with_fetcher(use, KABAR_MAX_FETCH_SECONDS=0.2, KABAR_MAX_FETCHES=2)
    assert fetched.content == b"page"


def test_a_feed_and_its_pages_are_fetched_and_asked_for_again_without_a_body(
    site: NewsSite,
) -> None:
    articles = invented(5)
    urls = [site.publish(articles), *(site.url + article.path for article in articles)]

    async def use(fetcher: Fetcher) -> None:
        known = [await fetcher.fetch(url) for url in urls]
        assert b"<item>" in known[0].content
        for url, each in zip(urls, known, strict=True):
            await fetcher.fetch(url, etag=each.etag, last_modified=each.last_modified)

    with_fetcher(use)
    second = [each for each in site.requests if each.path != "/robots.txt"][len(urls) :]
    assert {request.status for request in second} == {304}
    assert sum(request.body_bytes for request in second) == 0


def test_a_fetcher_is_used_while_it_is_open() -> None:
    fetcher = Fetcher(web_settings())
    with pytest.raises(RuntimeError, match="async with"):
        asyncio.run(fetcher.fetch("http://127.0.0.1:1/"))
