"""How the database is opened: a write-ahead log only where SQLite is safe with it, and every commit durable."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from lib.store import engine
from lib.store.engine import WAL_SAFE, Store, open_store
from tests.databases import Server

ROOT = Path(__file__).parents[2]
FULL, EXTRA = 2, 3
"""SQLite's numbers for `synchronous`; EXTRA is FULL and the folder as well, which a rollback journal needs."""
OWN = """
import sys
if sys.argv[2] == "own":
    sys.modules["pysqlite3"] = None
"""
OPENED = """
import json
from lib.store.engine import open_store, sqlite_module
store = open_store(sys.argv[1])
with store.writing() as connection:
    connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS written (n INTEGER)")
    pragmas = [connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in ("journal_mode", "synchronous")]
print(json.dumps([sqlite_module.sqlite_version_info, *pragmas]))
"""


def opened(file: Path, module: str) -> tuple[tuple[int, ...], str, int]:
    """(SQLite's version, journal mode, synchronous) of a process that opened the file and wrote to it."""
    command = [sys.executable, "-c", OWN + OPENED, f"sqlite:///{file}", module]
    version, mode, synchronous = json.loads(subprocess.check_output(command, cwd=ROOT))
    return tuple(version), mode, synchronous


def in_log(file: Path) -> bool:
    """The file says of itself that it is written through a write-ahead log (byte 18 of its header)."""
    return file.read_bytes()[18] == 2


def test_a_new_sqlite_writes_ahead(tmp_path: Path) -> None:
    version, mode, synchronous = opened(tmp_path / "desk.db", "pysqlite3")
    assert version >= WAL_SAFE
    assert (mode, synchronous, in_log(tmp_path / "desk.db")) == ("wal", FULL, True)


def test_pythons_own_sqlite_writes_ahead_only_where_that_is_safe(tmp_path: Path) -> None:
    version, mode, synchronous = opened(tmp_path / "desk.db", "own")
    assert version == sqlite3.sqlite_version_info
    safe = version >= WAL_SAFE
    assert (mode, synchronous) == (("wal", FULL) if safe else ("truncate", EXTRA))
    assert in_log(tmp_path / "desk.db") is safe


@pytest.mark.parametrize("version", [(3, 7, 17), (3, 40, 1), (3, 51, 2)])
def test_every_old_version_keeps_a_rollback_journal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: tuple[int, int, int]
) -> None:
    monkeypatch.setattr(engine.sqlite_module, "sqlite_version_info", version)
    store = open_store(f"sqlite:///{tmp_path}/desk.db")
    with store.writing() as connection:
        connection.exec_driver_sql("CREATE TABLE written (n INTEGER)")
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "truncate"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == EXTRA
    assert not in_log(tmp_path / "desk.db")
    store.close()


def test_an_old_sqlite_takes_the_log_away_before_it_writes(tmp_path: Path) -> None:
    opened(tmp_path / "desk.db", "pysqlite3")
    version, mode, _ = opened(tmp_path / "desk.db", "own")
    if version < WAL_SAFE:
        assert (mode, in_log(tmp_path / "desk.db")) == ("truncate", False)


def test_an_old_sqlite_is_refused_beside_a_new_one_that_writes_ahead(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/desk.db")
    with store.writing() as connection:
        connection.exec_driver_sql("CREATE TABLE written (n INTEGER)")
    if engine.sqlite_module.sqlite_version_info >= WAL_SAFE > sqlite3.sqlite_version_info:
        patience = "from lib.store import engine; engine.BUSY_S = 1"
        command = [sys.executable, "-c", OWN + patience + OPENED, f"sqlite:///{tmp_path}/desk.db", "own"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 1
        assert "database is locked" in done.stderr
    assert in_log(tmp_path / "desk.db")
    store.close()


def test_every_commit_on_postgresql_is_durable(postgresql: Server) -> None:
    url = postgresql.new()
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        name = connection.exec_driver_sql("SELECT current_database()").scalar_one()
        connection.exec_driver_sql(f"ALTER DATABASE {name} SET synchronous_commit = off")
    admin.dispose()
    store = open_store(url)
    for _ in range(2):  # of a connection that is used again, too
        with store.writing() as connection:
            assert connection.exec_driver_sql("SHOW synchronous_commit").scalar_one() == "on"
    store.close()


def test_a_stronger_promise_of_the_server_is_kept(postgresql: Server) -> None:
    url = postgresql.new()
    store: Store = open_store(f"{url}&options=-csynchronous_commit%3Dremote_apply")
    with store.reading() as connection:
        assert connection.exec_driver_sql("SHOW synchronous_commit").scalar_one() == "remote_apply"
    store.close()
