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
    listener = socket.socket(proto=socket.IPPROTO_TCP)  # named, or asyncio leaves Nagle on: 40 ms a call
    listener.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(shop.app, log_level="critical", timeout_graceful_shutdown=2))
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    deadline = time.monotonic() + 10
    while not server.started:
        assert time.monotonic() < deadline, "the sandbox did not start"
        time.sleep(0.01)
    try:
        yield Served(f"http://127.0.0.1:{listener.getsockname()[1]}", shop)
    finally:
        server.should_exit = True
        thread.join(10)
        shop.close()
