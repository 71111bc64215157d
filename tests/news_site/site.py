"""`NewsSite`: the application on uvicorn, in a thread, at one or many loopback addresses."""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from types import TracebackType
from typing import Any, Self

import uvicorn

from tests.news_site.application import Application
from tests.news_site.articles import NewsArticle
from tests.news_site.feeds import FEED_TYPES, RENDERERS
from tests.news_site.pages import page
from tests.news_site.resources import Body, Resource
from tests.news_site.tls import CERTIFICATE, KEY
from tests.news_site.traffic import Request

_TYPES = {
    "xml": "application/xml; charset=utf-8",
    "rss": "application/rss+xml; charset=utf-8",
    "atom": "application/atom+xml; charset=utf-8",
    "json": "application/json",
    "txt": "text/plain; charset=utf-8",
    "opml": "text/x-opml; charset=utf-8",
}


class NewsHost:
    """One host of a site: what is at its paths, and what was asked of it."""

    def __init__(self, site: NewsSite, name: str) -> None:
        self._site = site
        self.name = name

    @property
    def url(self) -> str:
        """The host's address, without a slash at its end."""
        return f"{self._site.scheme}://{self.name}:{self._site.port}"

    @property
    def requests(self) -> list[Request]:
        """What was asked of this host, oldest first."""
        return self._site.application.traffic.select(self.name)

    def requests_to(self, path: str) -> list[Request]:
        """What was asked for at a path, oldest first."""
        return self._site.application.traffic.select(self.name, path)

    def put(
        self,
        path: str,
        body: str | Body,
        *,
        status: int = 200,
        content_type: str | None = None,
        headers: Mapping[str, str] | None = None,
        etag: str | None = None,
        last_modified: datetime | None = None,
        cache_control: str | None = None,
        delay: float = 0.0,
        zipped: bool = False,
    ) -> str:
        """Put something at a path, in the place of what was there.

        Args:
            path: With its slash; with a query, it is only for requests with that very query.
            body: Text is sent as UTF-8.
            status: The status it is sent with.
            content_type: By default as the path ends, else HTML; "" sends none.
            headers: More headers; they win over those of the other arguments.
            etag: By default one made from the content; "" sends none.
            last_modified: Sent if given.
            cache_control: Sent if given.
            delay: Seconds before it is answered.
            zipped: Whether it is gzipped for clients that accept it.

        Returns:
            Its address.
        """
        if content_type is None:
            ending = path.partition("?")[0].rpartition(".")[2]
            content_type = _TYPES.get(ending, "text/html; charset=utf-8")
        more = {name.lower(): value for name, value in (headers or {}).items()}
        if cache_control is not None:
            more.setdefault("cache-control", cache_control)
        self._site.application.resources[self.name, path] = Resource(
            body.encode() if isinstance(body, str) else body,
            status=status,
            headers=more,
            content_type=content_type,
            etag=etag,
            last_modified=last_modified,
            delay=delay,
            zipped=zipped,
        )
        return self.url + path

    def redirect(self, path: str, to: str, status: int = 302) -> str:
        """Send whoever asks for a path elsewhere; ``to`` may be relative. Return its address."""
        return self.put(path, b"", status=status, headers={"location": to})

    def fail(self, path: str, status: int, retry_after: int | str | None = None) -> str:
        """Answer a path with an error (``retry_after``: seconds or a date); return its address."""
        headers = {} if retry_after is None else {"retry-after": str(retry_after)}
        return self.put(path, f"<h1>{status}</h1>", status=status, headers=headers)

    def robots(self, rules: str) -> str:
        """Put a robots.txt."""
        return self.put("/robots.txt", rules)

    def remove(self, path: str) -> None:
        """Answer 404 at a path from now on."""
        self._site.application.resources.pop((self.name, path), None)

    def publish(
        self,
        articles: Sequence[NewsArticle],
        feed: str = "/feed.xml",
        kind: str = "rss",
        **options: Any,
    ) -> str:
        """Put the articles' pages, and a feed that lists them.

        Args:
            articles: In the order of the feed; again with others to change what it lists.
            feed: The feed's path.
            kind: "rss", "atom", "json" or "sitemap".
            **options: What `put` takes, for the feed.

        Returns:
            The feed's address.
        """
        for article in articles:
            self.put(article.path, page(article, self.url), last_modified=article.modified)
        options.setdefault("content_type", FEED_TYPES[kind])
        return self.put(feed, RENDERERS[kind](articles, self.url), **options)


class NewsSite(NewsHost):
    """The site: its first host, and the others in `hosts`.

    Args:
        hosts: How many, from 127.0.0.1 upwards; or the loopback addresses listened at.
        port: The port, the same at every address; 0 for any free one.
        tls: Whether it speaks HTTPS (over HTTP/1.1), with the certificate of `tls.py`.
    """

    def __init__(self, hosts: int | Sequence[str] = 1, port: int = 0, *, tls: bool = False) -> None:
        addresses = (
            [f"127.0.0.{n}" for n in range(1, hosts + 1)] if isinstance(hosts, int) else hosts
        )
        super().__init__(self, addresses[0])
        self.port = port
        self.scheme = "https" if tls else "http"
        self.application = Application()
        self.hosts = [self, *(NewsHost(self, address) for address in addresses[1:])]
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    def host(self, name: str) -> NewsHost:
        """A host by a name, for a client that is told that the name leads to this site."""
        return NewsHost(self, name)

    @property
    def all_requests(self) -> list[Request]:
        """What was asked of all hosts, oldest first."""
        return self.application.traffic.select()

    def wait_for(
        self, condition: Callable[[], Any], timeout: float = 30.0, what: str = "it"
    ) -> Any:
        """Wait until a condition is true, asked after every request, and return its value.

        Raises:
            TimeoutError: It did not come true; the text tells the last requests.
        """
        return self.application.traffic.wait_for(condition, timeout, what)

    def start(self) -> Self:
        """Listen, and return once requests are answered."""
        listeners = self._listen()
        for name in ("uvicorn.error", "uvicorn.access"):
            logging.getLogger(name).setLevel(logging.CRITICAL)  # clients that leave are meant
        config = uvicorn.Config(
            self.application,
            log_config=None,
            access_log=False,
            ws="none",
            http="h11",
            lifespan="off",
            server_header=False,
            timeout_graceful_shutdown=1,
            ssl_certfile=str(CERTIFICATE) if self.scheme == "https" else None,
            ssl_keyfile=str(KEY) if self.scheme == "https" else None,
        )
        self._server = server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=server.run, args=(listeners,), name="news-site", daemon=True
        )
        self._thread.start()
        deadline = time.monotonic() + 10
        while not server.started:
            if time.monotonic() > deadline or not self._thread.is_alive():
                raise RuntimeError("the news site did not start")
            time.sleep(0.005)
        return self

    def stop(self) -> None:
        """End the server at once; pages and log stay, and `start` goes on at the same port."""
        if self._server and self._thread:
            self._server.should_exit = True
            # Keep-alive connections and endless bodies would be waited for.
            self._server.force_exit = True
            self._thread.join(10)
            self._server = self._thread = None

    def _listen(self) -> list[socket.socket]:
        listeners = []
        for host in self.hosts:
            family = socket.AF_INET6 if ":" in host.name else socket.AF_INET
            listener = socket.socket(family, proto=socket.IPPROTO_TCP)  # see bot.playground.serving
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            # The port that the first was given is taken at every address: another process may
            # have it at one of them, but hardly ever does.
            listener.bind((host.name.strip("[]"), self.port))
            self.port = listener.getsockname()[1]
            listeners.append(listener)
        return listeners

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
