"""The sentence that is read out to the customer says neither less nor more than is certain."""

from __future__ import annotations

import msgspec
import pytest

from lib.journal.life import State
from lib.payments.record import Payment
from lib.text.language import language
from lib.ui.words import gateway_of, to_read_out
from tests.journal.made import cancelled, operation, payment

KO = language("ko")
NOON = 1_795_402_800  # 2026-11-23 12:00 KST


def read(*history: tuple[int, int], operations: tuple[State, ...] = ()) -> str:
    """Of a card payment of 30,000 won with these (amount, days later) cancellations."""
    entries = [cancelled(n, amount, at=NOON + days * 86_400) for n, (amount, days) in enumerate(history)]
    paid = payment(*entries, pay_method="card", card_name="신한카드")
    return to_read_out(paid, KO, NOON, [operation(state=state) for state in operations])


def test_a_full_refund_is_of_all_of_it() -> None:
    told = read((30_000, 0))
    assert told.startswith("신한카드 결제 30,000원 전액을 2026-11-23(월)에 환불했습니다.")
    assert "중 30,000원" not in told


def test_two_parts_that_are_all_of_it_say_so() -> None:
    told = read((20_000, 0), (10_000, 1))
    assert "30,000원 전액을 2번에 나누어 환불했습니다. 마지막 10,000원은 2026-11-24(화)에 환불했습니다." in told


def test_parts_are_added_up() -> None:
    assert read((10_000, 0)).startswith("신한카드 결제 30,000원 중 10,000원을 2026-11-23(월)에 환불했습니다.")
    assert "30,000원 중 15,000원을 2번에 나누어 환불했습니다." in read((10_000, 0), (5_000, 1))


def test_what_was_sent_is_told_with_its_number() -> None:
    paid = payment(pay_method="card", card_name="신한카드")
    told = to_read_out(paid, KO, NOON, (), parcel="한진택배 123456789012")
    assert told.endswith("결제가 완료되었습니다. 상품은 발송했습니다. 운송장: 한진택배 123456789012.")
    assert "발송" not in to_read_out(paid, KO, NOON)


@pytest.mark.parametrize("state", [State.PREPARED, State.SENDING, State.UNKNOWN, State.NEEDS_HUMAN, State.LATE_REVIEW])
def test_what_is_not_certain_is_not_told_as_done(state: State) -> None:
    for history in ((), ((10_000, 0),)):
        told = read(*history, operations=(state, State.CONFIRMED))
        assert "10,000원 환불을 처리하고 있습니다. 아직 확정되지 않았으며" in told
        assert "환불했습니다" not in told


def test_what_is_closed_does_not_count() -> None:
    told = read(operations=(State.NOT_EXECUTED, State.ABORTED))
    assert "환불" not in told


def account(**fields: object) -> Payment:
    """A virtual account of 30,000 won that waits until the evening."""
    given = {"status": "ready", "paid_at": 0, "vbank_date": NOON + 36_000, **fields}
    return msgspec.structs.replace(payment(pay_method="vbank", vbank_num="5620", vbank_name="신한은행"), **given)


def test_a_deposit_that_the_bank_took_back_is_not_asked_for_again() -> None:
    assert "입금을 기다리고 있습니다" in to_read_out(account(), KO, NOON)
    for fields in ({}, {"vbank_date": NOON - 60}, {"status": "failed", "failed_at": NOON}):
        told = to_read_out(account(**fields), KO, NOON, deposited_at=NOON - 86_400)
        assert told.startswith("2026-11-22(일)에 입금하신 30,000원을 은행이 취소하여 결제가 완료되지 않았습니다.")
        assert "재입금은 기다려 주세요" in told
        assert "기다리고 있습니다" not in told


def test_what_was_paid_again_is_told_as_paid() -> None:
    told = to_read_out(account(status="paid", paid_at=NOON), KO, NOON, deposited_at=NOON - 86_400)
    assert "취소" not in told
    assert "결제" in told


def test_a_gateway_by_its_own_name() -> None:
    named = {code: gateway_of(payment(pg_provider=code)) for code in ("html5_inicis", "kicc", "unheard_of")}
    assert named == {"html5_inicis": "KG이니시스", "kicc": "이지페이(KICC)", "unheard_of": "UNHEARD_OF"}


@pytest.mark.parametrize(
    "fields", [{}, {"cancel_amount": 30_000, "status": "cancelled"}, {"paid_at": 0, "failed_at": 1}]
)
def test_of_a_test_payment_no_money_is_promised(fields: dict[str, object]) -> None:
    test = msgspec.structs.replace(payment(pay_method="card", card_name="신한카드"), sandbox=True, **fields)
    for operations in ((), [operation(state=State.SENDING)]):
        told = to_read_out(test, KO, NOON, operations)
        assert "테스트" in told
        assert "예정" not in told
        assert "원" not in told
