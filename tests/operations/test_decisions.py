"""What reading cannot tell is decided by a person; above that person's limit by two who say the same."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lib import audit
from lib.errors import BadInput, NotAllowed
from lib.journal.life import Operation, State
from lib.operations import decisions, refunds
from lib.people.actor import Actor, Role
from lib.settings import Limits
from tests.desks import CS, FINANCE, MINUTES_11, SECRET, Bench

SECOND, THIRD = Actor("오민지", Role.FINANCE), Actor("한지우", Role.FINANCE)


def undecided(bench: Bench) -> Operation:
    """A refund of 10,000 won that got no answer while somebody in the console cancelled as much."""
    imp_uid = bench.payment()
    bench.fault("reset")
    refund = bench.refund(imp_uid, 10_000)
    bench.outside(imp_uid, 10_000)
    waiting = bench.recovered(refund, after_s=MINUTES_11)
    assert waiting.state is State.NEEDS_HUMAN
    bench.journal = replace(bench.journal, limits=Limits({"finance": 9_999}))
    return waiting


def decide(bench: Bench, actor: Actor, operation: Operation, *, ran: bool) -> State:
    return decisions.decide(bench.journal, actor, operation.id, ran=ran, proof=f"KICC 확인 {actor.name}").state


def test_two_who_say_the_same_decide(bench: Bench) -> None:
    waiting = undecided(bench)
    assert decide(bench, FINANCE, waiting, ran=False) is State.NEEDS_HUMAN
    assert [(s.by, s.ran, s.proof) for s in decisions.said_of(bench.store, waiting)] == [
        (FINANCE.name, False, f"KICC 확인 {FINANCE.name}")
    ]
    assert decide(bench, SECOND, waiting, ran=False) is State.NOT_EXECUTED
    told = audit.entries(bench.store, object=waiting.imp_uid, limit=2)
    assert [(entry.actor, entry.action) for entry in told] == [(SECOND.name, "refund"), (FINANCE.name, "decide")]
    assert audit.verify(bench.store, SECRET) is None


def test_one_person_twice_is_one_person(bench: Bench) -> None:
    waiting = undecided(bench)
    for second in range(3):
        bench.clock.offset += second
        assert decide(bench, FINANCE, waiting, ran=True) is State.NEEDS_HUMAN


def test_two_who_differ_decide_nothing_and_a_word_can_be_changed(bench: Bench) -> None:
    waiting = undecided(bench)
    assert decide(bench, FINANCE, waiting, ran=False) is State.NEEDS_HUMAN
    assert decide(bench, SECOND, waiting, ran=True) is State.NEEDS_HUMAN
    bench.clock.offset += 5
    assert decide(bench, FINANCE, waiting, ran=True) is State.CONFIRMED


def test_a_third_agrees_with_one_of_two(bench: Bench) -> None:
    waiting = undecided(bench)
    decide(bench, FINANCE, waiting, ran=False)
    decide(bench, SECOND, waiting, ran=True)
    assert decide(bench, THIRD, waiting, ran=False) is State.NOT_EXECUTED


def test_within_the_limit_one_is_enough(bench: Bench) -> None:
    waiting = undecided(bench)
    bench.journal = replace(bench.journal, limits=Limits({"finance": 10_000}))
    assert decide(bench, FINANCE, waiting, ran=False) is State.NOT_EXECUTED
    assert decisions.said_of(bench.store, refunds.operation(bench.store, waiting.id)) == []


def test_agents_decide_nothing_and_a_decision_needs_its_proof(bench: Bench) -> None:
    waiting = undecided(bench)
    with pytest.raises(NotAllowed):
        decide(bench, CS, waiting, ran=True)
    with pytest.raises(BadInput, match="proof_needed"):
        decisions.decide(bench.journal, FINANCE, waiting.id, ran=True, proof=" ")
    assert decisions.said_of(bench.store, waiting) == []
