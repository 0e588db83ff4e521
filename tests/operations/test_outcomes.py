"""Whatever the network does to the cancel call, the operation ends as the truth is, and nothing runs twice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lib import audit
from lib import journal as journals
from lib.errors import BadInput
from lib.iamport.client import Iamport
from lib.journal import send
from lib.journal.late import orphans
from lib.journal.life import LOOK, Operation, State
from lib.journal.recover import recover
from lib.journal.resolve import LAG_S
from lib.operations import offers, refunds
from lib.operations.decisions import decide
from lib.store.engine import Store
from tests.desks import CS, FINANCE, MINUTES_11, QUICK, READ, SECRET, Bench, bench_of
from tests.sandbox_server import Served

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
REFUSAL = "결제취소에 실패하였습니다. 취소 가능 기간이 지났습니다."


def settled(bench: Bench, operation: Operation, state: State, executed: int) -> None:
    """It stands so; so many cancellations ran; the chain holds; and the audit and evidence agree with the state."""
    now = refunds.operation(bench.store, operation.id)
    assert now.state is state
    history = bench.history(operation.imp_uid)
    assert len(history) == executed
    assert (state is State.CONFIRMED) == bool(now.cancellation_id)
    assert audit.verify(bench.store, SECRET) is None


@pytest.mark.parametrize(
    "kind",
    ["executed_then_5xx", "executed_then_reset", "executed_then_no_answer", "truncated", "executed_then_refused"],
)
def test_executed_and_the_answer_lost_is_found_at_once(bench: Bench, kind: str) -> None:
    imp_uid = bench.payment()
    bench.fault(kind)
    done = bench.refund(imp_uid, 10_000)
    settled(bench, done, State.CONFIRMED, 1)
    assert bench.sent(imp_uid) == 1


def test_garbage_after_it_ran(bench: Bench) -> None:
    imp_uid = bench.payment()
    bench.fault("not_json", executed=True)
    settled(bench, bench.refund(imp_uid, 10_000), State.CONFIRMED, 1)


@pytest.mark.parametrize("kind", ["http_5xx", "reset", "not_json"])
def test_not_executed_and_no_answer_is_told_after_the_quiet_time(bench: Bench, kind: str) -> None:
    imp_uid = bench.payment()
    bench.fault(kind)
    unknown = bench.refund(imp_uid, 10_000)
    settled(bench, unknown, State.UNKNOWN, 0)
    assert LOOK[unknown.state].exit_code == 4
    assert bench.recovered(unknown, after_s=300).state is State.UNKNOWN
    done = bench.recovered(unknown, after_s=MINUTES_11)
    settled(bench, unknown, State.NOT_EXECUTED, 0)
    assert done.code == "not_executed"
    assert bench.sent(imp_uid) == 1  # recovery reads, it never sends


def test_a_plain_refusal_is_told_after_the_lag_with_the_gateways_words(bench: Bench) -> None:
    imp_uid = bench.payment()
    bench.fault("refused", message=REFUSAL)
    unknown = bench.refund(imp_uid, 10_000)
    assert unknown.state is State.UNKNOWN
    done = bench.recovered(unknown, after_s=LAG_S + 1)
    settled(bench, done, State.NOT_EXECUTED, 0)
    assert (done.code, done.message) == ("refused_window_over", REFUSAL)
    bench.clock.offset = 0
    assert bench.refund(imp_uid, 10_000).state is State.CONFIRMED  # the same amount at the same balance, asked again


def test_a_refusal_about_communication_leaves_it_open(bench: Bench) -> None:
    imp_uid = bench.payment()
    bench.fault("refused", message="결제취소에 실패하였습니다. PG사 통신 오류")
    unknown = bench.refund(imp_uid, 10_000)
    assert bench.recovered(unknown, after_s=LAG_S + 1).state is State.UNKNOWN
    assert bench.recovered(unknown, after_s=MINUTES_11).state is State.NOT_EXECUTED


def test_it_runs_late(bench: Bench) -> None:
    imp_uid = bench.payment()
    bench.fault("late", seconds=0.5)
    unknown = bench.refund(imp_uid, 10_000)
    assert unknown.state is State.UNKNOWN
    bench.world.sleep(0.8)
    bench.recovered(unknown)
    settled(bench, unknown, State.CONFIRMED, 1)


def test_a_refused_token_is_renewed_and_the_same_body_sent_once_more(bench: Bench) -> None:
    imp_uid = bench.payment()
    bench.fault("unauthorized")
    done = bench.refund(imp_uid, 10_000)
    settled(bench, done, State.CONFIRMED, 1)
    assert (done.attempts, bench.sent(imp_uid)) == (2, 2)


def test_a_token_that_ended_on_the_way(bench: Bench) -> None:
    imp_uid = bench.payment()
    bench.iamport.token_ready(120)
    bench.shop.shop.state.remember("token", None)  # the secret was issued again in the console
    done = bench.refund(imp_uid, 10_000)
    settled(bench, done, State.CONFIRMED, 1)


def test_refused_twice_it_is_not_sent_a_third_time(bench: Bench) -> None:
    imp_uid = bench.payment()
    bench.fault("unauthorized", count=2)
    unknown = bench.refund(imp_uid, 10_000)
    assert (unknown.state, unknown.attempts, bench.sent(imp_uid)) == (State.UNKNOWN, 2, 2)
    assert bench.recovered(unknown, after_s=LAG_S + 1).state is State.UNKNOWN  # it says nothing of the first
    assert bench.recovered(unknown, after_s=MINUTES_11).state is State.NOT_EXECUTED


@pytest.mark.parametrize(("kind", "code"), [("forbidden", "address_refused"), ("too_many", "too_many_calls")])
def test_turned_away_at_the_door_nothing_ran(bench: Bench, kind: str, code: str) -> None:
    imp_uid = bench.payment()
    bench.fault(kind)
    done = bench.refund(imp_uid, 10_000)
    settled(bench, done, State.NOT_EXECUTED, 0)
    assert (done.code, LOOK[done.state].exit_code) == (code, 3)


def test_nobody_there(bench: Bench) -> None:
    imp_uid = bench.payment()
    bench.journal.refresh(imp_uid)
    gone = Iamport(base_url="http://127.0.0.1:9", key="k", secret="s", world=bench.world, retrying=QUICK)
    done = refunds.submit(replace(bench.journal, iamport=gone), CS, bench.ask(imp_uid, 10_000))
    settled(bench, done, State.ABORTED, 0)
    assert (done.code, done.attempts) == ("not_reached", 0)


def test_another_takes_the_balance_between_the_look_and_the_sending(bench: Bench) -> None:
    imp_uid = bench.payment()
    bench.at["before sending"] = lambda: bench.outside(imp_uid, 5_000)
    done = bench.refund(imp_uid, 10_000)
    settled(bench, done, State.NOT_EXECUTED, 1)
    assert done.code == "balance_moved"


def test_an_equal_refund_in_the_console_while_ours_is_lost_needs_a_person(bench: Bench) -> None:
    imp_uid = bench.payment()
    bench.fault("reset")
    unknown = bench.refund(imp_uid, 10_000)
    bench.outside(imp_uid, 10_000)
    waiting = bench.recovered(unknown)
    assert waiting.state is State.NEEDS_HUMAN
    assert waiting.cancellation_id == ""
    with pytest.raises(BadInput, match="proof_needed"):
        decide(bench.journal, FINANCE, waiting.id, ran=False, proof=" ")
    done = decide(bench.journal, FINANCE, waiting.id, ran=False, proof="KICC 콘솔에서 관리자 취소임을 확인")
    settled(bench, done, State.NOT_EXECUTED, 1)
    assert bench.recovered(done).state is State.NOT_EXECUTED  # what a person ruled out is not raised again
    with pytest.raises(BadInput, match="not_to_decide"):
        decide(bench.journal, FINANCE, waiting.id, ran=True, proof="다시 확인")


def test_where_marks_are_known_to_survive_an_equal_refund_is_told_apart(bench: Bench) -> None:
    assert bench.refund(bench.payment(), 10_000).attribution == "marker"
    imp_uid = bench.payment()
    bench.fault("reset")
    unknown = bench.refund(imp_uid, 10_000)
    bench.outside(imp_uid, 10_000)
    done = bench.recovered(unknown)
    settled(bench, done, State.NOT_EXECUTED, 1)


def test_unknown_while_it_cannot_be_read_and_a_person_after_a_day(bench: Bench) -> None:
    imp_uid = bench.payment()
    bench.fault("executed_then_reset")
    bench.at["after answer"] = lambda: bench.fault("http_5xx", READ, count=100)
    unknown = bench.refund(imp_uid, 10_000)
    assert unknown.state is State.UNKNOWN
    assert bench.recovered(unknown, after_s=3_600).state is State.UNKNOWN
    assert bench.recovered(unknown, after_s=86_400).state is State.NEEDS_HUMAN
    bench.shop.control("DELETE", "/faults")
    settled(bench, bench.recovered(unknown), State.CONFIRMED, 1)  # read at last: nobody has to decide
    assert bench.sent(imp_uid) == 1


def test_an_older_copy_is_no_proof_that_nothing_ran(bench: Bench) -> None:
    imp_uid = bench.payment()
    bench.fault("executed_then_reset")
    bench.at["after answer"] = lambda: bench.fault("stale", READ)
    unknown = bench.refund(imp_uid, 10_000)
    assert unknown.state is State.UNKNOWN
    settled(bench, bench.recovered(unknown), State.CONFIRMED, 1)


def test_late_evidence_with_our_mark_confirms(bench: Bench) -> None:
    imp_uid = bench.payment()
    bench.fault("reset")
    unknown = bench.refund(imp_uid, 10_000)
    closed = bench.recovered(unknown, after_s=MINUTES_11)
    assert closed.state is State.NOT_EXECUTED
    bench.outside(imp_uid, 10_000, f"고객 변심 {closed.marker}")  # i'mport runs it after all
    bench.clock.offset += 1
    bench.journal.refresh(imp_uid)
    settled(bench, bench.recovered(closed), State.CONFIRMED, 1)


def test_late_and_perhaps_ours_is_for_a_person_and_blocks(bench: Bench) -> None:
    imp_uid = bench.payment()
    bench.fault("reset")
    closed = bench.recovered(bench.refund(imp_uid, 10_000), after_s=MINUTES_11)
    bench.outside(imp_uid, 10_000)
    bench.clock.offset += 1
    bench.journal.refresh(imp_uid)
    late = bench.recovered(closed)
    assert (late.state, late.code) == (State.LATE_REVIEW, "late_review")
    assert late in refunds.open_operations(bench.store)
    bench.clock.offset = 0
    assert offers.offer(bench.journal, CS, imp_uid).blocked == "late_review"
    decide(bench.journal, FINANCE, late.id, ran=True, proof="KICC 승인번호 30012345")
    assert offers.offer(bench.journal, CS, imp_uid).blocked == ""
    settled(bench, late, State.CONFIRMED, 1)


def test_late_evidence_does_not_wait_for_the_next_refund_to_end(bench: Bench) -> None:
    """The first ran late while a second of the same amount at the same balance is not certain: both end as they were."""
    imp_uid = bench.payment()
    bench.fault("reset")
    first = bench.recovered(bench.refund(imp_uid, 10_000), after_s=MINUTES_11)
    assert first.state is State.NOT_EXECUTED
    bench.clock.offset = 0
    bench.fault("reset")
    second = bench.refund(imp_uid, 10_000)
    assert second.state is State.UNKNOWN
    bench.outside(imp_uid, 10_000, f"고객 변심 {first.marker}")
    bench.recovered(second)
    bench.recovered(second)
    settled(bench, first, State.CONFIRMED, 1)
    settled(bench, second, State.NOT_EXECUTED, 1)


def test_a_refund_that_ran_twice_stops_everything(bench: Bench) -> None:
    imp_uid = bench.payment()
    done = bench.refund(imp_uid, 10_000)
    bench.outside(imp_uid, 10_000, f"고객 변심 {done.marker}")  # what must never happen
    bench.clock.offset += 1
    bench.journal.refresh(imp_uid)
    assert bench.recovered(done).code == "double_refund"
    other = bench.payment()
    assert offers.offer(bench.journal, CS, other).blocked == "double_refund"
    decide(bench.journal, FINANCE, done.id, ran=True, proof="KICC와 확인함")
    assert offers.offer(bench.journal, CS, other).blocked == ""
    assert bench.recovered(done).code == "confirmed"


def test_a_mark_that_nobody_knows_is_reported(bench: Bench) -> None:
    imp_uid = bench.payment()
    bench.refund(imp_uid, 10_000)
    bench.outside(imp_uid, 500, "주문 #20261124")
    bench.outside(imp_uid, 1_000, "고객 변심 #AAAABBBB")
    bench.journal.refresh(imp_uid)
    assert [(o.imp_uid, o.amount, o.mark) for o in orphans(bench.store)] == [(imp_uid, 1_000, "#AAAABBBB")]


def test_a_paused_process_does_not_send_any_more(bench: Bench) -> None:
    """Stopped between the permit and the socket for longer than the permit lives."""
    imp_uid = bench.payment()
    bench.at["after sending"] = lambda: setattr(bench.clock, "paused", 60.0)
    done = bench.refund(imp_uid, 10_000)
    settled(bench, done, State.NOT_EXECUTED, 0)
    assert bench.sent(imp_uid) == 0


def test_recovery_took_it_meanwhile(bench: Bench) -> None:
    """The answer comes when another process has already called it unknown: noted, and then read."""
    imp_uid = bench.payment()
    other = bench_of(bench.shop, bench.store, clock=bench.clock)

    def overtake() -> None:
        bench.clock.offset += send.LEASE_S + 1
        recover(other.journal)

    bench.at["after answer"] = overtake
    done = bench.refund(imp_uid, 10_000)
    settled(bench, done, State.CONFIRMED, 1)
    with bench.store.reading() as connection:
        answers = connection.exec_driver_sql("SELECT step FROM operation_attempts ORDER BY step").all()
    assert [row[0] for row in answers] == ["answered", "sent"]


def test_a_page_gets_the_operation_at_once_and_the_desk_waits_for_it_at_the_end(shop: Served, store: Store) -> None:
    bench = bench_of(shop, store, inline=False)
    imp_uid = bench.payment()
    bench.fault("delay", seconds=0.5)
    prepared = bench.refund(imp_uid, 10_000)
    assert prepared.state is State.PREPARED
    journals.close(bench.journal)
    settled(bench, prepared, State.CONFIRMED, 1)
    with pytest.raises(BadInput, match="stopping"):
        bench.refund(bench.payment(), 10_000)
