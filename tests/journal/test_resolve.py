"""The verdict of a reading: rules R1 to R9 of the design, on histories written out."""

from __future__ import annotations

import pytest

from lib.journal.resolve import LAG_S, QUIET_S, Known, Verdict, fence, resolve
from lib.payments.record import Cancellation, Payment
from tests.journal.made import SENT_AT, cancelled, operation, payment

SOON, LATER = SENT_AT + 3, SENT_AT + QUIET_S + LAG_S
MARK = "고객 변심 #RSTVWXYZ"
KEPT = Known(markers_kept=True)


def because(verdict: Verdict) -> tuple[str, str]:
    return verdict.because, verdict.code


CASES: dict[str, tuple[Payment, float, Known, tuple[str, str]]] = {
    "R1 our mark once": (payment(cancelled(1, 10_000, MARK)), SOON, Known(), ("found in history", "confirmed")),
    "R1 our mark, other amount": (payment(cancelled(1, 9_000, MARK)), SOON, Known(), ("found in history", "confirmed")),
    "R1 behind somebody else's": (
        payment(cancelled(1, 10_000, "console"), cancelled(2, 10_000, MARK, SENT_AT + 9)),
        SOON,
        Known(),
        ("found in history", "confirmed"),
    ),
    "R1 before an inadmissible read": (
        payment(cancelled(1, 10_000, MARK), cancel_amount=5),
        SOON,
        Known(),
        ("found in history", "confirmed"),
    ),
    "R2 our mark twice": (
        payment(cancelled(1, 10_000, MARK), cancelled(2, 10_000, MARK)),
        SOON,
        Known(),
        ("seen twice", "double_refund"),
    ),
    "R3 another amount at our balance": (
        payment(cancelled(1, 5_000, "console")),
        SOON,
        Known(),
        ("another took the balance", "balance_moved"),
    ),
    "R3 even when ours would fit behind it": (
        payment(cancelled(1, 5_000, ""), cancelled(2, 10_000, "", SENT_AT + 60)),
        SOON,
        Known(),
        ("another took the balance", "balance_moved"),
    ),
    "R4 our amount, marks survive here, ours is absent": (
        payment(cancelled(1, 10_000, "console")),
        SOON,
        KEPT,
        ("another took the balance", "balance_moved"),
    ),
    "R4 our amount with the mark of another operation": (
        payment(cancelled(1, 10_000, "x #AAAABBBB")),
        SOON,
        Known(other_marks=frozenset({"#AAAABBBB"})),
        ("another took the balance", "balance_moved"),
    ),
    "R5 our amount, marks not reliable": (
        payment(cancelled(1, 10_000, "console")),
        SOON,
        Known(),
        ("cannot tell", "needs_human"),
    ),
    "R5 two in the same second, one of our amount": (
        payment(cancelled(1, 5_000, ""), cancelled(2, 10_000, "")),
        SOON,
        Known(),
        ("cannot tell", "needs_human"),
    ),
    "R6 absent after the quiet time": (payment(), LATER, Known(), ("absent after the quiet time", "not_executed")),
    "R7 absent so far": (payment(), LATER - 1, Known(), ("looked again", "being_checked")),
    "R8 does not add up": (
        payment(cancelled(1, 5, ""), cancel_amount=9),
        SOON,
        Known(),
        ("looked again", "being_checked"),
    ),
    "R8 does not add up, for long": (
        payment(cancelled(1, 5, ""), cancel_amount=9),
        LATER,
        Known(),
        ("cannot tell", "needs_human"),
    ),
    "R8 an older copy": (payment(), SOON, Known(stored_ids=frozenset({"c1"})), ("looked again", "being_checked")),
    "R8 an older copy is never proof of absence": (
        payment(),
        LATER,
        Known(stored_ids=frozenset({"c1"})),
        ("cannot tell", "needs_human"),
    ),
    "R8 another payment": (payment(imp_uid="imp_2"), LATER, Known(), ("cannot tell", "needs_human")),
    "R8 the paid amount changed": (payment(amount=40_000), LATER, Known(), ("cannot tell", "needs_human")),
    "R8 a promotion without a mark": (
        payment(extra={"promotion": {"x": 1}}),
        LATER,
        Known(),
        ("cannot tell", "needs_human"),
    ),
    "R8 deposits grew": (
        payment(extra={"deposit_history": [1]}),
        LATER,
        Known(),
        ("cannot tell", "needs_human"),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_the_rules(case: str) -> None:
    read, at, known, expected = CASES[case]
    assert because(resolve(operation(), read, at, known)) == expected


def test_what_was_there_before_does_not_count() -> None:
    before = Cancellation(cancellation_id="c0", amount=10_000, cancelled_at=5)
    mine = operation(known_ids=("c0",), balance=20_000)
    assert because(resolve(mine, payment(before), LATER)) == ("absent after the quiet time", "not_executed")
    assert because(resolve(mine, payment(), LATER)) == ("cannot tell", "needs_human")  # the read forgot c0
    after = payment(before, cancelled(1, 5_000))
    assert [entry.cancellation_id for entry in fence(mine, after.cancellations)] == ["c1"]


def test_without_a_mark_the_fence_alone_never_confirms() -> None:
    bare = operation(marker="", pg_provider="naverpay")
    assert because(resolve(bare, payment(cancelled(1, 10_000, "")), SOON, KEPT)) == ("cannot tell", "needs_human")
    assert because(resolve(bare, payment(cancelled(1, 3_000, "")), SOON, KEPT))[0] == "another took the balance"


def test_after_a_plain_refusal_only_the_lag_is_waited_for() -> None:
    refused = operation(answered=True, code="refused_window_over")
    answered_at = SENT_AT + 65  # an answer may take its time: the lag counts from there
    known = Known(answered_at=answered_at)
    assert resolve(refused, payment(), answered_at + LAG_S - 1, known).because == "looked again"
    verdict = resolve(refused, payment(), answered_at + LAG_S, known)
    assert because(verdict) == ("absent after the quiet time", "refused_window_over")
    assert resolve(operation(), payment(), answered_at + LAG_S, known).because == "looked again"
