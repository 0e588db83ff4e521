"""A payment of a test channel can be refunded to try the desk; what is refunded is no money and uses up no limit."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lib.errors import BadInput
from lib.journal.life import State
from lib.payments.days import day_of
from lib.queries import refunded
from lib.settings import Limits
from tests.desks import CS, FINANCE, Bench

ALONE, OVER = 10_000, 5_000_000


def test_a_test_refund_wants_nobodys_approval_and_uses_up_no_limit(bench: Bench) -> None:
    bench.journal = replace(bench.journal, limits=Limits({"cs": ALONE}, {"cs": ALONE}, ALONE))
    test, real = bench.payment(OVER, sandbox=True), bench.payment(ALONE)
    assert bench.refund(test, OVER, OVER).state is State.CONFIRMED
    assert bench.refund(real, ALONE, ALONE).state is State.CONFIRMED
    with pytest.raises(BadInput):
        bench.refund(bench.payment(1_000), 1_000, 1_000)
    today = day_of(int(bench.world.now()))
    told = refunded.by_person(bench.store, FINANCE, today)
    assert told[["person", "refunds", "amount"]].values.tolist() == [[CS.name, 1, ALONE]]
