"""A client from PyPI that knows nothing of this sandbox (iamporter, which sends forms) is served unchanged."""

from __future__ import annotations

import pytest
from iamporter import Iamporter, errors

from tests.sandbox.calling import Caller

CARD = {"card_number": "4518-4200-0000-0007", "expiry": "2039-12", "birth": "900102"}


@pytest.fixture
def client(api: Caller) -> Iamporter:
    return Iamporter(imp_key=api.served.key, imp_secret=api.served.secret, imp_url=api.served.url)


def test_it_signs_in_with_the_right_pair_only(api: Caller):
    with pytest.raises(errors.ImpUnAuthorized, match="인증에 실패하였습니다"):
        Iamporter(imp_key="x", imp_secret="y", imp_url=api.served.url)


def test_it_finds_and_cancels(api: Caller, client: Iamporter):
    made = api.make(amount=9_000)
    assert client.find_payment(imp_uid=made["imp_uid"]) == made
    assert client.find_payment(merchant_uid=made["merchant_uid"]) == made
    assert client.cancel_payment(imp_uid=made["imp_uid"], amount=1_000.0, reason="변심")["cancel_amount"] == 1_000
    assert client.cancel_payment(merchant_uid=made["merchant_uid"])["cancel_amount"] == 9_000
    with pytest.raises(errors.ImpApiError, match="이미 전액취소된 주문입니다") as refused:
        client.cancel_payment(imp_uid=made["imp_uid"])
    assert (refused.value.response.status, refused.value.response.code) == (200, 1)
    with pytest.raises(errors.ImpApiError, match="존재하지 않는 결제정보입니다"):
        client.find_payment(imp_uid="imp_nothing")


def test_it_charges_a_key_and_deletes_it(api: Caller, client: Iamporter):
    api.served.control("POST", "/customers", customer_uid="another")
    assert client.find_billkey("another")["pg_id"] == "IM000998"
    paid = client.create_payment(
        merchant_uid="another-1", customer_uid="another", name="이용권", amount=60_000, card_quota=3
    )
    assert (paid["status"], paid["card_quota"]) == ("paid", 3)
    with pytest.raises(errors.ImpApiError, match="이미 결제가 이루어진"):
        client.create_payment(merchant_uid="another-1", customer_uid="another", name="이용권", amount=60_000)
    with pytest.raises(errors.ImpApiError, match="등록되지 않은 구매자입니다"):
        client.create_payment(merchant_uid="another-2", customer_uid="nobody", name="이용권", amount=60_000)
    assert client.delete_billkey("another")["customer_uid"] == "another"
    with pytest.raises(errors.ImpApiError, match="등록된 정보를 찾을 수 없습니다"):
        client.find_billkey("another")


def test_it_registers_a_card_where_the_gateway_can(client: Iamporter):
    key = client.create_billkey(customer_uid="another-3", pg="html5_inicis", customer_info={"name": "홍길동"}, **CARD)
    assert (key["card_number"], key["customer_name"]) == ("451842******0007", "홍길동")
    with pytest.raises(errors.ImpApiError, match="지원되지 않는 PG사입니다"):
        client.create_billkey(customer_uid="another-4", pg="kicc", **CARD)
