"""T5: 32 real processes on one database, a SQLite file and a PostgreSQL: the same payments, a limit that they share.

Whoever comes first, no payment is refunded twice at one balance, no limit is passed by one won, and what fits is refunded.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable

import pytest

from lib import audit
from lib.journal.life import State
from lib.journal.recover import recover
from lib.operations import refunds
from lib.payments.days import day_of
from lib.settings import Limits
from tests.desks import MINUTES_11, SECRET, Bench
from tests.faults.grid import told_truly
from tests.faults.processes import crowd

PROCESSES = 32
PEOPLE = ("담당자1", "담당자2", "담당자3", "담당자4")
PART = 7_001
REFUSED = {"stale", "in_progress", "ABORTED"}
"""What the others are told; the last was overtaken just before sending."""
Record = Callable[[str, object], None]


def recorded(bench: Bench, told: Counter[str], record: Record) -> None:
    record(f"processes on {'PostgreSQL' if bench.store.postgresql else 'SQLite'}", PROCESSES)
    record("wishes of many processes", told.total())


def test_each_payment_is_refunded_once(bench: Bench, database: str, record_property: Record) -> None:
    imp_uids = [bench.payment() for _ in range(20)]
    wish = {"do": "refund", "imp_uids": imp_uids, "amount": 10_000, "balance": 30_000}
    told = crowd(bench, database, [wish] * PROCESSES)
    assert told["CONFIRMED"] == 20
    assert set(told) <= {"CONFIRMED", *REFUSED}
    for imp_uid in imp_uids:
        told_truly(bench, imp_uid)
    assert audit.verify(bench.store, SECRET) is None
    recorded(bench, told, record_property)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_eight_processes_with_one_intent(bench: Bench, database: str) -> None:
    imp_uid = bench.payment()
    wish = {"do": "refund", "imp_uids": [imp_uid], "amount": 10_000, "balance": 30_000, "intent": "one and the same"}
    told = crowd(bench, database, [wish] * 8)
    assert set(told) <= {"CONFIRMED", "PREPARED", "SENDING"}
    assert (bench.sent(imp_uid), len(refunds.of_payment(bench.store, imp_uid))) == (1, 1)
    told_truly(bench, imp_uid)


def test_a_days_limit_is_met_to_the_won_and_never_passed(bench: Bench, database: str, record_property: Record) -> None:
    before_midnight()
    imp_uids = [bench.payment() for _ in range(18)]

    def wishes(limits: Limits) -> list[dict[str, object]]:
        """Four people with eight processes each, every one in an order of its own."""
        common = {"do": "refund", "amount": PART, "balance": 30_000, "passes": 5, "limits": limits}
        turned = [imp_uids[n % 18 :] + imp_uids[: n % 18] for n in range(PROCESSES)]
        return [common | {"person": PEOPLE[n % 4], "imp_uids": turned[n]} for n in range(PROCESSES)]

    told = crowd(bench, database, wishes(Limits({}, {"cs": 3 * PART}, 0)))
    assert told["CONFIRMED"] == 12
    assert of_people(bench) == dict.fromkeys(PEOPLE, 3 * PART)
    told += crowd(bench, database, wishes(Limits({}, {}, 16 * PART - 1)))
    assert set(told) <= {"CONFIRMED", "over_own_day", "over_team_day", *REFUSED}
    assert sum(of_people(bench).values()) == 15 * PART
    assert sum(amount for imp_uid in imp_uids for amount, _ in bench.history(imp_uid)) == 15 * PART
    for imp_uid in imp_uids:
        told_truly(bench, imp_uid)
    recorded(bench, told, record_property)


def test_parts_of_the_same_payments_again_and_again(bench: Bench, database: str, record_property: Record) -> None:
    before_midnight()
    paid, limit, rounds = 100_000, 150_000, 40 if bench.store.postgresql else 80
    imp_uids = [bench.payment(paid, pg_provider="kicc") for _ in range(6)]
    wish = {"do": "rounds", "imp_uids": imp_uids, "balance": paid, "rounds": rounds, "limits": Limits({}, {}, limit)}
    told = crowd(bench, database, [wish | {"seed": n} for n in range(PROCESSES)])
    assert told.total() == PROCESSES * rounds
    bench.clock.offset += MINUTES_11
    recover(bench.journal, now_all=True)
    refunded = 0
    for imp_uid in imp_uids:
        operations = refunds.of_payment(bench.store, imp_uid)
        confirmed = sorted((op for op in operations if op.state is State.CONFIRMED), key=lambda op: -op.balance)
        assert not any(op.open for op in operations)
        balances = [paid]
        for op in confirmed:
            balances.append(balances[-1] - op.amount)
        assert [op.balance for op in confirmed] == balances[:-1]  # each where the one before it ended
        assert Counter(amount for amount, _ in bench.history(imp_uid)) == Counter(op.amount for op in confirmed)
        assert len({op.cancellation_id for op in confirmed}) == len(confirmed)
        refunded += paid - balances[-1]
    assert 0 < refunded <= limit
    assert told["CONFIRMED"] > 50
    assert audit.verify(bench.store, SECRET) is None
    recorded(bench, told, record_property)


def of_people(bench: Bench) -> dict[str, int]:
    """What each person refunded, in won."""
    sums = Counter[str]()
    for op in refunds.latest(bench.store, 10_000):
        sums[op.requested_by] += op.amount if op.state is State.CONFIRMED else 0
    return dict(sums)


def before_midnight() -> None:
    """A limit is of a KST day: wait until the next two minutes are of one."""
    while day_of(int(time.time())) != day_of(int(time.time()) + 120):
        time.sleep(1)
