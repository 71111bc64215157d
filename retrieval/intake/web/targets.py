"""What an address must look like before anything is looked up for it.

Always true of a `Target`: ``http`` or ``https``, a host that is a plain name or a plainly
written IP address, no user name, no password. Everything later (the lookup, the connection,
TLS, the `Host` header) reads the one parsed form, so no two parsers can disagree about where an
address leads. Whether it may be dialled is decided by where its name leads: `addresses.py`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv6Address

import httpx

from retrieval.errors import RefusedError

_DEFAULT_PORTS = {"http": 80, "https": 443}
_MAX_CHARS = 8_000
_SHOWN_CHARS = 300
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_AUTHORITY = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://([^/?#]*)")
_CREDENTIALS = (
    re.compile(r"^((?:[a-z][a-z0-9+.-]*:)?[/\\]*)[^/?#\\]*@", re.IGNORECASE),
    re.compile(r"([/\\]{2})[^/?#\\]*@"),  # wherever, in what is no address at all
)


@dataclass(frozen=True, slots=True)
class Target:
    """An address that is fit to be asked for.

    ``url`` has no credentials. ``shown`` is the address for errors and log lines.
    """

    url: httpx.URL
    host: str
    port: int

    @property
    def site(self) -> str:
        """Whose turn it is: the host, and the port if it is not the web's own."""
        return self.host if self.port in _DEFAULT_PORTS.values() else f"{self.host}:{self.port}"

    @property
    def shown(self) -> str:
        """The address as an error or a log line shows it."""
        return shown(str(self.url))

    @property
    def robots(self) -> Target:
        """The address of the robots.txt that this address is under."""
        url = httpx.URL(scheme=self.url.scheme, host=self.host, port=self.url.port)
        return Target(url.copy_with(path="/robots.txt"), self.host, self.port)


def shown(url: str) -> str:
    """Return an address as people and log lines may see it: one line, no credentials."""
    line = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in url)
    for credentials in _CREDENTIALS:
        line = credentials.sub(r"\1", line)
    return line if len(line) <= _SHOWN_CHARS else f"{line[:_SHOWN_CHARS]}…"


def parse_target(url: str) -> Target:
    """Read an address.

    Args:
        url: As a person, a feed or a redirect gave it.

    Raises:
        RefusedError: It is no plain web address; nothing was looked up or dialled for it.
    """
    url = url.strip()
    if len(url) > _MAX_CHARS:
        raise RefusedError(shown(url), f"the address has more than {_MAX_CHARS} characters")
    authority = _AUTHORITY.match(url)
    if authority and "@" in authority[1]:
        raise RefusedError(
            shown(url), "the address carries a user name or password: give it without"
        )
    try:
        parsed = httpx.URL(url)
        port = _DEFAULT_PORTS.get(parsed.scheme, 0) if parsed.port is None else parsed.port
    except (httpx.InvalidURL, ValueError, TypeError) as error:
        raise RefusedError(shown(url), "this is not a web address") from error
    if parsed.scheme not in _DEFAULT_PORTS:
        raise RefusedError(shown(url), "only http:// and https:// addresses are read")
    host = parsed.raw_host.decode("ascii", "replace").removesuffix(".")
    if not authority or parsed.userinfo or not _is_host(host):
        raise RefusedError(shown(url), "the address has no proper host name")
    if not 0 < port < 65_536:
        raise RefusedError(shown(url), "the address has no proper port")
    return Target(parsed.copy_with(host=host), host, port)


def _is_host(host: str) -> bool:
    """Whether a host is a name or an IP address in its one plain form.

    Forms such as "127.1", "0x7f.1" or "2130706433" are numbers to the C library and names to
    everybody else: a host whose last label is a number must be four decimal numbers.
    """
    if ":" in host:
        return "%" not in host and _parses(IPv6Address, host)
    labels = host.split(".")
    if _NUMBER.fullmatch(labels[-1]):
        return _parses(IPv4Address, host)
    return len(host) <= 253 and all(_LABEL.fullmatch(label) for label in labels)


def _parses(kind: type[IPv4Address | IPv6Address], text: str) -> bool:
    try:
        kind(text)
    except AddressValueError:
        return False
    return True
