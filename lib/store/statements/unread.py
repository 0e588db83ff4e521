"""Records of i'mport that cannot be understood: on record until they can be, or are gone."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import Connection, RowMapping, delete, func, select

from lib.payments.record import NAMELESS, Unread
from lib.store.statements.rows import many
from lib.store.statements.sync_state import Span
from lib.store.tables.sync import sync_unread

U = sync_unread.c
_NAMES = select(U.imp_uid)


def note(connection: Connection, found: Iterable[Unread], at: int, listed: Span) -> None:
    """Set these aside, seen at `at` (epoch seconds) in a list of the span; one that is on record keeps its first span."""
    many(
        connection,
        'INSERT INTO sync_unread (imp_uid, why, "first", "last", first_at, last_at) VALUES (?, ?, ?, ?, ?, ?)'
        " ON CONFLICT (imp_uid) DO UPDATE SET why = excluded.why, last_at = excluded.last_at",
        [(one.imp_uid, one.why, *listed, at, at) for one in sorted(found)],
    )


def clear(connection: Connection, imp_uids: Collection[str]) -> None:
    """Strike those of these payments off that are on record: they were understood. Nearly always there is none."""
    if gone := {name for (name,) in connection.execute(_NAMES)}.intersection(imp_uids):
        connection.execute(delete(sync_unread).where(U.imp_uid.in_(gone)))


def left(connection: Connection, listed: Span, before: int) -> None:
    """Strike those without a name off that were set aside from this span and last seen before `before`."""
    mine = (U.first == listed.first, U.last == listed.last, U.last_at < before)
    connection.execute(delete(sync_unread).where(U.imp_uid.startswith(NAMELESS, autoescape=True), *mine))


def on_record(connection: Connection, found: Iterable[Unread]) -> bool:
    """Whether all of these are set aside already, for the same reason."""
    wanted = {(one.imp_uid, one.why) for one in found}
    if not wanted:
        return True
    return wanted <= {(row.imp_uid, row.why) for row in connection.execute(select(U.imp_uid, U.why))}


def listed(connection: Connection, limit: int) -> list[RowMapping]:
    """Up to `limit` of them, the one that was tried longest ago first."""
    wanted = select(sync_unread).order_by(U.last_at, U.imp_uid).limit(limit)
    return list(connection.execute(wanted).mappings())


def named(connection: Connection, imp_uids: Collection[str]) -> list[RowMapping]:
    """Those of these payments that are set aside."""
    return list(connection.execute(select(sync_unread).where(U.imp_uid.in_(list(imp_uids)))).mappings())


def count(connection: Connection) -> int:
    """How many there are."""
    return int(connection.execute(select(func.count()).select_from(sync_unread)).scalar_one())
