"""The kept totals of days, as they stand."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection, select

from lib.store.tables.totals import daily_totals


class DayTotals(NamedTuple):
    """A KST day's sales and cancellations by gateway, MID, method and currency; amounts in minor units."""

    day: str
    gateway: str
    mid: str
    method: str
    currency: str
    paid_count: int
    paid_amount: int
    cancelled_count: int
    cancelled_amount: int


def daily(connection: Connection, first: date, last: date) -> list[DayTotals]:
    """The rows of these days, in order; those without any sale or cancellation are left out."""
    c = daily_totals.c
    keys = (c.day, c.pg_provider, c.pg_id, c.pay_method, c.currency)
    statement = (
        select(*keys, c.paid_count, c.paid_amount, c.cancelled_count, c.cancelled_amount)
        .where(c.day.between(first.isoformat(), last.isoformat()), (c.paid_count != 0) | (c.cancelled_count != 0))
        .order_by(*keys)
    )
    return [DayTotals(*row) for row in connection.execute(statement)]
