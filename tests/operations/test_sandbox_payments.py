"""A payment of a test channel can be refunded to try the desk; what is refunded is no money and uses up no limit."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lib.errors import BadInput
from lib.journal.life import State
from lib.operations import batch_file, batch_trial
from lib.payments.days import day_of
from lib.queries import refunded
from lib.settings import Limits
from tests.desks import CS, FINANCE, Bench

TWO_ROWS = "포트원 ID,환불금액,사유\r\n{test},1000,변심\r\n{real},1000,변심\r\n"
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


def test_a_file_of_refunds_holds_real_ones_only(bench: Bench) -> None:
    rows = TWO_ROWS.format(test=bench.payment(sandbox=True), real=bench.payment())
    file = batch_file.read("환불.csv", rows.encode("utf-8-sig"))
    verdicts = list(batch_trial.dry_run(bench.journal, CS, file))
    assert [verdict.code for verdict in verdicts] == ["test_in_file", ""]
    assert batch_trial.total_of(verdicts) == 1_000
