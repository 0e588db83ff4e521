"""T1: simulated schedules, none of which may break an invariant; and that a seed is a schedule, to the byte.

`python -m tests.faults.simulation SEED` plays one again; `make soak` plays many more.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import fields

import pytest

from lib.journal.parts import CrashPoint
from tests.faults import simulation
from tests.faults.upstream import CANCELS, READS

SCHEDULES, CHUNK = 20_000, 200
PLAYED_TWICE = 50
MISSED_BY_CHANCE = 2
"""A kind of fault comes about seven times in so many schedules: one or another may stay away."""


@pytest.mark.parametrize("first", range(1, SCHEDULES, CHUNK))
def test_no_schedule_breaks_an_invariant(first: int, record_property: Callable[[str, object], None]) -> None:
    tally = simulation.run(range(first, first + CHUNK))
    for name in (field.name for field in fields(tally) if field.type == "int"):
        record_property(name, getattr(tally, name))
    for kind, n in tally.faults.items():
        record_property(f"fault {kind}", n)
    for point, n in tally.points.items():
        record_property(f"point {point}", n)
    assert tally.schedules == CHUNK
    assert set(tally.points) == {point.value for point in CrashPoint}
    never = {*CANCELS, *READS} - {"ok"} - {kind for kind, n in tally.faults.items() if n}
    assert len(never) <= MISSED_BY_CHANCE, never
    assert tally.crashes > 20
    assert tally.over_limits > 0


def test_a_seed_gives_the_same_events_to_the_byte(record_property: Callable[[str, object], None]) -> None:
    """In two processes that order their sets differently; the story ends with the seal of the audit chain."""
    stories = [_story(hash_seed) for hash_seed in ("1", "2")]
    assert stories[0].count(b"\n") > 20 * PLAYED_TWICE
    assert stories[0] == stories[1]
    record_property("played_twice", PLAYED_TWICE)


def _story(hash_seed: str) -> bytes:
    play = [sys.executable, "-m", "tests.faults.simulation", "1", str(PLAYED_TWICE), "--story"]
    return subprocess.run(play, env=os.environ | {"PYTHONHASHSEED": hash_seed}, check=True, capture_output=True).stdout
