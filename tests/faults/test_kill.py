"""kill -9 of a real process at every step of a refund and of its recovery.

Each case: a process refunds and kills itself at one crash point, then (perhaps after a recovery that kills itself, too)
others recover, now and eleven minutes later. However it went, i'mport ran it at most once and the journal says so.
"""

from __future__ import annotations

import signal
import time

import pytest

from lib import audit
from lib.journal.life import State
from lib.journal.parts import CrashPoint
from lib.operations import offers, refunds
from tests.desks import CS, MINUTES_11, SECRET, Bench
from tests.faults.grid import told_truly
from tests.faults.processes import ANSWERED, NOTHING_SENT, RECOVERY, refund, run, start


def truth(bench: Bench, imp_uid: str) -> None:
    """The journal and i'mport tell the same story, and the chain holds."""
    told_truly(bench, imp_uid)
    assert audit.verify(bench.store, SECRET) is None


def test_every_crash_point_is_killed_at() -> None:
    assert {*NOTHING_SENT, *ANSWERED, *RECOVERY} == set(CrashPoint)


@pytest.mark.parametrize("point", [*NOTHING_SENT, *ANSWERED])
def test_killed_while_refunding(files: tuple[Bench, str], point: CrashPoint) -> None:
    bench, url = files
    imp_uid = bench.payment()
    assert refund(bench, url, imp_uid, die=point) == -signal.SIGKILL
    assert len(bench.history(imp_uid)) == (point in ANSWERED)
    assert run(bench, url, do="recover") == 0
    assert len(bench.history(imp_uid)) == (point in ANSWERED)  # recovery reads, it never sends
    assert run(bench, url, do="recover", later=MINUTES_11) == 0
    truth(bench, imp_uid)
    bench.journal.refresh(imp_uid)
    left = offers.offer(bench.journal, CS, imp_uid).balance
    assert bench.refund(imp_uid, 10_000, left).state is State.CONFIRMED  # the payment is not locked for ever


@pytest.mark.parametrize("kind", ["executed_then_reset", "reset", "refused", "executed_then_refused"])
def test_killed_after_a_bad_answer(files: tuple[Bench, str], kind: str) -> None:
    bench, url = files
    for point in ANSWERED:
        imp_uid = bench.payment()
        bench.fault(kind)
        assert refund(bench, url, imp_uid, die=point) == -signal.SIGKILL
        assert run(bench, url, do="recover", later=MINUTES_11) == 0
        truth(bench, imp_uid)


@pytest.mark.parametrize("point", RECOVERY)
def test_killed_while_recovering(files: tuple[Bench, str], point: CrashPoint) -> None:
    bench, url = files
    for sent in (CrashPoint.AFTER_SENDING, CrashPoint.AFTER_ANSWER):
        imp_uid = bench.payment()
        assert refund(bench, url, imp_uid, die=sent) == -signal.SIGKILL
        assert run(bench, url, do="recover", die=point, later=MINUTES_11) == -signal.SIGKILL
        assert run(bench, url, do="recover", later=MINUTES_11 * 2) == 0
        truth(bench, imp_uid)


def test_killed_from_outside_while_the_answer_is_awaited(files: tuple[Bench, str]) -> None:
    bench, url = files
    imp_uid = bench.payment()
    bench.fault("delay", seconds=1.0)
    process, _ = start(bench, url, do="refund", imp_uids=[imp_uid], amount=10_000, balance=30_000)
    ends = time.monotonic() + 30
    while not any(op.state is State.SENDING for op in refunds.of_payment(bench.store, imp_uid)):
        assert time.monotonic() < ends
        time.sleep(0.02)
    time.sleep(0.3)
    process.kill()
    process.join()
    time.sleep(1.2)
    assert run(bench, url, do="recover") == 0
    truth(bench, imp_uid)
    assert len(bench.history(imp_uid)) == 1


def test_two_that_recover_at_once_cost_a_reading_and_nothing_else(files: tuple[Bench, str]) -> None:
    bench, url = files
    imp_uids = [bench.payment() for _ in range(3)]
    for imp_uid in imp_uids:
        assert refund(bench, url, imp_uid, die=CrashPoint.AFTER_ANSWER) == -signal.SIGKILL
    running = [start(bench, url, do="recover")[0] for _ in range(4)]
    for process in running:
        process.join(60)
    assert [process.exitcode for process in running] == [0, 0, 0, 0]
    for imp_uid in imp_uids:
        truth(bench, imp_uid)
