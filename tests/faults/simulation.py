"""Simulated schedules: the real service over a real SQLite file, virtual time, an upstream that fails, people who act on
what they see, processes that die or pause anywhere. One seed is one schedule; `python -m tests.faults.simulation SEED`.

Actors are greenlets. They hand over at every call to i'mport, every wait and every crash point that lies outside of a
transaction (inside one they may only die, for a real database would keep the others waiting). Times are virtual.
"""

from __future__ import annotations

import json
import logging
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from greenlet import getcurrent, greenlet

from lib import audit
from lib.errors import DeskError
from lib.journal.life import Operation, State
from lib.journal.parts import CrashPoint, Journal
from lib.journal.recover import recover
from lib.operations import decisions, refunds
from lib.operations.refunds import Ask
from lib.people.actor import Actor, Role
from lib.queries import payments
from lib.store.engine import Store, open_store
from lib.store.migrate import upgrade
from lib.sync import intake
from lib.world import World
from tests.faults.upstream import Paid, Upstream

SECRET = b"a secret of thirty-two characters"
FINANCE = Actor("김민수", Role.FINANCE)
DAYS_APART_S = 40 * 86_400
INSIDE = {CrashPoint.INSIDE_PREPARED, CrashPoint.INSIDE_SENDING, CrashPoint.INSIDE_VERDICT, CrashPoint.INSIDE_RECOVERY}
PAID = 30_000
QUIET_S = 600
TRIES, ROUNDS = 12, 5
CLOSED = (State.NOT_EXECUTED, State.ABORTED)


class Killed(BaseException):
    """kill -9 of the process at this instant."""


class Violation(AssertionError):
    """An invariant does not hold."""


