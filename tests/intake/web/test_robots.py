"""What a robots.txt says is done, and what it does not say is not assumed."""

from __future__ import annotations

import asyncio
import time
import tracemalloc
from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.errors import IntakeError, RefusedError, RetryLaterError
from retrieval.intake.web import Fetcher
from retrieval.intake.web.exchange import Answer
from retrieval.intake.web.robots import Robots
from retrieval.intake.web.targets import Target, parse_target
from tests.intake.web.fetching import fetch, web_settings, with_fetcher
from tests.news_site import NewsSite, dripping

PAGE = parse_target("https://news.example.org/story/1.html?page=2")


@pytest.fixture(scope="module")
def _site() -> Iterator[NewsSite]:
    with NewsSite() as site:
        yield site


@pytest.fixture
def site(_site: NewsSite) -> NewsSite:
    _site.application.resources.clear()
    _site.application.traffic.requests.clear()
    for path in ("/", "/private/1", "/open"):
        _site.put(path, "page")
    return _site


def admit(content: str | bytes, page: Target = PAGE, status: int = 200) -> float:
    """Ask for a page of a site with this robots.txt; return the pause."""

    async def ask(robots: Target) -> Answer:
        return Answer(status, (), content.encode() if isinstance(content, str) else content)

    return asyncio.run(Robots().admit(page, ask))


def refused(content: str, page: Target = PAGE) -> bool:
    try:
        admit(content, page)
    except RefusedError:
        return True
    return False


@pytest.mark.parametrize(
    "rules",
    [
        "User-agent: *\nDisallow: /",
        "User-agent: Kabar\nDisallow: /story/",
        "user-agent: KABAR\ndisallow: /*.html",
        "User-agent: Kabar/1.0\nDisallow: /story",
        "User-agent: Other\nUser-agent: Kabar\nDisallow: /",
        "User-agent: Other\nAllow: /\n\nUser-agent: *\nDisallow: /*?page=",
        "\ufeffUser-agent: *\nDisallow: /",
        "User-agent: *\r\nDisallow: /story # all of it\r\n",
        "User-agent: *\nDisallow: /story\nAllow: /other",
        "User-agent: *\nDisallow: /story/1.html?page=2$",
    ],
)
def test_a_page_that_is_disallowed_for_us_is_refused(rules: str) -> None:
    assert refused(rules)


@pytest.mark.parametrize(
    "rules",
    [
        "",
        "User-agent: *\nDisallow:",
        "User-agent: Other\nDisallow: /",
        "User-agent: Kabar\nAllow: /\n\nUser-agent: *\nDisallow: /",
        "User-agent: NotKabar\nUser-agent: Kabarista\nDisallow: /",
        "User-agent: *\nDisallow: /\nAllow: /story/",
        "User-agent: *\nDisallow: /story/1.html$",
        "Disallow: /",
        "<html><body>No such page</body></html>",
    ],
)
def test_a_page_that_is_not_disallowed_for_us_is_read(rules: str) -> None:
    assert not refused(rules)


def test_a_refusal_says_who_refuses(site: NewsSite) -> None:
    site.robots("User-agent: *\nDisallow: /private/")
    with pytest.raises(RefusedError, match=r"robots\.txt"):
        fetch(site.url + "/private/1")
    assert fetch(site.url + "/open").content == b"page"
    assert site.requests_to("/private/1") == []


def test_a_redirect_to_a_disallowed_page_is_not_followed(site: NewsSite) -> None:
    site.robots("User-agent: *\nDisallow: /private/")
    site.redirect("/way", "/private/1")
    with pytest.raises(RefusedError, match=r"redirects to .*robots\.txt"):
        fetch(site.url + "/way")
    assert site.requests_to("/private/1") == []


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 451])
def test_a_site_without_a_robots_txt_may_be_read(site: NewsSite, status: int) -> None:
    site.fail("/robots.txt", status)
    assert fetch(site.url).content == b"page"


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_site_whose_robots_txt_cannot_be_had_is_left_alone_for_now(
    site: NewsSite, status: int
) -> None:
    site.fail("/robots.txt", status, retry_after=120)
    with pytest.raises(RetryLaterError, match=r"robots\.txt") as caught:
        fetch(site.url)
    assert caught.value.retry_after is not None
    assert timedelta(seconds=110) < caught.value.retry_after <= timedelta(seconds=120)
    assert site.requests_to("/") == []


def test_a_robots_txt_that_redirects_is_followed(site: NewsSite) -> None:
    site.redirect("/robots.txt", "/moved/robots.txt", 301)
    site.put("/moved/robots.txt", "User-agent: *\nDisallow: /private/")
    with pytest.raises(RefusedError):
        fetch(site.url + "/private/1")


def test_a_robots_txt_that_redirects_for_ever_is_none(site: NewsSite) -> None:
    site.redirect("/robots.txt", "/robots.txt")
    assert fetch(site.url).content == b"page"
    assert len(site.requests_to("/robots.txt")) == 6


