"""Refunds through the real parts: the sandbox over HTTP, SQLite and PostgreSQL, whatever the network does."""

from __future__ import annotations

import pytest

from lib import audit
from lib.journal.life import LOOK, State
from lib.operations import refunds
from tests.desks import CS, MINUTES_11, SECRET, Bench


def test_a_refund_is_made_once_and_the_lists_know_it(bench: Bench) -> None:
    imp_uid = bench.payment()
    done = bench.refund(imp_uid, 10_000)
    assert (done.state, LOOK[done.state].exit_code) == (State.CONFIRMED, 0)
    [(amount, reason)] = bench.history(imp_uid)
    assert amount == 10_000
    assert reason == f"고객 변심 {done.marker}"
    assert refunds.offer(bench.journal, CS, imp_uid).balance == 20_000
    assert refunds.of_payment(bench.store, imp_uid) == [done]
    assert audit.verify(bench.store, SECRET) is None
