"""A POST from the sandbox to this machine, and to nowhere else.

Only `localhost` and literal loopback addresses are called; no name is looked up and no redirect followed.
"""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import json
import socket
import ssl
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import SplitResult, urlencode, urlsplit

MOST_BYTES = 65_536


class NotThisMachine(ValueError):
    """An address that is not on this machine, or no http(s) address at all."""


class Reply(NamedTuple):
    """What the other side said: HTTP status and the first bytes of its answer."""

    status: int
    body: bytes


class Post:
    """One POST; `stop` may be called from another thread while `send` waits."""

    def __init__(self, url: str) -> None:
        """Raises NotThisMachine."""
        self._url = loopback(url)
        self._socket: socket.socket | None = None

    def send(
        self,
        content: Mapping[str, object],
        *,
        form: bool = False,
        headers: Mapping[str, str] | None = None,
        connect_s: float = 10,
        read_s: float = 30,
    ) -> Reply:
        """Send `content` as JSON or as a form. Raises OSError (a time-out too) or http.client.HTTPException."""
        kind = "application/x-www-form-urlencoded" if form else "application/json"
        payload = urlencode(content) if form else json.dumps(content, ensure_ascii=False)
        target = (self._url.path or "/") + (f"?{self._url.query}" if self._url.query else "")
        line = _line(self._url, connect_s)
        try:
            line.connect()
            self._socket = line.sock  # the connection forgets it while an answer is read that ends with it
            line.sock.settimeout(read_s)
            line.request("POST", target, payload.encode(), {"Content-Type": kind, **(headers or {})})
            answer = line.getresponse()
            return Reply(answer.status, answer.read(MOST_BYTES))
        finally:
            line.close()

    def stop(self) -> None:
        """End the connection: `send` raises."""
        if self._socket:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)


def loopback(url: str) -> SplitResult:
    """The parts of an address on this machine. Raises NotThisMachine."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
        here = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        here = False
    if not here or parts.scheme not in ("http", "https"):
        raise NotThisMachine("only addresses of this machine are called")
    return parts


def _line(url: SplitResult, connect_s: float) -> http.client.HTTPConnection:
    host = "127.0.0.1" if url.hostname == "localhost" else str(url.hostname)
    if url.scheme == "https":
        return http.client.HTTPSConnection(host, url.port, timeout=connect_s, context=ssl.create_default_context())
    return http.client.HTTPConnection(host, url.port, timeout=connect_s)
