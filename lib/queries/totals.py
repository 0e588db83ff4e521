"""Figures of days, hours and issuers, from the totals: their cost depends on days, not on payments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

import pandas as pd

from lib.payments.days import DAY_S, OFFSET_S, Period, day_of, first_second, last_second
from lib.payments.methods import group_of
from lib.people import policy
from lib.people.actor import Actor
from lib.store.engine import Store
from lib.store.statements import attention as attending
from lib.store.statements import billing_keys, summing, sync_state

PHONE_NOTICE_DAYS = 3
PAST_DUE_DAYS = 30
TAKEN_BACK_DAYS = 7


def changes(store: Store, actor: Actor) -> int:
    """How often the totals have changed; figures made of them are the same while this is."""
    policy.require(actor, policy.SEE)
    with store.reading() as connection:
        return int(sync_state.get(connection, "changes", 0))


def daily(store: Store, actor: Actor, period: Period, currency: str = "KRW") -> pd.DataFrame:
    """The daily totals of a period, of all gateways and MIDs together.

    Columns: day (str "YYYY-MM-DD", KST), pay_method (str), the eight measures paid_, cancelled_, failed_, waiting_ ×
    count, amount (int64; minor units), method (str: chart group).
    """
    policy.require(actor, policy.SEE)
    with store.reading() as connection:
        rows = summing.daily(connection, period.first.isoformat(), period.last.isoformat(), currency)
    frame = pd.DataFrame(rows, columns=list(summing.DAILY_COLUMNS))
    measures = [c for c in frame.columns if c.endswith(("_count", "_amount"))]
    frame[measures] = frame[measures].astype("int64")
    frame["method"] = [group_of(str(method)) for method in frame["pay_method"]]
    return frame


def hours(store: Store, actor: Actor, period: Period, currency: str = "KRW") -> pd.DataFrame:
    """Sales by weekday (0 = Monday) and hour (0-23) KST. Columns: weekday, hour, paid_count, paid_amount (int64)."""
    policy.require(actor, policy.SEE)
    with store.reading() as connection:
        rows = summing.hourly(connection, period.start, period.end, currency)
    local = [(hour + OFFSET_S) for hour, _, _ in rows]
    frame = pd.DataFrame(
        {
            "weekday": [(at // DAY_S + 3) % 7 for at in local],
            "hour": [at % DAY_S // 3600 for at in local],
            "paid_count": [n for _, n, _ in rows],
            "paid_amount": [amount for _, _, amount in rows],
        }
    )
    return frame.astype("int64").groupby(["weekday", "hour"], as_index=False).sum()


def issuers(store: Store, actor: Actor, period: Period, currency: str = "KRW") -> pd.DataFrame:
    """Card sales by issuer, largest first. Columns: card_name (str), count, amount (int64), share (float 0-1)."""
    policy.require(actor, policy.SEE)
    with store.reading() as connection:
        rows = summing.issuers(connection, period.first.isoformat(), period.last.isoformat(), currency)
    frame = pd.DataFrame([row for row in rows if row[1]], columns=["card_name", "count", "amount"])
    frame = frame.astype({"card_name": "str", "count": "int64", "amount": "int64"})
    frame["share"] = frame["amount"] / max(1, int(frame["amount"].sum()))
    return frame


@dataclass(frozen=True, slots=True)
class Sum:
    """How many, and how much in won."""

    count: int
    amount: int


class Attention(NamedTuple):
    """What needs a person: virtual accounts due today and past due (30 days), phone payments whose month ends soon,
    deposits that were taken back (noticed in 7 days, not in again), and how many billing keys' last charge failed."""

    vbank_due: Sum
    vbank_past: Sum
    phone_month: Sum
    taken_back: Sum
    keys_failed: int


def attention(store: Store, actor: Actor, now: float) -> Attention:
    """The counts behind the overview's to-do list; each is exactly the rows of the list that it leads to, but that the
    list of deposits taken back goes on with older ones."""
    policy.require(actor, policy.SEE)
    with store.reading() as connection:
        return Attention(
            Sum(*attending.due_sum(connection, *due_today(now))),
            Sum(*attending.due_sum(connection, *past_due(now))),
            Sum(*attending.phone_sum(connection, *span)) if (span := phone_month(now)) else Sum(0, 0),
            Sum(*attending.taken_back_sum(connection, int(now) - TAKEN_BACK_DAYS * DAY_S)),
            billing_keys.failing(connection),
        )


def due_today(now: float) -> tuple[int, int]:
    """Deadlines from now to the end of the KST day (epoch seconds, inclusive)."""
    return int(now), last_second(day_of(int(now)))


def past_due(now: float) -> tuple[int, int]:
    """Deadlines of the last 30 days that have passed."""
    return int(now) - PAST_DUE_DAYS * DAY_S, int(now) - 1


def phone_month(now: float) -> tuple[int, int] | None:
    """Paid in this KST month, when it ends within three days; else None."""
    today = day_of(int(now))
    if (today + timedelta(days=PHONE_NOTICE_DAYS)).month == today.month:
        return None
    return first_second(today.replace(day=1)), int(now)
