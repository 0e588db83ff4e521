"""The seconds after the click: what is taken back, or on hold when the desk stops, is never sent."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from lib import journal as journals
from lib.errors import BadInput, NotAllowed
from lib.journal.life import Operation, State
from lib.journal.recover import recover
from lib.operations import refunds
from lib.store.engine import Store
from tests.desks import CS, FINANCE, VIEWER, Bench, bench_of
from tests.sandbox_server import Served


@pytest.fixture
def held(shop: Served, store: Store) -> Iterator[Bench]:
    """A bench whose refunds wait two seconds, with the sender in threads."""
    made = bench_of(shop, store, inline=False)
    made.journal = replace(made.journal, hold_s=2.0)
    yield made
    journals.close(made.journal, 5)
    made.iamport.close()


def ended(bench: Bench, operation: Operation) -> Operation:
    deadline = time.monotonic() + 15
    while (now := refunds.operation(bench.store, operation.id)).open:
        assert time.monotonic() < deadline, now
        time.sleep(0.05)
    return now


def test_it_is_sent_once_when_the_hold_is_over(held: Bench) -> None:
    imp_uid = held.payment()
    operation = held.refund(imp_uid, 10_000)
    assert operation.state is State.PREPARED
    assert 0 < refunds.hold_left(held.journal, operation) <= 2  # counted from a whole second
    assert held.sent(imp_uid) == 0
    assert ended(held, operation).state is State.CONFIRMED
    assert [amount for amount, _ in held.history(imp_uid)] == [10_000]


def test_taken_back_it_is_never_sent_and_the_next_refund_may_begin(held: Bench) -> None:
    imp_uid = held.payment()
    operation = held.refund(imp_uid, 10_000)
    back = refunds.take_back(held.journal, FINANCE, operation.id)
    assert (back.state, back.code) == (State.ABORTED, "taken_back")
    again = held.refund(imp_uid, 7_000)
    assert ended(held, again).state is State.CONFIRMED
    assert [amount for amount, _ in held.history(imp_uid)] == [7_000]
    assert held.sent(imp_uid) == 1


def test_what_was_sent_cannot_be_taken_back(held: Bench) -> None:
    imp_uid = held.payment()
    operation = held.refund(imp_uid, 10_000)
    ended(held, operation)
    with pytest.raises(BadInput, match="too_late"):
        refunds.take_back(held.journal, CS, operation.id)
    assert [amount for amount, _ in held.history(imp_uid)] == [10_000]


def test_a_viewer_takes_nothing_back(held: Bench) -> None:
    operation = held.refund(held.payment(), 10_000)
    with pytest.raises(NotAllowed):
        refunds.take_back(held.journal, VIEWER, operation.id)
    assert ended(held, operation).state is State.CONFIRMED


def test_a_desk_that_stops_in_the_hold_sends_nothing(held: Bench) -> None:
    imp_uid = held.payment()
    operation = held.refund(imp_uid, 10_000)
    journals.close(held.journal, 5)
    time.sleep(2.5)
    assert held.sent(imp_uid) == 0
    held.clock.offset += 200  # its lease is over
    recover(held.journal, now_all=True)
    closed = refunds.operation(held.store, operation.id)
    assert (closed.state, held.sent(imp_uid)) == (State.ABORTED, 0)
