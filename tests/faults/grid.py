"""One case of the grid of kills: a refund under one outcome, killed at one point, and the recoveries after it."""

from __future__ import annotations

import signal
import time
from typing import Any

from lib.journal.life import State
from lib.journal.parts import CrashPoint
from lib.operations import refunds
from tests.desks import MINUTES_11, READ, Bench
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
POINTS = (*NOTHING_SENT, *ANSWERED)
RECOVERIES: tuple[tuple[CrashPoint, ...], ...] = ((), *((point,) for point in RECOVERY), RECOVERY)
Case = tuple[CrashPoint, tuple[CrashPoint, ...]]
CASES: tuple[Case, ...] = tuple((point, dying) for point in POINTS for dying in RECOVERIES)
"""Where the refund dies, and where the recoveries after it die, one after the other."""


def section(outcome: str) -> list[Case]:
    """Fewer cases: one way to recover at each point after an answer, by turns over the outcomes; before the answer every
    outcome but a stale reading is like “ok”."""
    turn, ways = list(OUTCOMES).index(outcome), len(RECOVERIES)
    early = NOTHING_SENT if outcome in ("ok", "stale reading") else ()
    return [(point, RECOVERIES[(turn + n) % ways]) for n, point in enumerate((*early, *ANSWERED))]


def played(bench: Bench, database: str, outcome: str, case: Case) -> int:
    """Play one case and hold what came of it to the truth; how many processes were killed."""
    point, dying = case
    imp_uid = bench.payment()
    if OUTCOMES[outcome]:
        bench.fault(**OUTCOMES[outcome])
    exits = [refund(bench, database, imp_uid, die=point)]
    bench.shop.control("DELETE", "/faults")
    if outcome == "executed a little later":
        time.sleep(0.06)
    exits += [run(bench, database, do="recover", die=last, later=MINUTES_11) for last in dying]
    assert set(exits) <= {0, -signal.SIGKILL}
    assert run(bench, database, do="recover", later=2 * MINUTES_11) == 0
    told_truly(bench, imp_uid)
    return exits.count(-signal.SIGKILL)


def told_truly(bench: Bench, imp_uid: str) -> None:
    """i'mport ran it at most once, the journal tells the same story, and nothing is left open."""
    executed = bench.history(imp_uid)
    operations = refunds.of_payment(bench.store, imp_uid)
    assert len(executed) <= 1
    assert [op.state is State.CONFIRMED for op in operations].count(True) == len(executed)
    assert not any(op.open for op in operations)
