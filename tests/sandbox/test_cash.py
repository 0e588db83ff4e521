"""Virtual accounts, their deposits, cash receipts, escrow deliveries, certifications: what is done and what is not."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.calling import Caller, calling, said
from tests.sandbox_server import running_sandbox

DAY = 86_400
KICC, INICIS, DANAL = (f"channel-key-00000000-0000-4000-8000-{n:012d}" for n in (1, 3, 5))
PHONE = {"identifier": "010-0000-5678", "identifier_type": "phone"}
WHO = {"name": "홍길동", "tel": "010-0000-1234", "addr": "서울특별시 강남구 예시로 1", "postcode": "06000"}
LOGIS = {"company": "CJGLS", "invoice": "000000000001", "sent_at": 1_786_435_200}
PARCEL = {"sender": WHO, "receiver": WHO, "logis": LOGIS}
UNSUPPORTED = "현재 지원되지 않는 PG사입니다."


def waiting(api: Caller, **more: Any) -> dict[str, Any]:
    return api.make(pay_method="vbank", status="ready", amount=11_000, **more)


def test_a_deposit_is_right_or_goes_back(api: Caller):
    made = waiting(api)
    for amount in (10_999, 11_001, 0):
        assert api.served.control("POST", "/deposit", imp_uid=made["imp_uid"], amount=amount) == made
        assert api.payment(made["imp_uid"]) == made
    paid = api.served.control("POST", "/deposit", imp_uid=made["imp_uid"], amount=11_000)
    assert (paid["status"], paid["amount"]) == ("paid", 11_000)
    again = api.http.post("/_sandbox/deposit", json={"imp_uid": made["imp_uid"]})
    assert again.status_code == 400


def test_a_late_deposit_goes_back_unless_the_bank_takes_it_all_the_same(api: Caller):
    made = waiting(api)
    api.served.control("POST", "/clock", {"now": made["vbank_date"] + 1})
    api.sign_in()
    assert api.served.control("POST", "/deposit", imp_uid=made["imp_uid"]) == made
    paid = api.served.control("POST", "/deposit", imp_uid=made["imp_uid"], accepted=True)
    assert paid["status"] == "paid"
    assert paid["paid_at"] > made["vbank_date"]


def test_a_virtual_account_is_closed_while_it_waits(api: Caller):
    made = waiting(api)
    path = f"/vbanks/{made['imp_uid']}"
    closed = api.send("DELETE", path).json()["response"]
    assert (closed["status"], closed["fail_reason"]) == ("failed", "계좌말소")
    assert closed["failed_at"] > 0
    assert api.payment(made["imp_uid"]) == closed
    assert said(api.send("DELETE", path)) == (400, -1, "가상계좌가 입금대기 상태가 아닙니다.")
    assert api.http.post("/_sandbox/deposit", json={"imp_uid": made["imp_uid"]}).status_code == 400
    for other in (api.make(), api.make(pay_method="vbank")):
        assert said(api.send("DELETE", f"/vbanks/{other['imp_uid']}"))[:2] == (400, -1)
        assert api.payment(other["imp_uid"]) == other


def test_inicis_issues_and_closes_and_wants_its_own_key(api: Caller):
    order = {"channel_key": INICIS, "merchant_uid": "issued-1", "amount": 9_900, "name": "방석", "vbank_code": "88"}
    buyer = {"buyer_name": "홍길동", "buyer_email": "a@example.com"}
    body = {**order, **buyer, "vbank_holder": "상점", "vbank_due": api.now() + DAY}
    assert said(api.send("POST", "/vbanks", **body))[:2] == (200, -1)
    assert api.get("/payments/find/issued-1").status_code == 404
    made = api.send("POST", "/vbanks?pg_api_key=k", **body).json()["response"]
    assert (made["status"], made["vbank_code"], made["vbank_holder"]) == ("ready", "88", "상점")
    assert (made["channel"], made["vbank_date"]) == ("api", body["vbank_due"])
    assert said(api.send("POST", "/vbanks?pg_api_key=k", **body)) == (200, 1, "이미 결제가 이루어진 거래건입니다.")
    for wrong in ({"vbank_code": "nope"}, {"vbank_due": api.now() - 1}, {"vbank_holder": "x" * 17}, {"amount": 0}):
        changed = body | wrong | {"merchant_uid": "issued-2"}
        assert said(api.send("POST", "/vbanks?pg_api_key=k", **changed))[:2] == (400, -1)
    assert said(api.send("DELETE", f"/vbanks/{made['imp_uid']}"))[:2] == (200, -1)
    assert api.send("DELETE", f"/vbanks/{made['imp_uid']}?pg_api_key=k").json()["response"]["status"] == "failed"


def test_hecto_alone_changes_what_waits(api: Caller):
    made = waiting(api, pg_provider="settle")
    path = f"/vbanks/{made['imp_uid']}"
    after = api.send("PUT", path, amount=12_000).json()["response"]
    assert (after["amount"], after["vbank_date"]) == (12_000, made["vbank_date"])
    later = made["vbank_date"] + DAY
    assert api.send("PUT", path, vbank_due=later).json()["response"]["vbank_date"] == later
    for wrong in ({"amount": 0}, {"amount": -1}, {"vbank_due": 5}):
        assert said(api.send("PUT", path, **wrong))[:2] == (400, -1)
    assert said(api.send("PUT", f"/vbanks/{waiting(api)['imp_uid']}", amount=12_000)) == (400, -1, UNSUPPORTED)


@pytest.mark.parametrize("method", ["trans", "vbank"])
def test_kicc_issues_a_cash_receipt_over_what_is_left_and_does_not_take_it_back(api: Caller, method: str):
    made = api.make(pay_method=method, amount=50_000, cash_receipt_issued=False)
    account = {"refund_holder": "홍", "refund_bank": "088", "refund_account": "110123456789"}
    api.cancel(made["imp_uid"], amount=2_000, **account)
    path = f"/receipts/{made['imp_uid']}"
    assert said(api.get(path)) == (404, -1, "현금영수증 발행내역이 존재하지 않습니다.")
    issued = api.send("POST", path, **PHONE).json()["response"]
    assert (issued["amount"], issued["vat"], issued["type"]) == (48_000, 4_364, "person")
    assert issued["receipt_url"].startswith("https://office.easypay.co.kr/receipt/")
    assert api.get(path).json()["response"] == issued
    assert api.payment(made["imp_uid"])["cash_receipt_issued"] is True
    assert said(api.send("POST", path, **PHONE)) == (400, -1, "이미 현금영수증이 발행된 건입니다.")
    assert said(api.send("DELETE", path)) == (501, -1, UNSUPPORTED)
    assert api.get(path).json()["response"]["cancelled_at"] == 0


def test_a_cash_receipt_is_refused(api: Caller):
    def tried(made: dict[str, Any], **body: Any) -> tuple[int, int]:
        return said(api.send("POST", f"/receipts/{made['imp_uid']}", **(PHONE | body)))[:2]

    paid = api.make(pay_method="vbank")
    for wrong in (
        {"identifier_type": None},
        {"identifier": None},
        {"identifier_type": "email"},
        {"identifier": "1234"},
        {"identifier_type": "business"},
        {"type": "nobody"},
        {"tax_free": 10_001},
    ):
        assert tried(paid, **wrong) == (400, -1), wrong
    for made in (
        api.make(),
        waiting(api),
        api.make(pay_method="vbank", status="cancelled"),
        api.make(pay_method="trans", cash_receipt_issued=True),
        {"imp_uid": "imp_nothing"},
    ):
        assert tried(made) == (400, -1)
    assert tried(api.make(pay_method="vbank", pg_provider="uplus")) == (501, -1)
    assert api.payment(paid["imp_uid"]) == paid


def test_inicis_takes_a_cash_receipt_back_and_needs_no_type(api: Caller):
    made = api.make(pay_method="vbank", pg_provider="html5_inicis")
    path = f"/receipts/{made['imp_uid']}"
    assert said(api.send("DELETE", path))[:2] == (400, -1)
    assert api.send("POST", path, identifier="01000005678").status_code == 200
    cancelled = api.send("DELETE", path).json()["response"]
    assert cancelled["cancelled_at"] > 0
    assert api.payment(made["imp_uid"])["cash_receipt_issued"] is False
    assert said(api.send("DELETE", path))[:2] == (400, -1)
    assert api.send("POST", path, identifier="01000005678").json()["response"]["cancelled_at"] == 0


def test_cash_taken_elsewhere_has_its_receipt_too(api: Caller):
    asked = {"channel_key": KICC, "name": "현장 판매", "amount": 110_000, "type": "company"}
    asked |= {"identifier": "1234567890", "identifier_type": "business"}
    path = "/receipts/external/cash-1"
    assert said(api.get(path))[0] == said(api.send("DELETE", path))[0] == 404
    made = api.send("POST", path, **asked).json()["response"]
    assert (made["merchant_uid"], made["vat"], made["type"]) == ("cash-1", 10_000, "company")
    assert api.get(path).json()["response"] == made
    assert said(api.send("POST", path, **asked))[:2] == (400, -1)
    assert said(api.send("DELETE", path)) == (501, -1, UNSUPPORTED)
    assert api.send("POST", "/receipts/external/cash-2", **asked | {"channel_key": INICIS}).status_code == 200
    assert api.send("DELETE", "/receipts/external/cash-2").json()["response"]["cancelled_at"] > 0
    assert said(api.send("DELETE", "/receipts/external/cash-2"))[0] == 404
    assert "1234567890" not in str(api.served.control("GET", "/requests"))


def test_a_delivery_is_registered_once_and_then_changed(api: Caller):
    uid = api.make(pay_method="trans", escrow=True)["imp_uid"]
    path = f"/escrows/logis/{uid}"
    assert said(api.get(path)) == (409, -1, "등록된 배송정보가 존재하지 않습니다.")
    assert said(api.send("PUT", path, **PARCEL)) == (409, -1, "해당거래건은 배송정보를 수정할 수 없습니다.")
    made = api.send("POST", path, **PARCEL).json()["response"]
    assert made == LOGIS | {"applied_at": made["applied_at"]}
    assert api.get(path).json()["response"] == made
    assert said(api.send("POST", path, **PARCEL)) == (409, -1, "이미 배송정보가 등록된 거래건입니다.")
    moved = PARCEL | {"logis": LOGIS | {"invoice": "2"}}
    assert api.send("PUT", path, **moved).json()["response"]["invoice"] == "2"
    assert api.get(path).json()["response"]["invoice"] == "2"


def test_what_cannot_be_shipped(api: Caller):
    refused = (409, -1, "해당거래건은 배송정보를 등록할 수 없습니다.")
    for made in (
        api.make(pay_method="trans", escrow=False),
        api.make(pay_method="vbank", status="ready", escrow=True),
        api.make(pay_method="trans", escrow=True, status="cancelled"),
    ):
        assert said(api.send("POST", f"/escrows/logis/{made['imp_uid']}", **PARCEL)) == refused
    other = api.make(pay_method="trans", escrow=True, pg_provider="uplus")
    for method in ("GET", "POST", "PUT"):
        body = {} if method == "GET" else PARCEL
        assert said(api.send(method, f"/escrows/logis/{other['imp_uid']}", **body)) == (400, -1, UNSUPPORTED)
    assert said(api.send("POST", "/escrows/logis/imp_nothing", **PARCEL)) == (404, -1, "존재하지 않는 결제정보입니다.")
    assert api.send("DELETE", f"/escrows/logis/{other['imp_uid']}").status_code == 405


@pytest.mark.parametrize("provider", ["kicc", "html5_inicis"])
def test_a_delivery_with_something_missing(api: Caller, provider: str):
    path = f"/escrows/logis/{api.make(pay_method='trans', escrow=True, pg_provider=provider)['imp_uid']}"
    for part, names in (("sender", WHO), ("receiver", WHO), ("logis", LOGIS)):
        assert said(api.send("POST", path, **{name: PARCEL[name] for name in PARCEL if name != part}))[:2] == (400, -1)
        for name in names:
            less = {given: value for given, value in PARCEL[part].items() if given != name}
            assert said(api.send("POST", path, **PARCEL | {part: less}))[:2] == (400, -1), (part, name)
    for wrong in ({"company": "NOBODY"}, {"sent_at": "today"}, {"invoice": {}}):
        assert said(api.send("POST", path, **PARCEL | {"logis": LOGIS | wrong}))[:2] == (400, -1)
    assert said(api.send("POST", path, **PARCEL | {"logis": "x"}))[:2] == (400, -1)
    assert said(api.get(path))[0] == 409


def test_kicc_is_on_no_published_list_of_deliveries():
    with running_sandbox(payments=10, deliveries="published") as served:
        api = calling(served)
        kicc = api.make(pay_method="trans", escrow=True)["imp_uid"]
        assert said(api.send("POST", f"/escrows/logis/{kicc}", **PARCEL)) == (400, -1, UNSUPPORTED)
        assert said(api.get(f"/escrows/logis/{kicc}")) == (400, -1, UNSUPPORTED)
        inicis = api.make(pay_method="trans", escrow=True, pg_provider="html5_inicis")["imp_uid"]
        assert api.send("POST", f"/escrows/logis/{inicis}", **PARCEL).status_code == 200
        assert served.control("POST", "/switches", deliveries="kicc")["deliveries"] == "kicc"
        assert api.send("POST", f"/escrows/logis/{kicc}", **PARCEL).status_code == 200
        for wrong in ({"deliveries": "sometimes"}, {"nothing": 1}):
            assert api.http.post("/_sandbox/switches", json=wrong).status_code == 400
        assert served.control("GET", "")["switches"]["deliveries"] == "kicc"


def test_a_certification_shows_the_person_once_the_password_was_right(api: Caller):
    person = {"name": "성춘향", "phone": "010.0000.1234", "birth": "01-02-03", "gender_digit": "4", "carrier": "KT"}
    for wrong in (
        {"birth": "011303"},
        {"gender_digit": "9"},
        {"carrier": "X"},
        {"phone": "02-000-0000"},
        {"channel_key": KICC},
    ):
        body = {"channel_key": DANAL, **person} | wrong
        assert said(api.send("POST", "/certifications/otp/request", **body))[:2] == (400, -1), wrong
    uid = api.send("POST", "/certifications/otp/request", channel_key=DANAL, **person).json()["response"]["imp_uid"]
    before = api.get(f"/certifications/{uid}").json()["response"]
    assert (before["certified"], before["name"], before["unique_key"]) == (False, None, None)
    otp, path = api.served.control("GET", "/otp")["otp"][uid], f"/certifications/otp/confirm/{uid}"
    wrong = f"{(int(otp) + 1) % 10**6:06d}"
    assert said(api.send("POST", path, otp=wrong))[:2] == (400, -1)
    assert said(api.send("POST", path))[:2] == (400, -1)
    done = api.send("POST", path, otp=otp).json()["response"]
    assert (done["certified"], done["name"], done["gender"]) == (True, "성춘향", "female")
    assert (done["birthday"], done["phone"], done["carrier"]) == ("2001-02-03", "01000001234", "KT")
    assert (len(done["unique_key"]), len(done["unique_in_site"])) == (88, 64)
    assert said(api.send("POST", path, otp=otp)) == (400, -1, "이미 인증처리가 완료된 건입니다.")
    assert api.get(f"/certifications/{uid}").json()["response"] == done
    assert api.send("DELETE", f"/certifications/{uid}").json()["response"] == done
    assert said(api.get(f"/certifications/{uid}")) == (404, -1, "인증결과가 존재하지 않습니다.")


def test_a_balance_splits_a_payco_payment_up(api: Caller):
    made = api.make(pg_provider="payco", amount=42_000, tax_free=30_000)
    api.cancel(made["imp_uid"], amount=1_000)
    balance = api.get(f"/payments/{made['imp_uid']}/balance").json()["response"]
    assert balance["amount"] == 42_000
    assert balance["primary"] == {"tax_free": 30_000, "supply": 10_000, "vat": 1_000, "service": 0}
    assert sum(balance["primary"].values()) == 41_000


@pytest.mark.parametrize(
    "form",
    [
        {"sender[name": "x"},
        {"sender": "x", "sender[name]": "y"},
        {"sender[a][b][c][d][e][f][g]": "x"},
        {"[": "x"},
    ],
)
def test_a_form_that_makes_no_sense_is_a_bad_request(api: Caller, form: dict[str, str]):
    uid = api.make(pay_method="trans", escrow=True)["imp_uid"]
    answer = api.http.post(f"/escrows/logis/{uid}", data=form, headers={"Authorization": api.token})
    assert said(answer)[:2] == (400, -1)
