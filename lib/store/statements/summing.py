"""Questions to the totals: rows of days, hours and issuers, never of payments."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from lib.store.tables.payments import payments
from lib.store.tables.totals import DAILY_MEASURES, daily_totals, hourly_totals, issuer_totals

DAILY_COLUMNS = ("day", "pg_provider", "pg_id", "pay_method", *DAILY_MEASURES)


def daily(connection: Connection, first: str, last: str, currency: str) -> list[tuple[object, ...]]:
    """Rows of `DAILY_COLUMNS` for KST days "YYYY-MM-DD", inclusive."""
    c = daily_totals.c
    wanted = select(*(c[name] for name in DAILY_COLUMNS)).where(c.day.between(first, last), c.currency == currency)
    return [tuple(row) for row in connection.execute(wanted)]


def hourly(connection: Connection, since: int, until: int, currency: str) -> list[tuple[int, int, int]]:
    """(hour as epoch seconds, paid_count, paid_amount)."""
    c = hourly_totals.c
    wanted = select(c.hour, c.paid_count, c.paid_amount).where(c.hour.between(since, until), c.currency == currency)
    return [(int(h), int(n), int(a)) for h, n, a in connection.execute(wanted)]


def issuers(connection: Connection, first: str, last: str, currency: str) -> list[tuple[str, int, int]]:
    """(card_name, paid_count, paid_amount), largest amount first."""
    c = issuer_totals.c
    amount = func.sum(c.paid_amount)
    wanted = (
        select(c.card_name, func.sum(c.paid_count), amount)
        .where(c.day.between(first, last), c.currency == currency)
        .group_by(c.card_name)
        .order_by(amount.desc())
    )
    return [(str(name), int(n), int(a)) for name, n, a in connection.execute(wanted)]


def channels(connection: Connection) -> tuple[list[str], list[str]]:
    """Gateways and MIDs that occur."""
    c = daily_totals.c
    gateways = connection.execute(select(c.pg_provider).distinct().order_by(c.pg_provider)).scalars()
    mids = connection.execute(select(c.pg_id).distinct().order_by(c.pg_id)).scalars()
    return [str(g) for g in gateways], [str(m) for m in mids]


def due(connection: Connection, since: int, until: int) -> tuple[int, int]:
    """(count, amount) of waiting virtual accounts whose deadline lies within the bounds (epoch seconds)."""
    p = payments.c
    wanted = select(func.count(), func.coalesce(func.sum(p.amount), 0)).where(
        p.state == "waiting", p.vbank_date.between(since, until)
    )
    count, amount = connection.execute(wanted).one()
    return int(count), int(amount)


def phone_paid(connection: Connection, since: int, until: int) -> tuple[int, int]:
    """(count, amount) of phone payments paid within the bounds that were not cancelled."""
    p = payments.c
    wanted = (
        select(func.count(), func.coalesce(func.sum(p.amount), 0))
        .where(p.state == "paid", p.status_at.between(since, until), p.pay_method == "phone")
        .with_hint(payments, "INDEXED BY ix_payments_state", "sqlite")
    )
    count, amount = connection.execute(wanted).one()
    return int(count), int(amount)
