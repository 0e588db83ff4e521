"""Questions to the totals: rows of days, hours and issuers, never of payments."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from lib.store.tables.totals import DAILY_MEASURES, daily_totals, hourly_totals, issuer_totals

DAILY_COLUMNS = ("day", "pay_method", *DAILY_MEASURES)


def daily(connection: Connection, first: str, last: str, currency: str) -> list[tuple[object, ...]]:
    """Rows of `DAILY_COLUMNS` for KST days "YYYY-MM-DD", inclusive."""
    c = daily_totals.c
    sums = (func.sum(c[name]).label(name) for name in DAILY_MEASURES)
    wanted = (
        select(c.day, c.pay_method, *sums)
        .where(c.day.between(first, last), c.currency == currency)
        .group_by(c.day, c.pay_method)
    )
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


def channels(connection: Connection) -> list[tuple[str, str]]:
    """Pairs of gateway and MID that occur."""
    c = daily_totals.c
    return [(str(g), str(m)) for g, m in connection.execute(select(c.pg_provider, c.pg_id).distinct())]
