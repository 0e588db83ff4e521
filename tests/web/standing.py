"""A desk's parts over a sandbox, with the routes under test before them, over real HTTP and without Streamlit."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute

from lib import desk as desks
from lib.desk import Desk
from lib.people.actor import Actor, Role
from lib.queries import payments as query
from lib.settings import Settings
from lib.web.headers import SecurityHeaders
from lib.world import World
from tests.desks import Clock
from tests.sandbox_server import Served, serving

WHO = Actor("박서영", Role.VIEWER)


@dataclass(frozen=True)
class Got:
    """An HTTP answer."""

    status: int
    headers: Mapping[str, str]
    text: str


@dataclass
class Stand:
    """The desk, where its routes answer, the sandbox, and a clock that a test may move."""

    shop: Served
    desk: Desk
    url: str
    clock: Clock

    def call(self, path: str, body: bytes | None = None, **headers: str) -> Got:
        request = urllib.request.Request(self.url + path, data=body, headers=headers)
        try:
            with _OPENER.open(request, timeout=20) as answer:
                return Got(answer.status, dict(answer.headers), answer.read().decode())
        except urllib.error.HTTPError as answer:
            return Got(answer.code, dict(answer.headers), answer.read().decode())

    def state(self, imp_uid: str) -> str | None:
        mark = query.mark(self.desk.store, WHO, imp_uid)
        return str(mark[0]) if mark else None

    def calls(self, endpoint: str, ending: str = "") -> int:
        """How many calls of this endpoint reached the sandbox."""
        calls = self.shop.control("GET", "/requests")["requests"]
        return sum(call["endpoint"] == endpoint and call["path"].endswith(ending) for call in calls)


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


_OPENER = urllib.request.build_opener(_Stay)


@contextmanager
def standing(
    shop: Served, folder: Path, routes: Sequence[BaseRoute], *, thread: bool = True, **settings: Any
) -> Iterator[Stand]:
    """`thread`: the hints' thread runs; without it time stands still, and `step()` and `clock.paused` move it."""
    chosen = Settings(
        imp_key=shop.key,
        imp_secret=shop.secret,
        imp_api_url=shop.url,
        database_url=f"sqlite:///{folder}/desk.db",
        **settings,
    )
    clock = Clock()
    world = World(now=clock.now) if thread else World(now=clock.now, monotonic=lambda: clock.paused)
    made = desks.open_desk(chosen, world)
    desks._running.append(made)
    if thread:
        made.hints.start()
    try:
        with serving(Starlette(routes=routes, middleware=[Middleware(SecurityHeaders)])) as url:
            yield Stand(shop, made, url, clock)
    finally:
        made.hints.stop()
        desks._running.remove(made)
        desks.close_desk(made)


def made(shop: Served, **fields: Any) -> str:
    """A payment of the shop; its imp_uid."""
    return str(shop.control("POST", "/payments", {"amount": 10_000, **fields})["imp_uid"])


def said(**fields: Any) -> bytes:
    return json.dumps(fields).encode()
