"""Security headers on every answer, and the doors of Streamlit that stay shut.

The Content-Security-Policy allows Streamlit's single inline script by its hash, computed from the installed file, and
nothing from another host: an image in a buyer's name cannot call out. An answer that brings a policy of its own keeps
it: the sandbox's payment window, which a shop's page lays over itself.
"""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SHUT = ("/_stcore/metrics", "/_stcore/agent", "/_stcore/script-health-check")


@cache
def content_security_policy() -> str:
    """The policy, with the hash of the inline script in Streamlit's own page."""
    package = find_spec("streamlit")
    assert package is not None
    assert package.origin is not None
    page = (Path(package.origin).parent / "static" / "index.html").read_text(encoding="utf-8")
    hashes = " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
        for script in re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    )
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' {hashes}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


class SecurityHeaders:
    """Plain ASGI middleware over `http` scopes; sockets pass untouched."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, with the headers added."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if scope["path"].startswith(SHUT):
            await PlainTextResponse("Not found", 404)(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if "Content-Security-Policy" not in headers:
                    headers["Content-Security-Policy"] = content_security_policy()
                    headers["X-Frame-Options"] = "DENY"
                headers["X-Content-Type-Options"] = "nosniff"
                headers.setdefault("Referrer-Policy", "same-origin")
                headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=()"
                if scope.get("scheme") == "https":
                    headers["Strict-Transport-Security"] = "max-age=31536000"
            await send(message)

        await self.app(scope, receive, with_headers)
