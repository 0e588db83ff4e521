"""The chain's rows: its head, append, read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, bindparam, func, insert, select, update

from lib.store.tables.audit import audit, audit_head

_HEAD = select(audit_head.c.seq, audit_head.c.mac).where(audit_head.c.id == 1)
_LOCKED_HEAD = _HEAD.with_for_update()
_ABOUT = (
    select(audit)
    .where(audit.c.object == bindparam("object"), audit.c.action == bindparam("action"))
    .order_by(audit.c.seq.desc())
)
_MOVE_HEAD = update(audit_head).where(audit_head.c.id == 1)


def head(connection: Connection) -> tuple[int, str]:
    """The last sequence number and its seal; 0 and something that seals nothing when the row is gone."""
    row = connection.execute(_HEAD).first()
    return (int(row.seq), str(row.mac)) if row else (0, "gone")


def locked_head(connection: Connection) -> tuple[int, str]:
    """The head, kept from other writers until the transaction ends (SQLite has one writer at a time anyway)."""
    row = connection.execute(_LOCKED_HEAD).one()
    return int(row.seq), str(row.mac)


def append(connection: Connection, row: dict[str, Any], seal: str) -> None:
    """Insert a row and move the head to it."""
    connection.execute(insert(audit), row)
    connection.execute(_MOVE_HEAD, {"seq": row["seq"], "mac": seal})


def chain(connection: Connection) -> Iterator[RowMapping]:
    """Every row in order."""
    in_order = select(audit).order_by(audit.c.seq)
    yield from connection.execute(in_order, execution_options={"yield_per": 5_000}).mappings()


def one(connection: Connection, seq: int) -> RowMapping | None:
    """The row of this number."""
    return connection.execute(select(audit).where(audit.c.seq == seq)).mappings().first()


def about(connection: Connection, action: str, object: str) -> list[RowMapping]:
    """Every row of this action on this object, newest first."""
    return list(connection.execute(_ABOUT, {"action": action, "object": object}).mappings())


def latest(
    connection: Connection,
    limit: int,
    below: int | None,
    equal: Mapping[str, str],
    since: int = 0,
    until: int | None = None,
) -> list[RowMapping]:
    """The newest rows whose columns are `equal`, before the sequence number `below`, of these epoch seconds."""
    wanted = select(audit).where(*_held(equal, since, until))
    if below is not None:
        wanted = wanted.where(audit.c.seq < below)
    return list(connection.execute(wanted.order_by(audit.c.seq.desc()).limit(limit)).mappings())


def count(connection: Connection, equal: Mapping[str, str], since: int, until: int | None) -> int:
    """How many rows `latest` would give without a limit."""
    return int(
        connection.execute(select(func.count()).select_from(audit).where(*_held(equal, since, until))).scalar_one()
    )


def _held(equal: Mapping[str, str], since: int, until: int | None) -> list[ColumnElement[bool]]:
    held = [audit.c[name] == value for name, value in equal.items()]
    held += [audit.c.at >= since] if since else []
    return held + ([audit.c.at <= until] if until is not None else [])


def occurring(connection: Connection, column: str) -> list[str]:
    """The values of a column that occur, in order."""
    return list(connection.execute(select(audit.c[column]).distinct().order_by(audit.c[column])).scalars())
