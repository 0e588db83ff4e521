"""What reading cannot tell is decided by a person; above that person's limit by two who say the same."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lib import audit
from lib.errors import BadInput, NotAllowed
from lib.journal.life import LIFE, Operation, State
from lib.operations import decisions, refunds
from lib.people.actor import Actor, Role
from lib.settings import Limits
from lib.store.statements.operations import stored_history
from tests.desks import CS, FINANCE, MINUTES_11, SECRET, VIEWER, Bench
from tests.faults.works import WORKS

FOUND = "GET /payments/findAll/{merchant_uid}/{status}"
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
    return decisions.decide(bench.journal, actor, operation.id, ran=ran, proof=f"{actor.name} KICC 30012345").state


def test_two_who_say_the_same_decide(bench: Bench) -> None:
    waiting = undecided(bench)
    assert decide(bench, FINANCE, waiting, ran=False) is State.NEEDS_HUMAN
    assert [(s.by, s.ran, s.proof) for s in decisions.said_of(bench.store, waiting)] == [
        (FINANCE.name, False, f"{FINANCE.name} KICC 30012345")
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


def test_that_it_ran_is_said_with_a_number(bench: Bench) -> None:
    waiting = undecided(bench)
    bench.journal = replace(bench.journal, limits=Limits())
    for empty in ("네네네네", "KICC에서 5월 3일 확인", "1234-5"):
        with pytest.raises(BadInput, match="proof_without_number"):
            decisions.decide(bench.journal, FINANCE, waiting.id, ran=True, proof=empty)
    assert refunds.operation(bench.store, waiting.id).state is State.NEEDS_HUMAN
    with bench.store.reading() as connection:
        [known] = [row["cancellation_id"] for row in stored_history(connection, waiting.imp_uid)]
    done = decisions.decide(bench.journal, FINANCE, waiting.id, ran=True, proof=f"콘솔에서 봄: {known}")
    assert (done.state, done.cancellation_id) == (State.CONFIRMED, known)


def test_a_long_proof_leaves_the_number_as_its_cancellation(bench: Bench) -> None:
    waiting = undecided(bench)
    bench.journal = replace(bench.journal, limits=Limits())
    proof = "KICC 접수번호 30012345 " + "가" * 170
    done = decisions.decide(bench.journal, FINANCE, waiting.id, ran=True, proof=proof)
    assert (done.state, done.cancellation_id) == (State.CONFIRMED, "30012345")


def test_everybody_sees_afterwards_who_decided_and_by_what(bench: Bench) -> None:
    waiting = undecided(bench)
    assert decisions.why_waiting(bench.store, waiting) == "cannot tell"
    assert decisions.of_payment(bench.store, VIEWER, waiting.imp_uid) == []
    decide(bench, FINANCE, waiting, ran=False)
    bench.clock.offset += 1
    decide(bench, SECOND, waiting, ran=False)
    told = decisions.of_payment(bench.store, VIEWER, waiting.imp_uid)
    assert [(d.by, d.because, d.proof, d.operation_id) for d in told] == [
        (SECOND.name, decisions.RULED_OUT, f"{SECOND.name} KICC 30012345", waiting.id),
        (FINANCE.name, decisions.NOT_RUN, f"{FINANCE.name} KICC 30012345", waiting.id),
    ]
    assert set(decisions.BY_PEOPLE) | set(decisions.TO_PEOPLE) <= {because for _, because, _ in LIFE}


def test_a_charge_that_could_not_be_read_for_a_day_is_decided_with_its_payment(bench: Bench) -> None:
    work = WORKS["charge"]
    facts = work.prepare(bench)
    bench.at["after answer"] = lambda: bench.fault("http_5xx", FOUND, count=100)
    bench.fault("executed_then_reset", work.endpoint)
    unknown = work.act(bench.journal, facts, bench.world.nonce())
    waiting = bench.recovered(unknown, after_s=90_000)
    assert waiting.state is State.NEEDS_HUMAN
    with pytest.raises(BadInput, match="proof_without_payment"):
        decisions.decide(bench.journal, FINANCE, waiting.id, ran=True, proof="KICC 30012345")
    decided = decisions.decide(bench.journal, FINANCE, waiting.id, ran=True, proof="imp_300123456789, KICC")
    assert (decided.state, decided.code, decided.cancellation_id) == (State.CONFIRMED, "done", "imp_300123456789")


def test_a_charge_that_a_person_rules_out_frees_its_key(bench: Bench) -> None:
    work = WORKS["charge"]
    facts = work.prepare(bench)
    bench.at["after answer"] = lambda: bench.fault("http_5xx", FOUND, count=100)
    bench.fault("reset", work.endpoint)
    waiting = bench.recovered(work.act(bench.journal, facts, bench.world.nonce()), after_s=90_000)
    assert waiting.state is State.NEEDS_HUMAN
    bench.shop.control("DELETE", "/faults")
    closed = decisions.decide(bench.journal, FINANCE, waiting.id, ran=False, proof="KICC에 승인 없음")
    assert (closed.state, closed.code) == (State.NOT_EXECUTED, "not_done")
    bench.clock.offset = 0
    bench.iamport.channels()
    assert work.act(bench.journal, facts, bench.world.nonce()).state is State.CONFIRMED
    assert work.took_effect(bench, facts) == 1
