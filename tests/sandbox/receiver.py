"""A merchant's server that writes down the webhooks it gets, over real HTTP."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from tests.sandbox_server import serving


@dataclass
class Receiver:
    """`answers` are the statuses to give, used up from the left, then 200; `got` (path, headers, body)."""

    url: str = ""
    answers: list[int] = field(default_factory=list)
    got: list[tuple[str, dict[str, str], dict[str, Any]]] = field(default_factory=list)

    async def take(self, request: Request) -> Response:
        if request.headers["content-type"] == "application/json":
            body = await request.json()
        else:
            body = dict(parse_qsl((await request.body()).decode()))
        self.got.append((request.url.path, dict(request.headers), body))
        return PlainTextResponse("ok", self.answers.pop(0) if self.answers else 200)

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [body for _, _, body in self.got]


@contextmanager
def receiving() -> Iterator[Receiver]:
    receiver = Receiver()
    app = Starlette(routes=[Route("/{path:path}", receiver.take, methods=["POST", "GET"])])
    with serving(app) as url:
        receiver.url = url
        yield receiver


def until(holds: Callable[[], object], seconds: float = 10) -> None:
    """Wait for what another thread does; fails loudly when it never does."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.01)
