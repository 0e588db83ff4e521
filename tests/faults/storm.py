"""T6: many real processes refund parts of the same payments while faults come at random and one of them is killed every
0.3 seconds; then everything heals, and the journal must agree with i'mport to the won."""

from __future__ import annotations

import random
import time
from collections import Counter, deque
from collections.abc import Iterable
from multiprocessing.process import BaseProcess
from typing import Any

from lib import audit
from lib.journal.late import late
from lib.journal.life import State
from lib.journal.recover import recover
from lib.operations import decisions, refunds
from tests.desks import FINANCE, MINUTES_11, READ, SECRET, Bench
from tests.faults.grid import OUTCOMES
from tests.faults.processes import start

WORKERS, KILL_EVERY_S = 12, 0.3
PAID, AT_HAND, FRESH = 20_000, 24, 3
"""Won of each payment; how many the processes know of, and how many come anew before each kill."""
PATIENCE_S = 60
LATEST_S = 0.3
FAULTS: tuple[dict[str, Any], ...] = (
    *(order for order in OUTCOMES.values() if order and "endpoint" not in order),
    {"kind": "late", "seconds": LATEST_S},
    {"kind": "executed_then_no_answer", "seconds": LATEST_S},
    *({"kind": kind, "endpoint": READ} for kind in ("http_5xx", "reset", "truncated", "not_json", "too_many")),
    {"kind": "unauthorized", "endpoint": "*"},
    {"kind": "http_5xx", "endpoint": "POST /users/getToken"},
)
"""No stale readings: a copy that lags for longer than i'mport's may is the simulation's to play."""


def weathered(bench: Bench, database: str, seconds: float, chance: random.Random, least: int = 10) -> Counter[str]:
    """A storm of so many seconds (more, on a slow machine, until `least` refunds ran), the calm after it, and the
    judgement; figures of what it went through."""
    figures = Counter[str]()
    imp_uids = _raged(bench, database, seconds, chance, figures, least)
    figures["healed"] += _healed(bench)
    figures["people"] += _decided(bench)
    _agree(bench, imp_uids, figures)
    return figures


def _raged(
    bench: Bench, database: str, seconds: float, chance: random.Random, figures: Counter[str], least: int
) -> list[str]:
    imp_uids: list[str] = []
    at_hand: deque[str] = deque(maxlen=AT_HAND)
    alive: list[BaseProcess] = []
    ends = time.monotonic() + seconds
    try:
        while (left := ends - time.monotonic()) > 0 or sum(len(_history(bench, uid)) for uid in imp_uids) < least:
            assert left > -PATIENCE_S, "hardly a refund ran"
            tick = time.monotonic() + KILL_EVERY_S
            fresh = [bench.payment(PAID, pg_provider="kicc") for _ in range(FRESH if imp_uids else AT_HAND)]
            imp_uids += fresh
            at_hand.extend(fresh)
            while len(alive) < WORKERS:
                alive.append(_worker(bench, database, list(at_hand), chance, janitor=not alive))
            for _ in range(chance.randrange(3)):
                bench.fault(**chance.choice(FAULTS))
                figures["faults"] += 1
            time.sleep(max(0.0, tick - time.monotonic()))
            broken = [process.exitcode for process in alive if not process.is_alive()]
            assert not broken, f"processes ended by themselves: {broken}"
            figures["kills"] += _killed([alive.pop(chance.randrange(len(alive)))])
    finally:
        figures["kills"] += _killed(alive)
        bench.shop.control("DELETE", "/faults")
    time.sleep(2 * LATEST_S)
    return imp_uids


def _worker(bench: Bench, database: str, imp_uids: list[str], chance: random.Random, *, janitor: bool) -> BaseProcess:
    if janitor:
        return start(bench, database, do="janitor")[0]
    wish = {"imp_uids": imp_uids, "balance": PAID, "rounds": 10**9, "seed": chance.getrandbits(32)}
    return start(bench, database, do="rounds", **wish)[0]


def _killed(processes: Iterable[BaseProcess]) -> int:
    count = 0
    for count, process in enumerate(processes, 1):  # noqa: B007
        process.kill()
        process.join()
    return count


def _healed(bench: Bench) -> int:
    """Recovery, at once and after the quiet time; how many operations were open before it."""
    left = len(refunds.open_operations(bench.store))
    for ahead in (0, MINUTES_11, 2 * MINUTES_11):
        bench.clock.offset = ahead
        recover(bench.journal, now_all=True)
    bench.clock.offset = 0
    late(bench.journal)
    return left


def _decided(bench: Bench) -> int:
    """What only a person can tell is told, by what i'mport's console shows; how many there were."""
    waiting = [op for op in refunds.open_operations(bench.store) if decisions.to_decide(op)]
    for op in waiting:
        ours = [e for e in _history(bench, op.imp_uid) if op.marker and op.marker in e["reason"]]
        proof = ours[0]["cancellation_id"] if ours else "KICC에 없음"
        decisions.decide(bench.journal, FINANCE, op.id, ran=bool(ours), proof=proof)
    return len(waiting)


def _history(bench: Bench, imp_uid: str) -> list[dict[str, Any]]:
    found = bench.shop.shop.state.payment(imp_uid)
    assert found is not None
    return list(found[0]["cancel_history"])


def _agree(bench: Bench, imp_uids: list[str], figures: Counter[str]) -> None:
    """Nothing is open; each cancellation is one confirmed operation's, each at the balance where the last one ended."""
    assert not refunds.open_operations(bench.store)
    for imp_uid in imp_uids:
        operations = refunds.of_payment(bench.store, imp_uid)
        confirmed = sorted((op for op in operations if op.state is State.CONFIRMED), key=lambda op: -op.balance)
        told = {op.cancellation_id: op.amount for op in confirmed}
        executed = {entry["cancellation_id"]: entry["amount"] for entry in _history(bench, imp_uid)}
        assert len(told) == len(confirmed), imp_uid
        assert told == executed, imp_uid
        balance = PAID
        for op in confirmed:
            assert op.balance == balance, (imp_uid, op.id)
            balance -= op.amount
        figures["operations"] += len(operations)
        figures["refunds"] += len(confirmed)
        figures["won"] += PAID - balance
    figures["payments"] += len(imp_uids)
    assert audit.verify(bench.store, SECRET) is None
