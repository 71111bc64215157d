"""Only what is plainly a web address is looked up at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.errors import RefusedError
from retrieval.intake.web.targets import parse_target, shown

NO_WEB_ADDRESSES = [
    *("", " ", "news", "//example.org/", "http:", "http://", "http:///path", "https:example.org"),
    *("ftp://example.org/", "file:///etc/passwd", "gopher://example.org/", "data:text/html,x"),
    *("javascript:alert(1)", "unix:///run/x.sock", "ws://example.org/", "HTTP+unix://x/"),
    *("http://exa mple.org/", "http://example.org\\@127.0.0.1/", "http://127.0.0.1\\.example.org/"),
    *("http://example.org\t.evil.test/", "http://exam\nple.org/", "http://example.org\0/"),
    *("http://%31%32%37.0.0.1/", "http://example%2eorg/", "http://[::1", "http://::1/"),
    *("http://[fe80::1%25lo]/", "http://[fe80::1%lo]/", "http://[v1.x]/", "http://[127.0.0.1]/"),
    *("http://127.1/", "http://127.0.1/", "http://2130706433/", "http://0x7f000001/"),
    *("http://0x7f.1/", "http://0177.0.0.1/", "http://127.0.0.01/", "http://0/", "http://0x/"),
    *("http://①②⑦.0.0.1/", "http://１２７.0.0.1/", "http://1.2.3.4.5/", "http://256.1.1.1/"),
    *("http://example.1/", "http://a..b/", "http://.example.org/", "http://-a.org/", "http://a-/"),
    *(f"http://{'a' * 64}.org/", f"http://{'a.' * 130}org/", "http://ex*mple.org/", "http://a,b/"),
    *("http://example.org:0/", "http://example.org:65536/", "http://example.org:-80/"),
    *("http://example.org:http/", "http://example.org:80:80/"),
    f"http://example.org/{'a' * 9_000}",
]
WITH_CREDENTIALS = [
    *("http://user:secret@example.org/", "http://secret@example.org/", "http://@example.org/"),
    *("http://example.org:secret@127.0.0.1/", "https://a@secret@example.org/"),
    *("http://secret%40x@example.org/", "http:\\\\user:secret@example.org/", "user:secret@host"),
    *("ftp://user:secret@example.org/", "http://user:secret\n@example.org/"),
    *(" http://user:secret@example.org/", "\x01http://user:secret@example.org/"),
]


@pytest.mark.parametrize("url", NO_WEB_ADDRESSES)
def test_what_is_no_plain_web_address_is_refused(url: str) -> None:
    with pytest.raises(RefusedError):
        parse_target(url)


@pytest.mark.parametrize("url", WITH_CREDENTIALS)
def test_credentials_are_refused_and_never_shown(url: str) -> None:
    with pytest.raises(RefusedError) as caught:
        parse_target(url)
    assert "secret" not in str(caught.value)
    assert "secret" not in caught.value.where


@pytest.mark.parametrize(
    ("url", "host", "port"),
    [
        ("http://example.org", "example.org", 80),
        ("HTTPS://WWW.Example.ORG:443/a?b#c", "www.example.org", 443),
        ("http://example.org.:8080/", "example.org", 8080),
        ("http://münchen.example/ä?ö", "xn--mnchen-3ya.example", 80),
        ("http://127.0.0.1/", "127.0.0.1", 80),
        ("http://127。0。0。1/", "127.0.0.1", 80),
        ("http://[::ffff:127.0.0.1]/", "::ffff:127.0.0.1", 80),
        ("http://localhost./", "localhost", 80),
        ("http://a_b.example.org/with space", "a_b.example.org", 80),
        ("  https://example.org/news\n", "example.org", 443),
    ],
)
def test_a_web_address_is_read_to_one_host_and_port(url: str, host: str, port: int) -> None:
    target = parse_target(url)
    assert (target.host, target.port) == (host, port)
    assert target.url.host in (host, "münchen.example")


@pytest.mark.parametrize(
    ("url", "robots"),
    [
        ("https://example.org/a/b?c#d", "https://example.org/robots.txt"),
        ("http://example.org:8080/", "http://example.org:8080/robots.txt"),
        ("http://[2606:4700::1]:8080/", "http://[2606:4700::1]:8080/robots.txt"),
    ],
)
def test_a_robots_txt_is_at_the_root_of_its_site(url: str, robots: str) -> None:
    assert str(parse_target(url).robots.url) == robots


def test_http_and_https_of_a_host_are_one_site_and_other_ports_are_not() -> None:
    assert parse_target("http://example.org/").site == parse_target("https://example.org/x").site
    assert parse_target("http://example.org:8080/").site == "example.org:8080"


def test_a_long_or_many_lined_address_is_shown_short_and_on_one_line() -> None:
    line = shown("http://example.org/\nERROR forged: " + "a" * 1_000)
    assert "\n" not in line
    assert len(line) < 320


@given(st.text())
def test_no_text_leads_to_anything_but_a_target_or_a_refusal(text: str) -> None:
    for url in (text, f"http://{text}", f"http://{text}/", f"http://example.org/{text}"):
        try:
            target = parse_target(url)
        except RefusedError:
            continue
        assert "@" not in target.host
        assert target.url.userinfo == b""
        assert 0 < target.port < 65_536
