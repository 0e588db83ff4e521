"""A charge of which nothing was heard is sent again under its own order number: nothing is ever taken twice."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest

from lib.errors import BadInput, NotAllowed
from lib.journal.life import Operation, State
from lib.operations import charges, keys, refunds, repeat, schedules
from lib.payments.days import KST
from lib.people.actor import Actor, Role
from tests.desks import CS, FINANCE, MINUTES_11, VIEWER, Bench
from tests.faults.works import AMOUNT, failed, key, paid_orders, scheduled, seen

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
AGAIN = "POST /subscribe/payments/again"
OTHER = Actor("오세훈", Role.FINANCE)


def charge(bench: Bench, uid: str) -> Operation:
    return charges.charge(bench.journal, FINANCE, uid, AMOUNT, "정기 결제", bench.world.nonce())


def unheard(bench: Bench, uid: str) -> Operation:
    """A charge whose call came to nothing, closed after the quiet time."""
    bench.fault("reset", AGAIN)
    closed = bench.recovered(charge(bench, uid), after_s=MINUTES_11)
    assert (closed.state, closed.code) == (State.NOT_EXECUTED, "not_done")
    return fresh(bench, closed)


def fresh(bench: Bench, closed: Operation) -> Operation:
    bench.clock.offset = 0
    bench.iamport.token_ready(1)
    bench.iamport.channels()
    return closed


def orders(bench: Bench, uid: str) -> list[tuple[str, str]]:
    return [(body["merchant_uid"], body["status"]) for body in bench.shop.shop.state.of_customer(uid)]


def test_the_same_order_leaves_again_and_is_paid_once(bench: Bench) -> None:
    uid = key(bench)
    first = unheard(bench, uid)
    assert charges.unheard(bench.journal, VIEWER, uid) == first
    again = repeat.send_again(bench.journal, FINANCE, first.id)
    assert (again.id, again.state, again.attempts) == (first.id, State.CONFIRMED, 2)
    assert orders(bench, uid) == [(charges.order_of(first), "paid")]
    assert charges.unheard(bench.journal, VIEWER, uid) is None
    with pytest.raises(BadInput, match="not_to_repeat"):
        repeat.send_again(bench.journal, FINANCE, first.id)


@pytest.mark.parametrize("kind", ["executed_then_5xx", "executed_then_reset", "truncated", "executed_then_refused"])
def test_whatever_the_network_does_to_the_second_it_is_paid_once(bench: Bench, kind: str) -> None:
    uid = key(bench)
    first = unheard(bench, uid)
    bench.fault(kind, AGAIN)
    assert repeat.send_again(bench.journal, FINANCE, first.id).state is State.CONFIRMED
    assert orders(bench, uid) == [(charges.order_of(first), "paid")]


@pytest.mark.parametrize("kind", ["reset", "http_5xx"])
def test_a_second_that_is_lost_as_well_may_be_sent_a_third_time(bench: Bench, kind: str) -> None:
    uid = key(bench)
    first = unheard(bench, uid)
    bench.fault(kind, AGAIN)
    open_one = repeat.send_again(bench.journal, FINANCE, first.id)
    assert open_one.state is State.UNKNOWN
    closed = fresh(bench, bench.recovered(open_one, after_s=MINUTES_11))
    assert (closed.state, closed.code) == (State.NOT_EXECUTED, "not_done")
    assert repeat.send_again(bench.journal, FINANCE, first.id).attempts == 3
    assert orders(bench, uid) == [(charges.order_of(first), "paid")]


def test_the_first_one_that_runs_late_after_all_is_the_only_one(bench: Bench) -> None:
    uid = key(bench)
    first = unheard(bench, uid)

    def late() -> None:
        body = json.loads(first.body)
        bench.post("/subscribe/payments/again", body)

    bench.at["after sending"] = late  # between the reading before and the second call
    again = repeat.send_again(bench.journal, FINANCE, first.id)
    assert again.state is State.CONFIRMED
    assert orders(bench, uid).count((charges.order_of(first), "paid")) == 1
    assert paid_orders(bench, {"uid": uid}) == 1


def test_one_that_ran_before_anybody_asked_again_is_not_sent(bench: Bench) -> None:
    uid = key(bench)
    first = unheard(bench, uid)
    bench.post("/subscribe/payments/again", json.loads(first.body))
    with pytest.raises(BadInput, match="not_to_repeat"):
        repeat.send_again(bench.journal, FINANCE, first.id)
    assert paid_orders(bench, {"uid": uid}) == 1


def test_a_second_that_the_issuer_refuses_is_told_so_and_is_over(bench: Bench) -> None:
    uid = key(bench)
    first = unheard(bench, uid)
    bench.shop.control("POST", "/charges", {"customer_uid": uid, "fail_reason": "[8035] 잔액이 부족합니다."})
    again = repeat.send_again(bench.journal, FINANCE, first.id)
    assert again.state is State.UNKNOWN  # two left, one failed: the first may still come
    told = fresh(bench, bench.recovered(again, after_s=MINUTES_11))
    assert (told.state, told.code, told.message) == (State.NOT_EXECUTED, "charge_failed", "[8035] 잔액이 부족합니다.")
    with pytest.raises(BadInput, match="not_to_repeat"):
        repeat.send_again(bench.journal, FINANCE, first.id)
    assert paid_orders(bench, {"uid": uid}) == 0


def test_a_refusal_is_never_sent_again_nor_anything_of_another_person_or_day(bench: Bench) -> None:
    uid = key(bench)
    bench.shop.control("POST", "/charges", {"customer_uid": uid, "fail_reason": "[8521] 한도초과"})
    refused = charge(bench, uid)
    assert refused.code == "charge_failed"
    assert not repeat.possible(refused, FINANCE, bench.world.now())
    first = unheard(bench, uid)
    for actor, error in ((OTHER, BadInput), (CS, NotAllowed), (VIEWER, NotAllowed)):
        with pytest.raises(error):
            repeat.send_again(bench.journal, actor, first.id)
    bench.clock.offset = 86_400
    with pytest.raises(BadInput, match="not_to_repeat"):
        repeat.send_again(bench.journal, FINANCE, first.id)
    assert paid_orders(bench, {"uid": uid}) == 0


def test_not_after_a_newer_charge_of_the_key(bench: Bench) -> None:
    uid = key(bench)
    first = unheard(bench, uid)
    assert charge(bench, uid).state is State.CONFIRMED
    with pytest.raises(BadInput, match="not_to_repeat"):
        repeat.send_again(bench.journal, FINANCE, first.id)
    assert paid_orders(bench, {"uid": uid}) == 1


def test_not_while_the_desk_may_not_send(bench: Bench) -> None:
    first = unheard(bench, key(bench))
    bench.journal.recovered.clear()
    with pytest.raises(BadInput, match="recovering"):
        repeat.send_again(bench.journal, FINANCE, first.id)


def test_a_plan_and_a_retry_are_sent_again_under_their_order(bench: Bench) -> None:
    uid = key(bench)
    at = int(bench.world.now()) + 86_400
    bench.fault("reset", "POST /subscribe/payments/schedule")
    plan = schedules.plan(bench.journal, FINANCE, uid, AMOUNT, "월 구독", at, bench.world.nonce())
    plan = fresh(bench, bench.recovered(plan, after_s=MINUTES_11))
    assert repeat.send_again(bench.journal, FINANCE, plan.id).state is State.CONFIRMED
    assert [s.merchant_uid for s in keys.waiting(bench.journal, VIEWER, uid)] == [f"s{plan.id}"]

    facts = failed(bench)
    bench.fault("reset", "POST /subscribe/payments/schedule/{merchant_uid}/retry")
    retry = schedules.retry(bench.journal, FINANCE, seen(bench.journal, facts), bench.world.nonce())
    retry = fresh(bench, bench.recovered(retry, after_s=MINUTES_11))
    assert repeat.send_again(bench.journal, FINANCE, retry.id).state is State.CONFIRMED
    assert paid_orders(bench, facts) == 1


def test_of_a_cancelled_schedule_a_new_request_does_the_same(bench: Bench) -> None:
    facts = scheduled(bench)
    bench.fault("reset", "POST /subscribe/payments/unschedule")
    lost = schedules.cancel(bench.journal, FINANCE, seen(bench.journal, facts), bench.world.nonce())
    lost = fresh(bench, bench.recovered(lost, after_s=MINUTES_11))
    assert not repeat.possible(lost, FINANCE, bench.world.now())


def test_a_series_is_an_operation_a_month_and_the_same_click_is_the_same_series(bench: Bench) -> None:
    uid = key(bench)
    first = datetime.fromtimestamp(bench.world.now(), KST).replace(microsecond=0) + timedelta(days=2)
    times = [int(day.timestamp()) for day in schedules.monthly(first, 4)]
    nonce = bench.world.nonce()
    made = schedules.plan_all(bench.journal, FINANCE, uid, AMOUNT, "월 구독", times, nonce)
    assert [operation.state for operation in made] == [State.CONFIRMED] * 4
    same = schedules.plan_all(bench.journal, FINANCE, uid, AMOUNT, "월 구독", times, nonce)
    assert [operation.id for operation in same] == [operation.id for operation in made]
    listed = keys.waiting(bench.journal, VIEWER, uid)
    assert [schedule.schedule_at for schedule in listed] == times
    nonce = bench.world.nonce()
    gone = schedules.cancel_all(bench.journal, CS, listed, nonce)
    assert [operation.state for operation in gone] == [State.CONFIRMED] * 4
    assert schedules.cancel_all(bench.journal, CS, listed, nonce) == gone
    assert keys.waiting(bench.journal, VIEWER, uid) == []
    told = {operation.id for operation in keys.operations_of(bench.journal, VIEWER, uid)}
    assert told == {operation.id for operation in (*made, *gone)}


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        (datetime(2027, 1, 31, 10, 0, tzinfo=KST), ["2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30"]),
        (datetime(2027, 11, 30, 10, 0, tzinfo=KST), ["2027-11-30", "2027-12-30", "2028-01-30", "2028-02-29"]),
    ],
)
def test_a_months_end_stays_a_months_end(bench: Bench, first: datetime, expected: list[str]) -> None:
    assert [f"{day:%Y-%m-%d}" for day in schedules.monthly(first, 4)] == expected
    assert {day.time() for day in schedules.monthly(first, 4)} == {first.time()}


def test_no_charge_is_planned_where_nobody_would_look_for_it(bench: Bench) -> None:
    uid, now = key(bench), int(bench.world.now())
    for at, why in ((now + 401 * 86_400, "schedule_far"), (now + 300, "schedule_past")):
        with pytest.raises(BadInput, match=why):
            schedules.plan_all(bench.journal, FINANCE, uid, AMOUNT, "이름", [now + 86_400, at], bench.world.nonce())
    assert keys.waiting(bench.journal, VIEWER, uid) == []
    assert keys.operations_of(bench.journal, VIEWER, uid) == []


def test_a_key_with_signs_in_its_name_shows_its_own_operations_only(bench: Bench) -> None:
    for uid in ('a_b%"c\\', 'aXb%"c\\'):
        bench.shop.control("POST", "/customers", {"customer_uid": uid})
        charges.charge(bench.journal, FINANCE, uid, AMOUNT, "정기 결제", bench.world.nonce())
    found = keys.operations_of(bench.journal, VIEWER, 'a_b%"c\\')
    assert [json.loads(op.facts)["customer_uid"] for op in found] == ['a_b%"c\\']
    assert refunds.operation(bench.store, found[0].id).state is State.CONFIRMED
