"""What the audit chain holds, as people read it: nothing of its terse English is left."""

from __future__ import annotations

import re

import pytest

from lib.journal.life import LIFE
from lib.operations.decisions import ACTION as DECIDE
from lib.text.language import language
from lib.ui.activity_words import MOVES, amount, details, state

ID = "01J9ZQ4M8N6P7R5S3T2V1W0XYZ"
KO = language("ko")


def test_every_move_of_an_operation_has_its_words() -> None:
    assert {because for _, because, _ in LIFE} == set(MOVES)
    for because in MOVES:
        told = details(KO, "refund", f"{ID} {because}")
        assert re.match("[가-힣]", told), told
        assert told.endswith(f" · {ID}")
        assert because not in told


@pytest.mark.parametrize(
    ("action", "reason", "told"),
    [
        ("refund", f"{ID} 10000 of 30000", f"30,000원 중 10,000원 · {ID}"),
        ("refund", f"{ID} 10000 of 30000, approved by 김민수", f"30,000원 중 10,000원, 승인 김민수 · {ID}"),
        ("approve", f"{ID} 250000 of 250000", f"250,000원 중 250,000원 · {ID}"),
        ("charge", f"{ID} 9900", f"9,900원 · {ID}"),
        ("handled_outside", "10000 KICC 접수 1234", "10,000원 · KICC 접수 1234"),
        ("handled_outside_void", "17 다른 결제의 것", "기록 17번: 다른 결제의 것"),
        (DECIDE, f"{ID} KICC 30012345", f"KICC 30012345 · {ID}"),
        ("approve_batch", "3 refunds, 50000", "환불 3건, 50,000원"),
        ("end_batch", "4 rows given up", "4건 보내지 않고 끝냄"),
        ("export", "1200 rows", "1,200줄"),
        ("pause_batch", "paused_by_hand", "담당자가 멈췄습니다. 남은 줄은 보내지 않았습니다."),
        ("escrow_record", "홍 과장이 사이트에서 봄", "홍 과장이 사이트에서 봄"),
    ],
)
def test_details_as_they_are_read(action: str, reason: str, told: str) -> None:
    assert details(KO, action, reason) == told


@pytest.mark.parametrize(
    ("action", "after", "reason", "won"),
    [
        ("refund", "PREPARED", f"{ID} 10000 of 30000, approved by 김민수", 10_000),
        ("refund", "CONFIRMED", f"{ID} i'mport says done", None),
        ("charge", "PREPARED", f"{ID} 9900", 9_900),
        ("delete_key", "PREPARED", f"{ID} 0", None),
        ("handled_outside", "transfer", "10000 KICC 접수 1234", 10_000),
        ("handled_outside_void", "", "17 다른 결제의 것", None),
        (DECIDE, "ran", f"{ID} 30012345", None),
        ("approve_batch", "APPROVED", "3 refunds, 50000", 50_000),
        ("payment_link", "9900", "1795402800", 9_900),
        ("export", "", "1200 rows", None),
    ],
)
def test_the_amount_of_an_entry_is_a_number(action: str, after: str, reason: str, won: int | None) -> None:
    assert amount(action, after, reason) == won


def test_another_currency_and_what_stands_before_and_after() -> None:
    assert details(KO, "refund", f"{ID} 1999 of 1999", "USD") == f"$19.99 중 $19.99 · {ID}"
    assert (state(KO, "payment_link", "9900"), state(KO, DECIDE, "ran")) == ("9,900원", "환불되었습니다")
