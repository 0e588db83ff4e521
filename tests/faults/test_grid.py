"""T2: a real process is killed at every step of a refund, under everything i'mport may answer, and its recovery as well.

Each case refunds once in a process that kills itself at one point while one outcome awaits its call; then recoveries
follow that kill themselves at one of their own points, or at all of them in turn; then one that lives, after the quiet
time. Whatever happened, i'mport ran it at most once, the journal says so, and nothing is left open.
"""

from __future__ import annotations

import signal
import time
from typing import Any

import pytest

from lib import audit
from lib.journal.life import State
from lib.journal.parts import CrashPoint
from lib.operations import refunds
from tests.desks import MINUTES_11, READ, SECRET, Bench
from tests.faults.processes import ANSWERED, NOTHING_SENT, RECOVERY, refund, run

OUTCOMES: dict[str, dict[str, Any]] = {
    "ok": {},
    "5xx": {"kind": "http_5xx"},
    "executed, 5xx": {"kind": "executed_then_5xx"},
    "reset": {"kind": "reset"},
    "executed, reset": {"kind": "executed_then_reset"},
    "executed, no answer": {"kind": "executed_then_no_answer"},
    "executed a little later": {"kind": "late", "seconds": 0.05},
    "delivered twice": {"kind": "delivered_twice"},
    "truncated": {"kind": "truncated"},
    "garbage": {"kind": "not_json"},
    "executed, garbage": {"kind": "not_json", "executed": True},
    "refused": {"kind": "refused"},
    "executed, refused": {"kind": "executed_then_refused"},
    "401": {"kind": "unauthorized"},
    "403": {"kind": "forbidden"},
    "429": {"kind": "too_many"},
    "stale reading": {"kind": "stale", "endpoint": READ},
}
"""What awaits the call, as an order to the sandbox."""
RECOVERIES: tuple[tuple[CrashPoint, ...], ...] = ((), *((point,) for point in RECOVERY), RECOVERY)
CASES = len(OUTCOMES) * len([*NOTHING_SENT, *ANSWERED]) * len(RECOVERIES)


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_killed_everywhere(files: tuple[Bench, str], outcome: str, record_property: Any) -> None:
    bench, url = files
    cases = kills = 0
    for point in (*NOTHING_SENT, *ANSWERED):
        for dying in RECOVERIES:
            imp_uid = bench.payment()
            if OUTCOMES[outcome]:
                bench.fault(**OUTCOMES[outcome])
            exits = [refund(bench, url, imp_uid, die=point)]
            bench.shop.control("DELETE", "/faults")
            if outcome == "executed a little later":
                time.sleep(0.06)
            exits += [run(bench, url, do="recover", die=last, later=MINUTES_11) for last in dying]
            assert set(exits) <= {0, -signal.SIGKILL}
            assert run(bench, url, do="recover", later=2 * MINUTES_11) == 0
            told_truly(bench, imp_uid)
            kills += exits.count(-signal.SIGKILL)
            cases += 1
    assert audit.verify(bench.store, SECRET) is None
    assert kills >= cases
    record_property("crash_cases", cases)
    record_property("kills", kills)


def told_truly(bench: Bench, imp_uid: str) -> None:
    """i'mport and the journal tell the same story, and nothing is left open."""
    executed = bench.history(imp_uid)
    operations = refunds.of_payment(bench.store, imp_uid)
    assert len(executed) <= 1
    assert [op.state is State.CONFIRMED for op in operations].count(True) == len(executed)
    assert not any(op.open for op in operations)


def test_the_grid_is_as_large_as_it_says() -> None:
    assert {*NOTHING_SENT, *ANSWERED, *RECOVERY} == set(CrashPoint)
    assert CASES >= 900
