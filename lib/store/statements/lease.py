"""Of many processes one works: a row that must be renewed before it ends."""

from __future__ import annotations

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from lib.store.statements.rows import postgresql as on_postgresql
from lib.store.tables.sync import sync_lease


def take(connection: Connection, name: str, owner: str, now_ms: int, until_ms: int) -> bool:
    """Take or renew the lease `name` until `until_ms`; False while another owner's has not ended."""
    insert = (postgresql if on_postgresql(connection) else sqlite).insert(sync_lease)
    connection.execute(insert.values(name=name, owner=owner, until_ms=until_ms).on_conflict_do_nothing())
    free = (sync_lease.c.owner == owner) | (sync_lease.c.until_ms <= now_ms)
    renewed = connection.execute(
        update(sync_lease).where(sync_lease.c.name == name, free).values(owner=owner, until_ms=until_ms)
    )
    return renewed.rowcount == 1


def give_back(connection: Connection, name: str, owner: str) -> None:
    """End the lease, if it is ours."""
    connection.execute(delete(sync_lease).where(sync_lease.c.name == name, sync_lease.c.owner == owner))


def holder(connection: Connection, name: str, now_ms: int) -> str:
    """Who holds the lease now; "" for nobody."""
    row = connection.execute(
        select(sync_lease.c.owner).where(sync_lease.c.name == name, sync_lease.c.until_ms > now_ms)
    ).first()
    return str(row[0]) if row else ""
