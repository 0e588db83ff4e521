"""A payment that cannot be understood stops nothing: it is set aside by name, everything else is read, and it comes later."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from lib.iamport.client import Iamport, Retrying
from lib.iamport.errors import BadAnswer
from lib.payments.days import Period, day_of
from lib.people.actor import Actor, Role
from lib.queries import unread as query
from lib.store.engine import Store
from lib.store.statements import listing, sync_state
from lib.sync import books, intake, period, status, unread
from lib.sync.source import Source
from lib.sync.worker import Pace, Worker
from lib.world import World
from tests.sandbox_server import Served, running_sandbox

QUICK = Retrying(attempts=1, seconds=2, first_s=0.01, most_s=0.02)
ME = Actor("김민수", Role.FINANCE, "s")
ODD: list[dict[str, Any]] = [
    {"amount": 1e99},
    {"amount": 10**40},
    {"vbank_date": 99_999_999_999_999},
    {"failed_at": -5},
    {"buyer_name": ["a", "b"]},
    {"card_quota": 10**12},
]
HARMLESS: list[tuple[dict[str, Any], str, str]] = [
    ({"buyer_tel": 1012345678}, "buyer_tel", "1012345678"),
    ({"apply_num": 30001234}, "apply_num", "30001234"),
    ({"pg_tid": 10**30}, "pg_tid", str(10**30)),
]


@pytest.fixture
def shop() -> Iterator[Served]:
    with running_sandbox(payments=30, days=10) as served:
        yield served


def source(shop: Served, store: Store) -> Source:
    world = World()
    iamport = Iamport(base_url=shop.url, key=shop.key, secret=shop.secret, world=world, retrying=QUICK)
    return Source(store, iamport, world)


def everything() -> Period:
    today = day_of(int(time.time()))
    return Period(today - timedelta(days=40), today)


def made(shop: Served, **fields: Any) -> str:
    """A payment of a few seconds ago: times are whole seconds, and the list of this one may not hold it yet."""
    body = {"amount": 10_000, "paid_at": int(time.time()) - 5, **fields}
    return str(shop.control("POST", "/payments", body)["imp_uid"])


def mended(shop: Served, imp_uid: str, **fields: Any) -> None:
    """i'mport's own people put the record right."""
    found = shop.shop.state.payment(imp_uid)
    assert found
    shop.shop.state.put({**found[0], **fields}, found[1], int(time.time()))


def stored(store: Store, imp_uid: str) -> Any:
    with store.reading() as connection:
        return listing.by_imp_uid(connection, imp_uid)


def gaps(store: Store, days: Period) -> list[sync_state.Span]:
    with store.reading() as connection:
        return sync_state.gaps(sync_state.spans(connection), sync_state.Span(days.start, int(time.time()) - 60))


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: str(odd)[:40])
def test_the_odd_one_is_set_aside_and_named_and_the_rest_is_read(
    store: Store, shop: Served, odd: dict[str, Any]
) -> None:
    name, fine = made(shop, **odd), made(shop)
    brought = period.bring(source(shop, store), everything())
    assert brought.complete
    assert gaps(store, everything()) == []
    assert stored(store, fine) is not None
    assert stored(store, name) is None
    aside = query.listed(store, ME)
    assert aside["imp_uid"].tolist() == [name]
    assert next(iter(odd)) in aside["why"].iloc[0]
    assert status.freshness(store).unread == 1
    assert books.check(store) == []


@pytest.mark.parametrize(("fields", "column", "kept"), HARMLESS, ids=lambda value: str(value)[:40])
def test_a_text_that_comes_as_a_number_is_text(
    store: Store, shop: Served, fields: dict[str, Any], column: str, kept: str
) -> None:
    imp_uid = made(shop, **fields)
    assert period.bring(source(shop, store), everything()).complete
    assert stored(store, imp_uid)[column] == kept
    assert query.listed(store, ME).empty


def test_reading_goes_on_beside_it_and_it_comes_once_it_is_mended(store: Store, shop: Served) -> None:
    parts = source(shop, store)
    worker = Worker(store, parts.iamport, parts.world, Pace(every_s=0.01, since_days=5))
    while worker.step():
        pass
    first = status.freshness(store).as_of
    odd = made(shop, amount=1e99)
    time.sleep(1.1)
    late = made(shop)
    worker.step()
    fresh = status.freshness(store)
    assert fresh.as_of > first
    assert fresh.problem == ""
    assert stored(store, late) is not None
    assert query.listed(store, ME)["imp_uid"].tolist() == [odd]
    assert unread.again(parts) == 0
    assert query.listed(store, ME)["imp_uid"].tolist() == [odd]
    mended(shop, odd, amount=5_000)
    assert unread.again(parts) == 1
    assert stored(store, odd)["amount"] == 5_000
    assert query.listed(store, ME).empty
    assert books.check(store) == []


def test_one_that_is_searched_for_is_known_with_the_field_that_is_wrong(store: Store, shop: Served) -> None:
    amount, quota, fine = made(shop, amount=1e99), made(shop, card_quota="three"), made(shop)
    period.bring(source(shop, store), everything())
    found = query.among(store, ME, [quota, fine, amount, "imp_nowhere"])
    assert {one.imp_uid: query.field_of(one.why) for one in found} == {amount: "amount", quota: "card_quota"}
    assert query.among(store, ME, []) == []


@pytest.mark.parametrize(
    ("why", "field"),
    [
        ("Expected int | float | null, got str - at card_quota", "card_quota"),
        ("Expected int | float | null, got str - at cancel_history[...].amount", "cancel_history"),
        ("Object missing required field imp_uid", "imp_uid"),
        ("vbank_date: 99999999999999 is no time of a payment", "vbank_date"),
        ("a payment is no object", ""),
    ],
)
def test_the_field_that_a_reason_names(why: str, field: str) -> None:
    assert query.field_of(why) == field


def test_a_list_that_holds_it_again_clears_it(store: Store, shop: Served) -> None:
    parts = source(shop, store)
    odd = made(shop, amount=1e99)
    period.bring(parts, everything())
    mended(shop, odd, amount=7_000)
    time.sleep(1.1)
    period.bring(parts, everything())
    assert query.listed(store, ME).empty
    assert stored(store, odd)["amount"] == 7_000


def test_one_without_a_name_is_counted_and_leaves_once_its_list_is_clean(store: Store, shop: Served) -> None:
    parts = source(shop, store)
    imp_uid = made(shop)
    found = shop.shop.state.payment(imp_uid)
    assert found
    shop.shop.state.put({**found[0], "imp_uid": None}, 0, int(time.time()))  # of which nobody can tell whose it is
    assert period.bring(parts, everything()).complete
    aside = query.listed(store, ME)
    assert aside["imp_uid"].tolist() == [""]
    assert "imp_uid" in aside["why"].iloc[0]
    time.sleep(1.1)
    unread.again(parts)
    assert len(query.listed(store, ME)) == 1
    shop.shop.state.write("DELETE FROM payments WHERE imp_uid IS NULL")
    shop.shop.state.put(*found, int(time.time()))
    time.sleep(1.1)
    unread.again(parts)
    assert query.listed(store, ME).empty


def test_what_a_webhook_brings_is_set_aside_too(store: Store, shop: Served) -> None:
    odd = made(shop, paid_at=99_999_999_999_999)
    parts = source(shop, store)
    with pytest.raises(BadAnswer):
        intake.refresh(store, parts.iamport, odd, parts.world)
    aside = query.listed(store, ME)
    assert aside["imp_uid"].tolist() == [odd]
    assert "started_at: 99999999999999" in aside["why"].iloc[0]
    mended(shop, odd, started_at=int(time.time()), paid_at=int(time.time()))
    intake.refresh(store, parts.iamport, odd, parts.world)
    assert query.listed(store, ME).empty


def test_what_is_stored_stays_while_a_later_answer_is_odd(store: Store, shop: Served) -> None:
    parts = source(shop, store)
    imp_uid = made(shop)
    period.bring(parts, everything())
    mended(shop, imp_uid, amount=1e99)
    time.sleep(1.1)
    assert period.bring(parts, everything()).complete
    assert stored(store, imp_uid)["amount"] == 10_000
    assert query.listed(store, ME)["imp_uid"].tolist() == [imp_uid]
    assert books.check(store) == []
