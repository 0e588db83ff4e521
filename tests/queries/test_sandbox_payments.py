"""Payments of a test channel are no money: listed and found among their own kind, and in nothing that adds up."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from lib.payments.days import Period, first_second
from lib.payments.record import Cancellation, Payment
from lib.payments.state import REAL_STATES, State
from lib.people.actor import Actor, Role
from lib.queries import escrow, export, totals, vbanks
from lib.queries import payments as query
from lib.queries.export import COLUMNS
from lib.queries.payments import Basis, Filter, Sums
from lib.queries.totals import Attention
from lib.store.engine import Store
from lib.store.migrate import upgrade
from lib.store.statements import attention
from lib.store.statements.ingest import ingest
from lib.sync import books

ME = Actor("김민수", Role.FINANCE, "s")
NOW = first_second(date(2026, 11, 29)) + 12 * 3600
AT = NOW - 6 * 3600
DAYS = Period(date(2026, 11, 1), date(2026, 11, 30))


def payment(number: int, **fields: object) -> Payment:
    given: dict[str, object] = {
        "imp_uid": f"imp_{number:012d}",
        "merchant_uid": f"ORD-{number:06d}",
        "status": "paid",
        "pay_method": "card",
        "pg_provider": "kicc",
        "pg_id": "IM000999",
        "card_code": "366",
        "card_name": "신한카드",
        "name": "원두",
        "amount": 10_000 + number,
        "buyer_name": "김지민",
        "started_at": AT,
        "paid_at": AT + 60,
    }
    return Payment(**given | fields)  # type: ignore[arg-type]


def kinds(first: int, sandbox: bool) -> list[Payment]:
    """One of everything that some sum, chart or list of things to do would count."""
    part = Cancellation(cancellation_id="c1", amount=3_000, cancelled_at=AT + 90)
    waiting = {"pay_method": "vbank", "status": "ready", "paid_at": 0, "vbank_num": "123"}
    given: list[dict[str, object]] = [
        {},
        {"cancel_amount": 3_000, "cancelled_at": AT + 90, "status": "cancelled", "cancellations": (part,)},
        {"status": "failed", "paid_at": 0, "failed_at": AT + 30},
        {**waiting, "vbank_date": NOW + 3600},
        {**waiting, "vbank_date": NOW - 3600},
        {"status": "ready", "paid_at": 0},
        {"pay_method": "phone", "card_code": "", "card_name": ""},
        {"pay_method": "trans", "escrow": True},
        {
            "pay_method": "trans",
            "cash_receipt_issued": True,
            "cancel_amount": 5_000,
            "amount": 5_000,
            "cancelled_at": AT,
        },
    ]
    return [payment(first + n, sandbox=sandbox, **fields) for n, fields in enumerate(given)]


REAL, TESTS = kinds(1, False), kinds(101, True)
NAMES = {one.imp_uid for one in TESTS}
STANDS = {one.imp_uid: one.state.value for one in TESTS}


def figures(store: Store) -> dict[str, object]:
    """Everything that is added up anywhere."""
    with store.reading() as connection:
        back = attention.taken_back(connection, 0, 100)
    told = {
        f"counts {basis} {days}": {
            state: query.counts(store, ME, Filter(basis=basis, period=days), now=NOW).of(state) for state in REAL_STATES
        }
        for basis in Basis
        for days in (None, DAYS)
    }
    return told | {
        "daily": sorted(totals.daily(store, ME, DAYS).itertuples(index=False, name=None)),
        "hours": totals.hours(store, ME, DAYS).to_dict("list"),
        "issuers": totals.issuers(store, ME, DAYS).to_dict("list"),
        "attention": totals.attention(store, ME, NOW),
        "accounts": vbanks.counts(store, ME, NOW),
        "escrow": escrow.board(store, ME, NOW),
        "no receipt": query.counts(store, ME, Filter(attention="no_receipt"), now=NOW).by_state,
        "receipt left": query.counts(store, ME, Filter(attention="standing_receipt"), now=NOW).by_state,
        "taken back": back,
        "books": books.daily(store, DAYS),
        "check": books.check(store),
    }


@pytest.fixture
def filled(store: Store) -> Store:
    with store.writing() as connection:
        ingest(connection, [*REAL, *TESTS], NOW * 1000)
    return store


def test_no_sum_chart_or_list_of_things_to_do_knows_them(store: Store) -> None:
    with store.writing() as connection:
        ingest(connection, REAL, NOW * 1000)
    before = figures(store)
    due = before["attention"]
    assert isinstance(due, Attention)
    assert [sum_.count for sum_ in (due.vbank_due, due.vbank_past, due.phone_month)] == [1, 1, 1]
    with store.writing() as connection:
        ingest(connection, TESTS, NOW * 1000)
    assert figures(store) == before
    changed = [
        msgspec.structs.replace(one, status="cancelled", cancel_amount=one.amount, cancelled_at=AT + 500)
        for one in TESTS
        if one.state.was_paid and not one.cancel_amount
    ]
    with store.writing() as connection:
        ingest(connection, changed, NOW * 1000 + 1)
    assert figures(store) == before


@pytest.mark.parametrize("basis", [Basis.PAID, Basis.CHANGED, Basis.REQUESTED])
def test_they_have_a_list_of_their_own_and_are_in_no_other(filled: Store, basis: Basis) -> None:
    wanted = Filter(period=DAYS, basis=basis)
    assert not NAMES & set(query.page(filled, ME, wanted, now=NOW).frame["imp_uid"])
    for state in REAL_STATES:
        found = query.page(filled, ME, Filter(period=DAYS, basis=basis, states=(state,)), now=NOW).frame
        assert not found["sandbox"].any()
    own = Filter(period=DAYS, basis=basis, states=(State.TEST,))
    found = query.page(filled, ME, own, now=NOW).frame
    assert dict(zip(found["imp_uid"], found["state"], strict=True)) == STANDS
    assert found["sandbox"].all()
    assert query.counts(filled, ME, wanted, now=NOW).of(State.TEST).count == len(TESTS)


@pytest.mark.parametrize("typed", ["imp_000000000101", "ORD-000101", "10101원"])
def test_a_search_finds_them(filled: Store, typed: str) -> None:
    wanted = Filter(query=typed)
    assert query.counts(filled, ME, wanted, now=NOW).of(State.TEST).count == 1
    found = query.page(filled, ME, Filter(query=typed, states=(State.TEST,)), now=NOW).frame
    assert found["imp_uid"].tolist() == ["imp_000000000101"]


def test_a_file_marks_them_and_sums_none(filled: Store) -> None:
    sums, mark = Sums(), COLUMNS.index("sandbox")
    own = list(export.rows(filled, ME, Filter(states=(State.TEST,)), now=NOW, sums=sums))
    assert {row[mark] for row in own} == {"test"}
    assert (len(own), sums) == (len(TESTS), Sums(rows=len(TESTS)))
    others = list(export.rows(filled, ME, Filter(), now=NOW, sums=Sums()))
    assert {row[mark] for row in others} == {""}


def test_one_is_shown_as_it_stands_with_its_mark(filled: Store) -> None:
    for one in TESTS:
        shown = query.one(filled, ME, one.imp_uid).payment
        assert (shown.sandbox, shown.state) == (True, one.state)


def test_a_database_that_counted_them_as_sales_is_put_right(store: Store) -> None:
    with store.writing() as connection:
        ingest(connection, REAL, NOW * 1000)
    right = figures(store)
    with store.writing() as connection:  # as it was stored before: in every total, the mark read by nobody
        ingest(connection, [msgspec.structs.replace(one, sandbox=False) for one in TESTS], NOW * 1000)
        names = ", ".join(f"'{name}'" for name in NAMES)
        connection.exec_driver_sql(f"UPDATE payments SET sandbox = {'true' if store.postgresql else '1'} WHERE imp_uid IN ({names})")  # noqa: S608  # fmt: skip
        connection.exec_driver_sql("DROP TABLE sync_unread")
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0011'")
    assert figures(store) != right
    upgrade(store)
    assert figures(store) == right
    assert query.counts(store, ME, Filter(), now=NOW).of(State.TEST).count == len(TESTS)
    with store.writing() as connection:
        again = ingest(connection, TESTS, NOW * 1000 + 1)
    assert again.changed == 0
