"""What was refunded another way is on record with its evidence, and whoever refunds next is warned."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from lib import audit
from lib.errors import BadInput, NotAllowed
from lib.operations import offers, outside
from tests.desks import CS, FINANCE, SECRET, VIEWER, Bench


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


def test_the_same_record_twice_is_refused_and_their_sum_stays_within_the_balance(bench: Bench) -> None:
    imp_uid = bench.payment()
    bench.journal.refresh(imp_uid)
    outside.record(bench.journal, CS, imp_uid, "transfer", 10_000, "이체 20261124-1")
    assert refused(bench, imp_uid, "transfer", 10_000, " 이체  20261124-1 ") == "already_recorded"
    outside.record(bench.journal, CS, imp_uid, "transfer", 10_000, "이체 20261124-2")
    assert refused(bench, imp_uid, "forced", 10_001, "KICC 1234") == "over_recorded"
    outside.record(bench.journal, CS, imp_uid, "forced", 10_000, "KICC 1234")
    with bench.store.reading() as connection:
        assert outside.amount_of(connection, imp_uid) == 30_000


def test_two_at_once_record_one(bench: Bench) -> None:
    imp_uid = bench.payment()
    bench.journal.refresh(imp_uid)

    def record(n: int) -> str:
        try:
            outside.record(bench.journal, CS, imp_uid, "transfer", 20_000, f"이체 {n:04}")
        except BadInput as wrong:
            return wrong.why
        return "recorded"

    with ThreadPoolExecutor(4) as crowd:
        told = list(crowd.map(record, range(4)))
    assert sorted(told) == ["over_recorded"] * 3 + ["recorded"]


def test_finance_withdraws_a_wrong_record_and_nobody_else(bench: Bench) -> None:
    imp_uid = bench.payment()
    bench.journal.refresh(imp_uid)
    outside.record(bench.journal, CS, imp_uid, "transfer", 30_000, "이체 20261124-1")
    (wrong,) = outside.of_payment(bench.store, CS, imp_uid)
    with pytest.raises(NotAllowed):
        outside.withdraw(bench.journal, CS, imp_uid, wrong.number, "다른 결제의 것")
    with pytest.raises(BadInput, match="proof_needed"):
        outside.withdraw(bench.journal, FINANCE, imp_uid, wrong.number, " ")
    outside.withdraw(bench.journal, FINANCE, imp_uid, wrong.number, "다른 결제의 것")
    with pytest.raises(BadInput, match="no_such_record"):
        outside.withdraw(bench.journal, FINANCE, imp_uid, wrong.number, "다른 결제의 것")
    assert outside.of_payment(bench.store, CS, imp_uid) == []
    with bench.store.reading() as connection:
        assert outside.amount_of(connection, imp_uid) == 0
    assert "handled_outside" not in offers.offer(bench.journal, CS, imp_uid).warnings
    outside.record(bench.journal, CS, imp_uid, "transfer", 30_000, "이체 20261124-1")
    assert len(outside.of_payment(bench.store, CS, imp_uid)) == 1
    assert audit.verify(bench.store, SECRET) is None


def refused(bench: Bench, imp_uid: str, way: str, amount: int, proof: str) -> str:
    """Why it cannot be recorded."""
    with pytest.raises(BadInput) as wrong:
        outside.record(bench.journal, CS, imp_uid, way, amount, proof)
    return wrong.value.why


def test_what_went_back_another_way_is_not_refunded_again(bench: Bench) -> None:
    imp_uid = bench.payment()
    bench.journal.refresh(imp_uid)
    outside.record(bench.journal, CS, imp_uid, "transfer", 25_000, "국민은행 이체 1234567")
    assert offers.offer(bench.journal, CS, imp_uid).refundable == 5_000
    with pytest.raises(BadInput, match="refunded_outside"):
        bench.refund(imp_uid, 5_001)
    assert bench.sent(imp_uid) == 0
    assert bench.refund(imp_uid, 5_000).state.value == "CONFIRMED"
