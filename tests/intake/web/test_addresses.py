"""What is dialled is the public internet, however an address is written."""

from __future__ import annotations

from ipaddress import IPv4Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.intake.web.addresses import NetworkRules, network
from tests.intake.web.fetching import web_settings

RULES = NetworkRules()

FORBIDDEN = {
    "0.0.0.0": "this machine",
    "0.1.2.3": "this machine",
    "127.0.0.1": "this machine",
    "127.255.255.254": "this machine",
    "10.0.0.1": "private",
    "172.16.0.1": "private",
    "172.31.255.255": "private",
    "192.168.1.1": "private",
    "100.64.0.1": "carrier",
    "100.127.255.255": "carrier",
    "169.254.169.254": "local link",
    "192.0.0.8": "reserved",
    "192.0.2.1": "reserved",
    "192.88.99.1": "tunnel",
    "198.18.0.1": "reserved",
    "198.51.100.7": "reserved",
    "203.0.113.7": "reserved",
    "224.0.0.1": "multicast",
    "239.255.255.255": "multicast",
    "240.0.0.1": "reserved",
    "255.255.255.255": "reserved",
    "::": "this machine",
    "::1": "this machine",
    "::127.0.0.1": "reserved",
    "::ffff:127.0.0.1": "this machine",
    "::ffff:10.0.0.1": "private",
    "::ffff:0:127.0.0.1": "reserved",
    "64:ff9b::127.0.0.1": "this machine",
    "64:ff9b::10.0.0.1": "private",
    "64:ff9b:1::1": "tunnel",
    "100::1": "reserved",
    "2001::1": "tunnel",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2": "tunnel",
    "2001:db8::1": "reserved",
    "2002:7f00:1::": "tunnel",
    "2002:0a00:0001::1": "tunnel",
    "3fff::1": "reserved",
    "4000::1": "reserved",
    "5f00::1": "reserved",
    "fc00::1": "private",
    "fd12:3456:789a::1": "private",
    "fe80::1": "local link",
    "fe80::1%eth0": "local link",
    "fec0::1": "private",
    "ff02::1": "multicast",
}
PUBLIC = [
    *("1.1.1.1", "8.8.8.8", "93.184.215.14", "100.63.255.255", "100.128.0.0", "172.15.0.1"),
    *("172.32.0.1", "192.167.0.1", "192.169.0.1", "198.17.0.1", "223.255.255.255"),
    *("2606:4700:4700::1111", "2a00:1450:4001:80b::200e", "2400:cb00::1"),
    *("::ffff:8.8.8.8", "64:ff9b::8.8.8.8"),
]


@pytest.mark.parametrize("address", FORBIDDEN)
def test_an_address_that_is_not_public_is_objected_to_in_words(address: str) -> None:
    objection = RULES.objection_to_address(ip_address(address))
    assert objection is not None
    assert FORBIDDEN[address] in objection


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_may_be_dialled(address: str) -> None:
    assert RULES.objection_to_address(ip_address(address)) is None


@given(st.ip_addresses(v=4))
def test_no_ipv4_address_is_allowed_that_python_says_is_not_global(address: IPv4Address) -> None:
    if RULES.objection_to_address(address) is None:
        assert address.is_global
        assert not address.is_multicast


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_is_judged_alike_in_every_dress(address: IPv4Address) -> None:
    allowed = RULES.objection_to_address(address) is None
    for prefix in ("::ffff:", "64:ff9b::"):
        dressed = ip_address(f"{prefix}{address}")
        assert (RULES.objection_to_address(dressed) is None) == allowed


def test_only_the_webs_own_ports_may_be_dialled() -> None:
    assert RULES.objection_to_port(80) is None
    assert RULES.objection_to_port(443) is None
    for port in (0, 22, 25, 6379, 8080, 65_535):
        assert RULES.objection_to_port(port) is not None


def test_private_rules_allow_every_address_and_port() -> None:
    rules = NetworkRules.of(web_settings(KABAR_ALLOW_PRIVATE=True))
    assert all(rules.objection_to_address(ip_address(each)) is None for each in FORBIDDEN)
    assert rules.objection_to_port(8080) is None


def test_the_settings_alone_say_whether_private_addresses_are_read() -> None:
    assert NetworkRules.of(web_settings(KABAR_ALLOW_PRIVATE=False)) == NetworkRules()


def test_a_network_can_be_allowed_on_its_own() -> None:
    rules = NetworkRules(also=(network("10.1.0.0/16"),))
    assert rules.objection_to_address(ip_address("10.1.2.3")) is None
    assert rules.objection_to_address(ip_address("10.2.2.3")) is not None
    assert rules.objection_to_address(ip_address("::1")) is not None
