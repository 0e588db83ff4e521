"""What stands in the way of a plan: a card that can never be charged again, and a subscription that runs already."""

from __future__ import annotations

import pytest

from lib.errors import BadInput
from lib.iamport.schedules import EXECUTED, REVOKED, SCHEDULED, Schedule
from lib.journal.life import State
from lib.operations import charges, schedules
from lib.queries import billing_keys
from lib.queries import schedules as query
from tests.desks import CS, FINANCE, VIEWER, Bench
from tests.faults.works import AMOUNT, key, scheduled, seen

DAY = 86_400
EXPIRED = "[8314] 유효기간이 지난 카드입니다."


def refused(bench: Bench, uid: str, reason: str) -> None:
    """The issuer refuses a charge of this key, and the desk has read it."""
    bench.shop.control("POST", "/charges", {"customer_uid": uid, "fail_reason": reason})
    made = charges.charge(bench.journal, FINANCE, uid, AMOUNT, "월 구독", bench.world.nonce())
    assert made.code == "charge_failed"
    bench.journal.refresh(made.cancellation_id)


def plan(bench: Bench, uid: str) -> State:
    at = int(bench.world.now()) + DAY
    return schedules.plan(bench.journal, FINANCE, uid, AMOUNT, "월 구독", at, bench.world.nonce()).state


@pytest.mark.parametrize("reason", [EXPIRED, "분실 신고된 카드입니다.", "[8311] 비밀번호 오류"])
def test_nothing_is_planned_or_moved_on_a_card_that_can_never_be_charged(bench: Bench, reason: str) -> None:
    facts = scheduled(bench)
    refused(bench, facts["uid"], reason)
    with pytest.raises(BadInput, match="card_dead"):
        plan(bench, facts["uid"])
    page = seen(bench.journal, facts)
    with pytest.raises(BadInput, match="card_dead"):
        schedules.move(bench.journal, CS, page, facts["at"] + DAY, bench.world.nonce())
    assert seen(bench.journal, facts) == page
    assert schedules.cancel(bench.journal, CS, page, bench.world.nonce()).state is State.CONFIRMED


def test_what_may_heal_can_be_planned(bench: Bench) -> None:
    uid = key(bench)
    refused(bench, uid, "[8521] 이용한도를 초과하였습니다.")
    assert schedules.dead_card(bench.journal, VIEWER, uid) is None
    assert plan(bench, uid) is State.CONFIRMED


def test_a_new_card_under_the_same_key_can_be_planned(bench: Bench) -> None:
    uid = key(bench)
    refused(bench, uid, EXPIRED)
    dead = schedules.dead_card(bench.journal, VIEWER, uid)
    assert dead is not None
    assert dead.name == "expired"
    state = bench.shop.shop.state
    body = state.customer(uid)
    assert body is not None
    with state.changing():  # as a registration in the payment window leaves it
        state.put_customers([body | {"updated": int(bench.world.now()) + 1}])
    assert schedules.dead_card(bench.journal, VIEWER, uid) is None
    assert plan(bench, uid) is State.CONFIRMED


def row(at: int, status: str = SCHEDULED, *, amount: int = AMOUNT, name: str = "월 구독") -> Schedule:
    paid = "paid" if status == EXECUTED else ""
    return Schedule(f"o{at}{amount}{status}", "uid", at, amount, name, status, paid)


NOW = 1_795_600_000


@pytest.mark.parametrize(
    ("listed", "runs"),
    [
        ([row(NOW + 5 * DAY)], []),
        ([row(NOW + 5 * DAY), row(NOW + 35 * DAY)], [0, 1]),
        ([row(NOW - 25 * DAY, EXECUTED), row(NOW + 5 * DAY)], [1]),
        ([row(NOW - 25 * DAY, REVOKED), row(NOW + 5 * DAY)], []),
        ([row(NOW + 5 * DAY), row(NOW + 35 * DAY, amount=1)], []),
        ([row(NOW + 5 * DAY), row(NOW + 12 * DAY)], []),
        ([row(NOW - 25 * DAY, EXECUTED), row(NOW - 55 * DAY, EXECUTED)], []),
    ],
)
def test_a_subscription_runs_where_a_charge_follows_another_by_a_month(listed: list[Schedule], runs: list[int]) -> None:
    assert query.monthly(listed) == [listed[n] for n in runs]


def test_a_key_tells_for_what_it_was_charged_last(bench: Bench) -> None:
    uid = key(bench)
    made = charges.charge(bench.journal, FINANCE, uid, AMOUNT, "원두 500g", bench.world.nonce())
    bench.journal.refresh(made.cancellation_id)
    known = billing_keys.one(bench.store, VIEWER, uid)
    assert known is not None
    assert known.last is not None
    assert known.last.name == "원두 500g"
