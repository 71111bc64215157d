"""The one door to the web: addresses go in, bytes come out, and nobody is harmed on the way.

`Fetcher` in `fetcher.py` is all that others use. What it refuses, and why, is written where it
is refused: the form of an address in `targets.py`, where its name leads in `addresses.py`, the
size of an answer in `bodies.py`, a site's own wish in `robots.py`.
"""

from retrieval.intake.web.fetcher import Fetched, Fetcher

__all__ = ["Fetched", "Fetcher"]
