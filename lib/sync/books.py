"""What the kept totals say, and whether they are what the payments themselves add up to."""

from __future__ import annotations

from datetime import date

from lib.payments.days import Period
from lib.store.engine import Store
from lib.store.statements import rollup, totals
from lib.store.statements.rollup import Difference
from lib.store.statements.totals import DayTotals

EVER = Period(date(1980, 1, 1), date(2200, 12, 31))


def daily(store: Store, period: Period) -> list[DayTotals]:
    """The kept totals of these KST days; amounts in minor units."""
    with store.reading() as connection:
        return totals.daily(connection, period.first, period.last)


def check(store: Store, period: Period = EVER) -> list[Difference]:
    """Count the totals again from the payments; every difference, none when they are right to the won."""
    with store.reading() as connection:
        return rollup.recount(connection, period.first, period.last)
