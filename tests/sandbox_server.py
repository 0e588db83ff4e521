"""A sandbox over real HTTP in a thread of the test process."""

from __future__ import annotations

import json as text
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from lib import sandbox
from lib.sandbox import Sandbox
from lib.world import World


@dataclass(frozen=True)
class Served:
    """Where it answers, the pair it accepts, and its control API."""

    url: str
    shop: Sandbox

    @property
    def key(self) -> str:
        return self.shop.key

    @property
    def secret(self) -> str:
        return self.shop.secret

    def control(self, method: str, path: str, json: object | None = None, **body: object) -> Any:
        given = json if json is not None else body or None
        request = urllib.request.Request(
            f"{self.url}/_sandbox{path}",
            data=None if given is None else text.dumps(given).encode(),
            headers={"Content-Type": "application/json"},
            method=method,
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return text.loads(answer.read())


@contextmanager
def running_sandbox(**options: Any) -> Iterator[Served]:
    """Serve a sandbox (options of `lib.sandbox.build`; small and still unless told otherwise)."""
    world = options.pop("world", World())
    shop = sandbox.build(world, **{"payments": 300, "days": 40, "grow": False, **options})
    try:
        with serving(shop.app) as url:
            yield Served(url, shop)
    finally:
        shop.close()


@contextmanager
def serving(app: ASGIApp, **options: Any) -> Iterator[str]:
    """An app on a free port of this machine; its url. `options` are the server's own."""
    # the protocol is named, or asyncio leaves Nagle on: 40 ms a call
    with socket.socket(proto=socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        fixed = {"log_level": "critical", "timeout_graceful_shutdown": 2, "lifespan": "off"}
        server = uvicorn.Server(uvicorn.Config(app, **{**fixed, **options}))
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        deadline = time.monotonic() + 10
        while not server.started:
            assert time.monotonic() < deadline, "the sandbox did not start"
            time.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(10)
