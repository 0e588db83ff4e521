"""What the bringing-in remembers between runs: windows read, and small facts by name.

| name | value |
| --- | --- |
| through | epoch seconds (server's clock): whatever moved in time before it is stored |
| followed, followed_all | the same for changes that move no time: in the last 89 days, in everything read |
| asked | epoch seconds of the last request "read now" |
| progress | {"running": bool, "done": int, "total": int}: days of the back-fill |
| problem | code of the error that stopped the last attempt, or "" |
| bottom | epoch second below which there is nothing (long empty, or the settable limit) |
| changes | how often the totals have changed: what is drawn from them holds as long as it stands |
| reread_at, tried_at | epoch seconds of the last re-reading, and of the last attempt at what could not be understood |
| reread | `imp_uid` after which the re-reading of old payments goes on |
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from lib.store.statements.rows import postgresql as on_postgresql
from lib.store.tables.payments import payments
from lib.store.tables.sync import sync_findings, sync_state, sync_windows


class Span(NamedTuple):
    """Epoch seconds, both ends inclusive."""

    first: int
    last: int


def get(connection: Connection, name: str, otherwise: Any = None) -> Any:
    """The fact `name`, or `otherwise`."""
    row = connection.execute(select(sync_state.c.value).where(sync_state.c.name == name)).first()
    return msgspec.json.decode(row[0]) if row else otherwise


def facts(connection: Connection) -> dict[str, Any]:
    """All facts by name."""
    return {name: msgspec.json.decode(value) for name, value in connection.execute(select(sync_state))}


def put(connection: Connection, name: str, value: Any) -> None:
    """Remember a fact."""
    text = msgspec.json.encode(value).decode()
    insert = (postgresql if on_postgresql(connection) else sqlite).insert(sync_state).values(name=name, value=text)
    connection.execute(insert.on_conflict_do_update(index_elements=["name"], set_={"value": text}))


def count(connection: Connection, name: str) -> None:
    """Add one to a fact that is a number."""
    connection.exec_driver_sql(
        f"INSERT INTO sync_state (name, value) VALUES ('{name}', '1') ON CONFLICT (name)"  # noqa: S608 - our own names
        " DO UPDATE SET value = CAST(CAST(sync_state.value AS BIGINT) + 1 AS TEXT)"
    )


def spans(connection: Connection) -> list[Span]:
    """What has been read, oldest first; windows that touch are one span."""
    rows = connection.execute(select(sync_windows.c.first, sync_windows.c.last).order_by(sync_windows.c.first))
    return joined(Span(*row) for row in rows)


def joined(windows: Iterable[Span]) -> list[Span]:
    """Spans in order, those that touch or overlap made one."""
    whole: list[Span] = []
    for window in sorted(windows):
        if whole and window.first <= whole[-1].last + 1:
            whole[-1] = Span(whole[-1].first, max(whole[-1].last, window.last))
        else:
            whole.append(window)
    return whole


def gaps(read: Iterable[Span], wanted: Span) -> list[Span]:
    """The parts of `wanted` that no span holds, oldest first."""
    missing, at = [], wanted.first
    for span in joined(read):
        if span.first > wanted.last:
            break
        if span.first > at:
            missing.append(Span(at, span.first - 1))
        at = max(at, span.last + 1)
    if at <= wanted.last:
        missing.append(Span(at, wanted.last))
    return missing


def remember(connection: Connection, window: Span, read_at: int, rows: int) -> None:
    """A window was read whole; windows that touch it are folded into one row."""
    near = connection.execute(
        select(sync_windows).where(sync_windows.c.first <= window.last + 1, sync_windows.c.last >= window.first - 1)
    ).all()
    for row in near:
        connection.execute(
            delete(sync_windows).where(sync_windows.c.first == row.first, sync_windows.c.last == row.last)
        )
    connection.execute(
        sync_windows.insert().values(
            first=min(window.first, *(row.first for row in near), window.first),
            last=max(window.last, *(row.last for row in near), window.last),
            read_at=min(read_at, *(row.read_at for row in near), read_at),
            rows=rows + sum(row.rows for row in near),
        )
    )


def open_payments(connection: Connection, before: int, after: str, limit: int) -> list[str]:
    """`imp_uid`s after `after`, in order, of payments started before `before` that may still change.

    Those with a balance, and virtual accounts that wait.
    """
    c = payments.c
    statement = (
        select(c.imp_uid)
        .where(c.state.in_(("paid", "partly", "waiting")), c.started_at < before, c.imp_uid > after)
        .order_by(c.imp_uid)
        .limit(limit)
    )
    return [row[0] for row in connection.execute(statement)]


def partly_words(connection: Connection) -> dict[str, set[str]]:
    """By gateway: the status words that its partly cancelled payments carry ("paid" or "cancelled")."""
    c = payments.c
    rows = connection.execute(select(c.pg_provider, c.status).where(c.state == "partly").distinct())
    words: dict[str, set[str]] = {}
    for gateway, status in rows:
        words.setdefault(gateway, set()).add(status)
    return words


def gateways(connection: Connection) -> set[str]:
    """The gateways that have ever been paid through."""
    return {row[0] for row in connection.execute(select(payments.c.pg_provider).distinct()) if row[0]}


def findings(connection: Connection) -> int:
    """How many contradictions are on record."""
    return int(connection.execute(select(func.count()).select_from(sync_findings)).scalar_one())
