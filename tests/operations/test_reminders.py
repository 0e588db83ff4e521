"""The reminder: respectful in both languages, whole for the customer, on record, and for nobody who has paid."""

from __future__ import annotations

import time

import pytest

from lib import audit
from lib.errors import BadInput, NotAllowed
from lib.operations import reminders, vbanks
from lib.text.language import language
from lib.text.reminder import reminder
from tests.desks import ADMIN, CS, FINANCE, SECRET, VIEWER, Bench

DUE = 1_795_791_599  # 2026-11-27 23:59:59 KST
GIVEN = {
    "buyer": "홍길동",
    "product": "원두 1kg",
    "bank": "신한은행",
    "number": "56201234567890",
    "holder": "페이데스크",
}


def told(code: str, **other: str) -> str:
    t = language(code)
    return reminder(t, **GIVEN | {"amount": t.money(45_000), "deadline": t.minute(DUE)} | other)


def test_the_text_in_korean() -> None:
    assert told("ko") == (
        "홍길동 님, 안녕하세요.\n"
        "주문해 주셔서 감사합니다. ‘원두 1kg’의 결제 금액 45,000원을 2026-11-27(금) 23:59까지 아래 계좌로 입금해 주시기 바랍니다.\n"
        "입금 계좌: 신한은행 56201234567890 (예금주: 페이데스크)\n"
        "이미 입금하셨다면 이 안내는 지나치셔도 됩니다. 감사합니다."
    )


def test_the_text_in_english() -> None:
    assert told("en") == (
        "Dear 홍길동,\n"
        "Thank you for your order. Please transfer ₩45,000 for ‘원두 1kg’ to the account below by 2026-11-27 (Fri) 23:59.\n"
        "Account: 신한은행 56201234567890 (holder: 페이데스크)\n"
        "If you have already paid, please disregard this message. Thank you."
    )


@pytest.mark.parametrize("name", ["김하나", "박준", "Lee", "남궁민수", "7"])
def test_every_name_and_product_reads_right(name: str) -> None:
    """No particle that hangs on the last letter follows what somebody else wrote; won always take 을."""
    text = told("ko", buyer=name, product=name, bank=name, holder=name)
    assert f"{name} 님," in text
    assert f"‘{name}’의 결제 금액 45,000원을" in text
    for particle in ("은", "는", "이", "가", "을", "를", "와", "과", "로", "으로"):
        assert f"{name}{particle} " not in text
        assert f"{name}’{particle} " not in text


def test_what_is_missing_is_said_otherwise() -> None:
    text = told("ko", buyer=" ", product="", holder="", deadline="")
    assert text.startswith(
        "고객님, 안녕하세요.\n주문해 주셔서 감사합니다. 주문하신 상품의 결제 금액 45,000원을 아래 계좌로"
    )
    assert "예금주" not in text
    assert told("en", buyer="", product="").startswith(
        "Dear customer,\nThank you for your order. Please transfer ₩45,000 for your"
    )


def test_a_hostile_name_stays_on_its_line() -> None:
    assert told("ko", buyer="홍\n길동\u202e").splitlines()[0] == "홍 길동 님, 안녕하세요."


def test_it_is_read_afresh_and_on_record(bench: Bench) -> None:
    imp_uid = bench.payment(pay_method="vbank", status="ready", name="원두 1kg", buyer_name="홍길동")
    payment = bench.iamport.payment(imp_uid)
    found = reminders.remind(bench.journal, CS, imp_uid)
    assert payment.vbank_num in found.ko
    assert payment.vbank_num in found.en
    assert payment.vbank_num not in repr(found)
    [entry] = audit.entries(bench.store, limit=5)
    assert (entry.action, entry.object, entry.actor) == ("remind", imp_uid, CS.name)
    assert payment.vbank_num not in entry.reason
    assert audit.verify(bench.store, SECRET) is None
    bench.shop.control("POST", "/deposit", {"imp_uid": imp_uid})
    with pytest.raises(BadInput, match="not_waiting"):
        reminders.remind(bench.journal, FINANCE, imp_uid)


def test_a_deposit_that_the_bank_took_back_a_moment_ago_is_not_asked_for_again(bench: Bench) -> None:
    imp_uid = bench.payment(pay_method="vbank", name="원두 1kg")
    bench.journal.refresh(imp_uid)
    bench.shop.control("POST", "/take-back", {"imp_uid": imp_uid})
    for _ in range(2):  # as it is noticed, and known
        with pytest.raises(BadInput, match="vbank_taken_back"):
            reminders.remind(bench.journal, CS, imp_uid)
    assert audit.entries(bench.store, limit=5) == []


def test_nobody_is_reminded_of_what_is_over_or_without_the_right(bench: Bench) -> None:
    over = bench.payment(pay_method="vbank", status="ready", vbank_date=int(time.time()) - 60)
    with pytest.raises(BadInput, match="vbank_over"):
        reminders.remind(bench.journal, CS, over)
    for actor in (VIEWER, ADMIN):
        with pytest.raises(NotAllowed):
            reminders.remind(bench.journal, actor, over)
    assert audit.entries(bench.store, limit=5) == []


def test_a_gateway_that_wants_its_own_key_is_told_before_anything_is_sent(bench: Bench) -> None:
    imp_uid = bench.payment(pay_method="vbank", status="ready", pg_provider="html5_inicis")
    with pytest.raises(BadInput, match="vbank_close_unsupported"):
        vbanks.close(bench.journal, CS, imp_uid, "고객 요청", bench.world.nonce())
    assert not [call for call in bench.shop.control("GET", "/requests")["requests"] if imp_uid in str(call)
                and call["endpoint"] == "DELETE /vbanks/{imp_uid}"]  # fmt: skip
