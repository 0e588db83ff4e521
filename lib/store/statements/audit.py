"""The chain's rows: its head under a lock, append, read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select, update

from lib.store.tables.audit import audit, audit_head


def head(connection: Connection) -> tuple[int, str]:
    """The last sequence number and its MAC, locked until the transaction ends."""
    row = connection.execute(select(audit_head.c.seq, audit_head.c.mac).with_for_update()).one()
    return int(row.seq), str(row.mac)


def append(connection: Connection, row: dict[str, Any]) -> None:
    """Insert a row and move the head to it."""
    connection.execute(insert(audit).values(**row))
    connection.execute(update(audit_head).values(seq=row["seq"], mac=row["mac"]))


def chain(connection: Connection) -> Iterator[RowMapping]:
    """Every row in order."""
    yield from connection.execution_options(yield_per=5_000).execute(select(audit).order_by(audit.c.seq)).mappings()


def latest(connection: Connection, limit: int) -> list[RowMapping]:
    """The newest rows."""
    return list(connection.execute(select(audit).order_by(audit.c.seq.desc()).limit(limit)).mappings())
