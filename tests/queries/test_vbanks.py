"""Virtual accounts by how they stand, and cash without a receipt, against the same questions asked of plain objects."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date

import msgspec
import pytest

from lib.errors import BadInput
from lib.payments.days import DAY_S, Period, day_of, first_second, last_second
from lib.payments.record import Cancellation, Payment
from lib.payments.state import State
from lib.people.actor import Actor, Role
from lib.queries import payments as listed
from lib.queries import totals, vbanks
from lib.queries.payments import Basis, Filter
from lib.queries.totals import Sum
from lib.queries.vbanks import Group
from lib.store.engine import Store
from lib.store.statements.ingest import ingest

ME = Actor("박서영", Role.VIEWER, "s")
NOW = first_second(date(2026, 11, 24)) + 12 * 3600
TODAY = last_second(day_of(NOW))
MONTH = NOW - 30 * DAY_S


def shop() -> list[Payment]:
    """Virtual accounts that wait, expired, were closed or paid, some without a number; and transfers."""
    chance = random.Random(11)
    made = []
    for n in range(300):
        at = NOW - chance.randrange(50 * DAY_S)
        payment = Payment(
            imp_uid=f"imp_{n:012d}", merchant_uid=f"ORD-{n}", status="ready", pay_method="vbank", pg_provider="kicc",
            vbank_num=f"5620{n:09d}", vbank_name="신한은행", vbank_holder="페이데스크", vbank_issued_at=at,
            vbank_date=at + chance.randrange(1, 9) * DAY_S, name="원두 1kg", amount=chance.randrange(1, 90) * 1_000,
            buyer_name="홍길동", started_at=at,
        )  # fmt: skip
        match chance.randrange(6):
            case 0:
                payment = changed(
                    payment, status="failed", failed_at=at + chance.randrange(9 * DAY_S), fail_reason="계좌말소"
                )
            case 1:
                payment = changed(payment, status="failed", failed_at=at + 60, vbank_num="", vbank_date=0)
            case 2:
                payment = changed(payment, status="paid", paid_at=at + 60, cash_receipt_issued=chance.random() < 0.5)
            case 3:
                payment = changed(
                    payment, status="paid", paid_at=at + 60, cash_receipt_issued=chance.random() < 0.5, vbank_num="",
                    vbank_date=0, pay_method=chance.choice(("trans", "card")),
                )  # fmt: skip
                gone = payment.amount if chance.random() < 0.3 else 1_000
                entry = Cancellation(cancellation_id=f"c{n}", amount=gone, cancelled_at=at + 120)
                payment = changed(
                    payment, status="cancelled", cancel_amount=gone, cancelled_at=at + 120, cancellations=(entry,)
                )
        made.append(payment)
    return made


def changed(payment: Payment, **fields: object) -> Payment:
    return msgspec.structs.replace(payment, **fields)


SHOP = shop()
RULES: dict[Group, Callable[[Payment], bool]] = {
    Group.WAITING: lambda p: p.state is State.WAITING and p.vbank_date >= NOW,
    Group.DUE: lambda p: p.state is State.WAITING and NOW <= p.vbank_date <= TODAY,
    Group.EXPIRED: lambda p: p.state is State.WAITING and MONTH <= p.vbank_date < NOW,
    Group.CLOSED: lambda p: p.state is State.FAILED and bool(p.vbank_num) and p.failed_at >= MONTH,
}


@pytest.fixture
def filled(store: Store) -> Store:
    with store.writing() as connection:
        ingest(connection, SHOP, NOW * 1000)
    return store


def every_page(store: Store, group: Group, size: int = 7) -> list[str]:
    seen: list[str] = []
    cursor = None
    while True:
        page = vbanks.page(store, ME, group, now=NOW, cursor=cursor, size=size)
        seen += page.frame["imp_uid"].tolist()
        cursor = page.next
        if cursor is None:
            return seen


@pytest.mark.parametrize("group", RULES)
def test_each_group_holds_what_a_plain_loop_finds_each_once_and_in_order(filled: Store, group: Group) -> None:
    expected = [p for p in SHOP if RULES[group](p)]
    assert expected
    seen = every_page(filled, group)
    assert sorted(seen) == sorted(p.imp_uid for p in expected)
    by_uid = {p.imp_uid: p for p in SHOP}
    times = [by_uid[uid].failed_at if group is Group.CLOSED else by_uid[uid].vbank_date for uid in seen]
    assert times == sorted(times, reverse=group in (Group.EXPIRED, Group.CLOSED))  # who must pay soonest comes first
    counted = vbanks.counts(filled, ME, NOW)[group]
    assert counted == Sum(len(expected), sum(p.amount for p in expected))


def test_what_is_due_and_past_is_what_the_overview_counts(filled: Store) -> None:
    counted, wanted = vbanks.counts(filled, ME, NOW), totals.attention(filled, ME, NOW)
    assert (counted[Group.DUE], counted[Group.EXPIRED]) == (wanted.vbank_due, wanted.vbank_past)


def test_the_list_is_masked_and_says_when(filled: Store) -> None:
    row = vbanks.page(filled, ME, Group.CLOSED, now=NOW, size=1).frame.iloc[0]
    payment = next(p for p in SHOP if p.imp_uid == row["imp_uid"])
    assert (row["buyer_name"], row["vbank_num"]) == ("홍*동", f"***-{payment.vbank_num[-4:]}")
    assert (row["at"].timestamp(), row["vbank_date"].timestamp()) == (payment.failed_at, payment.vbank_date)
    assert str(row["at"].tz) == "Asia/Seoul"
    assert payment.vbank_num not in row.to_json()


def test_a_deposit_taken_back_is_listed_until_it_comes_in_again_or_is_old(filled: Store) -> None:
    assert vbanks.counts(filled, ME, NOW)[Group.TAKEN_BACK] == Sum(0, 0)
    assert vbanks.page(filled, ME, Group.TAKEN_BACK, now=NOW).frame.empty
    paid = next(p for p in SHOP if p.pay_method == "vbank" and p.state is State.PAID)
    noticed = NOW + 60
    with filled.writing() as connection:
        ingest(connection, [changed(paid, status="ready", paid_at=0)], noticed * 1000)
    assert vbanks.counts(filled, ME, NOW)[Group.TAKEN_BACK] == Sum(1, paid.amount)
    [row] = vbanks.page(filled, ME, Group.TAKEN_BACK, now=NOW).frame.to_dict("records")
    assert (row["imp_uid"], row["state"], row["at"].timestamp()) == (paid.imp_uid, "waiting", noticed)
    assert row["deposited_at"].timestamp() == paid.paid_at
    assert vbanks.taken_back(filled, ME, paid.imp_uid) == (paid.paid_at, noticed)
    [group] = [g for g in (Group.WAITING, Group.EXPIRED) if paid.imp_uid in every_page(filled, g)]
    listed_ = vbanks.page(filled, ME, group, now=NOW, size=500).frame.set_index("imp_uid")["deposited_at"]
    assert listed_[paid.imp_uid].timestamp() == paid.paid_at
    assert listed_.drop(paid.imp_uid).isna().all()
    assert vbanks.counts(filled, ME, NOW + 91 * DAY_S)[Group.TAKEN_BACK] == Sum(0, 0)
    with filled.writing() as connection:
        ingest(connection, [changed(paid, paid_at=NOW + 90)], (NOW + 120) * 1000)
    assert vbanks.counts(filled, ME, NOW)[Group.TAKEN_BACK] == Sum(0, 0)
    assert vbanks.taken_back(filled, ME, paid.imp_uid)[1] == noticed  # its own page still says so
    assert vbanks.taken_back(filled, ME, SHOP[0].imp_uid) == (0, 0)


@pytest.mark.parametrize("period", [None, Period(date(2026, 10, 20), date(2026, 11, 10))])
def test_cash_without_a_receipt_is_what_came_in_and_stayed(filled: Store, period: Period | None) -> None:
    expected = [
        p
        for p in SHOP
        if p.pay_method in ("trans", "vbank")
        and p.state in (State.PAID, State.PARTLY_CANCELLED)
        and not p.cash_receipt_issued
        and (period is None or period.first <= day_of(p.paid_at) <= period.last)
    ]
    assert {p.state for p in expected} == {State.PAID, State.PARTLY_CANCELLED}
    wanted = Filter(period=period, attention="no_receipt")
    frame = listed.page(filled, ME, wanted, now=NOW, size=500).frame
    assert frame["imp_uid"].tolist() == [p.imp_uid for p in sorted(expected, key=lambda p: -p.paid_at)]
    counted = listed.counts(filled, ME, wanted, now=NOW).by_state.values()
    assert (
        sum(s.amount - s.cancel_amount for s in counted) == frame["balance"].sum() == sum(p.balance for p in expected)
    )


@pytest.mark.parametrize("period", [None, Period(date(2026, 10, 12), date(2026, 11, 10))])
def test_a_receipt_left_standing_is_of_cash_that_went_back_in_full(filled: Store, period: Period | None) -> None:
    back = [p for p in SHOP if p.pay_method in ("trans", "vbank") and p.state is State.CANCELLED]
    expected = [
        p
        for p in back
        if p.cash_receipt_issued and (period is None or period.first <= day_of(p.cancelled_at) <= period.last)
    ]
    assert 0 < len(expected) < len(back)
    wanted = Filter(period=period, basis=Basis.CHANGED, states=(State.CANCELLED,), attention="standing_receipt")
    seen, cursor = [], None
    while True:
        page = listed.page(filled, ME, wanted, now=NOW, cursor=cursor, size=2)
        seen += page.frame["imp_uid"].tolist()
        cursor = page.next
        if cursor is None:
            break
    assert seen == [p.imp_uid for p in sorted(expected, key=lambda p: -p.cancelled_at)]
    counted = listed.counts(filled, ME, wanted, now=NOW).of(State.CANCELLED)
    assert (counted.count, counted.amount) == (len(expected), sum(p.amount for p in expected))


def test_large_cash_without_a_receipt_comes_oldest_first(filled: Store) -> None:
    expected = [
        p
        for p in SHOP
        if p.pay_method in ("trans", "vbank")
        and p.state in (State.PAID, State.PARTLY_CANCELLED)
        and not p.cash_receipt_issued
        and p.amount >= 50_000
    ]
    assert len(expected) > 3
    wanted = Filter(attention="no_receipt", amount_min=50_000)
    seen, cursor = [], None
    while True:
        page = listed.page(filled, ME, wanted, now=NOW, sort="oldest", cursor=cursor, size=3)
        seen += page.frame["imp_uid"].tolist()
        cursor = page.next
        if cursor is None:
            break
    assert seen == [p.imp_uid for p in sorted(expected, key=lambda p: p.paid_at)]


def test_a_cursor_of_another_group_is_refused(filled: Store) -> None:
    cursor = vbanks.page(filled, ME, Group.WAITING, now=NOW, size=1).next
    assert cursor
    for wrong in (cursor, "nonsense"):
        with pytest.raises(BadInput, match="bad_filter"):
            vbanks.page(filled, ME, Group.CLOSED, now=NOW, cursor=wrong)
