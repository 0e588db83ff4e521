"""Opens the database and hands out transactions.

Readers never wait for a writer; a writer takes SQLite's lock at once (BEGIN IMMEDIATE), so that two writers cannot
deadlock. Durability is full: a commit that returned survives a loss of power.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection as Connection  # named here for those who may not import sqlalchemy
from sqlalchemy import Engine, event
from sqlalchemy import RowMapping as RowMapping
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler

try:
    from pysqlite3 import dbapi2 as sqlite_module
except ImportError:  # no wheel for this platform: Python's own, with a rollback journal if it is old
    sqlite_module = sqlite3

BUSY_S = 10
STATEMENTS = 512
"""Statements that a connection keeps compiled: more than the desk has, and twice as quick to run as compiling them anew."""
CHECKPOINT_PAGES = 16_384
"""64 MB: pages that many payments share (the index by imp_uid is in random order) reach the file once, not each time."""
WAL_SAFE = (3, 51, 3)
"""Before this version two connections that write and checkpoint could corrupt a WAL file (sqlite.org, WAL-reset)."""


@dataclass(frozen=True, slots=True)
class Store:
    """The database. `reading()` and `writing()` give a connection inside one transaction."""

    engine: Engine

    @property
    def postgresql(self) -> bool:
        """Whether it is PostgreSQL; else it is SQLite."""
        return self.engine.dialect.name == "postgresql"

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection for reading: one consistent snapshot."""
        with self.engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A connection inside a write transaction: committed at the end, rolled back on an exception."""
        with self.engine.connect().execution_options(writes=True) as connection, connection.begin():
            yield connection

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()


def open_store(url: str) -> Store:
    """Open "sqlite:///…" (relative to the working folder; its folder is made) or "postgresql+psycopg://…"."""
    if url.startswith("sqlite"):
        return Store(_sqlite(url))
    return Store(_postgresql(url))


def _postgresql(url: str) -> Engine:
    engine = sa.create_engine(url, pool_size=10, max_overflow=20, pool_pre_ping=True)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        """A server that answers before a commit is on its disk is told to wait; a stronger promise is left alone."""
        weak = "current_setting('synchronous_commit') = 'off'"
        connection.execute(f"SELECT set_config('synchronous_commit', 'on', false) WHERE {weak}")
        connection.commit()

    return engine


class _Hints(SQLiteCompiler):
    """SQLAlchemy knows no hints for SQLite and would drop them: `with_hint(table, "INDEXED BY …", "sqlite")` counts."""

    def get_from_hint_text(self, table: Any, text: str | None) -> str | None:
        """The hint as it stands behind the table's name."""
        return text


def _sqlite(url: str) -> Engine:
    path = sa.engine.make_url(url).database
    if path and path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    driver = {"timeout": BUSY_S, "check_same_thread": False, "cached_statements": STATEMENTS}
    engine = sa.create_engine(url, module=sqlite_module, connect_args=driver)
    engine.dialect.statement_compiler = _Hints
    wal = sqlite_module.sqlite_version_info >= WAL_SAFE

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # we begin ourselves: the driver would begin too late
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_S * 1000}")
        cursor.execute(f"PRAGMA journal_mode = {'WAL' if wal else 'TRUNCATE'}")
        cursor.execute(f"PRAGMA synchronous = {'FULL' if wal else 'EXTRA'}")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA cache_size = -65536")
        cursor.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if connection.get_execution_options().get("writes"):
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:  # takes no lock, so it cannot fail as a statement does; every page begins with it
            driver: Any = connection.connection.driver_connection
            driver.execute("BEGIN")

    return engine
