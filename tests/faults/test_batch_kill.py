"""kill -9 of a real process that runs a file of refunds, at every step of one of its rows.

Afterwards nothing goes on by itself: rows that were not taken up wait, the others stand as any refund does, and the sums
agree to the won. When somebody continues, every row is refunded once, or told as not refunded and free to be asked anew.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from lib import audit
from lib import journal as journals
from lib.journal.life import State
from lib.journal.parts import CrashPoint
from lib.operations import batch_file, batch_trial, batches
from lib.operations.batches import Batch, BatchState, Result
from lib.people import accounts
from tests.desks import CS, FINANCE, MINUTES_11, SECRET, Bench, bench_of
from tests.faults.grid import POINTS
from tests.faults.processes import ANSWERED, RECOVERY, run, start

ROOT = Path(__file__).parents[2]
ROWS, WON = 6, 10_000
NOT_REFUNDED = (State.ABORTED, State.NOT_EXECUTED)


@pytest.fixture
def desk(files: tuple[Bench, str]) -> tuple[Bench, str]:
    """Where the one who asks and the one who approves have accounts."""
    bench, url = files
    for actor in (CS, FINANCE):
        accounts.add(bench.store, bench.world, SECRET, actor.name, actor.role, "correct horse battery staple")
    return bench, url


def asked(bench: Bench, imp_uids: list[str]) -> Batch:
    rows = "".join(f"{imp_uid},{WON},변심\r\n" for imp_uid in imp_uids)
    file = batch_file.read("환불.csv", f"imp_uid,amount,reason\r\n{rows}".encode())
    verdicts = list(batch_trial.dry_run(bench.journal, CS, file))
    return batches.request(bench.journal, CS, file, verdicts, batch_trial.total_of(verdicts))


def stands(bench: Bench, batch: Batch) -> list[Result]:
    """The rows, whose sums agree to the won whatever happened."""
    rows = batches.results(bench.journal, CS, batch.id)
    sums = batches.sums(rows)
    parts = (sums.confirmed, sums.not_refunded, sums.uncertain, sums.waiting)
    assert sums.requested == (batch.rows, batch.total)
    assert tuple(map(sum, zip(*parts, strict=True))) == sums.requested
    return rows


def refunded(bench: Bench, imp_uids: list[str]) -> list[int]:
    return [sum(amount for amount, _ in bench.history(imp_uid)) for imp_uid in imp_uids]


def interrupted(bench: Bench, batch: Batch, waiting: set[int]) -> None:
    """Nobody runs it, and the rows that wait are these: what a living desk does by itself sends none of them."""
    now = batches.one(bench.journal, CS, batch.id)
    assert batches.abandoned(now)
    assert {row.n for row in stands(bench, batch) if row.state == "WAITING"} == waiting


def continued(bench: Bench, url: str, batch: Batch, imp_uids: list[str]) -> None:
    """Somebody continues: it ends, and what is told as not refunded can be asked for again; then each ran once."""
    assert run(bench, url, do="batch", batch=batch.id, again=True) == 0
    assert batches.one(bench.journal, CS, batch.id).state is BatchState.DONE
    rows = stands(bench, batch)
    assert {r.state for r in rows} <= {State.CONFIRMED, *NOT_REFUNDED}
    assert refunded(bench, imp_uids) == [WON if r.state == State.CONFIRMED else 0 for r in rows]
    left = [r.imp_uid for r in rows if r.state != State.CONFIRMED]
    assert len(left) <= 2  # those that were under way
    if left:
        assert run(bench, url, do="batch", batch=asked(bench, left).id) == 0
    assert [[amount for amount, _ in bench.history(imp_uid)] for imp_uid in imp_uids] == [[WON]] * ROWS


@pytest.mark.parametrize("row", [1, 4])
@pytest.mark.parametrize("point", POINTS)
def test_killed_while_a_file_runs(
    desk: tuple[Bench, str], point: CrashPoint, row: int, record_property: Callable[[str, object], None]
) -> None:
    bench, url = desk
    imp_uids = [bench.payment() for _ in range(ROWS)]
    batch = asked(bench, imp_uids)
    kills = [run(bench, url, do="batch", batch=batch.id, die=point, passing=row)]
    waiting = {r.n for r in stands(bench, batch) if r.state == "WAITING"}
    time.sleep(0.1)  # the row beside it may still be on its way
    interrupted(bench, batch, waiting)
    if point in ANSWERED or row > 1:
        kills.append(run(bench, url, do="recover", die=RECOVERY[POINTS.index(point) % 4], later=MINUTES_11))
    for later in (0, 2 * MINUTES_11):
        assert run(bench, url, do="recover", later=later) == 0
    interrupted(bench, batch, waiting)
    rows = stands(bench, batch)
    assert {r.state for r in rows} <= {"WAITING", State.CONFIRMED, *NOT_REFUNDED}
    assert refunded(bench, imp_uids) == [WON if r.state == State.CONFIRMED else 0 for r in rows]

    continued(bench, url, batch, imp_uids)
    assert audit.verify(bench.store, SECRET) is None
    assert kills[0] == -signal.SIGKILL
    assert set(kills) <= {0, -signal.SIGKILL}
    record_property("kills of a process that ran a file", kills.count(-signal.SIGKILL))


def test_an_interrupted_file_waits_beside_a_running_desk(desk: tuple[Bench, str]) -> None:
    bench, url = desk
    imp_uids = [bench.payment() for _ in range(ROWS)]
    batch = asked(bench, imp_uids)
    bench.fault("delay", count=ROWS, seconds=0.3)
    process, _ = start(bench, url, do="batch", batch=batch.id)
    ends = time.monotonic() + 30
    while not any(refunded(bench, imp_uids)):
        assert time.monotonic() < ends
        time.sleep(0.02)
    process.kill()
    process.join()
    beside = bench_of(bench.shop, bench.store, inline=False)
    journals.start(beside.journal)
    time.sleep(1.5)
    sent = refunded(bench, imp_uids)
    assert 0 < sum(sent) < ROWS * WON
    time.sleep(1.5)
    assert refunded(bench, imp_uids) == sent
    assert told_by_the_command(bench, url, batch) == "INTERRUPTED"
    journals.close(beside.journal)
    bench.shop.control("DELETE", "/faults")
    assert run(bench, url, do="recover", later=MINUTES_11) == 0
    continued(bench, url, batch, imp_uids)
    assert told_by_the_command(bench, url, batch) == "DONE"


def told_by_the_command(bench: Bench, url: str, batch: Batch) -> str:
    """The state that `python -m lib batches` prints."""
    given = {"IMP_KEY": bench.shop.key, "IMP_SECRET": bench.shop.secret, "IMP_API_URL": bench.shop.url}
    command = [sys.executable, "-m", "lib", "batches", batch.id, "--as", CS.name, "--json"]
    told = subprocess.check_output(command, cwd=ROOT, env={**os.environ, **given, "DATABASE_URL": url})
    return str(json.loads(told)[0]["state"])