@dataclass
class Tally:
    """What a run went through."""

    schedules: int = 0
    operations: int = 0
    crashes: int = 0
    pauses: int = 0
    late: int = 0
    people: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    points: Counter[str] = field(default_factory=Counter)

    def __iadd__(self, other: Tally) -> Tally:
        for name in ("schedules", "operations", "crashes", "pauses", "late", "people"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.faults += other.faults
        self.points += other.points
        return self


class Stage:
    """One schedule's clock, actors and dangers."""

    def __init__(self, seed: int, begins: float, store: Store, tally: Tally) -> None:
        self.chance = random.Random(seed)
        self.clock, self.store, self.tally = begins, store, tally
        self.dangerous = True
        self.killing = self.chance.choice((0.0, 0.02, 0.06))
        self.actors: list[tuple[greenlet, float]] = []
        self.main = getcurrent()
        self.upstream = Upstream(
            self.chance,
            lambda: self.clock,
            self.switch,
            trouble=self.chance.choice((0.0, 0.2, 0.35, 0.6)),
        )
        self.uid = f"{seed:x}"
        self.processes = 0

    # -- time and turns --------------------------------------------------------------------------------------------

    def switch(self, seconds: float = 0.0) -> None:
        """Let somebody else go on; come back no earlier than `seconds` from now."""
        if getcurrent() is self.main:
            self.clock += seconds
            return
        self.main.switch(seconds)

    def hit(self, point: str) -> None:
        """Pass a crash point: perhaps die, perhaps pause."""
        self.tally.points[point] += 1
        if getcurrent() is self.main:
            return
        if self.dangerous and self.chance.random() < self.killing:
            self.tally.crashes += 1
            raise Killed
        if point in INSIDE:
            return
        paused = self.dangerous and self.chance.random() < 0.02
        self.tally.pauses += paused
        self.switch(self.chance.choice((7.0, 200.0, 700.0)) if paused else 0.0)

    def add(self, act: Callable[[], None]) -> None:
        self.actors.append((greenlet(act), self.clock))

    def play(self) -> None:
        """Run the actors in a random order until all have ended."""
        while self.actors:
            ready = [n for n, (_, wakes) in enumerate(self.actors) if wakes <= self.clock]
            if not ready:
                self.clock = min(wakes for _, wakes in self.actors)
                continue
            n = self.chance.choice(ready)
            actor, _ = self.actors[n]
            wait = actor.switch()
            self.clock += self.chance.random() * 0.2
            if actor.dead:
                del self.actors[n]
            else:
                self.actors[n] = (actor, self.clock + (wait or 0.0))

    # -- people and processes --------------------------------------------------------------------------------------

    def process(self) -> Journal:
        """A fresh process with a journal of its own over the one database."""
        self.processes += 1
        world = World(
            now=lambda: self.clock,
            monotonic=lambda: self.clock,
            sleep=self.switch,
            random_bits=self.chance.getrandbits,
            hit=self.hit,
        )
        return journal_over(self.store, self.upstream, world, f"sim:{self.uid}-{self.processes}:")


def journal_over(store: Store, upstream: Upstream, world: World, owner: str) -> Journal:
    """A process's journal over the one database, open for refunds."""
    iamport: Any = upstream
    refresh = partial(intake.refresh, store, iamport, world=world)
    journal = Journal(store, iamport, world, SECRET, refresh, None, owner)
    journal.recovered.set()
    return journal


@dataclass
class Wish:
    """What one customer wants back, once."""

    number: int
    imp_uid: str
    amount: int
    operations: list[str] = field(default_factory=list)
    shown: str = "waiting"  # what the agent told the customer: done, refused, waiting


def agent(stage: Stage, wish: Wish, name: str) -> None:
    """A person who refunds what the customer asks for, as the page allows, until it is done or cannot be."""
    actor = Actor(name, Role.CS)
    journal = stage.process()
    for _ in range(TRIES):
        try:
            if _attend(stage, journal, actor, wish):
                return
        except Killed:
            stage.switch(stage.chance.uniform(1, 60))
            journal = stage.process()  # started again; what the page showed is gone
        stage.switch(stage.chance.uniform(1, 240))


def _attend(stage: Stage, journal: Journal, actor: Actor, wish: Wish) -> bool:
    """One look at the page and one act; True when the customer has an answer."""
    page_balance = _page_balance(stage, wish)
    for operation in _mine(stage, wish):
        if operation.open or operation.state is State.LATE_REVIEW:
            return False  # being checked: do not refund again
        if operation.state is State.CONFIRMED:
            wish.shown = "done"
            return True
    try:
        offer = refunds.offer(journal, actor, wish.imp_uid, page_balance)
    except DeskError:
        return False
    if offer.blocked in ("nothing_left", "not_paid") or offer.balance < wish.amount:
        wish.shown = "refused"
        return True
    if offer.blocked:
        return False
    stage.switch(stage.chance.choice((0.0, 2.0, 30.0)))  # the page stands open meanwhile
    ask = Ask(
        imp_uid=wish.imp_uid,
        amount=wish.amount,
        seen_balance=offer.balance,
        reason=f"고객 요청 {wish.number}",
        intent_key=f"{stage.uid}-{stage.chance.getrandbits(60):x}",
    )
    for _ in range(2 if stage.chance.random() < 0.3 else 1):  # a double click carries the same key
        try:
            operation = refunds.submit(journal, actor, ask)
        except DeskError:
            return False
    return operation.state is State.CONFIRMED and _told(wish)


def _page_balance(stage: Stage, wish: Wish) -> int | None:
    """The balance on the payment's page; None while the desk has not read the payment yet."""
    try:
        return payments.one(stage.store, FINANCE, wish.imp_uid).payment.balance
    except DeskError:
        return None


def _told(wish: Wish) -> bool:
    wish.shown = "done"
    return True


def _mine(stage: Stage, wish: Wish) -> list[Operation]:
    """The operations that the page shows for this wish (its number stands in the reason)."""
    found = refunds.of_payment(stage.store, wish.imp_uid)
    return [op for op in found if op.reason.endswith(f" {wish.number}")]


def recovery(stage: Stage) -> None:
    """The desk's own loop, in a process of its own that may die as well."""
    journal = stage.process()
    for _ in range(ROUNDS):
        stage.switch(stage.chance.uniform(2, 300))
        try:
            recover(journal, now_all=stage.chance.random() < 0.5)
        except Killed:
            journal = stage.process()


def outsider(stage: Stage, imp_uid: str, amount: int) -> None:
    stage.switch(stage.chance.uniform(0, 200))
    stage.upstream.outside(imp_uid, amount)


def schedule(seed: int, begins: float, store: Store, tally: Tally) -> None:
    """Play one schedule and judge it. Raises `Violation`."""
    stage = Stage(seed, begins, store, tally)
    chance = stage.chance
    wishes = []
    for p in range(chance.choice((1, 1, 2))):
        imp_uid = f"imp_{stage.uid}_{p}"
        provider = chance.choice(("kicc", "kicc", "html5_inicis", "naverpay"))
        stage.upstream.paid[imp_uid] = Paid(imp_uid, PAID, provider)
        for _ in range(chance.choice((1, 2, 2, 3))):
            wishes.append(Wish(len(wishes) + 1, imp_uid, chance.choice((5_000, 10_000, 10_000, 30_000))))
        if chance.random() < 0.3:
            stage.add(partial(outsider, stage, imp_uid, chance.choice((1_000, 10_000))))
    for wish in wishes:
        stage.add(partial(agent, stage, wish, f"담당자{wish.number}"))
        if chance.random() < 0.35:  # the customer called twice
            stage.add(partial(agent, stage, wish, f"다른 담당자{wish.number}"))
    stage.add(partial(recovery, stage))
    stage.play()
    heal(stage, wishes)
    judge(stage, wishes)
    tally.schedules += 1
    tally.faults += stage.upstream.faults


def heal(stage: Stage, wishes: list[Wish]) -> None:
    """Faults stop; time passes; recovery runs; people decide what came before them, by the truth; agents finish."""
    stage.dangerous, stage.upstream.trouble = False, 0.0
    journal = stage.process()
    for turn in range(10):
        if turn > 1 and _quiet(stage, wishes):
            break
        stage.clock += 1_000
        stage.upstream.deliver()
        for imp_uid in stage.upstream.paid:
            journal.refresh(imp_uid)
        recover(journal, now_all=True)
        for imp_uid in stage.upstream.paid:
            for operation in refunds.of_payment(stage.store, imp_uid):
                if decisions.to_decide(operation):
                    stage.tally.people += 1
                    decide_by_the_truth(stage.upstream, journal, operation)
        left = [wish for wish in wishes if wish.shown == "waiting"]
        for wish in left:
            _attend(stage, journal, Actor("마감", Role.CS), wish)


def _quiet(stage: Stage, wishes: list[Wish]) -> bool:
    """Nothing is under way, open or unanswered."""
    waiting = any(wish.shown == "waiting" for wish in wishes)
    return not (stage.upstream.later or waiting or refunds.open_operations(stage.store))


def decide_by_the_truth(upstream: Upstream, journal: Journal, operation: Operation) -> None:
    """The person looks into the gateway's own site, which tells the truth."""
    ran = bool(upstream.executed[operation.id])
    proof = "KICC에 없음"
    if ran:
        paid = upstream.paid[operation.imp_uid]
        owned = {op.cancellation_id for op in refunds.of_payment(journal.store, operation.imp_uid)}
        alike = [e for e in paid.cancels if e["amount"] == operation.amount and e["cancellation_id"] not in owned]
        proof = str(alike[0]["cancellation_id"]) if alike else "KICC 전표 확인"
    decisions.decide(journal, FINANCE, operation.id, ran=ran, proof=proof)


def memory() -> str | None:
    """A folder in memory, where there is one."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


def judge(stage: Stage, wishes: list[Wish]) -> None:
    """The invariants, when nothing moves any more."""
    upstream = stage.upstream

    def hold(true: bool, what: str) -> None:
        if not true:
            raise Violation(f"{what} (schedule {int(stage.uid, 16)})")

    by_wish: Counter[int] = Counter()
    for imp_uid, paid in upstream.paid.items():
        operations = refunds.of_payment(stage.store, imp_uid)
        stage.tally.operations += len(operations)
        confirmed = 0
        for op in operations:
            ran = upstream.executed[op.id]
            by_wish[int(op.reason.rsplit(" ", 1)[1])] += ran
            hold(ran <= 1, "I1: an operation ran twice")
            hold(not op.open, "I7: an operation is still open")
            hold((op.state is State.CONFIRMED) == (ran == 1), f"I4/I5: {op.state} though it ran {ran} times")
            hold(not _declared_while_executed(stage, op), "I5: called not executed while it had run")
            confirmed += op.amount * (op.state is State.CONFIRMED)
            with stage.store.reading() as connection:
                sent = connection.exec_driver_sql(
                    "SELECT COUNT(*) FROM operation_attempts WHERE operation_id = ? AND step = 'sent'", (op.id,)
                ).scalar_one()
            hold(upstream.posts[op.id] <= sent, "I10: a call left without its row")
            stage.tally.late += op.attribution == "marker" and op.code == "confirmed" and op.attempts > 1
        outside = sum(e["amount"] for e in paid.cancels if e["reason"] == "관리자페이지취소")
        total = sum(e["amount"] for e in paid.cancels)
        hold(total <= paid.amount, "I3: more came back than was paid")
        hold(total == confirmed + outside, f"I8: {total} upstream, {confirmed} confirmed, {outside} outside")
    known = {op.id for imp_uid in upstream.paid for op in refunds.of_payment(stage.store, imp_uid)}
    hold(set(upstream.executed) <= known, "I6: a refund ran that nobody knows of")
    for wish in wishes:
        hold(by_wish[wish.number] <= 1, "I2: a customer's wish was served twice")
        hold(wish.shown != "done" or by_wish[wish.number] == 1, "the customer was told it is done, and it is not")
        hold(wish.shown != "waiting", "I7: a wish was neither served nor refused")


def _declared_while_executed(stage: Stage, operation: Operation) -> bool:
    """It was closed as not executed although it had run by then, and had run within the assumed time (A4)."""
    ran_at = stage.upstream.executed_at.get(operation.id)
    if ran_at is None or ran_at - (operation.first_sent_at or 0) > QUIET_S:
        return False
    with stage.store.reading() as connection:
        rows = connection.exec_driver_sql(
            "SELECT at FROM operation_evidence WHERE operation_id = ? AND state IN ('NOT_EXECUTED', 'ABORTED')",
            (operation.id,),
        ).all()
    return any(int(ran_at) <= at for (at,) in rows)


def run(seeds: range) -> Tally:
    """Play these schedules on one database file; raises `Violation`."""
    tally = Tally()
    logging.disable(logging.CRITICAL)  # uncertain operations are the matter here
    with tempfile.TemporaryDirectory(dir=memory()) as folder:
        store = open_store(f"sqlite:///{folder}/sim.db")
        upgrade(store)
        begins = 1_700_000_000.0
        for n, seed in enumerate(seeds):
            schedule(seed, begins + n * DAYS_APART_S, store, tally)
        if audit.verify(store, SECRET) is not None:
            raise Violation("I9: the audit chain is broken")
        store.close()
    return tally


if __name__ == "__main__":
    first, count = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1
    begun = time.perf_counter()
    done = run(range(first, first + count))
    print(json.dumps({**done.__dict__, "faults": dict(done.faults), "points": dict(done.points)}, ensure_ascii=False))
    print(f"{done.schedules / (time.perf_counter() - begun):.1f} schedules/s")
