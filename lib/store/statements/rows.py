"""Payments and cancellations as rows of plain tuples: how they are read and written in bulk.

Raw statements with tuples (SQLite) and COPY (PostgreSQL) are twice and three times as fast as built statements with
dictionaries; the layout below is the one place that knows the order of the columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection

from lib.payments.record import Cancellation, Payment
from lib.payments.searching import text_of

Row = tuple[Any, ...]
History = dict[str, Cancellation]

FIELDS = tuple(name for name in Payment.__struct_fields__ if name not in ("cancellations", "extra"))
COLUMNS = ("id", *FIELDS, "extra", "state", "sale_at", "status_at", "search_text", "read_at")
"""The order of a row's values. Everything before `read_at` is content."""

AT = {name: place for place, name in enumerate(COLUMNS)}
"""Where a column stands in a row."""
CONTENT = AT["read_at"]
HISTORY_COLUMNS = ("payment_id", *Cancellation.__struct_fields__)

VARIABLES = 30_000
"""Values bound in one statement; SQLite takes 32,766."""

_encode = msgspec.json.Encoder(order="sorted").encode
_SELECT = f"SELECT {', '.join(COLUMNS)} FROM payments WHERE "  # noqa: S608 - names of columns
_HISTORY = f"SELECT {', '.join(HISTORY_COLUMNS)} FROM cancellations WHERE payment_id "  # noqa: S608


def row_of(payment: Payment, key: int, asked_at: int) -> Row:
    """The row of a payment; `asked_at` is ms, before the request that brought it."""
    return (
        key,
        *msgspec.structs.astuple(payment)[: len(FIELDS)],
        _encode(payment.extra).decode() if payment.extra else "",
        payment.listed_as.value,
        payment.sale_at,
        payment.status_at,
        text_of(payment),
        asked_at,
    )


def postgresql(connection: Connection) -> bool:
    """Whether the other side is PostgreSQL; else SQLite."""
    return connection.dialect.name == "postgresql"


def chosen(connection: Connection, statement: str, values: Sequence[object]) -> Sequence[sa.Row[Any]]:
    """Rows of `statement`, which ends before its condition's list, for `values`, bound as one parameter."""
    if postgresql(connection):
        return connection.exec_driver_sql(f"{statement} = ANY(%s)", (list(values),)).all()
    listed = msgspec.json.encode(values).decode()
    return connection.exec_driver_sql(f"{statement} IN (SELECT value FROM json_each(?))", (listed,)).all()  # noqa: S608


def stored(connection: Connection, imp_uids: Sequence[str]) -> dict[str, Row]:
    """The stored rows of these payments by `imp_uid`."""
    return {str(row[AT["imp_uid"]]): tuple(row) for row in chosen(connection, _SELECT + "imp_uid", imp_uids)}


def taken(connection: Connection, keys: Sequence[int]) -> set[int]:
    """Those of the keys that are in use."""
    return {row[0] for row in chosen(connection, "SELECT id FROM payments WHERE id", keys)}


def histories(connection: Connection, keys: Sequence[int]) -> dict[int, History]:
    """The stored cancellations of these payments, by payment and cancellation id."""
    found: dict[int, History] = {}
    for row in chosen(connection, _HISTORY, keys) if keys else ():
        entry = Cancellation(**dict(zip(Cancellation.__struct_fields__, row[1:], strict=True)))
        found.setdefault(row[0], {})[entry.cancellation_id] = entry
    return found


def history_rows(key: int, history: Mapping[str, Cancellation]) -> list[Row]:
    """The rows of a payment's cancellations."""
    return [(key, *msgspec.structs.astuple(entry)) for entry in history.values()]


def insert(connection: Connection, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Write rows that are known to be absent.

    SQLite: many rows a statement. With one a statement the interpreter's lock is given away at every row, and beside a
    thread that computes (a page being drawn) each row waits for its turn: 250 times slower, measured.
    """
    if not rows:
        return
    names = ", ".join(columns)
    if postgresql(connection):
        driver: Any = connection.connection.driver_connection
        with driver.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return
    place = f"({', '.join('?' * len(columns))})"
    size = VARIABLES // len(columns)
    for start in range(0, len(rows), size):
        part = rows[start : start + size]
        connection.exec_driver_sql(
            f"INSERT INTO {table} ({names}) VALUES {', '.join([place] * len(part))}",  # noqa: S608
            tuple(chain.from_iterable(part)),
        )


def many(connection: Connection, statement: str, rows: Iterable[Row]) -> None:
    """Run a statement written with `?` once per row."""
    listed = list(rows)
    if listed:
        if postgresql(connection):
            statement = statement.replace("?", "%s")
        connection.exec_driver_sql(statement, listed)


def replace(connection: Connection, rows: Iterable[Row]) -> None:
    """Write new content over stored payments, by key."""
    setting = ", ".join(f"{name} = ?" for name in COLUMNS[1:])
    many(connection, f"UPDATE payments SET {setting} WHERE id = ?", ((*row[1:], row[0]) for row in rows))  # noqa: S608
