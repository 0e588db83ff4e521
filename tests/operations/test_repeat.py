"""A refund that did not run is sent again as it was: the same operation, the same bytes, the same fence."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from lib import audit
from lib.errors import BadInput, DeskError, InProgress, NotAllowed, Stale
from lib.journal.life import Operation, State
from lib.operations import approvals, outside, refunds, repeat
from lib.people.actor import Actor, Role
from lib.settings import Limits
from tests.desks import CS, FINANCE, MINUTES_11, SECRET, VIEWER, Bench

OTHER = Actor("최유진", Role.CS)


def not_run(bench: Bench, imp_uid: str, kind: str = "reset") -> Operation:
    """A refund of 10,000 won whose call came to nothing, and that was closed after the quiet time."""
    bench.fault(kind)
    closed = bench.recovered(bench.refund(imp_uid, 10_000), after_s=MINUTES_11)
    assert closed.state is State.NOT_EXECUTED
    bench.clock.offset = 0
    return closed


def test_the_same_bytes_leave_again_and_run_once(bench: Bench) -> None:
    imp_uid = bench.payment()
    first = not_run(bench, imp_uid, "http_5xx")
    again = repeat.send_again(bench.journal, CS, first.id)
    assert (again.id, again.state, again.attempts) == (first.id, State.CONFIRMED, 2)
    assert bench.history(imp_uid) == [(10_000, f"고객 변심 {first.marker}")]
    calls = [
        c["body"] for c in bench.shop.control("GET", "/requests")["requests"] if c["body"].get("imp_uid") == imp_uid
    ]
    assert calls == [json.loads(first.body)] * 2
    assert audit.verify(bench.store, SECRET) is None
    with pytest.raises(BadInput, match="not_to_repeat"):
        repeat.send_again(bench.journal, CS, first.id)


def test_the_first_one_that_runs_late_after_all_leaves_the_second_nothing_to_run_on(bench: Bench) -> None:
    imp_uid = bench.payment()
    first = not_run(bench, imp_uid)
    bench.at["after sending"] = lambda: bench.outside(imp_uid, 10_000, f"고객 변심 {first.marker}")
    again = repeat.send_again(bench.journal, CS, first.id)
    assert again.state is State.CONFIRMED  # by the mark of the first sending, which is the same operation's
    assert [amount for amount, _ in bench.history(imp_uid)] == [10_000]


def test_a_refusal_of_the_first_sending_says_nothing_of_the_second(bench: Bench) -> None:
    """The first was refused in plain words; the second gets no answer at all: it is open for the whole quiet time."""
    imp_uid = bench.payment()
    bench.fault("refused", message="결제취소에 실패하였습니다. 취소 가능 기간이 지났습니다.")
    first = bench.recovered(bench.refund(imp_uid, 10_000), after_s=60)
    assert (first.state, first.code) == (State.NOT_EXECUTED, "refused_window_over")
    bench.clock.offset = 0
    bench.fault("reset")
    again = repeat.send_again(bench.journal, CS, first.id)
    assert (again.state, again.code) == (State.UNKNOWN, "being_checked")
    assert bench.recovered(again, after_s=60).state is State.UNKNOWN
    assert bench.recovered(again, after_s=MINUTES_11).state is State.NOT_EXECUTED


def test_killed_between_the_row_and_the_call_it_is_not_closed_by_the_earlier_refusal(bench: Bench) -> None:
    imp_uid = bench.payment()
    bench.fault("refused", message="결제취소에 실패하였습니다. 취소 가능 기간이 지났습니다.")
    first = bench.recovered(bench.refund(imp_uid, 10_000), after_s=60)
    bench.clock.offset = 0

    def die() -> None:
        raise KeyboardInterrupt

    bench.at["after sending"] = die
    with pytest.raises(KeyboardInterrupt):
        repeat.send_again(bench.journal, CS, first.id)
    open_one = bench.recovered(first, after_s=200)  # its lease is over, the earlier answer long past the lag
    assert (open_one.state, open_one.answered) == (State.UNKNOWN, False)
    assert bench.recovered(first, after_s=MINUTES_11).state is State.NOT_EXECUTED


def test_a_balance_that_moved_wants_a_new_decision(bench: Bench) -> None:
    imp_uid = bench.payment()
    first = not_run(bench, imp_uid)
    bench.outside(imp_uid, 1_000)
    with pytest.raises(Stale):
        repeat.send_again(bench.journal, CS, first.id)
    assert bench.sent(imp_uid) == 1


def test_not_while_another_is_open_nor_after_another_was_sent_at_this_balance(bench: Bench) -> None:
    imp_uid = bench.payment()
    first = not_run(bench, imp_uid)
    bench.fault("reset")
    other = bench.refund(imp_uid, 20_000)
    assert other.state is State.UNKNOWN
    with pytest.raises(InProgress):
        repeat.send_again(bench.journal, CS, first.id)
    assert refunds.operation(bench.store, first.id).state is State.NOT_EXECUTED


@pytest.mark.parametrize(("actor", "error"), [(VIEWER, NotAllowed), (OTHER, BadInput), (FINANCE, BadInput)])
def test_only_who_asked_for_it(bench: Bench, actor: Actor, error: type[DeskError]) -> None:
    imp_uid = bench.payment()
    first = not_run(bench, imp_uid)
    with pytest.raises(error):
        repeat.send_again(bench.journal, actor, first.id)
    assert bench.sent(imp_uid) == 1


def test_on_the_day_it_was_asked_for(bench: Bench) -> None:
    first = not_run(bench, bench.payment())
    bench.clock.offset = 86_400
    with pytest.raises(BadInput, match="not_to_repeat"):
        repeat.send_again(bench.journal, CS, first.id)


def test_it_counts_against_the_limits_again(bench: Bench) -> None:
    imp_uid = bench.payment()
    first = not_run(bench, imp_uid)
    bench.journal = replace(bench.journal, limits=Limits({}, {"cs": 15_000}, 0))
    assert bench.refund(bench.payment(), 10_000).state is State.CONFIRMED
    with pytest.raises(BadInput, match="over_own_day"):
        repeat.send_again(bench.journal, CS, first.id)
    assert (bench.sent(imp_uid), refunds.operation(bench.store, first.id).state) == (1, State.NOT_EXECUTED)


def test_what_went_back_another_way_meanwhile_is_not_sent_again(bench: Bench) -> None:
    imp_uid = bench.payment()
    first = not_run(bench, imp_uid)
    outside.record(bench.journal, CS, imp_uid, "transfer", 25_000, "국민은행 이체 1234567")
    with pytest.raises(BadInput, match="refunded_outside"):
        repeat.send_again(bench.journal, CS, first.id)
    assert (bench.sent(imp_uid), refunds.operation(bench.store, first.id).state) == (1, State.NOT_EXECUTED)


def test_nothing_is_sent_again_while_an_approval_waits(bench: Bench) -> None:
    imp_uid = bench.payment()
    first = not_run(bench, imp_uid)
    approvals.request(bench.journal, CS, bench.ask(imp_uid, 20_000))
    with pytest.raises(BadInput, match="approval_waits"):
        repeat.send_again(bench.journal, CS, first.id)
    assert bench.sent(imp_uid) == 1
