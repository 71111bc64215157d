"""Lets nobody in but this machine's own page and programs, and no other site's page.

A browser on this machine may have any site open. Its pages must neither read nor drive what we
serve, so a request is let through only if it is addressed to this machine by a name of its own
(`Host`: no name that somebody bound to 127.0.0.1), and comes from nowhere else than the page itself
(`Origin`, `Sec-Fetch-Site`), or from no page at all. Every answer carries headers that let the page
load and reach nothing foreign.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        "img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
NAMES = ("127.0.0.1", "localhost")


class Guard:
    """Stands before an application.

    Args:
        application: What is guarded.
        port: Where it is served; in requests to another, `Host` is wrong.
        page: Whether there is a page: without, no browser has any business here.
    """

    def __init__(self, application: ASGIApp, *, port: int, page: bool) -> None:
        self._application = application
        self._hosts = {f"{name}:{port}" for name in NAMES} | (set(NAMES) if port == 80 else set())
        self._origins: Collection[str] = {f"http://{host}" for host in self._hosts} if page else ()
        self._page = page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or say no."""
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        status, why = self._objection(scope)
        if status:
            answer = JSONResponse({"done": False, "why": why}, status)
            await answer(scope, receive, with_headers)
        else:
            await self._application(scope, receive, with_headers)

    def _objection(self, scope: Scope) -> tuple[int, str]:
        """Return a status and a reason to refuse a request; 0 for none."""
        headers = Headers(scope=scope)
        if headers.get("host", "") not in self._hosts:
            return 400, "Ask for this machine by its own name."
        origin = headers.get("origin")
        if origin is not None and origin not in self._origins:
            return 403, "Only the playground's own page may do that."
        if not self._page and "sec-fetch-site" in headers:
            return 403, "This is not for browsers."
        if headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
            # Somebody may follow a link to the page; what it leads to is shown, not read.
            opens = scope["method"] == "GET" and scope["path"] == "/"
            if not (opens and headers.get("sec-fetch-dest") == "document"):
                return 403, "Only the playground's own page may do that."
        if self._page and scope["method"] != "GET" and origin is None:
            return 403, "Only the playground's own page may do that."
        return 0, ""
