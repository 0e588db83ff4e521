"""The list, its counts, its pages and its search against the same questions asked of plain Python objects.

A few hundred payments of every kind are stored as sync stores them; each filter is then answered twice.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import date, datetime

import pytest

from lib.errors import BadInput, NotAllowed
from lib.payments.days import KST, Period, day_of, first_second
from lib.payments.methods import group_of
from lib.payments.record import Cancellation, Payment
from lib.payments.searching import text_of
from lib.payments.state import State
from lib.people.actor import Actor, Role
from lib.queries import export, search
from lib.queries import payments as query
from lib.queries.payments import Basis, Filter, Sums
from lib.store.engine import Store
from lib.store.statements.ingest import ingest

ME = Actor("김민수", Role.FINANCE, "s")
FIRST = first_second(date(2026, 10, 1))
NOW = first_second(date(2026, 11, 24)) + 12 * 3600
NAMES = ("김지민", "이지민", "곽봉팔", "박서연", "=cmd|' /C calc'!A0", "John Kim")


def shop() -> list[Payment]:
    """Payments of every state, method and MID over eight weeks."""
    chance = random.Random(7)
    made = []
    for n in range(400):
        at = FIRST + chance.randrange(52 * 86_400)
        method = chance.choice(("card", "card", "trans", "vbank", "phone", "kakaopay"))
        amount = chance.randrange(10, 900) * 100
        payment = Payment(
            imp_uid=f"imp_{n:012d}", merchant_uid=f"ORD-2610-{n:05d}", status="paid", pay_method=method,
            pg_provider=chance.choice(("kicc", "html5_inicis")), pg_id=chance.choice(("IM000998", "IM000999")),
            apply_num=f"{30_000_000 + n}", card_name="신한카드", card_number="451842******7781" if method == "card" else "",
            name="원두 1kg", amount=amount, buyer_name=chance.choice(NAMES), buyer_tel=f"010-{2000 + n}-{5000 + n}",
            buyer_email=f"jimin{n}@example.com", started_at=at, paid_at=at + 60, pg_tid=f"tid-{n}",
            custom_data='{"tax_free": 1000}' if n % 5 == 0 else "",
        )  # fmt: skip
        match chance.randrange(8):
            case 0:
                payment = replace_(payment, status="failed", paid_at=0, failed_at=at + 30, fail_reason="한도초과")
            case 1:
                payment = replace_(payment, status="ready", paid_at=0)
                if method == "vbank":
                    payment = replace_(payment, vbank_num="123", vbank_date=at + 3 * 86_400)
            case 2 | 3:
                parts = [amount] if chance.random() < 0.5 else [amount // 4, amount // 4]
                when = [at + 86_400 * (k + 1) for k in range(len(parts))]
                payment = replace_(
                    payment, status="cancelled", cancel_amount=sum(parts), cancelled_at=when[-1],
                    cancellations=tuple(
                        Cancellation(
                            cancellation_id=f"c{n}-{k}", amount=part, cancelled_at=day, reason=f"변심 {n}-{k}",
                            pg_tid=f"tid-c{n}-{k}",
                        )
                        for k, (part, day) in enumerate(zip(parts, when, strict=True))
                    ),
                )  # fmt: skip
        made.append(payment)
    return made


def replace_(payment: Payment, **changes: object) -> Payment:
    import msgspec

    return msgspec.structs.replace(payment, **changes)


SHOP = shop()


@pytest.fixture
def filled(store: Store) -> Store:
    with store.writing() as connection:
        ingest(connection, SHOP, NOW * 1000)
    return store


WEEK = Period(date(2026, 10, 20), date(2026, 10, 27))
FILTERS = [
    Filter(),
    Filter(period=WEEK),
    Filter(period=WEEK, basis=Basis.CHANGED),
    Filter(period=WEEK, basis=Basis.REQUESTED),
    Filter(states=(State.FAILED,)),
    Filter(period=WEEK, states=(State.PAID, State.PARTLY_CANCELLED, State.CANCELLED), methods=("card", "easy")),
    Filter(methods=("phone",), gateways=("kicc",), mids=("IM000999",)),
    Filter(amount_min=50_000, amount_max=60_000),
    Filter(states=tuple(State), basis=Basis.CHANGED),
]


def clock(payment: Payment, basis: Basis) -> int:
    return {Basis.PAID: payment.sale_at, Basis.CHANGED: payment.status_at, Basis.REQUESTED: payment.started_at}[basis]


def fits(payment: Payment, wanted: Filter, states: tuple[State, ...]) -> bool:
    return (
        payment.state in states
        and (wanted.period is None or wanted.period.first <= day_of(clock(payment, wanted.basis)) <= wanted.period.last)
        and (not wanted.methods or group_of(payment.pay_method) in wanted.methods)
        and (not wanted.gateways or payment.pg_provider in wanted.gateways)
        and (not wanted.mids or payment.pg_id in wanted.mids)
        and (wanted.amount_min is None or payment.amount >= wanted.amount_min)
        and (wanted.amount_max is None or payment.amount <= wanted.amount_max)
    )


def every_page(store: Store, wanted: Filter, sort: str, size: int = 17) -> list[str]:
    seen, cursor = [], None
    while True:
        page = query.page(store, ME, wanted, now=NOW, sort=sort, cursor=cursor, size=size)
        seen += page.frame["imp_uid"].tolist()
        cursor = page.next
        if cursor is None:
            return seen


@pytest.mark.parametrize("wanted", FILTERS, ids=range(len(FILTERS)))
def test_every_filter_finds_what_a_plain_loop_finds_each_once_and_in_order(filled: Store, wanted: Filter) -> None:
    shown = wanted.states or tuple(s for s in State if s is not State.UNFINISHED)
    expected = [p for p in SHOP if fits(p, wanted, shown)]
    keys = {
        "newest": lambda p: -clock(p, wanted.basis),
        "oldest": lambda p: clock(p, wanted.basis),
        "amount": lambda p: -p.amount,
    }
    by_uid = {p.imp_uid: p for p in SHOP}
    for sort, key in keys.items():
        seen = every_page(filled, wanted, sort)
        assert len(seen) == len(set(seen))
        assert set(seen) == {p.imp_uid for p in expected}
        order = [key(by_uid[uid]) for uid in seen]
        assert order == sorted(order), sort
    counts = query.counts(filled, ME, wanted, now=NOW)
    assert not counts.at_least
    whole = [p for p in SHOP if fits(p, wanted, tuple(State))]
    for state in State if not wanted.states else ():
        of = [p for p in whole if p.state is state]
        sums = counts.of(state)
        told = (sums.count, sums.amount, sums.cancel_amount)
        assert told == (len(of), sum(p.amount for p in of), sum(p.cancel_amount for p in of))


def test_on_the_day_cancelled_each_cancellation_is_a_row_of_its_own(filled: Store) -> None:
    wanted = Filter(period=WEEK, basis=Basis.CANCELLED)
    expected = Counter(
        p.imp_uid for p in SHOP for c in p.cancellations if WEEK.first <= day_of(c.cancelled_at) <= WEEK.last
    )
    assert Counter(every_page(filled, wanted, "newest", 5)) == expected
    frame = query.page(filled, ME, wanted, now=NOW, size=1000).frame
    amounts = sum(c.amount for p in SHOP for c in p.cancellations if WEEK.first <= day_of(c.cancelled_at) <= WEEK.last)
    assert frame["cancel_amount"].sum() == amounts


@pytest.mark.parametrize(
    ("typed", "holds"),
    [
        ("지민", lambda p: "지민" in p.buyer_name or "jimin" in "지민"),
        ("봉팔", lambda p: "봉팔" in p.buyer_name),
        ("곽봉팔", lambda p: p.buyer_name == "곽봉팔"),
        ("010-2123-5123", lambda p: p.buyer_tel == "010-2123-5123"),
        ("21235123", lambda p: "21235123" in p.buyer_tel.replace("-", "")),
        ("0123-5", lambda p: "01235" in f"{p.buyer_tel}{p.merchant_uid}".replace("-", "") or "01235" in p.apply_num),
        ("2610-00123", lambda p: p.merchant_uid == "ORD-2610-00123"),
        ("ORD-2610-00007", lambda p: p.merchant_uid == "ORD-2610-00007"),
        ("imp_000000000042", lambda p: p.imp_uid == "imp_000000000042"),
        ("30000077", lambda p: p.apply_num == "30000077"),
        ("jimin77@", lambda p: p.buyer_email.startswith("jimin77@")),
        ("캠핑", lambda p: False),
    ],
)
def test_search_finds_exactly_what_holds_the_text(filled: Store, typed: str, holds: object) -> None:
    assert callable(holds)
    seen = every_page(filled, Filter(query=typed, states=tuple(State)), "newest")
    expected = {p.imp_uid for p in SHOP if holds(p)}
    assert set(seen) == expected
    assert len(seen) == len(expected)


def test_an_amount_is_found_however_it_is_written(filled: Store) -> None:
    amount = SHOP[3].amount
    expected = {p.imp_uid for p in SHOP if p.amount == amount}
    for typed in (f"{amount:,}원", f"₩{amount:,}"):
        assert search.understand(typed).kind == "amount"
        assert set(every_page(filled, Filter(query=typed, states=tuple(State)), "newest")) == expected


def test_a_name_and_an_amount_are_found_together_in_either_order(filled: Store) -> None:
    whose = next(p for p in SHOP if p.buyer_name and sum(q.buyer_name == p.buyer_name for q in SHOP) > 1)
    name, amount = whose.buyer_name, whose.amount
    expected = {p.imp_uid for p in SHOP if name in p.buyer_name and p.amount == amount}
    assert expected != {p.imp_uid for p in SHOP if name in p.buyer_name}
    for typed in (f"{name} {amount}", f"{amount:,}원 {name}", f"{name}  ₩{amount:,}", f"{name} {amount:,}"):
        found = every_page(filled, Filter(query=typed, states=tuple(State)), "newest")
        assert set(found) == expected, typed
        assert len(found) == len(expected)


def test_a_number_beside_a_name_that_is_in_the_text_is_no_amount(filled: Store) -> None:
    paid = next(p for p in SHOP if p.buyer_name and p.apply_num)
    for number in (paid.apply_num, paid.buyer_tel[-4:]):
        found = every_page(filled, Filter(query=f"{paid.buyer_name} {number}", states=tuple(State)), "newest")
        assert paid.imp_uid in found
    assert search.understand("박윤서 3만 6천원").beside == 36_000
    assert search.understand("의자 2 박윤서").beside == 0
    assert search.understand("010 1234 5678").kind == "phone"


def test_bare_digits_are_an_amount_or_a_number_and_the_other_reading_is_offered(filled: Store) -> None:
    for amount, reading, other in ((10_200, "amount", '"10200"'), (6_500, "text", "6,500원")):
        wanted = Filter(query=str(amount), states=tuple(State))
        found = {
            "amount": {p.imp_uid for p in SHOP if p.amount == amount},
            "text": {p.imp_uid for p in SHOP if str(amount) in text_of(p)},
        }
        assert found["amount"]
        assert found["text"]
        assert set(every_page(filled, wanted, "newest")) == found[reading]
        rest = found["text" if reading == "amount" else "amount"]
        assert query.otherwise(filled, ME, wanted, now=NOW) == (other, len(rest))
        assert set(every_page(filled, Filter(query=other, states=tuple(State)), "newest")) == rest
    assert query.otherwise(filled, ME, Filter(query="없는이름", states=tuple(State)), now=NOW) == ("", 0)
    assert search.understand("한서윤 고객님") == search.understand("한서윤")


def test_a_search_that_misses_in_the_days_tells_what_lies_outside(filled: Store) -> None:
    wanted = Filter(period=Period(date(2025, 1, 1), date(2025, 1, 2)), query="imp_000000000042", states=tuple(State))
    page = query.page(filled, ME, wanted, now=NOW)
    assert (len(page.frame), page.outside) == (0, 1)


def test_a_pasted_column_lists_what_is_not_there(filled: Store) -> None:
    ids = ("imp_000000000001", "ORD-2610-00002", "30000003", "imp_nowhere")
    found = query.page(filled, ME, Filter(ids=ids, states=tuple(State)), now=NOW, size=100).frame["imp_uid"]
    assert set(found) == {"imp_000000000001", "imp_000000000002", "imp_000000000003"}
    assert query.missing(filled, ME, ids) == ["imp_nowhere"]


def test_nothing_personal_leaves_unmasked(filled: Store) -> None:
    frame = query.page(filled, ME, Filter(states=tuple(State)), now=NOW, size=1000).frame
    text = frame.to_csv()
    for payment in SHOP:
        assert payment.buyer_tel not in text
        assert payment.buyer_email not in text
    assert "곽봉팔" not in text
    assert "451842" not in text
    detail = query.one(filled, ME, "imp_000000000001").payment
    assert (detail.buyer_tel, detail.buyer_name[1]) == ("010-****-5001", "*")


def test_the_export_is_the_list(filled: Store) -> None:
    sums = Sums()
    rows = list(export.rows(filled, ME, Filter(period=WEEK), now=NOW, sums=sums))
    expected = [p for p in SHOP if fits(p, Filter(period=WEEK), tuple(s for s in State if s is not State.UNFINISHED))]
    assert sums.rows == len(rows) == len(expected)
    assert sums.paid == sum(p.amount for p in expected if p.state.was_paid)
    assert sums.cancelled == sum(p.cancel_amount for p in expected)
    assert sums.waiting == sum(p.amount for p in expected if p.state is State.WAITING) > 0
    assert sums.net == sums.paid - sums.cancelled
    free = {row[0]: row[export.COLUMNS.index("tax_free")] for row in rows}
    assert free == {p.imp_uid: 1_000 if p.custom_data else 0 for p in expected}
    times = [str(row[export.COLUMNS.index("time")]) for row in rows]
    assert times == sorted(times, reverse=True)
    first = max(expected, key=lambda p: p.sale_at)
    assert times[0] == at(first.sale_at)


@pytest.mark.parametrize("wanted", [*FILTERS, Filter(period=WEEK, basis=Basis.CANCELLED), Filter(query="지민")])
def test_the_export_adds_up_to_the_foot_of_the_list(filled: Store, wanted: Filter) -> None:
    sums = Sums()
    for _ in export.rows(filled, ME, wanted, now=NOW, sums=sums):
        pass
    assert sums == query.counts(filled, ME, wanted, now=NOW).over(wanted.states)
    assert sums.rows


def test_on_the_day_cancelled_the_export_tells_each_cancellation_and_when_it_had_been_paid(filled: Store) -> None:
    sums, wanted = Sums(), Filter(period=WEEK, basis=Basis.CANCELLED)
    names = ("imp_uid", "cancel_amount", "time", "paid_at", "cancel_reason", "cancel_pg_tid", "pg_tid")
    rows = [
        tuple(row[export.COLUMNS.index(name)] for name in names)
        for row in export.rows(filled, ME, wanted, now=NOW, sums=sums)
    ]
    expected = [
        (p.imp_uid, c.amount, at(c.cancelled_at), at(p.paid_at), c.reason, c.pg_tid, p.pg_tid)
        for p in SHOP
        for c in p.cancellations
        if WEEK.first <= day_of(c.cancelled_at) <= WEEK.last
    ]
    assert sorted(rows) == sorted(expected)
    assert len({row[4] for row in rows}) == len(rows) > 10
    assert sums == Sums(rows=len(expected), cancelled=sum(row[1] for row in expected))


def at(second: int) -> str:
    return datetime.fromtimestamp(second, KST).strftime("%Y-%m-%d %H:%M:%S")


def test_who_may_not_export_gets_nothing_and_bad_words_are_refused(filled: Store) -> None:
    viewer = replace(ME, role=Role.VIEWER)
    with pytest.raises(NotAllowed):
        list(export.rows(filled, viewer, Filter(), now=NOW, sums=Sums()))
    with pytest.raises(BadInput):
        query.page(filled, ME, Filter(), now=NOW, sort="name; DROP TABLE payments")
    with pytest.raises(BadInput):
        query.page(filled, ME, Filter(), now=NOW, cursor="not a cursor")
    with pytest.raises(BadInput):
        query.one(filled, ME, "imp_nowhere")
