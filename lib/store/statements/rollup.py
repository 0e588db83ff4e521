"""Counts the totals anew from payments and cancellations, by SQL alone, and says where the kept ones differ.

Shares nothing with `deltas`: days come from the database's own arithmetic, states from amounts and words.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection

from lib.payments.days import first_second, last_second
from lib.store.statements.rows import postgresql

_PAID = "state IN ('paid', 'partly', 'cancelled') AND paid_at <> 0"
_SALE_AT = f"CASE WHEN {_PAID} THEN paid_at ELSE started_at END"
_KEY = "pg_provider, pg_id, pay_method, currency"


class Difference(NamedTuple):
    """`table` and `key` of a row of totals whose `kept` sums are not what was `counted` (both in the table's order)."""

    table: str
    key: tuple[object, ...]
    kept: tuple[int, ...]
    counted: tuple[int, ...]


def recount(connection: Connection, first: date, last: date) -> list[Difference]:
    """Every difference of KST days `first` to `last`; empty when the totals are right to the won."""
    return [
        *_daily(connection, first, last),
        *_hourly(connection, first, last),
        *_issuer(connection, first, last),
        *_state(connection, first, last),
    ]


def _day(connection: Connection, column: str) -> str:
    if postgresql(connection):
        return f"to_char(to_timestamp({column} + 32400) AT TIME ZONE 'UTC', 'YYYY-MM-DD')"
    return f"date({column} + 32400, 'unixepoch')"


def _daily(connection: Connection, first: date, last: date) -> list[Difference]:
    window = f"BETWEEN {first_second(first)} AND {last_second(last)}"
    parts = []
    for measure, clock, condition in (
        (0, "paid_at", _PAID),
        (2, "started_at", "state = 'failed'"),
        (3, "started_at", "state = 'waiting'"),
    ):
        parts.append(
            f"SELECT {_day(connection, clock)} AS day, {_KEY}, {measure} AS measure, amount"  # noqa: S608
            f" FROM payments WHERE {condition} AND {clock} {window}"
        )
    parts.append(
        f"SELECT {_day(connection, 'c.cancelled_at')}, {_KEY}, 1, c.amount"  # noqa: S608
        f" FROM cancellations c JOIN payments p ON p.id = c.payment_id WHERE c.cancelled_at {window}"
    )
    sums = ", ".join(
        f"SUM(CASE WHEN measure = {n} THEN 1 ELSE 0 END), SUM(CASE WHEN measure = {n} THEN amount ELSE 0 END)"
        for n in range(4)
    )
    counted = f"SELECT day, {_KEY}, {sums} FROM ({' UNION ALL '.join(parts)}) e GROUP BY day, {_KEY}"  # noqa: S608
    kept = (
        f"SELECT day, {_KEY}, paid_count, paid_amount, cancelled_count, cancelled_amount, failed_count, failed_amount,"  # noqa: S608
        f" waiting_count, waiting_amount FROM daily_totals WHERE day BETWEEN '{first}' AND '{last}'"
    )
    return _compare(connection, "daily_totals", kept, counted, 5)


def _hourly(connection: Connection, first: date, last: date) -> list[Difference]:
    start, end = first_second(first), last_second(last)
    counted = (
        f"SELECT paid_at / 3600 * 3600, currency, COUNT(*), SUM(amount) FROM payments"  # noqa: S608
        f" WHERE {_PAID} AND paid_at BETWEEN {start} AND {end} GROUP BY 1, 2"
    )
    kept = f"SELECT hour, currency, paid_count, paid_amount FROM hourly_totals WHERE hour BETWEEN {start} AND {end}"  # noqa: S608
    return _compare(connection, "hourly_totals", kept, counted, 2)


def _issuer(connection: Connection, first: date, last: date) -> list[Difference]:
    counted = (
        f"SELECT {_day(connection, 'paid_at')}, card_code, card_name, currency, COUNT(*), SUM(amount) FROM payments"  # noqa: S608
        f" WHERE {_PAID} AND (card_code <> '' OR card_name <> '')"
        f" AND paid_at BETWEEN {first_second(first)} AND {last_second(last)} GROUP BY 1, 2, 3, 4"
    )
    kept = (
        "SELECT day, card_code, card_name, currency, paid_count, paid_amount FROM issuer_totals"  # noqa: S608
        f" WHERE day BETWEEN '{first}' AND '{last}'"
    )
    return _compare(connection, "issuer_totals", kept, counted, 4)


def fill_state_totals(connection: Connection) -> None:
    """Count the totals by state from the payments, into the empty table."""
    connection.exec_driver_sql(
        f"INSERT INTO state_totals (day, state, {_KEY}, count, amount, cancel_amount) {_states(connection, '1 = 1')}"
    )


def _states(connection: Connection, condition: str) -> str:
    return (
        f"SELECT {_day(connection, f'({_SALE_AT})')}, state, {_KEY}, COUNT(*), SUM(amount), SUM(cancel_amount)"  # noqa: S608
        f" FROM payments WHERE {condition} GROUP BY 1, 2, {_KEY}"
    )


def _state(connection: Connection, first: date, last: date) -> list[Difference]:
    counted = _states(connection, f"{_SALE_AT} BETWEEN {first_second(first)} AND {last_second(last)}")
    kept = (
        f"SELECT day, state, {_KEY}, count, amount, cancel_amount FROM state_totals"  # noqa: S608
        f" WHERE day BETWEEN '{first}' AND '{last}'"
    )
    return _compare(connection, "state_totals", kept, counted, 6)


def _compare(connection: Connection, table: str, kept: str, counted: str, keys: int) -> list[Difference]:
    found = [
        {tuple(row[:keys]): tuple(int(value) for value in row[keys:]) for row in connection.exec_driver_sql(statement)}
        for statement in (kept, counted)
    ]
    nothing: dict[tuple[object, ...], tuple[int, ...]] = {}
    differences = []
    for key in sorted({**nothing, **found[0], **found[1]}, key=repr):
        zero = (0,) * len(found[0].get(key) or found[1][key])
        a, b = found[0].get(key, zero), found[1].get(key, zero)
        if a != b:
            differences.append(Difference(table, key, a, b))
    return differences
