"""When the customer's money arrives, in Korean bank days, by method.

Source: i'mport's and KICC's cancellation guides (see the table in `lib.payments.methods`): card the same day when the
whole amount goes back on the day of payment, else 3 to 5 business days; transfer the same day, else the next business
day; virtual account the next business day; phone at once. Practice, not promise: shown as an expectation.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

import holidays

from lib.payments.days import day_of
from lib.payments.methods import group_of
from lib.payments.record import Payment


class Arrival(NamedTuple):
    """`first` and `last` KST days between which the money is expected (equal when one day is meant)."""

    first: date
    last: date


@cache
def _bank_holidays() -> holidays.HolidayBase:
    return holidays.country_holidays("KR", categories=("public", "bank"))


def is_business_day(day: date) -> bool:
    """Neither a weekend nor a Korean public or bank holiday."""
    return day.weekday() < 5 and day not in _bank_holidays()


def business_days_after(day: date, n: int) -> date:
    """The `n`-th business day after `day`; for 0 the day itself."""
    while n:
        day += timedelta(days=1)
        n -= is_business_day(day)
    return day


def arrival(payment: Payment, amount: int, cancelled_on: date) -> Arrival:
    """When `amount` (minor units) of this payment, cancelled on a KST day, is expected back with the customer."""
    same_day = payment.paid_at and day_of(payment.paid_at) == cancelled_on
    method = group_of(payment.pay_method)
    if method == "phone":
        return Arrival(cancelled_on, cancelled_on)
    if method == "vbank" or (method == "trans" and not same_day):
        next_day = business_days_after(cancelled_on, 1)
        return Arrival(next_day, next_day)
    if method == "trans" or (same_day and amount == payment.amount):
        return Arrival(cancelled_on, cancelled_on)
    return Arrival(business_days_after(cancelled_on, 3), business_days_after(cancelled_on, 5))
