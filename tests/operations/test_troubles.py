"""What is wrong on the server's side before a refund, told by the command line: nothing is sent, exit code 3, a sentence.

Real troubles: a database that another process has locked, a small file system of its own that is nearly or wholly full,
and an i'mport whose clock runs otherwise.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from email.utils import formatdate
from pathlib import Path

import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lib.errors import BadInput
from lib.journal.life import State
from lib.journal.recover import recover
from lib.operations import refunds
from lib.store.statements.operations import StoreError
from tests.desks import CANCEL, CS, MINUTES_11, Bench
from tests.faults.grid import told_truly
from tests.sandbox_server import Served, serving

ROOT = Path(__file__).parents[2]
OWN = "import sys; sys.modules['pysqlite3'] = None; from lib.__main__ import run; run()"
"""Commands as where PyPI has no `pysqlite3`: with the SQLite that Python brought along."""
MB = 1024 * 1024


@dataclass
class Shell:
    """Commands on one database, in which 김하나 may refund, against one shop."""

    database: Path
    shop: Served
    url: str = ""
    own_sqlite: bool = False
    environment: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        given = {"IMP_KEY": self.shop.key, "IMP_SECRET": self.shop.secret, "IMP_API_URL": self.url or self.shop.url}
        given |= {"DATABASE_URL": f"sqlite:///{self.database}", "PAYDESK_SECRET": "s" * 32}
        self.environment = {**os.environ, **given}
        made = self.run("users", "add", "김하나", "--role", "cs", "--password-stdin", stdin="correct horse battery\n")
        assert made.returncode == 0, made.stderr

    def run(self, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        start = ["-c", OWN] if self.own_sqlite else ["-m", "lib"]
        return subprocess.run(
            [sys.executable, *start, *words],
            cwd=ROOT,
            env=self.environment,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )

    def refund(self, imp_uid: str) -> subprocess.CompletedProcess[str]:
        words = ("--amount", "10000", "--balance", "30000", "--reason", "변심", "--as", "김하나", "--json")
        return self.run("refund", imp_uid, *words)


def refused(shell: Shell, part: str) -> None:
    """A refund is refused in a sentence with this part, and no cancel call came."""
    imp_uid = str(shell.shop.control("POST", "/payments", {"amount": 30_000})["imp_uid"])
    done = shell.refund(imp_uid)
    assert done.returncode == 3, done.stderr
    told = json.loads(done.stdout)
    assert (told["state"], told["operation"], told["cancellation_id"]) == ("REFUSED", None, None)
    assert part in told["message"]
    assert "Nothing was sent" in told["message"]
    assert told["message"] in done.stderr
    calls = shell.shop.control("GET", "/requests")["requests"]
    assert not any(call["endpoint"] == CANCEL and call["body"].get("imp_uid") == imp_uid for call in calls)


@pytest.mark.parametrize("own_sqlite", [False, True], ids=["pysqlite3", "own sqlite3"])
def test_a_locked_database(shop: Served, tmp_path: Path, own_sqlite: bool) -> None:
    shell = Shell(tmp_path / "desk.db", shop, own_sqlite=own_sqlite)
    holder = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('BEGIN IMMEDIATE'); print(flush=True);"
    command = [sys.executable, "-c", f"{holder} sys.stdin.read()", str(shell.database)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        refused(shell, "database does not answer")


def test_a_disk_that_is_nearly_or_wholly_full(shop: Served, small_disk: Path) -> None:
    shell = Shell(small_disk / "desk.db", shop)
    refused(shell, "disk is nearly full")  # 40 MB are free: fewer than are wanted before money moves
    fill(small_disk / "ballast")
    refused(shell, "disk is nearly full")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 40 MB."""
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=40m", "paydesk", tmp_path], check=False)
    if mounted.returncode:
        pytest.skip("only root may mount a file system; a database that is full has a test of its own")
    yield tmp_path
    subprocess.run(["umount", "--lazy", tmp_path], check=True)


def fill(file: Path) -> None:
    with file.open("wb", buffering=0) as ballast:
        while True:
            try:
                ballast.write(b"\0" * 4096)
            except OSError:
                return


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_database_that_fills_up_while_refunds_are_made(bench: Bench) -> None:
    journal = replace(bench.journal, world=replace(bench.world, sleep=lambda _seconds: None))
    most_pages(bench, 0)
    asked: list[str] = []
    told = ""
    while told != "disk_full":
        asked.append(bench.payment())
        assert len(asked) < 100
        try:
            refunds.submit(journal, CS, bench.ask(asked[-1], 10_000))
        except BadInput as wrong:
            told = wrong.why
            assert bench.sent(asked[-1]) == 0
        except StoreError:  # it could not even be closed: recovery will
            told = ""
    most_pages(bench, 1_000_000)
    bench.clock.offset += MINUTES_11
    recover(bench.journal, now_all=True)
    for imp_uid in asked:
        told_truly(bench, imp_uid)
    bench.clock.offset = 0.0
    assert bench.refund(asked[-1], 10_000).state is State.CONFIRMED


def most_pages(bench: Bench, pages: int) -> None:
    """Let the file have so many pages; 0: as many as it has."""
    with bench.store.reading() as connection:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages or 1}")


@pytest.mark.parametrize("ahead", [-61, 75])
def test_a_wrong_clock(shop: Served, tmp_path: Path, ahead: int) -> None:
    with elsewhere(shop, ahead) as url:
        refused(Shell(tmp_path / "desk.db", shop, url), "clock differs from PortOne's by over a minute")


def test_a_clock_that_is_off_by_less_than_a_minute(shop: Served, tmp_path: Path) -> None:
    with elsewhere(shop, 45) as url:
        imp_uid = str(shop.control("POST", "/payments", {"amount": 30_000})["imp_uid"])
        assert Shell(tmp_path / "desk.db", shop, url).refund(imp_uid).returncode == 0


def test_a_refund_on_pythons_own_sqlite(shop: Served, tmp_path: Path) -> None:
    shell = Shell(tmp_path / "desk.db", shop, own_sqlite=True)
    imp_uid = str(shop.control("POST", "/payments", {"amount": 30_000})["imp_uid"])
    done = shell.refund(imp_uid)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["state"] == "CONFIRMED"


@contextmanager
def elsewhere(shop: Served, ahead: float) -> Iterator[str]:
    """The shop where its clock is so many seconds ahead of this machine's."""
    with serving(_dated(shop.shop.app, ahead), date_header=False) as url:
        yield url


def _dated(app: ASGIApp, ahead: float) -> ASGIApp:
    async def dated(scope: Scope, receive: Receive, send: Send) -> None:
        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                date = formatdate(time.time() + ahead, usegmt=True)
                message["headers"] = [*message["headers"], (b"date", date.encode())]
            await send(message)

        await app(scope, receive, told)

    return dated
