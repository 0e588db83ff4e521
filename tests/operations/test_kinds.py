"""Every kind of operation but refunds: whatever the network does, it ends as the truth is, and takes effect once."""

from __future__ import annotations

import pytest

from lib import audit
from lib.errors import BadInput, Busy, DeskError, NotAllowed
from lib.journal.life import Operation, State
from lib.operations import charges, escrow, keys, receipts, refunds, schedules, vbanks
from lib.operations.kinds import KINDS
from tests.desks import ADMIN, CS, FINANCE, MINUTES_11, SECRET, VIEWER, Bench
from tests.faults.works import AMOUNT, BUYER, SHOP, WORKS, key, scheduled, seen

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
EXECUTED = ["executed_then_5xx", "executed_then_reset", "truncated", "executed_then_refused"]
NAMES = [*WORKS]


def now(bench: Bench, operation: Operation) -> Operation:
    return refunds.operation(bench.store, operation.id)


def test_every_kind_is_tried_but_one_that_the_gateway_does_not_have(bench: Bench) -> None:
    assert set(bench.journal.kinds) == set(KINDS)
    assert set(KINDS) - set(WORKS) == {"receipt_cancel"}


@pytest.mark.parametrize("name", NAMES)
def test_it_is_done_once_and_known(bench: Bench, name: str) -> None:
    work = WORKS[name]
    facts = work.prepare(bench)
    intent = bench.world.nonce()
    done = work.act(bench.journal, facts, intent)
    assert (done.state, done.code, bool(done.cancellation_id)) == (State.CONFIRMED, "done", True)
    assert work.took_effect(bench, facts) == 1
    told = [entry.action for entry in audit.entries(bench.store, limit=3)]
    assert told == [name] * 3  # prepared, sending, known … each with its entry
    assert audit.verify(bench.store, SECRET) is None


@pytest.mark.parametrize("kind", EXECUTED)
@pytest.mark.parametrize("name", NAMES)
def test_it_took_effect_and_the_answer_was_lost(bench: Bench, name: str, kind: str) -> None:
    work = WORKS[name]
    facts = work.prepare(bench)
    bench.fault(kind, work.endpoint)
    done = work.act(bench.journal, facts, bench.world.nonce())
    assert (done.state, work.took_effect(bench, facts)) == (State.CONFIRMED, 1)


@pytest.mark.parametrize("name", NAMES)
def test_it_never_arrived_and_nobody_may_ask_again_meanwhile(bench: Bench, name: str) -> None:
    work = WORKS[name]
    facts = work.prepare(bench)
    bench.fault("reset", work.endpoint)
    unknown = work.act(bench.journal, facts, bench.world.nonce())
    assert unknown.state is State.UNKNOWN
    if name != "schedule":  # which has a name of its own each time
        with pytest.raises(Busy):
            work.act(bench.journal, facts, bench.world.nonce())
    assert bench.recovered(unknown, after_s=60).state is State.UNKNOWN
    closed = bench.recovered(unknown, after_s=MINUTES_11)
    assert (closed.state, closed.code, work.took_effect(bench, facts)) == (State.NOT_EXECUTED, "not_done", 0)
    bench.clock.offset = 0
    bench.iamport.token_ready(1)
    bench.iamport.channels()
    assert work.act(bench.journal, facts, bench.world.nonce()).state is State.CONFIRMED
    assert work.took_effect(bench, facts) == 1


@pytest.mark.parametrize("name", NAMES)
def test_a_plain_refusal_is_told_after_the_lag(bench: Bench, name: str) -> None:
    work = WORKS[name]
    facts = work.prepare(bench)
    bench.fault("refused", work.endpoint, message="계약되지 않은 기능입니다.")
    refused = work.act(bench.journal, facts, bench.world.nonce())
    assert refused.state is State.UNKNOWN
    closed = bench.recovered(refused, after_s=60)
    assert (closed.state, closed.code, closed.message) == (
        State.NOT_EXECUTED,
        "request_refused",
        "계약되지 않은 기능입니다.",
    )


@pytest.mark.parametrize("name", NAMES)
def test_the_same_click_twice_is_one(bench: Bench, name: str) -> None:
    work = WORKS[name]
    facts = work.prepare(bench)
    intent = bench.world.nonce()
    bench.fault("reset", work.endpoint)
    first = work.act(bench.journal, facts, intent)
    assert work.act(bench.journal, facts, intent).id == first.id


