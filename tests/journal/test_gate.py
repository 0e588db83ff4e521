"""What was damaged while the desk was closed is found before any money moves, and said."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from lib.errors import BadInput
from lib.journal.recover import recover
from lib.operations import offers
from lib.store.engine import open_store
from lib.store.migrate import upgrade
from tests.desks import Bench, bench_of
from tests.sandbox_server import Served

SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def started(bench: Bench) -> Bench:
    """The desk as it is after its first round of recovery in a new process."""
    bench.journal.recovered.clear()
    recover(bench.journal)
    return bench


def refused(bench: Bench, why: str) -> None:
    imp_uid = bench.payment()
    with pytest.raises(BadInput, match=why):
        bench.refund(imp_uid, 10_000)
    assert (bench.sent(imp_uid), offers.shut(bench.journal)) == (0, why)


def test_nothing_is_found_in_a_sound_one(bench: Bench) -> None:
    bench.refund(bench.payment(), 10_000)
    assert started(bench).journal.damage == []
    assert offers.shut(bench.journal) == ""


def test_a_chain_that_was_cut(bench: Bench) -> None:
    bench.refund(bench.payment(), 10_000)
    bench.refund(bench.payment(), 10_000)
    with bench.store.writing() as connection:
        for statement in (
            ["ALTER TABLE audit DISABLE TRIGGER USER"] if bench.store.postgresql else ["DROP TRIGGER audit_no_delete"]
        ):
            connection.execute(text(statement))
        connection.execute(text("DELETE FROM audit WHERE seq > 2"))
        connection.execute(text("UPDATE audit_head SET seq = 2"))
    refused(started(bench), "chain_broken")


@SQLITE
def test_a_chain_of_an_earlier_secret_is_no_damage(bench: Bench) -> None:
    bench.refund(bench.payment(), 10_000)
    with bench.store.writing() as connection:
        connection.execute(text("DROP TRIGGER audit_no_update"))
        connection.execute(text("UPDATE audit SET key = 'another'"))
    assert started(bench).journal.damage == []


def test_a_page_of_the_journal_that_the_disk_has_lost(shop: Served, tmp_path: Path) -> None:
    file = tmp_path / "desk.db"
    store = open_store(f"sqlite:///{file}")
    upgrade(store)
    bench = bench_of(shop, store)
    for _ in range(3):
        bench.refund(bench.payment(), 10_000)
    store.close()
    with sqlite3.connect(file) as connection:
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'operations'").fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    connection.close()
    content = bytearray(file.read_bytes())
    content[(page - 1) * size + 8 : page * size] = b"\xff" * (size - 8)
    file.write_bytes(content)
    bench.journal.recovered.clear()
    with suppress(DBAPIError):  # recovery itself cannot read it, and never ends
        recover(bench.journal)
    assert bench.journal.damage == ["store_damaged"]
    assert offers.shut(bench.journal) == "store_damaged"
    store.close()
