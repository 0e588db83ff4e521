"""A desk's money parts over a sandbox that answers over real HTTP: for tests of the journal, refunds and crashes.

`shop` lives as long as the session; each test makes its own payments in it. `bench` has a store of each kind, a clock
that a test may move, and the journal working on the caller's thread.
"""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest

from lib import journal as journals
from lib.iamport.client import Iamport, Retrying
from lib.journal import Journal
from lib.journal.life import Operation
from lib.journal.recover import recover
from lib.operations import refunds
from lib.operations.kinds import KINDS
from lib.operations.refunds import Ask
from lib.people.actor import Actor, Role
from lib.store.engine import Store
from lib.sync import intake
from lib.world import World
from tests.sandbox_server import Served, running_sandbox

CS, FINANCE = Actor("이수연", Role.CS), Actor("김민수", Role.FINANCE)
VIEWER, ADMIN = Actor("박서영", Role.VIEWER), Actor("정하늘", Role.ADMIN)
SECRET = b"a secret of thirty-two characters"
QUICK = Retrying(attempts=2, seconds=2, first_s=0.01, most_s=0.02)
CANCEL, READ = "POST /payments/cancel", "GET /payments/{imp_uid}"
MINUTES_11 = 660


@dataclass
class Clock:
    """The wall clock moved by `offset` seconds, and the monotonic one by `paused`."""

    offset: float = 0.0
    paused: float = 0.0

    def now(self) -> float:
        return time.time() + self.offset

    def monotonic(self) -> float:
        return time.monotonic() + self.paused


@dataclass
class Bench:
    """The parts, and what tests do with them again and again."""

    shop: Served
    store: Store
    iamport: Iamport
    journal: Journal
    clock: Clock
    world: World
    at: dict[str, Callable[[], None]] = field(default_factory=dict)  # what happens once at a crash point

    def payment(self, amount: int = 30_000, **fields: Any) -> str:
        """A fresh paid payment of the shop; its imp_uid."""
        body = self.shop.control("POST", "/payments", {"amount": amount, **fields})
        return str(body["imp_uid"])

    def post(self, path: str, body: dict[str, Any]) -> Any:
        """Somebody else's call of i'mport's API: another system of the merchant."""
        token = self.shop.shop.state.fact("token", None)
        if token is None:
            self.iamport.channels()
            token = self.shop.shop.state.fact("token", None)
        request = urllib.request.Request(
            self.shop.url + path,
            data=json.dumps(body).encode(),
            headers={"Content-Type": "application/json", "Authorization": token["access_token"]},
        )
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.loads(answer.read())

    def fault(self, kind: str, endpoint: str = CANCEL, **more: Any) -> None:
        self.shop.control("POST", "/faults", {"endpoint": endpoint, "kind": kind, **more})

    def outside(self, imp_uid: str, amount: int, reason: str = "관리자페이지취소") -> None:
        """Somebody cancels in i'mport's console."""
        self.shop.control("POST", "/cancel", {"imp_uid": imp_uid, "amount": amount, "reason": reason})

    def ask(self, imp_uid: str, amount: int, balance: int = 30_000, **more: Any) -> Ask:
        given: dict[str, Any] = {"reason": "고객 변심", "intent_key": self.world.nonce(), **more}
        return Ask(imp_uid=imp_uid, amount=amount, seen_balance=balance, **given)

    def refund(self, imp_uid: str, amount: int, balance: int = 30_000, actor: Actor = CS, **more: Any) -> Operation:
        return refunds.submit(self.journal, actor, self.ask(imp_uid, amount, balance, **more))

    def recovered(self, operation: Operation, after_s: float = 0) -> Operation:
        """The operation after one round of recovery, `after_s` seconds later."""
        self.clock.offset += after_s
        recover(self.journal, now_all=True)
        return refunds.operation(self.store, operation.id)

    def history(self, imp_uid: str) -> list[tuple[int, str]]:
        """(amount, reason) of every cancellation at i'mport."""
        found = self.shop.shop.state.payment(imp_uid)
        assert found is not None
        return [(entry["amount"], entry["reason"]) for entry in found[0]["cancel_history"]]

    def sent(self, imp_uid: str) -> int:
        """How many cancel calls of this payment reached the shop."""
        calls = self.shop.control("GET", "/requests")["requests"]
        return sum(c["endpoint"] == CANCEL and c["body"].get("imp_uid") == imp_uid for c in calls)


@pytest.fixture(scope="session")
def shop() -> Iterator[Served]:
    """One sandbox for the session."""
    with running_sandbox(payments=20) as served:
        yield served


def bench_of(shop: Served, store: Store, *, inline: bool = True, clock: Clock | None = None) -> Bench:
    """A bench over a store, with a clock of its own unless one is shared."""
    clock = clock or Clock()
    at: dict[str, Callable[[], None]] = {}
    world = World(now=clock.now, monotonic=clock.monotonic, hit=lambda point: at.pop(point, _nothing)())
    iamport = Iamport(base_url=shop.url, key=shop.key, secret=shop.secret, world=world, retrying=QUICK)
    refresh = partial(intake.refresh, store, iamport, world=world)
    journal = journals.open_journal(store, iamport, world, SECRET, refresh, inline=inline, kinds=KINDS)
    journal.recovered.set()
    return Bench(shop, store, iamport, journal, clock, world, at)


def _nothing() -> None:
    """What happens at most crash points."""


@pytest.fixture
def bench(shop: Served, store: Store) -> Iterator[Bench]:
    """A bench over an empty store, of each kind in turn."""
    made = bench_of(shop, store)
    yield made
    shop.control("DELETE", "/faults")
    made.iamport.close()
