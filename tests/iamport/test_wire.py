"""What comes over the wire becomes the desk's record: money, times, masks, unknown things kept."""

from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.iamport import scrubbing, wire
from lib.iamport.errors import BadAnswer
from lib.payments.record import Payment

CARD = "4111111111111111"


def envelope(content: object) -> bytes:
    return json.dumps({"code": 0, "message": None, "response": content}, ensure_ascii=False).encode()


def read(**fields: object) -> Payment:
    return wire.payment(envelope({"imp_uid": "imp_1", **fields}))


@pytest.mark.parametrize(
    ("sent", "currency", "kept"),
    [
        (1000, "KRW", 1000),
        (1000.0, "KRW", 1000),
        (None, "KRW", 0),
        (10.5, "USD", 1050),
        (0.29, "USD", 29),
        (7, None, 7),
    ],
)
def test_money_becomes_minor_units(sent: object, currency: str | None, kept: int) -> None:
    assert read(amount=sent, currency=currency).amount == kept


@pytest.mark.parametrize("sent", [1000.5, 1e300, "1000"])
def test_a_number_that_is_no_won_is_refused(sent: object) -> None:
    if isinstance(sent, str):
        assert read(amount=sent).amount == 1000  # a number in quotes is still told apart
    else:
        with pytest.raises(BadAnswer):
            read(amount=sent)


def test_unset_texts_and_times_are_empty() -> None:
    payment = read(buyer_name=None, apply_num="", paid_at=None, card_type=None, cancel_history=None, vbank_date=0)
    assert (payment.buyer_name, payment.apply_num, payment.paid_at, payment.card_type) == ("", "", 0, -1)
    assert payment.cancellations == ()


def test_unknown_fields_are_kept_and_cost_nothing_else() -> None:
    payment = read(pay_method="newpay", loyalty={"points": 3, "card_number": CARD}, name="의자")
    assert payment.pay_method == "newpay"
    assert payment.name == "의자"
    assert payment.extra == {"loyalty": {"points": 3, "card_number": "411111******1111"}}


def test_card_numbers_are_masked_before_a_record_exists() -> None:
    payment = read(card_number="4111-1111-1111-1111", custom_data=f'{{"memo":"{CARD}"}}', cancel_reason=f"카드 {CARD}")
    assert payment.card_number == "411111******1111"
    assert CARD not in repr(payment)
    raw = wire.raw(envelope({"imp_uid": "imp_1", "card_number": CARD, "custom_data": CARD, "n": int(CARD)}))
    assert CARD not in json.dumps(raw)


def test_identifiers_are_never_mistaken_for_cards() -> None:
    raw = wire.raw(envelope({"imp_uid": "imp_1", "merchant_uid": CARD, "pg_tid": CARD, "vbank_num": CARD}))
    assert raw["merchant_uid"] == raw["pg_tid"] == raw["vbank_num"] == CARD


@given(st.integers(10**12, 10**19 - 1), st.sampled_from(["", " ", "-"]))
def test_whatever_passes_luhn_is_masked_and_nothing_else(number: int, separator: str) -> None:
    digits = str(number)
    doubled = [int(d) * (1 + place % 2) for place, d in enumerate(reversed(digits))]
    valid = sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0
    text = f"a{separator.join(digits)}b" if separator == "" else digits[:4] + separator + digits[4:]
    assert (scrubbing.text(text) != text) is valid


def test_an_entry_without_an_id_is_told_by_what_it_is() -> None:
    entry = {"pg_tid": "t", "amount": 500.0, "cancelled_at": 1_790_000_000}
    payment = read(amount=1000, cancel_amount=1000, cancel_history=[entry, entry])
    assert [one.cancellation_id for one in payment.cancellations] == ["t:500:1790000000", "t:500:1790000000:2"]


def test_nul_and_half_surrogates_do_not_stop_a_page() -> None:
    body = (
        b'{"code":0,"message":null,"response":{"total":1,"previous":0,"next":0,"list":[{"imp_uid":"imp_1","amount":1,'
    )
    body += b'"buyer_name":"a\\u0000b","name":"x\\ud800y"}]}}'
    total, following, payments, odd = wire.page(body)
    assert (total, following, payments[0].buyer_name, odd) == (1, 0, "ab", [])
    payments[0].name.encode()


def test_what_cannot_be_understood_is_set_aside_and_the_rest_is_read() -> None:
    rows: list[object] = [
        {"imp_uid": "imp_1", "amount": 100, "buyer_tel": 1012345678},
        {"imp_uid": "imp_2", "amount": 1e99},
        {"imp_uid": "imp_3", "amount": 1, "paid_at": 99_999_999_999_999},
        {"imp_uid": "imp_4", "amount": 1, "cancel_history": [{"amount": 1, "cancelled_at": 7}]},
        {"imp_uid": "imp_5", "amount": {}, "newly": 10**40},
        {"imp_uid": 12, "amount": 200, "newly": 10**40},
        {"merchant_uid": "ORD-1"},
        {"merchant_uid": "ORD-1"},
        None,
    ]
    page = {"total": 9, "previous": 0, "next": 0, "list": rows}
    total, _, payments, odd = wire.page(envelope(page))
    assert total == len(payments) + len(odd)
    assert [(one.imp_uid, one.amount, one.buyer_tel) for one in payments] == [
        ("imp_1", 100, "1012345678"),
        ("12", 200, ""),
    ]
    assert [one.imp_uid for one in odd[:4]] == ["imp_2", "imp_3", "imp_4", "imp_5"]
    assert len({one.imp_uid for one in odd}) == 7
    assert all(one.imp_uid.startswith("?") for one in odd[4:])
    assert [one.why.split(":")[0] for one in odd[:2]] == ["amount", "paid_at"]
    msgspec.json.encode(payments[1].extra)  # whatever came, it can be stored


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b'{"code":0', b'{"response":{}}', b'{"code":0,"response":[1]}']
)
def test_what_is_not_a_page_is_a_bad_answer(body: bytes) -> None:
    with pytest.raises(BadAnswer):
        wire.page(body)


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(body: bytes) -> None:
    wire.opened(body)
    with pytest.raises(BadAnswer):
        wire.page(body)
