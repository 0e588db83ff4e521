"""kill -9 of a real process at every step of every kind of operation, and of its recovery: it takes effect at most once,
the journal says so, and the next one may begin."""

from __future__ import annotations

import signal

import pytest

from lib import audit
from lib.journal.life import State
from lib.operations import refunds
from tests.desks import MINUTES_11, SECRET, Bench
from tests.faults.processes import ANSWERED, NOTHING_SENT, RECOVERY, run
from tests.faults.works import WORKS


@pytest.mark.parametrize("name", WORKS)
def test_killed_anywhere(files: tuple[Bench, str], name: str, record_property) -> None:
    bench, url = files
    work = WORKS[name]
    for n, point in enumerate((*NOTHING_SENT, *ANSWERED)):
        facts = work.prepare(bench)
        before = {op.id for op in refunds.latest(bench.store, 1_000)}
        assert run(bench, url, do="work", name=name, facts=facts, die=point) == -signal.SIGKILL
        assert work.took_effect(bench, facts) == (point in ANSWERED), point
        last = RECOVERY[n % len(RECOVERY)]
        run(bench, url, do="recover", die=last, later=MINUTES_11)
        assert run(bench, url, do="recover", later=2 * MINUTES_11) == 0
        made = [op for op in refunds.latest(bench.store, 1_000) if op.id not in before]
        assert not any(op.open for op in made)
        assert [op.state is State.CONFIRMED for op in made].count(True) == work.took_effect(bench, facts), point
    assert audit.verify(bench.store, SECRET) is None
    record_property("kills of other operations", len((*NOTHING_SENT, *ANSWERED)))
