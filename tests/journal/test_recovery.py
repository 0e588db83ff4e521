"""The loop beside the pages, the gate before money moves, and a database that is not free."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import text

from lib import audit
from lib import journal as journals
from lib.errors import BadInput
from lib.journal import gate
from lib.journal.life import State
from lib.journal.parts import is_gone, this_process
from lib.operations import refunds
from tests.desks import SECRET, Bench, bench_of

SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@contextmanager
def held(bench: Bench, seconds: float = 120) -> Iterator[None]:
    """Another writer has the database for so long, or until the block ends with an error."""
    taken, let_go = threading.Event(), threading.Event()

    def hold() -> None:
        with bench.store.writing():
            taken.set()
            let_go.wait(seconds)

    thread = threading.Thread(target=hold)
    thread.start()
    taken.wait()
    try:
        yield
    except BadInput:
        let_go.set()
        raise
    finally:
        thread.join()


@SQLITE
def test_the_loop_finds_out_what_an_earlier_process_left(bench: Bench) -> None:
    imp_uid = bench.payment()
    bench.fault("executed_then_reset")
    bench.at["after answer"] = lambda: bench.fault("stale", "GET /payments/{imp_uid}")
    unknown = bench.refund(imp_uid, 10_000)
    assert unknown.state is State.UNKNOWN
    later = bench_of(bench.shop, bench.store, inline=False, clock=bench.clock)
    later.journal.recovered.clear()
    assert gate.shut(later.journal) == "recovering"
    journals.start(later.journal)
    ends = time.monotonic() + 30
    while refunds.operation(bench.store, unknown.id).state is not State.CONFIRMED:
        assert time.monotonic() < ends
        time.sleep(0.05)
    assert gate.shut(later.journal) == ""
    journals.close(later.journal)
    assert gate.shut(later.journal) == "stopping"


@SQLITE
def test_an_old_schema_moves_no_money(bench: Bench) -> None:
    imp_uid = bench.payment()
    with bench.store.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    with pytest.raises(BadInput, match="schema_old"):
        bench.refund(imp_uid, 10_000)
    assert bench.sent(imp_uid) == 0


@SQLITE
def test_a_database_that_stays_busy_refuses_and_sends_nothing(bench: Bench) -> None:
    imp_uid = bench.payment()
    with pytest.raises(BadInput, match="store_busy"), held(bench):
        bench.refund(imp_uid, 10_000)
    assert (bench.sent(imp_uid), refunds.of_payment(bench.store, imp_uid)) == (0, [])


@SQLITE
def test_an_answer_waits_until_it_can_be_written(bench: Bench) -> None:
    imp_uid = bench.payment()
    holding = held(bench, 1.0)
    bench.at["after answer"] = holding.__enter__
    assert bench.refund(imp_uid, 10_000).state is State.CONFIRMED
    holding.__exit__(None, None, None)
    assert audit.verify(bench.store, SECRET) is None


def test_a_process_is_gone_only_when_it_surely_is() -> None:
    host, number, started = this_process().split(":")
    assert not is_gone(this_process())
    assert is_gone(f"{host}:{number}:{int(started) + 1}")  # the number was used again
    assert not is_gone(f"another-host:{number}:1")
    assert not is_gone("")
