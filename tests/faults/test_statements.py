"""T3: of every command that moves money each database statement fails, one after the other, COMMIT included.

The statement fails as the driver fails: locked for too long, disk full, or an error of the disk. Whatever was under way,
i'mport ran it at most once, and once the database answers again recovery tells the truth of it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from lib import audit
from lib.errors import DeskError
from lib.journal.life import State
from lib.journal.recover import recover
from lib.operations import approvals, decisions, refunds
from lib.people import accounts
from lib.settings import Limits
from lib.store.engine import Store, open_store, sqlite_module
from lib.store.migrate import upgrade
from lib.store.statements.operations import StoreError
from tests.desks import CS, FINANCE, MINUTES_11, SECRET, Bench, bench_of
from tests.sandbox_server import Served

MESSAGES = ("database is locked", "database or disk is full", "disk I/O error")


@dataclass
class Failing:
    """The k-th statement fails once; `count` is how many there were."""

    store: Store
    at: int = 0
    count: int = 0
    message: str = ""

    def __post_init__(self) -> None:
        for name in ("do_execute", "do_executemany", "do_execute_no_params"):
            event.listen(self.store.engine, name, self._statement)
        commit = self.store.engine.dialect.do_commit

        def failing_commit(connection: Any) -> None:
            self._statement()
            commit(connection)

        self.store.engine.dialect.do_commit = failing_commit  # type: ignore[method-assign]

    def _statement(self, *_given: Any) -> None:
        self.count += 1
        if self.count == self.at:
            raise sqlite_module.OperationalError(self.message)

    def set(self, at: int, message: str = "") -> None:
        self.at, self.count, self.message = at, 0, message


@pytest.fixture
def desk(tmp_path: Path, shop: Served) -> Iterator[tuple[Bench, Failing]]:
    """A bench over a SQLite file whose waits only move its clock, and what makes its database fail."""
    store = open_store(f"sqlite:///{tmp_path}/desk.db")
    upgrade(store)
    bench = bench_of(shop, store)
    quick = replace(bench.journal.world, sleep=lambda _seconds: None)
    bench.journal = replace(bench.journal, world=quick, limits=Limits({"cs": 10_000, "finance": 0}, {}, 0))
    for actor in (CS, FINANCE):
        accounts.add(store, bench.world, SECRET, actor.name, actor.role, "correct horse battery staple")
    yield bench, Failing(store)
    shop.control("DELETE", "/faults")
    bench.iamport.close()
    store.close()


def refund(bench: Bench, imp_uid: str) -> Callable[[], object]:
    ask = bench.ask(imp_uid, 10_000)
    return lambda: refunds.submit(bench.journal, CS, ask)


def refund_whose_answer_is_lost(bench: Bench, imp_uid: str) -> Callable[[], object]:
    bench.fault("executed_then_reset")
    return refund(bench, imp_uid)


def recovery(bench: Bench, imp_uid: str) -> Callable[[], object]:
    bench.at["after answer"] = died
    with pytest.raises(KeyboardInterrupt):
        bench.refund(imp_uid, 10_000)
    return lambda: recover_later(bench, imp_uid)


def recover_later(bench: Bench, imp_uid: str) -> None:
    """One round when the lease and the quiet time are over."""
    bench.clock.offset += MINUTES_11
    try:
        recover(bench.journal, now_all=True, subject=imp_uid)
    finally:
        bench.clock.offset -= MINUTES_11


def decision(bench: Bench, imp_uid: str) -> Callable[[], object]:
    """Somebody else's refund of our amount, without a mark where marks are not known to come back: a person decides."""
    bench.fault("reset")
    operation = bench.refund(imp_uid, 10_000)
    bench.outside(imp_uid, 10_000)
    recover(bench.journal, now_all=True)
    stands = refunds.operation(bench.store, operation.id)
    if not decisions.to_decide(stands):
        return lambda: recover(bench.journal, now_all=True)
    return lambda: decisions.decide(bench.journal, FINANCE, operation.id, ran=False, proof="KICC에 없음")


def approval(bench: Bench, imp_uid: str) -> Callable[[], object]:
    ask = bench.ask(imp_uid, 20_000)

    def both() -> None:
        asked = approvals.request(bench.journal, CS, ask)
        approvals.approve(bench.journal, FINANCE, asked.id)

    return both


def died() -> None:
    raise KeyboardInterrupt


COMMANDS = (refund, refund_whose_answer_is_lost, recovery, decision, approval)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: c.__name__)
def test_each_statement_fails_in_its_turn(
    desk: tuple[Bench, Failing],
    command: Callable[[Bench, str], Callable[[], object]],
    record_property: Callable[[str, object], None],
) -> None:
    bench, failing = desk
    act = command(bench, bench.payment())
    failing.set(0)
    act()
    statements = failing.count
    assert statements > 5
    for k in range(1, statements + 1):
        imp_uid = bench.payment()
        act = command(bench, imp_uid)
        outside = sum("관리자" in reason for _, reason in bench.history(imp_uid))
        failing.set(k, MESSAGES[k % len(MESSAGES)])
        with contextlib.suppress(DeskError, StoreError):
            act()
        failing.set(0)
        bench.shop.control("DELETE", "/faults")
        settled(bench, imp_uid, outside)
    assert audit.verify(bench.store, SECRET) is None
    record_property("statements_failed", statements)


def settled(bench: Bench, imp_uid: str, outside: int) -> None:
    """Recovery, at once and after the quiet time, leaves nothing open and tells the truth."""
    for _ in range(2):
        recover_later(bench, imp_uid)
    ours = len(bench.history(imp_uid)) - outside
    operations = refunds.of_payment(bench.store, imp_uid)
    assert ours <= 1
    assert sum(op.state is State.CONFIRMED for op in operations) == ours, [op.state for op in operations]
    assert not any(op.open and not decisions.to_decide(op) for op in operations), [op.state for op in operations]
