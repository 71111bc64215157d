"""A real news site on this machine: what Kabar reads in tests, over real HTTP.

    with NewsSite(hosts=3) as site:             # 127.0.0.1, .2 and .3, one free port
        site.put("/about.html", "<h1>About</h1>")                 # -> the page's address
        site.put("/feed.xml", rss([], site.url), cache_control="max-age=60")
        site.publish(invented(10))              # ten pages, and "/feed.xml" that lists them
        site.redirect("/old", "/about.html", status=301)
        site.fail("/busy", 503, retry_after=120)
        site.robots("User-agent: *\\nDisallow: /private/")
        site.put("/slow", "…", delay=0.5)       # seconds before it answers
        site.put("/drip", endless(b"x", every=0.05))
        site.remove("/about.html")              # 404 from now on
        site.hosts[1].put("/feed.xml", …)       # each host has its own pages
        site.requests, site.requests_to("/feed.xml"), site.hosts[1].requests   # what was asked
        site.wait_for(lambda: site.requests_to("/feed.xml"), timeout=5)

The first host is the site itself. Pages may be put, changed and removed at any time from the
test's thread. ETags are made of the content, and `If-None-Match` and `If-Modified-Since` are
answered by an honest 304 without a body. A `Request` tells method, host, path, headers, status,
how many bytes of body were sent, when, and how many requests its host had at that moment.

`site.host("news.example.org")` is a host by name, for a client that is told where names lead.
`NewsSite(tls=True)` speaks HTTPS with the certificate of `news.example.org`, which no browser
trusts; `trusting_context()` makes a client's TLS context that does.

What uvicorn is too well-mannered to send (broken headers, half an answer), `RawServer` sends.

| file | what |
| --- | --- |
| `articles.py` | fictional articles, as many as wanted, each unlike the others |
| `pages.py`, `feeds.py` | articles as HTML; as RSS, Atom, JSON Feed, sitemap |
| `bodies.py` | bodies that drip or never end |
| `bombs.py` | bodies that try to fill the reader's memory or time |
| `raw.py` | a TCP server that says any bytes, and counts who connects |
| `http2.py` | a server that speaks HTTP/2, which uvicorn does not |
"""

from tests.news_site.articles import NewsArticle, invented
from tests.news_site.bodies import dripping, endless
from tests.news_site.feeds import atom, json_feed, rss, sitemap, sitemap_index
from tests.news_site.pages import front_page, page
from tests.news_site.raw import RawServer
from tests.news_site.site import NewsHost, NewsSite
from tests.news_site.tls import trusting_context
from tests.news_site.traffic import Request

__all__ = [
    "NewsArticle",
    "NewsHost",
    "NewsSite",
    "RawServer",
    "Request",
    "atom",
    "dripping",
    "endless",
    "front_page",
    "invented",
    "json_feed",
    "page",
    "rss",
    "sitemap",
    "sitemap_index",
    "trusting_context",
]
