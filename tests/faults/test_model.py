"""T0: the small model, every state of every scope; and that without a guard it tells the shortest way to a violation."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.faults.model.search import Machine, Violation
from tests.faults.model.state import Moment, Scope

SCOPES = [
    Scope(wishes, marks, learned, lags=True, belated=True)
    for wishes in ((0, 0), (0, 1))
    for marks, learned in ((True, True), (True, False), (False, False))
]
"""Whoever reads the newest copy and loses nothing under way is among them: a scope with lags and belated copies holds
every step of the one without."""


@pytest.mark.parametrize("scope", SCOPES, ids=str)
def test_every_state_holds(scope: Scope, record_property: Callable[[str, object], None]) -> None:
    machine = Machine(scope)
    record_property("states", machine.search())
    record_property("transitions", machine.transitions)


@pytest.mark.parametrize(
    "scope",
    [
        Scope((0, 0), marks=True, learned=False, sends=1, lags=True, belated=True),
        Scope((0, 1), marks=False, learned=False, sends=1, lags=True, belated=True),
        Scope((0, 0), marks=True, learned=False, sends=2),
    ],
    ids=str,
)
def test_what_is_taken_for_alike_is_alike(scope: Scope) -> None:
    """Searched once more without taking any two moments for one: what can be reached is, made plain, exactly what the
    search visits, and as sound."""
    machine = Machine(scope)
    machine.search()
    seen, left = {Moment()}, [Moment()]
    while left:
        for _, after in machine.following(left.pop()):
            after = machine.edge(after)
            if after not in seen:
                seen.add(after)
                left.append(after)
    assert len(seen) > 2 * len(machine.visited)
    assert {machine.plain(m) for m in seen} == machine.visited
    assert not any(machine.broken(m) for m in seen)


@pytest.mark.parametrize("ablation", [{"checksum": False}, {"seen_balance": False}], ids=str)
def test_without_a_guard_the_shortest_way_to_a_violation_is_told(ablation: dict[str, bool]) -> None:
    scope = Scope((0, 0), marks=True, learned=True, sends=2)._replace(**ablation)
    with pytest.raises(Violation) as found:
        Machine(scope).search()
    assert found.value.trace
