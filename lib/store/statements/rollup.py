"""Counts the totals anew from payments and cancellations, by SQL alone, and says where the kept ones differ.

Shares nothing with `deltas`: days come from the database's own arithmetic, states from amounts and words. Test payments
are counted among their kind (`state_totals`) and nowhere else.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection

from lib.payments.days import first_second, last_second
from lib.store.statements.rows import postgresql

_PAID = "state IN ('paid', 'partly', 'cancelled') AND paid_at <> 0"
_SALE_AT = "CASE WHEN status NOT IN ('ready', 'failed') AND paid_at <> 0 THEN paid_at ELSE started_at END"
_KEY = "pg_provider, pg_id, pay_method, currency"
_REAL = "p.state <> 'test'"
_EVER = (date(1900, 1, 1), date(2200, 12, 31))


class Difference(NamedTuple):
    """`table` and `key` of a row of totals whose `kept` sums are not what was `counted` (both in the table's order)."""

    table: str
    key: tuple[object, ...]
    kept: tuple[int, ...]
    counted: tuple[int, ...]


def recount(connection: Connection, first: date, last: date) -> list[Difference]:
    """Every difference of KST days `first` to `last`; empty when the totals are right to the won."""
    found: list[Difference] = []
    for total in (_daily, _hourly, _issuer, _state):
        table, keys, columns, window, counted = total(connection, first, last)
        kept = f"SELECT {keys}, {columns} FROM {table} WHERE {window}"  # noqa: S608
        found += _compare(connection, table, kept, counted, keys.count(",") + 1)
    return found


def fill(connection: Connection) -> None:
    """Count every total anew, in place of what was kept."""
    for total in (_daily, _hourly, _issuer, _state):
        table, keys, columns, _, counted = total(connection, *_EVER)
        connection.exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608
        connection.exec_driver_sql(f"INSERT INTO {table} ({keys}, {columns}) {counted}")


class _Total(NamedTuple):
    """A table of totals: its `keys` and summed `columns`, the condition of the days in it, and the same counted anew."""

    table: str
    keys: str
    columns: str
    window: str
    counted: str


def _day(connection: Connection, column: str) -> str:
    if postgresql(connection):
        return f"to_char(to_timestamp({column} + 32400) AT TIME ZONE 'UTC', 'YYYY-MM-DD')"
    return f"date({column} + 32400, 'unixepoch')"


def _daily(connection: Connection, first: date, last: date) -> _Total:
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
        f" FROM cancellations c JOIN payments p ON p.id = c.payment_id WHERE {_REAL} AND c.cancelled_at {window}"
    )
    sums = ", ".join(
        f"SUM(CASE WHEN measure = {n} THEN 1 ELSE 0 END), SUM(CASE WHEN measure = {n} THEN amount ELSE 0 END)"
        for n in range(4)
    )
    counted = f"SELECT day, {_KEY}, {sums} FROM ({' UNION ALL '.join(parts)}) e GROUP BY day, {_KEY}"  # noqa: S608
    columns = (
        "paid_count, paid_amount, cancelled_count, cancelled_amount, failed_count, failed_amount, waiting_count,"
        " waiting_amount"
    )
    return _Total("daily_totals", f"day, {_KEY}", columns, f"day BETWEEN '{first}' AND '{last}'", counted)


def _hourly(connection: Connection, first: date, last: date) -> _Total:
    start, end = first_second(first), last_second(last)
    counted = (
        f"SELECT paid_at / 3600 * 3600, currency, COUNT(*), SUM(amount) FROM payments"  # noqa: S608
        f" WHERE {_PAID} AND paid_at BETWEEN {start} AND {end} GROUP BY 1, 2"
    )
    window = f"hour BETWEEN {start} AND {end}"
    return _Total("hourly_totals", "hour, currency", "paid_count, paid_amount", window, counted)


def _issuer(connection: Connection, first: date, last: date) -> _Total:
    counted = (
        f"SELECT {_day(connection, 'paid_at')}, card_code, card_name, currency, COUNT(*), SUM(amount) FROM payments"  # noqa: S608
        f" WHERE {_PAID} AND (card_code <> '' OR card_name <> '')"
        f" AND paid_at BETWEEN {first_second(first)} AND {last_second(last)} GROUP BY 1, 2, 3, 4"
    )
    keys, window = "day, card_code, card_name, currency", f"day BETWEEN '{first}' AND '{last}'"
    return _Total("issuer_totals", keys, "paid_count, paid_amount", window, counted)


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


def _state(connection: Connection, first: date, last: date) -> _Total:
    counted = _states(connection, f"{_SALE_AT} BETWEEN {first_second(first)} AND {last_second(last)}")
    window = f"day BETWEEN '{first}' AND '{last}'"
    return _Total("state_totals", f"day, state, {_KEY}", "count, amount, cancel_amount", window, counted)


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
