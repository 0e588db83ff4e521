"""Searches as people type them while a caller speaks: each finds the payment that is meant, and no other."""

from __future__ import annotations

from datetime import date

import pytest

from lib.payments.days import first_second
from lib.payments.record import Payment
from lib.people.actor import Actor, Role
from lib.queries import payments as query
from lib.queries import search
from lib.queries.payments import Filter
from lib.store.engine import Store
from lib.store.statements.ingest import ingest

ME = Actor("김민수", Role.FINANCE, "s")
NOW = first_second(date(2026, 11, 24)) + 12 * 3600


def paid(n: int, buyer: str, tel: str, card: str, name: str, amount: int) -> Payment:
    return Payment(
        imp_uid=f"imp_{n:012d}", merchant_uid=f"ORD-2611-{n:05d}", status="paid", pay_method="card", pg_provider="kicc",
        pg_id="IM000999", apply_num=f"{30_000_000 + n}", card_name="신한카드", card_number=f"451842******{card}",
        name=name, amount=amount, buyer_name=buyer, buyer_tel=tel, buyer_email=f"buyer{n}@example.com",
        started_at=NOW - 3600 + n, paid_at=NOW - 3000 + n,
    )  # fmt: skip


MEANT = paid(1, "박윤서", "010-7733-9182", "5512", "겨울 코트 (한정)", 98_000)
OTHERS = [
    paid(2, "박윤서", "010-7733-9183", "5513", "여름 모자", 9_182),
    paid(3, "한서윤", "010-2200-4411", "7781", "겨울 니트, 코트 증정", 98_000),
    paid(4, "이도윤", "010-3300-5522", "9900", "한지 코트 겨울", 980_000),
]


@pytest.fixture
def filled(store: Store) -> Store:
    with store.writing() as connection:
        ingest(connection, [MEANT, *OTHERS], NOW * 1000)
    return store


def found(store: Store, typed: str) -> list[str]:
    return sorted(query.page(store, ME, Filter(query=typed), now=NOW).frame["imp_uid"])


@pytest.mark.parametrize(
    "typed",
    [
        "박윤서, 98,000",
        "박윤서,98000",
        "박윤서씨 98,000원",
        "박윤서 씨, 98,000원",
        "박윤서 고객 98,000원",
        "박윤서 고객님 98,000원",
        "박윤서 / 98,000원",
        "박윤서 98,000원 결제",
        "박윤서 98,000원 결제건",
        "98,000원 결제 박윤서",
        "박윤서 9만8천원 취소",
        "010-7733-9182 98000",
        "010-7733-9182 98,000원",
        "010 7733 9182 98,000원",
        "98,000원 01077339182",
        "5512 98000",
        "98000 5512",
        "5512, 98,000",
        "뒷자리 9182",
        "뒷자리: 9182",
        "전화번호 뒷자리 9182",
        "카드 뒷4자리 5512 98,000원",
        "박윤서 뒷자리 9182",
        "박윤서 5512 98000",
        "연락처 010-7733-9182",
        "승인번호 30000001",
        "주문번호 ORD-2611-00001",
        "ORD-2611-00001 취소",
        "buyer1@example.com, 98,000원",
        "“(한정)” 98,000원",
        '"겨울 코트 (한정)"',
        "＂한정＂",
        "'한정'",
        "‘한정’",
        "”한정“",
        "「한정」",
    ],
)
def test_what_a_caller_says_finds_the_payment_that_is_meant(filled: Store, typed: str) -> None:
    assert found(filled, typed) == [MEANT.imp_uid]


@pytest.mark.parametrize("quotes", ["“”", "‘’", '""', "''", "„“"])
def test_between_quotation_marks_a_number_is_a_text(filled: Store, quotes: str) -> None:
    assert found(filled, f"{quotes[0]}9182{quotes[1]}") == [MEANT.imp_uid]
    assert found(filled, f"{quotes[0]}겨울 코트{quotes[1]}") == [p.imp_uid for p in (MEANT, OTHERS[1], OTHERS[2])]


@pytest.mark.parametrize("typed", ["", "   ", "\t", "\u200b \u3000", '" "', "“ ”"])
def test_nothing_but_blanks_is_an_empty_box(filled: Store, typed: str) -> None:
    assert search.understand(typed) == search.understand("")
    assert len(found(filled, typed)) == 1 + len(OTHERS)


@pytest.mark.parametrize(
    ("typed", "kind", "beside"),
    [
        ("박윤서, 98,000", "name", 98_000),
        ("010-7733-9182 98000", "phone", 98_000),
        ("5512 98000", "last4", 98_000),
        ("30000001 98000", "approval", 98_000),
        ("buyer1@example.com 98,000원", "email", 98_000),
        ("뒷자리 9182", "last4", 0),
        ("98,000원 결제", "amount", 0),
        ("010 7733 9182", "phone", 0),
        ("+82 10 7733 9182", "phone", 0),
        ("7733 9182", "approval", 0),
        ("2611 00001", "order", 0),
        ("박윤서 0918", "text", 0),
        ("'한정'", "text", 0),
        ("30000001, 30000002", "ids", 0),
    ],
)
def test_what_is_told_of_a_search(typed: str, kind: str, beside: int) -> None:
    understood = search.understand(typed)
    assert (understood.kind, understood.beside) == (kind, beside)


def test_a_number_that_was_named_is_no_amount(filled: Store) -> None:
    assert found(filled, "9,182원") == [OTHERS[0].imp_uid]
    for typed in ("뒷자리 9183", "박윤서 뒷자리 9182"):
        assert "amount" not in search.understand(typed).alternatives
        assert query.otherwise(filled, ME, Filter(query=typed), now=NOW) == ("", 0)
