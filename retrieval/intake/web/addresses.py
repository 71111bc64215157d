"""Which network addresses and ports may be dialled.

Always true without ``private``: what is allowed is an address of the public internet, also when
it is an IPv6 address that carries an IPv4 one. The networks are written out, with the document
that reserves each, and not left to `ipaddress.is_global`: that lets NAT64, 6to4 and multicast
through, and differs between versions of Python.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

from retrieval.settings import RetrievalSettings

WEB_PORTS = frozenset({80, 443})

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_THIS_MACHINE = "this machine itself"
_PRIVATE = "a private network"
_LINK_LOCAL = "the local link"
_MULTICAST = "a multicast group"
_RESERVED = "a reserved range"
_TUNNEL = "a tunnel to IPv4"

_FORBIDDEN_4 = [
    (IPv4Network(network), what)
    for network, what in (
        ("0.0.0.0/8", _THIS_MACHINE),  # RFC 1122: Linux dials loopback for 0.0.0.0
        ("10.0.0.0/8", _PRIVATE),  # RFC 1918
        ("100.64.0.0/10", "a carrier's shared network"),  # RFC 6598
        ("127.0.0.0/8", _THIS_MACHINE),  # RFC 1122
        ("169.254.0.0/16", _LINK_LOCAL),  # RFC 3927; clouds serve their secrets there
        ("172.16.0.0/12", _PRIVATE),  # RFC 1918
        ("192.0.0.0/24", _RESERVED),  # RFC 6890
        ("192.0.2.0/24", _RESERVED),  # RFC 5737: documentation
        ("192.88.99.0/24", _TUNNEL),  # RFC 7526: once 6to4 relays
        ("192.168.0.0/16", _PRIVATE),  # RFC 1918
        ("198.18.0.0/15", _RESERVED),  # RFC 2544: benchmarks, and some VPNs' names
        ("198.51.100.0/24", _RESERVED),  # RFC 5737
        ("203.0.113.0/24", _RESERVED),  # RFC 5737
        ("224.0.0.0/4", _MULTICAST),  # RFC 5771
        ("240.0.0.0/4", _RESERVED),  # RFC 1112, with broadcast
    )
]
_FORBIDDEN_6 = [
    (IPv6Network(network), what)
    for network, what in (
        ("::/128", _THIS_MACHINE),  # RFC 4291: dialled, it is loopback
        ("::1/128", _THIS_MACHINE),
        ("64:ff9b:1::/48", _TUNNEL),  # RFC 8215: NAT64 of the network's own choosing
        ("100::/64", _RESERVED),  # RFC 6666: discard
        ("2001::/23", _TUNNEL),  # RFC 2928, with Teredo (RFC 4380) and ORCHID (RFC 7343)
        ("2001:db8::/32", _RESERVED),  # RFC 3849: documentation
        ("2002::/16", _TUNNEL),  # RFC 3056: 6to4
        ("3fff::/20", _RESERVED),  # RFC 9637: documentation
        ("fc00::/7", _PRIVATE),  # RFC 4193
        ("fe80::/10", _LINK_LOCAL),  # RFC 4291
        ("fec0::/10", _PRIVATE),  # RFC 3879: site-local
        ("ff00::/8", _MULTICAST),  # RFC 4291
    )
]
_PUBLIC_6 = IPv6Network("2000::/3")  # RFC 4291: all that is given out; the rest is reserved

_CARRIES_4 = (
    IPv6Network("::ffff:0:0/96"),  # RFC 4291: IPv4-mapped, dialled as IPv4
    # RFC 6052: where there is only IPv6, the name server makes one of every IPv4 address.
    IPv6Network("64:ff9b::/96"),
)
"""Prefixes whose last 32 bits are the IPv4 address that is reached in the end."""


@dataclass(frozen=True)
class NetworkRules:
    """What may be dialled.

    Args:
        private: Whether every address may be, at any port.
        ports: The ports that may be dialled, unless ``private``.
        also: Networks that may be dialled although they are not public.
    """

    private: bool = False
    ports: frozenset[int] = WEB_PORTS
    also: tuple[Network, ...] = ()

    @classmethod
    def of(cls, settings: RetrievalSettings) -> NetworkRules:
        """Return the rules that an operator has set."""
        return cls(private=settings.allow_private)

    def objection_to_port(self, port: int) -> str | None:
        """Why a port may not be dialled, in words for a person; None if it may."""
        if self.private or port in self.ports:
            return None
        return f"port {port} is not one of the web's; set KABAR_ALLOW_PRIVATE=1 to read an intranet"

    def objection_to_address(self, address: Address) -> str | None:
        """Why an address may not be dialled, in words for a person; None if it may."""
        if self.private or any(address in network for network in self.also):
            return None
        what = _forbidden(address)
        if what is None:
            return None
        return (
            f"it leads to {address}, which belongs to {what}; "
            "set KABAR_ALLOW_PRIVATE=1 to read an intranet"
        )


def network(text: str) -> Network:
    """Return the network of a text such as "127.0.0.2/32"."""
    return ip_network(text)


def _forbidden(address: Address) -> str | None:
    """What an address belongs to, if that is not the public internet."""
    if isinstance(address, IPv4Address):
        return next((what for network, what in _FORBIDDEN_4 if address in network), None)
    if address.scope_id is not None:
        return _LINK_LOCAL
    if any(address in prefix for prefix in _CARRIES_4):
        return _forbidden(IPv4Address(int(address) & 0xFFFF_FFFF))
    for network, what in _FORBIDDEN_6:
        if address in network:
            return what
    return None if address in _PUBLIC_6 else _RESERVED
