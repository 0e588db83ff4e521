"""Cash receipts: which numbers fit, and taking one back where the gateway can."""

from __future__ import annotations

from datetime import date

import pytest

from lib.journal.life import State
from lib.operations import receipts, submitting
from tests.desks import CS, Bench


@pytest.mark.parametrize(
    ("kind", "typed", "digits"),
    [
        ("phone", "010-1234-5678", "01012345678"),
        ("phone", " 011 123 4567", "0111234567"),
        ("phone", "010-123-4567", ""),
        ("phone", "０１０–１２３４–５６７８", "01012345678"),
        ("phone", "02-123-4567", ""),
        ("phone", "010-1234-567a", ""),
        ("business", "123-45-67891", "1234567891"),
        ("business", "220-81-62517", "2208162517"),
        ("business", "123-45-67890", ""),
        ("business", "900101-1234567", ""),
        ("taxcard", "1234 5678 9012 3456", "1234567890123456"),
        ("taxcard", "123456789012", ""),
        ("person", "9001011234567", ""),
        ("phone", "", ""),
    ],
)
def test_a_number_fits_its_kind_or_not(kind: str, typed: str, digits: str) -> None:
    assert receipts.number_of(kind, typed) == digits


def test_where_the_gateway_can_it_is_taken_back_and_issued_anew(bench: Bench) -> None:
    imp_uid = bench.payment(pay_method="trans", pg_provider="html5_inicis", cash_receipt_issued=False)
    for _ in range(2):
        made = receipts.issue(bench.journal, CS, imp_uid, "phone", "010-1234-5678", bench.world.nonce())
        assert (made.state, made.reason) == (State.CONFIRMED, "phone")
        assert bench.iamport.payment(imp_uid).cash_receipt_issued
        gone = receipts.cancel(bench.journal, CS, imp_uid, bench.world.nonce())
        assert (gone.state, gone.code) == (State.CONFIRMED, "done")
        assert not bench.iamport.payment(imp_uid).cash_receipt_issued
    there = receipts.issued(bench.iamport, imp_uid)
    assert there is not None
    assert there.cancelled_at > 0
    found = submitting.of_subject(bench.store, receipts.subject_of(imp_uid))
    assert [op.kind for op in found] == ["receipt_cancel", "receipt"] * 2
    assert "01012345678" not in repr(found)
    assert receipts.issued_for(found, there.apply_num) == ("phone", "01012345678")
    assert receipts.issued_for(found, "of another") == ("", "")


@pytest.mark.parametrize(("paid_on", "left"), [(26, 5), (22, 1), (21, 0), (20, -1)])
def test_the_days_left_to_issue_unasked_begin_on_the_day_after_the_payment(paid_on: int, left: int) -> None:
    assert receipts.days_left(date(2026, 11, paid_on), date(2026, 11, 26)) == left
