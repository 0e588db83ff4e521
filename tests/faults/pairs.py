"""A refund that met one outcome, and the one that a person asks for after it, which meets another."""

from __future__ import annotations

import time

from lib.errors import BadInput, Stale
from lib.journal.life import State
from lib.journal.recover import recover
from lib.operations import offers, refunds
from tests.desks import CS, MINUTES_11, Bench
from tests.faults.grid import OUTCOMES

FIRST = 10_000
AMOUNTS = (FIRST, 7_000)
"""What the second asks for: the same amount, or another."""


def paired(bench: Bench, first: str, second: str, amount: int) -> None:
    """Refund under `first`; when that is certain refund `amount` under `second`, by a fresh page. i'mport then shows
    each confirmed operation once and nothing else."""
    imp_uid = bench.payment(pg_provider="kicc")
    _order(bench, first)
    bench.refund(imp_uid, FIRST)
    _certain(bench)
    for _ in range(2):  # the second time only when a late finding is shown first
        _order(bench, second)
        try:
            bench.refund(imp_uid, amount, offers.offer(bench.journal, CS, imp_uid).balance)
            break
        except (BadInput, Stale):
            bench.shop.control("DELETE", "/faults")
    time.sleep(0.06 if "executed a little later" in (first, second) else 0)
    bench.journal.refresh(imp_uid)  # as sync does: what is certain at once is not read again
    _certain(bench)
    operations = refunds.of_payment(bench.store, imp_uid)
    confirmed = [(op.amount, op.balance) for op in operations if op.state is State.CONFIRMED]
    assert not any(op.open or op.state is State.LATE_REVIEW for op in operations), (first, second)
    assert sorted(amount for amount, _ in bench.history(imp_uid)) == sorted(a for a, _ in confirmed), (first, second)
    assert len({balance for _, balance in confirmed}) == len(confirmed), (first, second)


def _order(bench: Bench, outcome: str) -> None:
    if OUTCOMES[outcome]:
        bench.fault(**OUTCOMES[outcome])


def _certain(bench: Bench) -> None:
    """Recovery after the quiet time, with nothing going wrong."""
    bench.shop.control("DELETE", "/faults")
    bench.clock.offset = MINUTES_11
    recover(bench.journal, now_all=True)
    bench.clock.offset = 0.0
