"""The site's certificate, and a client's context that trusts it and nothing else.

The key is no secret: it is in everybody's copy of the tests, for names that nobody can own.
"""

from __future__ import annotations

import ssl
from pathlib import Path

CERTIFICATE = Path(__file__).with_name("certificates") / "certificate.pem"
KEY = CERTIFICATE.with_name("key.pem")


def serving_context(*protocols: str) -> ssl.SSLContext:
    """Make a server's context with the site's certificate.

    Args:
        *protocols: What it offers to speak, best first: "h2", "http/1.1".
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE, KEY)
    context.set_alpn_protocols(list(protocols))
    return context


def trusting_context() -> ssl.SSLContext:
    """Make a client's context that verifies names, and trusts the site's certificate alone."""
    return ssl.create_default_context(cafile=str(CERTIFICATE))
