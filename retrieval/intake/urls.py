"""Bring a URL into one form, so that one article is one row however it was linked to.

Always true: the canonical form opens the same page, and is its own canonical form. The identity
need not open anything: it only tells whether two addresses are those of one article. It folds
what names the same article by a convention that many sites share, and nothing that could be
another article's; what only one site does is left to that site's ``rel=canonical``.

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
        "usqp", "amp_js_v", "amp_gsa", "amp_ct", "amp_tf",
    }
)  # fmt: skip
_TRACKER_PREFIXES = ("utm_", "mtm_", "pk_", "hsa_", "itm_")

_SITE_PREFIXES = ("www.", "m.", "mobile.", "amp.")
_CACHES = (
    re.compile(
        r"https?://[^/]+\.cdn\.ampproject\.org/(?:[a-z]+/)?(?P<tls>s/)?(?P<rest>[^/?#]+\..*)"
    ),
    re.compile(
        r"https?://(?:www\.)?(?:google\.[a-z.]+|bing\.com)/amp/(?P<tls>s/)?(?P<rest>[^/?#]+\..*)"
    ),
)
_MAX_CACHES = 3  # one cache's address inside another's
_VARIANTS = frozenset(
    {"amp", "amp=", "amp=1", "amp=true", "amp=amp", "outputtype=amp", "page=all", "page=1"}
)
_BLOGGER = re.compile(r"/\d{4}/\d{2}/[^/]+\.html")
_SESSION = re.compile(r";jsessionid=[^/;]*", re.I)
_INDEX = re.compile(r"/index\.(?:html?|php)$", re.I)
_AMP_BEGINS = re.compile(r"/amp(?=/)", re.I)
_AMP_ENDS = re.compile(r"(?:/amp|\.amp(?P<html>\.html?)?)/?$", re.I)

# Below these everybody can register a name or open a blog, so they are not one outlet.
_SHARED = frozenset(
    {
        "blogspot.com", "wordpress.com", "github.io", "substack.com", "medium.com", "tumblr.com",
        "netlify.app", "pages.dev", "vercel.app", "web.app", "wixsite.com", "weebly.com",
        "ghost.io", "livejournal.com", "typepad.com", "herokuapp.com", "firebaseapp.com",
        "cloudfront.net", "amazonaws.com", "azurewebsites.net",
    }
)  # fmt: skip
_SECOND_LEVELS = frozenset(
    {
        "ac", "co", "com", "desa", "edu", "go", "gob", "gouv", "gov", "id", "info", "mil", "my",
        "ne", "net", "nom", "or", "org", "press", "sch", "web",
    }
)  # fmt: skip

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


def identity_of(url: str) -> str:
    """What two addresses of one article have in common.

    Folded, beside all that `canonical_url` folds:

    - the copies of AMP caches (``cdn.ampproject.org``, ``google.com/amp/s/``) into the original;
    - ``http`` and ``https``; the hosts ``www.``, ``m.``, ``mobile.`` and ``amp.`` into the site's
      own, also in second place (``en.m.example.org``);
    - AMP variants: ``/amp`` at either end of the path, ``.amp`` and ``.amp.html`` at its end, the
      parameters ``amp`` and ``outputType=amp``;
    - a slash at the end, ``index.html``, ``index.htm`` and ``index.php``, a session in the path;
    - the whole of an article in pages (``page=all``) and its first page (``page=1``);
    - Blogger's mobile pages (``m=1``), and the order of parameters.

    Never folded: the case of a path, further pages, other sub-domains, and any parameter that is
    not known by its whole name.

    Args:
        url: An address as it was found.

    Returns:
        The identity: no address, and equal for addresses of one article. What is no web address
        is its own identity.
    """
    canonical = unfolded_url(url)
    if canonical is None:
        return url.strip()
    parts = urlsplit(canonical)
    path = _folded_path(parts.path)
    pairs = [pair for pair in parts.query.split("&") if pair and not _is_variant(pair, path)]
    query = "&".join(sorted(pairs, key=lambda pair: pair.partition("=")[0]))
    return (
        _folded_host(parts.netloc)
        + path
        + (f"?{query}" if query else "")
        + (f"#{parts.fragment}" if parts.fragment else "")
    )


def unfolded_url(url: str) -> str | None:
    """The canonical form of an address, and of the original where it is that of an AMP cache."""
    canonical = canonical_url(url)
    for _ in range(_MAX_CACHES):
        match = _match_cache(canonical) if canonical else None
        if match is None:
            break
        scheme = "https" if match["tls"] else "http"
        canonical = canonical_url(f"{scheme}://{match['rest']}") or canonical
    return canonical


def same_site(url: str, other: str) -> bool:
    """Whether two canonical addresses belong to one outlet, as far as their hosts tell."""
    return _registered(urlsplit(url).hostname or "") == _registered(urlsplit(other).hostname or "")


def site_of(url: str) -> str:
    """The name by which people know the site of a canonical address: its host, less "www."."""
    return (urlsplit(url).hostname or "").removeprefix("www.")


def _match_cache(url: str) -> re.Match[str] | None:
    return next(filter(None, (cache.fullmatch(url) for cache in _CACHES)), None)


def _folded_host(host: str) -> str:
    changed = True
    while changed:
        changed = False
        for prefix in _SITE_PREFIXES:
            # "m.co" is a site; "m.example.org" is a variant of one.
            if host.startswith(prefix) and "." in host.removeprefix(prefix):
                host, changed = host.removeprefix(prefix), True
    first, _, rest = host.partition(".")
    if rest.startswith("m.") and rest.count(".") >= 2:
        host = f"{first}.{rest.removeprefix('m.')}"
    return host


def _folded_path(path: str) -> str:
    path = _SESSION.sub("", path)
    if _AMP_BEGINS.match(path):
        path = _AMP_BEGINS.sub("", path, count=1)
    path = _AMP_ENDS.sub(lambda match: match["html"] or "", path)
    return _INDEX.sub("/", path).rstrip("/")


def _is_variant(pair: str, path: str) -> bool:
    folded = pair.lower()
    return folded in _VARIANTS or (
        folded in {"m=0", "m=1"} and _BLOGGER.fullmatch(path) is not None
    )


def _registered(host: str) -> str:
    """The part of a host that somebody registered, as far as it can be told without a list."""
    labels = host.split(".")
    for shared in _SHARED:
        if host.endswith(f".{shared}"):
            return ".".join(labels[-shared.count(".") - 2 :])
    if re.fullmatch(r"[\d.]+|\[.*\]", host):
        return host
    if len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVELS:
        return ".".join(labels[-3:])
    return ".".join(labels[-2:])


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