@pytest.mark.parametrize("actor", [VIEWER, ADMIN])
def test_who_may_not(bench: Bench, actor) -> None:
    uid, journal = key(bench), bench.journal
    schedule = seen(journal, scheduled(bench))
    for act in (
        lambda: charges.charge(journal, actor, uid, 1, "이름", "i"),
        lambda: schedules.plan(journal, actor, uid, 1, "이름", 1, "i"),
        lambda: schedules.move(journal, actor, schedule, 1, "i"),
        lambda: schedules.cancel(journal, actor, schedule, "i"),
        lambda: schedules.retry(journal, actor, schedule, "i"),
        lambda: keys.delete(journal, actor, uid, "탈퇴", "i"),
        lambda: receipts.issue(journal, actor, "imp_1", "phone", "01012345678", "i"),
        lambda: receipts.cancel(journal, actor, "imp_1", "i"),
        lambda: vbanks.close(journal, actor, "imp_1", "사유", "i"),
        lambda: escrow.register(journal, actor, "imp_1", escrow.Delivery(SHOP, BUYER, "HYUNDAI", "1" * 10, 1), "i"),
    ):
        with pytest.raises(NotAllowed):
            act()
    for act in (
        lambda: charges.charge(journal, CS, uid, 1, "이름", "i"),
        lambda: keys.delete(journal, CS, uid, "탈퇴", "i"),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_an_agent_plans_no_more_than_the_key_has_paid_before(bench: Bench) -> None:
    uid, at = key(bench), int(bench.world.now()) + 86_400

    def plan(amount: int) -> Operation:
        return schedules.plan(bench.journal, CS, uid, amount, "월 구독", at, bench.world.nonce())

    with pytest.raises(BadInput, match="plan_never_paid"):
        plan(1_000)
    paid = charges.charge(bench.journal, FINANCE, uid, AMOUNT, "월 구독", bench.world.nonce())
    assert paid.state is State.CONFIRMED
    with pytest.raises(BadInput, match="plan_above_paid"):
        plan(AMOUNT + 1)
    assert plan(AMOUNT).state is State.CONFIRMED


def test_a_refused_card_is_told_with_the_issuers_reason(bench: Bench) -> None:
    uid = key(bench)
    bench.shop.control("POST", "/charges", {"customer_uid": uid, "fail_reason": "[8521] 한도초과"})
    refused = charges.charge(bench.journal, FINANCE, uid, AMOUNT, "정기 결제", bench.world.nonce())
    assert (refused.state, refused.code, refused.message) == (State.NOT_EXECUTED, "charge_failed", "[8521] 한도초과")
    done = charges.charge(bench.journal, FINANCE, uid, AMOUNT, "정기 결제", bench.world.nonce())
    assert (done.state, done.cancellation_id[:4]) == (State.CONFIRMED, "imp_")


def test_a_charge_that_ran_after_it_was_given_up_is_found(bench: Bench) -> None:
    uid = key(bench)
    bench.fault("reset", "POST /subscribe/payments/again")
    closed = bench.recovered(
        charges.charge(bench.journal, FINANCE, uid, AMOUNT, "정기 결제", bench.world.nonce()), after_s=MINUTES_11
    )
    assert closed.state is State.NOT_EXECUTED
    late = bench.payment(merchant_uid=charges.order_of(closed), amount=AMOUNT)  # i'mport runs it after all
    bench.journal.refresh(late)
    found = bench.recovered(closed)
    assert (found.state, found.cancellation_id) == (State.CONFIRMED, late)


def test_a_schedule_that_changed_meanwhile_is_not_touched(bench: Bench) -> None:
    facts = scheduled(bench)
    page = seen(bench.journal, facts)
    schedules.move(bench.journal, FINANCE, page, facts["at"] + 3600, bench.world.nonce())
    for act in (
        lambda: schedules.move(bench.journal, FINANCE, page, facts["at"] + 7200, bench.world.nonce()),
        lambda: schedules.cancel(bench.journal, FINANCE, page, bench.world.nonce()),
    ):
        with pytest.raises(BadInput, match="schedule_moved"):
            act()


def test_cancelling_one_schedule_leaves_the_customers_others(bench: Bench) -> None:
    facts = scheduled(bench)
    other = schedules.plan(bench.journal, FINANCE, facts["uid"], AMOUNT, "구독", facts["at"], bench.world.nonce())
    schedules.cancel(bench.journal, FINANCE, seen(bench.journal, facts), bench.world.nonce())
    left = keys.waiting(bench.journal, VIEWER, facts["uid"])
    assert [schedule.merchant_uid for schedule in left] == [other.cancellation_id]
    with pytest.raises(BadInput, match="schedules_left"):
        keys.delete(bench.journal, FINANCE, facts["uid"], "탈퇴", bench.world.nonce())


def test_another_delivery_is_there_already(bench: Bench) -> None:
    work = WORKS["escrow"]
    facts = work.prepare(bench)
    other = escrow.Delivery(SHOP, BUYER, "KGB", "5" * 12, facts["at"])
    escrow.register(bench.journal, FINANCE, facts["imp_uid"], other, bench.world.nonce())
    differs = work.act(bench.journal, facts, bench.world.nonce())
    assert (differs.state, differs.code) == (State.NOT_EXECUTED, "escrow_differs")
    assert escrow.registered(bench.iamport, facts["imp_uid"]).invoice == "5" * 12  # type: ignore[union-attr]


def test_a_gateway_that_is_not_served_keeps_what_was_typed(bench: Bench) -> None:
    work = WORKS["escrow"]
    facts = work.prepare(bench)
    switches = bench.shop.shop.state.switches
    bench.shop.shop.state.switches = type(switches)(switches.partly, switches.schedules, "published")
    try:
        kept = work.act(bench.journal, facts, bench.world.nonce())
    finally:
        bench.shop.shop.state.switches = switches
    assert (kept.state, kept.code) == (State.NOT_EXECUTED, "escrow_unsupported")
    assert escrow.delivery_of(kept).receiver == BUYER


def test_what_kicc_cannot_take_back_is_said_before(bench: Bench) -> None:
    facts = WORKS["receipt"].prepare(bench)
    WORKS["receipt"].act(bench.journal, facts, bench.world.nonce())
    with pytest.raises(BadInput, match="receipt_there"):
        WORKS["receipt"].act(bench.journal, facts, bench.world.nonce())
    with pytest.raises(BadInput, match="receipt_cancel_unsupported"):
        receipts.cancel(bench.journal, FINANCE, facts["imp_uid"], bench.world.nonce())


def test_an_account_that_was_paid_meanwhile_is_not_called_closed(bench: Bench) -> None:
    facts = WORKS["close_vbank"].prepare(bench)
    bench.at["after sending"] = lambda: bench.shop.control("POST", "/deposit", facts)
    paid = WORKS["close_vbank"].act(bench.journal, facts, bench.world.nonce())
    assert (paid.state, paid.code) == (State.NOT_EXECUTED, "vbank_paid")


@pytest.mark.parametrize(
    ("act", "why"),
    [
        (lambda b: charges.charge(b.journal, FINANCE, key(b), 0, "이름", "i"), "charge_amount"),
        (lambda b: charges.charge(b.journal, FINANCE, key(b), 1, " ", "i"), "name_needed"),
        (lambda b: charges.charge(b.journal, FINANCE, "nobody", 1, "이름", "i"), "no_such_key"),
        (lambda b: schedules.plan(b.journal, FINANCE, key(b), 1, "이름", 1, "i"), "schedule_past"),
        (lambda b: keys.delete(b.journal, FINANCE, "nobody", "탈퇴", "i"), "no_such_key"),
        (lambda b: keys.delete(b.journal, FINANCE, key(b), " ", "i"), "reason_needed"),
        (lambda b: receipts.issue(b.journal, FINANCE, b.payment(), "phone", "01012345678", "i"), "not_cash"),
        (
            lambda b: receipts.issue(b.journal, FINANCE, b.payment(), "person", "9001011234567", "i"),
            "receipt_identifier",
        ),
        (lambda b: vbanks.close(b.journal, FINANCE, b.payment(), "사유", "i"), "not_waiting"),
        (
            lambda b: escrow.register(
                b.journal, FINANCE, b.payment(), escrow.Delivery(SHOP, BUYER, "HYUNDAI", "1" * 10, 1), "i"
            ),
            "not_escrow",
        ),
        (
            lambda b: escrow.register(
                b.journal, FINANCE, b.payment(), escrow.Delivery(SHOP, BUYER, "HYUNDAI", "12ab", 1), "i"
            ),
            "invoice_wrong",
        ),
    ],
)
def test_bad_input_says_why_and_sends_nothing(bench: Bench, act, why: str) -> None:
    with pytest.raises(DeskError) as wrong:
        act(bench)
    assert wrong.value.facts.get("why") == why
    assert refunds.latest(bench.store, 10) == []


def test_a_shut_gate_sends_nothing(bench: Bench) -> None:
    uid = key(bench)
    bench.journal.stopping.set()
    with pytest.raises(BadInput, match="stopping"):
        charges.charge(bench.journal, FINANCE, uid, 1, "이름", "i")