def test_a_robots_txt_that_is_packed_wrongly_allows_nothing_for_now(site: NewsSite) -> None:
    site.put("/robots.txt", "", headers={"content-encoding": "br"})
    with pytest.raises(IntakeError):
        fetch(site.url)
    assert site.requests_to("/") == []


def test_a_robots_txt_is_asked_for_once_by_all_who_come_meanwhile(site: NewsSite) -> None:
    site.robots("User-agent: *\nAllow: /")

    async def use(fetcher: Fetcher) -> None:
        await asyncio.gather(*(fetcher.fetch(site.url + "/open") for _ in range(5)))
        await fetcher.fetch(site.url)

    with_fetcher(use)
    assert [request.path for request in site.requests].count("/robots.txt") == 1


def test_what_a_robots_txt_says_is_known_after_the_fetcher_was_left(site: NewsSite) -> None:
    fetcher = Fetcher(web_settings())

    async def once() -> None:
        async with fetcher:
            await fetcher.fetch(site.url)

    asyncio.run(once())
    asyncio.run(once())
    assert len(site.requests_to("/robots.txt")) == 1
    assert len(site.requests_to("/")) == 2


def test_the_pause_that_a_site_asks_for_is_kept(site: NewsSite) -> None:
    site.robots("User-agent: *\nCrawl-delay: 0.2")

    async def use(fetcher: Fetcher) -> None:
        await asyncio.gather(*(fetcher.fetch(site.url) for _ in range(2)))

    with_fetcher(use)
    first, second = site.requests_to("/")
    assert second.at - first.at >= 0.19


@pytest.mark.parametrize("delay", ["-1", "nan", "inf", "1e400", "soon", ""])
def test_a_pause_that_makes_no_sense_is_none(delay: str) -> None:
    assert admit(f"User-agent: *\nCrawl-delay: {delay}") == 0


def test_a_robots_txt_that_drips_takes_no_more_time_than_a_page(site: NewsSite) -> None:
    site.put("/robots.txt", dripping(b"#" * 1_000, size=1, every=0.05))
    begun = time.monotonic()
    with pytest.raises(RetryLaterError, match=r"longer than 0\.3 seconds"):
        fetch(site.url, KABAR_MAX_FETCH_SECONDS=0.3)
    assert time.monotonic() - begun < 1.5


def test_a_robots_txt_is_read_up_to_its_limit(site: NewsSite) -> None:
    site.robots("User-agent: *\nDisallow: /private/\n" + "# nothing\n" * 200_000)
    with pytest.raises(RefusedError):
        fetch(site.url + "/private/1")
    assert fetch(site.url + "/open").content == b"page"


@pytest.mark.parametrize(
    "content",
    [
        "".join(f"User-agent: a{n}\n" for n in range(2_000))
        + "".join(f"Disallow: /{n}\n" for n in range(2_000)),
        "".join(f"user agent a{n}\n" for n in range(2_000))
        + "".join(f"disallow /{n}\n" for n in range(2_000)),
        "User-agent: *\n" + "".join(f"Disallow: /*{'a*' * 20}{n}$\n" for n in range(10_000)),
        "User-agent: *\nDisallow: /" + "*a" * 250_000,
        "User-agent: *\n" * 35_000,
        "\x00" * 500_000,
        " " * 500_000,
        "user" + " " * 500_000 + "x",
        "a: " * 160_000,
    ],
    ids=[
        *("many robots", "many robots, loosely written", "wildcards", "one wild rule"),
        *("one robot often", "zeros", "blanks", "blanks within", "colons"),
    ],
)
def test_a_hostile_robots_txt_takes_little_time_and_memory(content: str) -> None:
    page = parse_target("https://news.example.org/" + "a" * 1_500)
    begun = time.process_time()
    tracemalloc.start()
    try:
        refused(content, page)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 40_000_000
    assert time.process_time() - begun < 15  # measured with care: it is about one


def test_what_is_remembered_of_many_sites_is_bounded() -> None:
    rules = "User-agent: *\nDisallow: /x\n" + "#" * 100_000

    async def run() -> tuple[int, int]:
        robots, asked = Robots(), 0

        async def ask(target: Target) -> Answer:
            nonlocal asked
            asked += 1
            return Answer(200, (), rules.encode())

        for n in range(200):
            await robots.admit(parse_target(f"http://site{n}.example.org/"), ask)
        await robots.admit(parse_target("http://site199.example.org/"), ask)
        return len(robots._known), asked

    remembered, asked = asyncio.run(run())
    assert remembered <= 15
    assert asked == 200


@given(st.text() | st.binary(), st.text(max_size=50))
def test_no_robots_txt_ends_in_anything_but_an_answer(content: str | bytes, path: str) -> None:
    try:
        page = parse_target(f"http://news.example.org/{path}")
    except RefusedError:
        return
    for lines in (content, b"User-agent: *\nDisallow: " + _bytes(content)):
        try:
            assert admit(lines, page) >= 0
        except RefusedError as error:
            assert "robots.txt" in error.reason  # noqa: PT017 - most do not refuse


def _bytes(content: str | bytes) -> bytes:
    return content.encode("utf-8", "replace") if isinstance(content, str) else content
