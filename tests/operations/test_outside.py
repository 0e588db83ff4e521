"""What was refunded another way is on record with its evidence, and whoever refunds next is warned."""

from __future__ import annotations

import pytest

from lib import audit
from lib.errors import BadInput, NotAllowed
from lib.operations import offers, outside
from tests.desks import CS, SECRET, VIEWER, Bench


def test_it_is_recorded_and_the_next_one_is_warned(bench: Bench) -> None:
    imp_uid = bench.payment()
    bench.journal.refresh(imp_uid)
    assert "handled_outside" not in offers.offer(bench.journal, CS, imp_uid).warnings
    outside.record(bench.journal, CS, imp_uid, "forced", 10_000, "KICC 접수 1234")
    found = outside.of_payment(bench.store, VIEWER, imp_uid)
    assert [(h.way, h.amount, h.proof, h.by) for h in found] == [("forced", 10_000, "KICC 접수 1234", CS.name)]
    offered = offers.offer(bench.journal, CS, imp_uid)
    assert "handled_outside" in offered.warnings
    assert (offered.balance, bench.sent(imp_uid)) == (30_000, 0)
    assert audit.verify(bench.store, SECRET) is None


@pytest.mark.parametrize(
    ("way", "amount", "proof", "why"),
    [
        ("forced", 30_001, "KICC 1234", "over_balance"),
        ("forced", 0, "KICC 1234", "amount_needed"),
        ("transfer", 100, " a ", "proof_needed"),
        ("cash", 100, "KICC 1234", "bad_filter"),
    ],
)
def test_what_cannot_be_recorded_says_why(bench: Bench, way: str, amount: int, proof: str, why: str) -> None:
    imp_uid = bench.payment()
    bench.journal.refresh(imp_uid)
    with pytest.raises(BadInput) as wrong:
        outside.record(bench.journal, CS, imp_uid, way, amount, proof)
    assert wrong.value.why == why
    with pytest.raises(NotAllowed):
        outside.record(bench.journal, VIEWER, imp_uid, "forced", 100, "KICC 1234")
    assert outside.of_payment(bench.store, CS, imp_uid) == []
