"""Sales and cancellations by method against a plain count, and what the overview says is to be looked at."""

from __future__ import annotations

import math
from datetime import date

import msgspec
import pytest

from lib.operations import keys
from lib.payments.days import Period, day_of
from lib.payments.methods import GROUPS, group_of
from lib.payments.record import Payment
from lib.queries import billing_keys, totals
from lib.reports.by_method import SUM, by_method
from lib.reports.headline import headline
from lib.store.engine import Store
from lib.store.statements.ingest import ingest
from tests.desks import FINANCE, VIEWER, Bench
from tests.operations.test_kinds import key
from tests.queries.test_against_a_plain_count import NOW, SHOP

NOVEMBER, OCTOBER = Period(date(2026, 11, 1), date(2026, 11, 20)), Period(date(2026, 10, 1), date(2026, 10, 20))
LONG_AGO = Period(date(2020, 1, 1), date(2020, 1, 31))


def counted(period: Period, methods: tuple[str, ...]) -> tuple[int, int, int]:
    """(payments paid, their won, won cancelled) of these days, by a plain loop."""
    of = [p for p in SHOP if group_of(p.pay_method) in methods]
    sold = [p.amount for p in of if p.paid_at and day_of(p.paid_at) in period.each_day()]
    gone = [c.amount for p in of for c in p.cancellations if day_of(c.cancelled_at) in period.each_day()]
    return len(sold), sum(sold), sum(gone)


@pytest.mark.parametrize(("period", "before"), [(NOVEMBER, OCTOBER), (OCTOBER, LONG_AGO), (LONG_AGO, OCTOBER)])
def test_the_table_by_method_is_a_plain_count_and_its_foot_is_the_tiles(
    store: Store, period: Period, before: Period
) -> None:
    with store.writing() as connection:
        ingest(connection, SHOP, NOW * 1000)
    now, earlier = totals.daily(store, VIEWER, period), totals.daily(store, VIEWER, before)
    table = by_method(now, earlier)
    assert sorted(table["method"][:-1]) == sorted(GROUPS)
    assert table["method"].iloc[-1] == SUM
    assert table["paid_amount"][:-1].is_monotonic_decreasing
    for row in table.itertuples():
        methods = GROUPS if row.method == SUM else (row.method,)
        n, sold, gone = counted(period, methods)
        _, sold_before, gone_before = counted(before, methods)
        assert (row.paid_count, row.paid_amount, row.cancelled_amount) == (n, sold, gone)
        assert (row.cancelled_before, row.cancelled_change) == (gone_before, gone - gone_before)
        rate, rate_before = (
            (gone / sold if sold else math.nan),
            (gone_before / sold_before if sold_before else math.nan),
        )
        rates = [row.cancel_rate, row.rate_before, row.rate_change]
        assert rates == pytest.approx([rate, rate_before, rate - rate_before], nan_ok=True)
    foot, tiles = table.iloc[-1], headline(now, earlier, period)
    assert (foot["paid_count"], foot["paid_amount"], foot["cancelled_amount"]) == (
        tiles.count.now,
        tiles.sales.now,
        tiles.cancelled.now,
    )


def test_a_key_whose_last_charge_failed_is_to_be_looked_at_until_it_is_deleted(bench: Bench) -> None:
    uid, other = key(bench), key(bench)
    at = int(bench.world.now()) - 60
    failed = Payment(
        imp_uid="imp_f", merchant_uid="o", status="failed", pay_method="card", name="정기 결제", amount=9_900,
        started_at=at, failed_at=at, customer_uid=uid, customer_uid_usage="payment",
    )  # fmt: skip
    with bench.store.writing() as connection:
        ingest(
            connection,
            [failed, msgspec.structs.replace(failed, imp_uid="imp_g", merchant_uid="p", customer_uid=other)],
            at * 1000,
        )

    def told() -> tuple[int, int]:
        now = bench.world.now()
        counts = billing_keys.counts(bench.store, VIEWER)
        return totals.attention(bench.store, VIEWER, now).keys_failed, counts["failed"]

    assert told() == (2, 2)
    keys.delete(bench.journal, FINANCE, uid, "탈퇴", bench.world.nonce())
    assert told() == (1, 1)
