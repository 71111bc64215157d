"""How Kabar introduces itself to the sites that it reads."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, version

PRODUCT = "Kabar"
"""The name that a robots.txt addresses us by."""

_UNFIT = re.compile(r"[^\x21-\x7e]+|[()\\]")
_MAX_CHARS = 200


def user_agent(contact: str) -> str:
    """Return the ``User-Agent``, such as "Kabar/0.1.0 (+https://example.org/bot)".

    Args:
        contact: How a site can reach the operator; "" if they did not say. What does not fit
            into a header's comment is left out.
    """
    try:
        product = f"{PRODUCT}/{version('kabar')}"
    except PackageNotFoundError:  # read from a checkout that is not installed
        product = PRODUCT
    contact = _UNFIT.sub(" ", contact[:_MAX_CHARS]).strip()
    return f"{product} (+{contact})" if contact else product
