"""T2: a real process is killed at every step of a refund, under everything i'mport may answer, and its recovery as well.

Each case refunds once in a process that kills itself at one point while one outcome awaits its call; then recoveries
follow that kill themselves at one of their own points, or at all of them in turn; then one that lives, after the quiet
time. Whatever happened, i'mport ran it at most once, the journal says so, and nothing is left open. On a SQLite file
every case; on PostgreSQL a section of them (all of them in `tests.faults.soak`).
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lib import audit
from lib.journal.parts import CrashPoint
from tests.desks import SECRET, Bench
from tests.faults.grid import CASES, OUTCOMES, POINTS, RECOVERIES, played, section
from tests.faults.processes import RECOVERY

Record = Callable[[str, object], None]


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_killed_everywhere(files: tuple[Bench, str], outcome: str, record_property: Record) -> None:
    bench, url = files
    kills = sum(played(bench, url, outcome, case) for case in CASES)
    assert audit.verify(bench.store, SECRET) is None
    assert kills >= len(CASES)
    record_property("crash_cases", len(CASES))
    record_property("kills", kills)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
@pytest.mark.parametrize("outcome", OUTCOMES)
def test_killed_on_postgresql(bench: Bench, database: str, outcome: str, record_property: Record) -> None:
    cases = section(outcome)
    kills = sum(played(bench, database, outcome, case) for case in cases)
    assert audit.verify(bench.store, SECRET) is None
    assert kills >= len(cases)
    record_property("crash_cases on PostgreSQL", len(cases))
    record_property("kills on PostgreSQL", kills)


def test_the_grid_is_as_large_as_it_says() -> None:
    assert {*POINTS, *RECOVERY} == set(CrashPoint)
    assert len(OUTCOMES) * len(CASES) >= 900


def test_the_section_leaves_no_way_out() -> None:
    cases = {(outcome, *case) for outcome in OUTCOMES for case in section(outcome)}
    assert {(point, ways) for _, point, ways in cases} >= {(p, w) for p in POINTS[-3:] for w in RECOVERIES}
    assert {point for _, point, _ in cases} == set(POINTS)
    assert {outcome for outcome, _, ways in cases if ways} == set(OUTCOMES)
