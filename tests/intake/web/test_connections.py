"""Nobody is made to knock at a door of the operator's own network.

A secret server listens on loopback, over IPv4 and IPv6, at a port that may be dialled; the only
loopback address that may be is the good site's. Names are looked up by the machine itself, or
by a name server that lies. Whatever leads to the secret server, it must see no connection.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator, Sequence
from contextlib import ExitStack

import pytest

from retrieval.errors import FetchError, RefusedError, RetryLaterError
from retrieval.intake.web import Fetched, Fetcher
from retrieval.intake.web.addresses import WEB_PORTS, NetworkRules, network
from retrieval.intake.web.connections import (
    CheckedBackend,
    ForbiddenAddressError,
    Resolve,
    UnknownHostError,
    resolve_with_system,
)
from tests.intake.web.fetching import fetch, leading_to, with_fetcher
from tests.news_site import NewsSite, RawServer, trusting_context

SECRET = b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\nsecret"
GOOD = "127.0.0.2"


class Secret:
    """The secret server, at every loopback address that this machine has."""

    def __init__(self, servers: Sequence[RawServer]) -> None:
        self.servers = servers
        self.port = servers[0].port
        self.before = sum(server.connections for server in servers)

    @property
    def connections(self) -> int:
        """How many came since the test began."""
        return sum(server.connections for server in self.servers) - self.before


@pytest.fixture(scope="module")
def _servers() -> Iterator[list[RawServer]]:
    with ExitStack() as stack:
        servers = [stack.enter_context(RawServer(SECRET))]
        if has_ipv6():
            servers.append(stack.enter_context(RawServer(SECRET, "::1", servers[0].port)))
        yield servers


@pytest.fixture
def secret(_servers: list[RawServer]) -> Secret:
    return Secret(_servers)


@pytest.fixture(scope="module")
def good() -> Iterator[NewsSite]:
    with NewsSite([GOOD]) as site:
        site.put("/", "public")
        yield site


def has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


def rules(secret: Secret, good: NewsSite) -> NetworkRules:
    ports = WEB_PORTS | {secret.port, good.port}
    return NetworkRules(ports=ports, also=(network(f"{GOOD}/32"),))


WRITTEN = {
    "loopback": "http://127.0.0.1:{port}/",
    "another loopback": "http://127.99.0.1:{port}/",
    "localhost": "http://localhost:{port}/",
    "localhost with a dot": "http://localhost.:{port}/",
    "capitals": "HTTP://LOCALHOST:{port}/",
    "unspecified": "http://0.0.0.0:{port}/",
    "zero": "http://0:{port}/",
    "short": "http://127.1:{port}/",
    "decimal": "http://2130706433:{port}/",
    "hexadecimal": "http://0x7f000001:{port}/",
    "hexadecimal part": "http://0x7f.1:{port}/",
    "octal": "http://0177.0.0.1:{port}/",
    "circled digits": "http://①②⑦.0.0.1:{port}/",
    "wide digits": "http://１２７.0.0.1:{port}/",
    "ideographic dots": "http://127。0。0。1:{port}/",
    "escaped": "http://%31%32%37.0.0.1:{port}/",
    "ipv6 loopback": "http://[::1]:{port}/",
    "ipv6 loopback in full": "http://[0:0:0:0:0:0:0:1]:{port}/",
    "ipv6 unspecified": "http://[::]:{port}/",
    "ipv4-mapped": "http://[::ffff:127.0.0.1]:{port}/",
    "ipv4-mapped in hexadecimal": "http://[::ffff:7f00:1]:{port}/",
    "ipv4-compatible": "http://[::127.0.0.1]:{port}/",
    "6to4": "http://[2002:7f00:1::]:{port}/",
    "nat64": "http://[64:ff9b::7f00:1]:{port}/",
    "zone id": "http://[fe80::1%25lo]:{port}/",
    "user name": "http://example.org@127.0.0.1:{port}/",
    "password": "http://example.org:80@127.0.0.1:{port}/",
    "backslash": "http://127.0.0.1:{port}\\@example.org/",
    "backslash and user": "http://example.org\\@127.0.0.1:{port}/",
    "tab": "http://127.0.0\t.1:{port}/",
    "newline": "http://127.0.0.1\n:{port}/",
    "no scheme": "//127.0.0.1:{port}/",
    "another scheme": "gopher://127.0.0.1:{port}/_GET%20/",
}


@pytest.mark.parametrize("kind", WRITTEN)
def test_no_way_of_writing_an_address_leads_to_the_secret_server(
    kind: str, secret: Secret, good: NewsSite
) -> None:
    with pytest.raises(RefusedError):
        fetch(WRITTEN[kind].format(port=secret.port), rules=rules(secret, good))
    assert secret.connections == 0


@pytest.mark.parametrize("kind", WRITTEN)
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_leads_to_the_secret_server(
    kind: str, status: int, secret: Secret, good: NewsSite
) -> None:
    # A header cannot carry a newline; and on its first line there is nothing left to follow.
    onward = WRITTEN[kind].format(port=secret.port).replace("\n", "")
    good.put("/on", b"", status=status, headers={"location": onward.encode().decode("latin-1")})
    with pytest.raises(RefusedError):
        fetch(good.url + "/on", rules=rules(secret, good))
    assert secret.connections == 0


def test_the_same_addresses_do_lead_there_when_private_ones_are_allowed(
    secret: Secret, good: NewsSite
) -> None:
    good.redirect("/on", f"http://127.0.0.1:{secret.port}/")
    for url in (WRITTEN["loopback"], WRITTEN["localhost"], good.url + "/on"):
        assert fetch(url.format(port=secret.port)).content == b"secret"


ANSWERS = {
    "loopback": ["127.0.0.1"],
    "ipv6 loopback": ["::1"],
    "unspecified": ["0.0.0.0"],
    "ipv4-mapped": ["::ffff:127.0.0.1"],
    "6to4": ["2002:7f00:1::"],
    "nat64": ["64:ff9b::7f00:1"],
    "link-local": ["169.254.169.254"],
    "link-local with a zone": ["fe80::1%lo"],
    "good first": [GOOD, "127.0.0.1"],
    "good last": ["127.0.0.1", GOOD],
    "good and ipv6": [GOOD, "::1"],
}


@pytest.mark.parametrize("kind", ANSWERS)
def test_no_name_leads_to_the_secret_server(kind: str, secret: Secret, good: NewsSite) -> None:
    with pytest.raises(RefusedError, match="it leads to"):
        fetch(
            f"http://news.example.org:{secret.port}/",
            rules=rules(secret, good),
            resolve=leading_to(*ANSWERS[kind]),
        )
    assert secret.connections == 0


def test_a_name_that_changes_where_it_leads_is_dialled_where_it_was_checked(
    secret: Secret, good: NewsSite
) -> None:
    """The good site hangs up each time, so every request asks the lying name server again."""
    home = good.host("news.example.org")
    home.put("/", "public", headers={"connection": "close"})
    home.put("/robots.txt", "", headers={"connection": "close"})
    answers = iter([GOOD, GOOD, "127.0.0.1"])
    asked: list[str] = []

    async def rebinding(host: str, port: int) -> Sequence[str]:
        asked.append(next(answers))
        return [asked[-1]]

    async def use(fetcher: Fetcher) -> None:
        # At the secret server's port nobody listens at the good site's address, and the other
        # way round: a connection that goes elsewhere than checked would be seen.
        fetched = await fetcher.fetch(f"{home.url}/")
        assert fetched.content == b"public"
        with pytest.raises(RefusedError):
            await fetcher.fetch(f"{home.url}/")

    with_fetcher(use, rules=rules(secret, good), resolve=rebinding)
    assert asked == [GOOD, GOOD, "127.0.0.1"]
    assert secret.connections == 0


def test_a_name_is_looked_up_once_for_a_connection(secret: Secret) -> None:
    """A check of one lookup and a dial of another is how rebinding works."""
    asked = 0

    async def rebinding(host: str, port: int) -> Sequence[str]:
        nonlocal asked
        asked += 1
        return [GOOD] if asked == 1 else ["127.0.0.1"]

    allowed = NetworkRules(ports=frozenset({secret.port}), also=(network(f"{GOOD}/32"),))
    url = f"http://news.example.org:{secret.port}/"
    with pytest.raises(RetryLaterError, match="cannot be reached"):  # nobody listens at GOOD
        fetch(url, rules=allowed, resolve=rebinding)
    assert asked == 1
    assert secret.connections == 0


def test_a_redirect_from_a_robots_txt_is_no_way_in_either(secret: Secret, good: NewsSite) -> None:
    good.redirect("/robots.txt", f"http://127.0.0.1:{secret.port}/robots.txt")
    with pytest.raises(FetchError, match=r"robots\.txt"):
        fetch(good.url, rules=rules(secret, good))
    good.remove("/robots.txt")
    assert secret.connections == 0


def test_other_ports_than_the_webs_are_refused(secret: Secret) -> None:
    with pytest.raises(RefusedError, match="port"):
        fetch(secret.servers[0].url, KABAR_ALLOW_PRIVATE=False)
    assert secret.connections == 0


@pytest.mark.parametrize("host", ["127.1", "0x7f.1", "2130706433", "0177.0.0.1", "①②⑦.0.0.1"])
def test_what_the_machine_makes_of_odd_numbers_is_checked_below_all_parsing(host: str) -> None:
    backend = CheckedBackend(NetworkRules())
    with pytest.raises((ForbiddenAddressError, UnknownHostError)):
        asyncio.run(backend.connect_tcp(host, 80))


def test_no_socket_file_is_opened(tmp_path: object) -> None:
    with pytest.raises(ForbiddenAddressError):
        asyncio.run(CheckedBackend(NetworkRules()).connect_unix_socket(f"{tmp_path}/x"))


def test_an_address_that_does_not_answer_is_followed_by_the_next(good: NewsSite) -> None:
    home = good.host("news.example.org")
    home.put("/", "public")
    fetched = fetch(f"{home.url}/", resolve=leading_to("127.0.0.77", GOOD))
    assert fetched.content == b"public"


def test_tls_is_made_with_the_name_and_dialled_at_the_address() -> None:
    with NewsSite(tls=True) as site:
        home = site.host("news.example.org")
        home.put("/", "public")
        asked: list[str] = []

        async def resolve(host: str, port: int) -> Sequence[str]:
            asked.append(host)
            return ["127.0.0.1"]

        fetched = fetch(f"{home.url}/", resolve=resolve, tls=trusting_context())
        assert fetched.content == b"public"
        assert set(asked) == {"news.example.org"}
        with pytest.raises(FetchError, match="certificate is not valid"):
            fetch(site.host("other.example.org").url, resolve=resolve, tls=trusting_context())


def test_a_certificate_that_nobody_vouches_for_is_refused() -> None:
    with NewsSite(tls=True) as site, pytest.raises(FetchError, match="certificate") as caught:
        fetch(site.url)
    assert not isinstance(caught.value, RetryLaterError)


def test_a_site_that_does_not_speak_tls_is_no_secure_site(good: NewsSite) -> None:
    with pytest.raises(FetchError):
        fetch(good.url.replace("http:", "https:"))


def test_the_machine_looks_names_up() -> None:
    assert "127.0.0.1" in asyncio.run(resolve_with_system("localhost", 80))


@pytest.mark.parametrize("host", ["no-such-host.invalid", "a..b", "x" * 300, "\udc80", ""])
def test_a_name_that_cannot_be_looked_up_is_unknown(host: str) -> None:
    if host:
        with pytest.raises(UnknownHostError):
            asyncio.run(resolve_with_system(host, 80))


def test_a_lookup_that_hangs_holds_up_neither_the_others_nor_the_end(good: NewsSite) -> None:
    home = good.host("news.example.org")
    home.put("/", "public")

    async def hanging(host: str, port: int) -> Sequence[str]:
        if host.startswith("dead"):
            await asyncio.Event().wait()
        return [GOOD]

    async def use(fetcher: Fetcher) -> list[Fetched | BaseException]:
        dead = [f"http://dead{n}.example.org:{good.port}/" for n in range(20)]
        fetches = [fetcher.fetch(url) for url in [*dead, f"{home.url}/"]]
        return await asyncio.gather(*fetches, return_exceptions=True)

    resolve: Resolve = hanging
    *dead, alive = with_fetcher(
        use, resolve=resolve, KABAR_MAX_FETCH_SECONDS=0.5, KABAR_MAX_FETCHES=64
    )
    assert all(isinstance(each, RetryLaterError) for each in dead)
    assert not isinstance(alive, BaseException)
