"""SQLite's full-text index over the decomposed search text: contentless, so it must be told what it forgets.

Rows of a back-fill are noted in `search_pending` and indexed in slices afterwards; until that table is empty a search
must look at the pending rows itself, or say that the index is behind. PostgreSQL keeps its own index (see `create`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from unicodedata import normalize

import sqlalchemy as sa
from sqlalchemy import Connection

from lib.store.statements.rows import chosen, insert, many, postgresql

TABLE = (
    "CREATE VIRTUAL TABLE payment_search USING fts5(text, content='', tokenize='trigram', detail=none, columnsize=0)"
)
POSTGRESQL_INDEX = "CREATE INDEX ix_payments_search ON payments USING gin (normalize(search_text, NFD) gin_trgm_ops)"
_DELETE = "INSERT INTO payment_search (payment_search, rowid, text) VALUES ('delete', ?, ?)"


def create(connection: Connection) -> None:
    """Make the index beside the tables. Where PostgreSQL refuses pg_trgm, the desk works without (searches scan)."""
    if not postgresql(connection):
        connection.exec_driver_sql(TABLE)
        return
    try:
        with connection.begin_nested():
            connection.exec_driver_sql("CREATE EXTENSION IF NOT EXISTS pg_trgm")
            connection.exec_driver_sql(POSTGRESQL_INDEX)
    except sa.exc.DBAPIError:
        return


def drop(connection: Connection) -> None:
    """Take the index away."""
    if postgresql(connection):
        connection.exec_driver_sql("DROP INDEX IF EXISTS ix_payments_search")
    else:
        connection.exec_driver_sql("DROP TABLE IF EXISTS payment_search")


def decomposed(text: str) -> str:
    """The form that is indexed."""
    return text if text.isascii() else normalize("NFD", text)


def add(connection: Connection, rows: Iterable[tuple[int, str]], *, now: bool) -> None:
    """New payments (key, search text): indexed `now`, or noted as pending."""
    if postgresql(connection):
        return
    if now:
        _enter(connection, rows)
    else:
        insert(connection, "search_pending", ("payment_id",), [(key,) for key, _ in rows])


def change(connection: Connection, rows: Sequence[tuple[int, str, str]]) -> None:
    """Payments whose text changed (key, old text, new text); a pending one is indexed later anyway."""
    if postgresql(connection) or not rows:
        return
    listed = chosen(connection, "SELECT payment_id FROM search_pending WHERE payment_id", [row[0] for row in rows])
    waiting = {row[0] for row in listed}
    rows = [row for row in rows if row[0] not in waiting]
    many(connection, _DELETE, ((key, decomposed(old)) for key, old, _ in rows))
    _enter(connection, ((key, new) for key, _, new in rows))


def _enter(connection: Connection, rows: Iterable[tuple[int, str]]) -> None:
    insert(connection, "payment_search", ("rowid", "text"), [(key, decomposed(text)) for key, text in rows])


def index_pending(connection: Connection, limit: int = 1000) -> int:
    """Index up to `limit` pending payments, newest first; how many were done."""
    if postgresql(connection):
        return 0
    rows = connection.exec_driver_sql(
        "SELECT id, search_text FROM payments WHERE id IN"
        " (SELECT payment_id FROM search_pending ORDER BY payment_id DESC LIMIT ?) ORDER BY id",
        (limit,),
    ).all()
    if rows:
        _enter(connection, ((key, text) for key, text in rows))
        connection.exec_driver_sql("DELETE FROM search_pending WHERE payment_id >= ?", (rows[0][0],))
    return len(rows)


def behind(connection: Connection) -> bool:
    """Whether some stored payments are not in the index yet."""
    return connection.exec_driver_sql("SELECT 1 FROM search_pending LIMIT 1").first() is not None
