"""A little of what `tests.faults.soak` does for long: a storm of kills, and outcomes in pairs."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from tests.desks import Bench
from tests.faults.grid import OUTCOMES
from tests.faults.pairs import AMOUNTS, paired
from tests.faults.storm import WORKERS, weathered


def test_a_short_storm(bench: Bench, database: str, record_property: Callable[[str, object], None]) -> None:
    figures = weathered(bench, database, 5, random.Random(1))
    assert figures["kills"] >= WORKERS
    assert figures["refunds"] >= 10
    record_property("kills at random", figures["kills"])
    record_property("refunds under random kills", figures["refunds"])


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_each_outcome_before_and_after_another(bench: Bench) -> None:
    names = list(OUTCOMES)
    for n, first in enumerate(names):
        paired(bench, first, names[(5 * n + 3) % len(names)], AMOUNTS[n % 2])
