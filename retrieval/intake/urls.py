"""Bring a URL into one form, so that one article is one row however it was linked to.

Always true: the canonical form opens the same page, and is its own canonical form.

``courlan``, which comes with trafilatura, was tried and left: it drops every parameter that
begins like a tracker ("cid", "eid", "game", "reference", "session"), and for an older news
site ``?cid=123`` is what tells its articles apart. Here a parameter goes only if its whole
name is known to be a tracker's.
"""

from __future__ import annotations

import re
from urllib.parse import SplitResult, quote, urlsplit, urlunsplit

_TRACKERS = frozenset(
    {
        "fbclid", "gclid", "gclsrc", "dclid", "gbraid", "wbraid", "msclkid", "yclid", "ysclid",
        "twclid", "ttclid", "igshid", "igsh", "mc_cid", "mc_eid", "mkt_tok", "_openstat",
        "_hsenc", "_hsmi", "vero_id", "oly_anon_id", "oly_enc_id", "at_medium", "at_campaign",
        "ns_mchannel", "ns_source", "ns_campaign", "ns_linkname", "cmpid", "ocid", "ncid",
        "smid", "srnd", "guccounter", "guce_referrer", "guce_referrer_sig", "xtor", "wt_mc",
    }
)  # fmt: skip
_TRACKER_PREFIXES = ("utm_", "mtm_", "pk_", "hsa_", "itm_")

_DEFAULT_PORTS = {"http": 80, "https": 443}
_MAX_CHARS = 2_000
_ESCAPE = re.compile(r"%[0-9a-fA-F]{2}")
_STRAY_PERCENT = re.compile(r"%(?![0-9a-fA-F]{2})")


def canonical_url(url: str) -> str | None:
    """The canonical form of a web address.

    Scheme and host in lower case, no default port, no user name, no tracking parameters, no
    fragment unless it names the page (``#!/…``, ``#/…``), everything outside ASCII escaped.
    The order of parameters and a slash at the end stay: they can matter to the site.

    Args:
        url: An address as it was found.

    Returns:
        The canonical address; None for what is no absolute ``http`` or ``https`` address.
    """
    try:
        parts = urlsplit(url.strip())
        host = _ascii_host(parts.hostname or "")
        port = parts.port
    except ValueError:
        return None
    scheme = parts.scheme.lower()
    if scheme not in _DEFAULT_PORTS or not host or len(url) > _MAX_CHARS:
        return None
    if port is not None and port != _DEFAULT_PORTS[scheme]:
        host = f"{host}:{port}"
    query = "&".join(pair for pair in parts.query.split("&") if pair and not _is_tracker(pair))
    fragment = parts.fragment if parts.fragment.startswith(("!", "/")) else ""
    canonical = SplitResult(
        scheme, host, _escaped(parts.path or "/"), _escaped(query), _escaped(fragment)
    )
    return urlunsplit(canonical)


def names_a_page(url: str) -> bool:
    """Whether a canonical address can be that of one article, and not of a whole site."""
    parts = urlsplit(url)
    return parts.path != "/" or bool(parts.query or parts.fragment)


def site_of(url: str) -> str:
    """The name by which people know the site of a canonical address: its host, less "www."."""
    return (urlsplit(url).hostname or "").removeprefix("www.")


def _is_tracker(pair: str) -> bool:
    name = pair.partition("=")[0].lower()
    return name in _TRACKERS or name.startswith(_TRACKER_PREFIXES)


def _ascii_host(host: str) -> str:
    host = host.lower().rstrip(".")
    if ":" in host:
        return f"[{host}]"  # IPv6
    if not host.isascii():
        host = host.encode("idna").decode("ascii")  # UnicodeError is a ValueError
    if not re.fullmatch(r"[a-z0-9._-]+", host):
        raise ValueError(f"no host name: {host}")
    return host


def _escaped(part: str) -> str:
    """Escape what needs it, once, with capitals: "é", "%c3%a9" and "%C3%A9" are one."""
    part = _STRAY_PERCENT.sub("%25", part)
    part = quote(part, safe="%/:@!$&'()*+,;=~-._?", errors="replace")
    return _ESCAPE.sub(lambda match: match[0].upper(), part)
