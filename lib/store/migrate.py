"""Brings a database to the newest schema. Several processes may start at once: one migrates, the others wait."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import Connection

from lib.store.engine import Store

MIGRATIONS = Path(__file__).parent / "migrations"
TABLE = "alembic_version"  # its own name for it
_LOCK = 0x7061_796D  # "paym"


@cache
def head() -> str:
    """The newest revision: the number its file's name begins with."""
    return max(path.name[:4] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def current(store: Store) -> str:
    """The database's revision; "" for an empty database."""
    try:
        with store.reading() as connection:
            return _revision(connection)
    except sa.exc.DBAPIError:
        if _kept(store):
            raise
        return ""


def is_current(store: Store) -> bool:
    """Whether the database has the newest schema."""
    return current(store) == head()


def upgrade(store: Store) -> None:
    """Run what is missing, in one transaction."""
    if is_current(store):
        return
    from alembic import command  # here, for its 0.2 s are wasted on most starts
    from alembic.config import Config

    with store.writing() as connection:
        if store.postgresql:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
        if sa.inspect(connection).has_table(TABLE) and _revision(connection) == head():
            return
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _revision(connection: Connection) -> str:
    return str(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() or "")


def _kept(store: Store) -> bool:
    with store.reading() as connection:
        return sa.inspect(connection).has_table(TABLE)
