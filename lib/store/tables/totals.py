"""Totals, kept by deltas in the transaction that writes the payments, so that a chart costs days, not payments.

Days are KST, "YYYY-MM-DD". Sales count on the day paid, cancellations on the day cancelled, failures and waiting
virtual accounts on the day started. Money in minor units of `currency`.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, String, Table, Text

from lib.store.tables.base import metadata


def _sum(name: str) -> Column[int]:
    return Column(name, BigInteger, nullable=False, server_default="0")


DAILY_MEASURES = (
    "paid_count",
    "paid_amount",
    "cancelled_count",
    "cancelled_amount",
    "failed_count",
    "failed_amount",
    "waiting_count",
    "waiting_amount",
)

daily_totals = Table(
    "daily_totals",
    metadata,
    Column("day", String(10), primary_key=True),
    Column("pg_provider", Text, primary_key=True),
    Column("pg_id", Text, primary_key=True),
    Column("pay_method", Text, primary_key=True),
    Column("currency", Text, primary_key=True),
    *(_sum(measure) for measure in DAILY_MEASURES),
)

# For the heat map: one row an hour and currency, `hour` = epoch second at which it begins.
hourly_totals = Table(
    "hourly_totals",
    metadata,
    Column("hour", BigInteger, primary_key=True, autoincrement=False),
    Column("currency", Text, primary_key=True),
    _sum("paid_count"),
    _sum("paid_amount"),
)

issuer_totals = Table(
    "issuer_totals",
    metadata,
    Column("day", String(10), primary_key=True),
    Column("card_code", Text, primary_key=True),
    Column("card_name", Text, primary_key=True),
    Column("currency", Text, primary_key=True),
    _sum("paid_count"),
    _sum("paid_amount"),
)

# How the payments of a day stand now, for the counts above a list: the day is that of the list's clock (the day paid, else
# requested), `cancel_amount` what has been cancelled of them until now, whenever that was.
state_totals = Table(
    "state_totals",
    metadata,
    Column("day", String(10), primary_key=True),
    Column("state", String(20), primary_key=True),
    Column("pg_provider", Text, primary_key=True),
    Column("pg_id", Text, primary_key=True),
    Column("pay_method", Text, primary_key=True),
    Column("currency", Text, primary_key=True),
    _sum("count"),
    _sum("amount"),
    _sum("cancel_amount"),
)
