"""The payment window over HTTP: what `IMP.request_pay` refuses, and what each decision makes of the payment."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from lib.sandbox.window import confirming
from tests.sandbox.calling import Caller
from tests.sandbox.receiver import Receiver, receiving, until
from tests.sandbox_server import serving

NUMBERS = count(1)
PRODUCT = {"orderNumber": "1", "name": "토너", "quantity": 1, "amount": 29_000}
ESCROW = {"pay_method": "trans", "escrow": True, "kiccProducts": [PRODUCT]}
BILLING = {"pg": "kicc.IM000998", "customer_uid": "member_window"}
PHONE = {"pay_method": "phone", "digital": True}
MISSING = object()


def wish(**changes: Any) -> dict[str, Any]:
    params = {
        "merchant_uid": f"window-{next(NUMBERS)}",
        "pay_method": "card",
        "name": "기계식 키보드",
        "amount": 129_000,
        "buyer_tel": "010-1234-5678",
        "buyer_name": "김민수",
        "buyer_email": "minsu@example.com",
        **changes,
    }
    return {name: value for name, value in params.items() if value is not MISSING}


def ask(api: Caller, mobile: bool = False, **changes: Any) -> dict[str, Any]:
    given = {"code": "imp00000000", "tier": None, "mobile": mobile, "origin": api.served.url, "params": wish(**changes)}
    return api.http.post("/window", content=json.dumps(given)).json()


def opened(api: Caller, **changes: Any) -> dict[str, Any]:
    answer = ask(api, **changes)
    assert "error_msg" not in answer, answer
    return answer


def pay(api: Caller, window: dict[str, Any], **choice: Any) -> dict[str, Any]:
    answer = api.http.post(f"/window/{window['key']}/pay", content=json.dumps(choice))
    assert answer.status_code == 200, answer.text
    return answer.json()["answer"]


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"pay_method": MISSING}, "pay_method"),
        ({"pay_method": "point"}, "pay_method"),
        ({"merchant_uid": MISSING}, "merchant_uid"),
        ({"merchant_uid": 12345}, "merchant_uid"),
        ({"merchant_uid": "m" * 41}, "merchant_uid"),
        ({"name": MISSING}, "name"),
        ({"name": "가" * 41}, "name"),
        ({"amount": MISSING}, "amount"),
        ({"amount": "129000"}, "amount"),
        ({"amount": 1000.5}, "amount"),
        ({"amount": True}, "amount"),
        ({"amount": 0}, "amount"),
        ({"amount": -1}, "amount"),
        ({"currency": "USD"}, "currency"),
        ({"buyer_tel": MISSING}, "buyer_tel"),
        ({"buyer_tel": ""}, "buyer_tel"),
        ({"buyer_name": 7}, "buyer_name"),
        ({"channelKey": "channel-key-unknown"}, "channelKey"),
        ({"pg": "kicc.NOBODY"}, "pg"),
        ({"pg": "kakaopay"}, "pg"),
        ({"pg": "html5_inicis"}, "이지페이"),
        ({"escrow": True, "kiccProducts": [PRODUCT]}, "escrow"),
        ({"escrow": "true"}, "escrow"),
        ({**ESCROW, "kiccProducts": MISSING}, "kiccProducts"),
        ({**ESCROW, "kiccProducts": []}, "kiccProducts"),
        ({**ESCROW, "kiccProducts": ["토너"]}, "kiccProducts"),
        ({**ESCROW, "kiccProducts": [{**PRODUCT, "orderNumber": 1}]}, "orderNumber"),
        ({**ESCROW, "kiccProducts": [{k: v for k, v in PRODUCT.items() if k != "quantity"}]}, "quantity"),
        ({**ESCROW, "buyer_name": MISSING}, "buyer_name"),
        ({**ESCROW, "buyer_email": MISSING}, "buyer_email"),
        ({"tax_free": "1000"}, "tax_free"),
        ({"tax_free": 129_001}, "tax_free"),
        ({"pay_method": "phone"}, "digital"),
        ({"pay_method": "phone", "digital": "yes"}, "digital"),
        ({"pay_method": "vbank", "vbank_due": "2030/01/01"}, "vbank_due"),
        ({"pay_method": "vbank", "vbank_due": "20301301"}, "vbank_due"),
        ({"pay_method": "vbank", "vbank_due": 20300101}, "vbank_due"),
        ({"pay_method": "vbank", "vbank_due": "2020-01-01"}, "vbank_due"),
        ({"card": {"direct": {"code": "999"}}}, "card.direct.code"),
        ({"card": {"direct": "366"}}, "card.direct.code"),
        ({"card": {"direct": {"code": "366", "quota": "3"}}}, "card.direct.quota"),
        ({"card": {"direct": {"code": "366", "quota": 3}}, "amount": 49_999}, "50,000"),
        ({"card": {"detail": [{"card_code": "999", "enabled": True}]}}, "card_code"),
        ({"card": {"detail": [{"card_code": ["366"], "enabled": True}]}}, "card_code"),
        ({"card": {"detail": [{"card_code": "366"}]}}, "enabled"),
        ({"card": {"detail": [{"card_code": "*", "enabled": False}]}}, "card.detail"),
        ({"display": {"card_quota": 3}}, "card_quota"),
        ({"display": {"card_quota": [3, "6"]}}, "card_quota"),
        ({"display": {"card_quota": [1]}}, "card_quota"),
        ({"company": 1}, "company"),
        ({**BILLING, "pay_method": "trans"}, "pay_method"),
        ({**BILLING, "pg": "kicc"}, "MID"),
        ({**BILLING, "customer_uid": "c" * 81}, "customer_uid"),
        ({**BILLING, "customer_uid": ""}, "customer_uid"),
        ({"m_redirect_url": "javascript:alert(1)"}, "m_redirect_url"),
        ({"notice_url": ["http://127.0.0.1/", "ftp://127.0.0.1/"]}, "notice_url"),
        ({"confirm_url": "127.0.0.1/confirm"}, "confirm_url"),
        ({"confirm_url": "https://shop.example/confirm"}, "confirm_url"),
        ({"custom_data": "text"}, "custom_data"),
        ({"auth_mode": "other"}, "auth_mode"),
        ({"bypass": {"kicc": {"disp_cash_yn": True}}}, "disp_cash_yn"),
        ({"bypass": "kicc"}, "bypass"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_bad_parameter_opens_no_window_and_leaves_no_payment(api: Caller, changes: dict[str, Any], named: str):
    before = api.served.control("GET", "")["counts"]["all"]
    answer = ask(api, **changes)
    assert named in answer["error_msg"]
    assert answer["error_code"] == "F400"
    assert "key" not in answer
    assert api.served.control("GET", "")["counts"]["all"] == before


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"channelKey": "channel-key-00000000-0000-4000-8000-000000000001", "pg": "ignored"},
        {"merchant_uid": "m" * 36 + "-end", "name": "가" * 40},
        ESCROW,
        {**ESCROW, "pay_method": "vbank"},
        {"tax_free": 129_000},
        {**PHONE, "digital": False},
        {"pay_method": "vbank", "vbank_due": "2030-01-01"},
        {"pay_method": "vbank", "vbank_due": "20300101"},
        {"pay_method": "vbank", "vbank_due": "2030-01-01 12:30:00"},
        {"pay_method": "vbank", "vbank_due": "20300101123000"},
        {"card": {"direct": {"code": "366", "quota": 12}}, "company": "상점"},
        {"card": {"direct": {"code": "366", "quota": 0}}, "amount": 1_000},
        {"display": {"card_quota": []}},
        {**BILLING, "amount": 0},
        {"notice_url": "http://127.0.0.1:1/hook"},
        {"confirm_url": "http://localhost:1/confirm"},
        {"auth_mode": "key-in"},
        {"bypass": {"kicc": {"disp_cash_yn": "N"}}},
        {"unheard_of": 1},
    ],
    ids=lambda value: " ".join(value),
)
def test_what_the_table_allows_opens_a_window_with_a_payment_that_is_ready(api: Caller, changes: dict[str, Any]):
    body = api.payment(opened(api, **changes)["imp_uid"])
    assert (body["status"], body["channel"], body["paid_at"]) == ("ready", "pc", 0)
    assert body["started_at"] > 0
    assert body["vbank_num"] is None


def test_nothing_opens_before_init_and_an_agency_names_a_tier(api: Caller):
    for code, tier in ((None, None), ("imp123", None), ("imp00000000", "Z99")):
        given = {"code": code, "tier": tier, "params": wish()}
        assert "key" not in api.http.post("/window", content=json.dumps(given)).json()
    given = {"code": "imp00000000", "tier": "A01", "params": wish()}
    assert "key" in api.http.post("/window", content=json.dumps(given)).json()


def test_only_pages_of_this_machine_open_a_window(api: Caller):
    given = json.dumps({"code": "imp00000000", "params": wish()})
    for origin in ("https://evil.example", "http://192.0.2.1", "null", "http://localhost.evil.example:80"):
        refused = api.http.post("/window", content=given, headers={"Origin": origin}).json()
        assert "localhost" in refused["error_msg"]
    for origin in (api.served.url, "http://localhost:3000", "http://127.0.0.1:5173"):
        assert "key" in api.http.post("/window", content=given, headers={"Origin": origin}).json()


def test_a_phone_needs_a_page_to_come_back_to(api: Caller):
    assert "m_redirect_url" in ask(api, mobile=True)["error_msg"]
    window = ask(api, mobile=True, m_redirect_url="https://shop.example/done?order=1&note=")
    assert api.payment(window["imp_uid"])["channel"] == "mobile"
    ended = api.http.post(f"/window/{window['key']}/leave", content="{}").json()
    back = httpx.URL(ended["back"])
    assert (back.host, back.path) == ("shop.example", "/done")
    assert dict(back.params) == {
        "order": "1",
        "note": "",
        "imp_uid": window["imp_uid"],
        "merchant_uid": ended["answer"]["merchant_uid"],
        "error_code": "W002",
        "error_msg": "[결제포기] 사용자가 결제를 취소하셨습니다",
    }


def test_the_amount_must_be_the_prepared_one(api: Caller):
    api.post("/payments/prepare", merchant_uid="window-prepared", amount=50_000)
    assert "사전등록" in ask(api, merchant_uid="window-prepared", amount=49_000)["error_msg"]
    opened(api, merchant_uid="window-prepared", amount=50_000)


def test_an_order_that_is_paid_opens_no_window_and_cannot_be_paid_in_an_older_one(api: Caller):
    first, second = (opened(api, merchant_uid="window-twice") for _ in range(2))
    assert pay(api, first, card="366")["status"] == "paid"
    refused = {"error_code": "F1002", "error_msg": "이미 결제가 이루어진 거래건입니다."}
    assert ask(api, merchant_uid="window-twice") == refused
    assert pay(api, second, card="366").items() >= {"success": False, "imp_uid": second["imp_uid"], **refused}.items()
    assert api.payment(second["imp_uid"])["status"] == "failed"
    api.cancel(first["imp_uid"])
    assert ask(api, merchant_uid="window-twice") == refused


def test_a_card_fills_the_payment_and_the_answer(api: Caller):
    window = opened(api, custom_data={"cart": [1, 2]}, tax_free=30_000)
    answer = pay(api, window, card="381", check=True, quota=6)
    body = api.payment(window["imp_uid"])
    assert answer.items() >= {"success": True, "status": "paid", "paid_amount": 129_000, "card_quota": 6}.items()
    assert answer["custom_data"] == {"cart": [1, 2]}
    assert json.loads(body["custom_data"]) == {"cart": [1, 2]}
    names = ("imp_uid", "merchant_uid", "pg_tid", "apply_num", "card_name", "card_number", "receipt_url", "paid_at")
    assert {name: answer[name] for name in names} == {name: body[name] for name in names}
    assert (body["card_code"], body["card_name"], body["card_type"]) == ("381", "KB국민카드", 1)
    assert body["card_number"][6:12] == "******"
    assert len(body["pg_tid"]) == 20
    assert len(body["apply_num"]) == 8
    refused = api.cancel(window["imp_uid"], amount=1_000)
    assert "tax_free" in refused["message"]
    assert api.cancel(window["imp_uid"], amount=40_000, tax_free=30_000)["code"] == 0


def test_only_what_the_window_offers_can_be_chosen(api: Caller):
    cards = {"detail": [{"card_code": "*", "enabled": False}, {"card_code": "10005", "enabled": True}]}
    for changes, choice in (
        ({"card": cards}, {"card": "366"}),
        ({"card": {"direct": {"code": "366", "quota": 3}}}, {"card": "366", "quota": 0}),
        ({"display": {"card_quota": [6]}}, {"card": "366", "quota": 3}),
        ({"amount": 49_999}, {"card": "366", "quota": 2}),
        ({}, {"card": "10005"}),
        ({}, {"card": ["366"]}),
        ({}, {"card": "366", "outcome": "8035"}),
        ({"pay_method": "trans"}, {"bank": "999"}),
        ({"pay_method": "trans"}, {"bank": "088", "receipt": "person"}),
        (PHONE, {"carrier": "AT&T"}),
    ):
        window = opened(api, **changes)
        refused = api.http.post(f"/window/{window['key']}/pay", content=json.dumps(choice))
        assert refused.status_code == 400, (changes, choice)
        assert api.payment(window["imp_uid"])["status"] == "ready"
    assert pay(api, opened(api, card=cards), card="10005")["card_name"] == "해외비자카드"


def test_a_transfer_names_its_bank_and_cash_receipt(api: Caller):
    window = opened(api, **ESCROW, bypass={"kicc": {"disp_cash_yn": "Y"}})
    pay(api, window, bank="088", receipt="person")
    body = api.payment(window["imp_uid"])
    assert (body["bank_code"], body["bank_name"], body["escrow"]) == ("088", "신한은행", True)
    assert body["cash_receipt_issued"] is True


def test_a_phone_bill_is_paid_without_card_or_bank(api: Caller):
    window = opened(api, **PHONE)
    assert pay(api, window, carrier="KT")["status"] == "paid"
    body = api.payment(window["imp_uid"])
    assert (body["card_name"], body["bank_name"], body["receipt_url"]) == (None, None, None)


def test_a_virtual_account_waits_for_the_exact_amount_in_time(api: Caller):
    window = opened(api, pay_method="vbank", vbank_due="20300101123000")
    answer = pay(api, window, bank="004")
    assert (answer["success"], answer["status"], answer["vbank_name"]) == (True, "ready", "KB국민은행")
    assert answer["vbank_date"] == 1_893_468_600  # 2030-01-01 12:30:00 KST
    body = api.payment(window["imp_uid"])
    assert [body[name] for name in ("vbank_num", "vbank_holder", "pg_tid")] == [
        answer[name] for name in ("vbank_num", "vbank_holder", "pg_tid")
    ]
    assert body["vbank_issued_at"] >= body["started_at"]
    short, late = {"amount": 128_000}, {"at": 1_893_468_601}
    for how in (short, late):
        api.served.control("POST", "/deposit", {"imp_uid": window["imp_uid"], **how})
        assert api.payment(window["imp_uid"])["status"] == "ready"
    api.served.control("POST", "/deposit", {"imp_uid": window["imp_uid"], "amount": 129_000})
    assert api.payment(window["imp_uid"])["status"] == "paid"


def test_a_day_as_deadline_means_its_end(api: Caller):
    answer = pay(api, opened(api, pay_method="vbank", vbank_due="2030-01-01"), bank="088")
    assert answer["vbank_date"] == 1_893_509_999  # 2030-01-01 23:59:59 KST
    window = opened(api, pay_method="vbank")
    days, seconds = divmod(pay(api, window, bank="088")["vbank_date"] + 9 * 3600, 86_400)
    assert seconds == 86_399
    assert days == (api.payment(window["imp_uid"])["started_at"] + 9 * 3600) // 86_400 + 3


def test_a_billing_window_keeps_the_masked_card_and_moves_no_money(api: Caller):
    window = opened(api, **BILLING, amount=15_900)
    answer = pay(api, window, card="366")
    assert (answer["success"], answer["paid_amount"], answer["receipt_url"]) == (True, 0, None)
    body = api.payment(window["imp_uid"])
    assert (body["amount"], body["customer_uid_usage"], body["pg_id"]) == (0, "issue", "IM000998")
    key = api.get("/subscribe/customers/member_window").json()["response"]
    assert (key["card_name"], key["card_number"]) == ("신한카드", body["card_number"])
    assert (key["customer_name"], key["customer_addr"]) == ("김민수", None)
    pay(api, opened(api, **BILLING), card="381")
    again = api.get("/subscribe/customers/member_window").json()["response"]
    assert (again["card_name"], again["inserted"]) == ("KB국민카드", key["inserted"])
    failed = opened(api, **{**BILLING, "customer_uid": "member_refused"})
    pay(api, failed, card="366", outcome="8350")
    assert api.get("/subscribe/customers/member_refused").status_code == 404


def test_a_failure_is_kept_with_its_reason_and_the_order_may_be_tried_again(api: Caller):
    window = opened(api, merchant_uid="window-again")
    answer = pay(api, window, card="366", outcome="8521")
    reason = "[8521] 이용한도를 초과하였습니다."
    assert (answer["success"], answer["error_code"], answer["error_msg"]) == (False, "8521", reason)
    body = api.payment(window["imp_uid"])
    assert (body["status"], body["fail_reason"], body["card_name"]) == ("failed", reason, "신한카드")
    assert (body["apply_num"], body["paid_at"], body["pg_tid"]) == (None, 0, None)
    assert pay(api, opened(api, merchant_uid="window-again"), card="366")["success"]


def test_a_window_is_decided_once_however_many_click(api: Caller):
    window = opened(api)
    asked: list[Callable[[], dict[str, Any]]] = [lambda: pay(api, window, card="366")] * 8
    with ThreadPoolExecutor(8) as clicks:
        answers = [done.result() for done in [clicks.submit(click) for click in asked]]
    assert all(answer == answers[0] for answer in answers)
    left = api.http.post(f"/window/{window['key']}/leave", content="{}").json()["answer"]
    assert left == answers[0]
    assert len(api.get(f"/payments/findAll/{answers[0]['merchant_uid']}").json()["response"]["list"]) == 1


def test_a_test_channel_makes_a_test_payment(api: Caller):
    window = opened(api, pg="kicc.T5102001")
    pay(api, window, card="366")
    assert api.get(f"/payments/{window['imp_uid']}").status_code == 404
    body = api.get(f"/payments/{window['imp_uid']}", include_sandbox="true").json()["response"]
    assert (body["sandbox"], body["status"]) == (True, "paid")


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


def test_webhooks_tell_of_what_was_issued_and_paid_but_not_of_failures(api: Caller, receiver: Receiver):
    def notice(number: int) -> str:
        return f"{receiver.url}/window/{number}"

    failed = opened(api, notice_url=notice(1))
    pay(api, failed, card="366", outcome="8311")
    issued = opened(api, pay_method="vbank", notice_url=[notice(2)])
    pay(api, issued, bank="088")
    api.served.control("POST", "/deposit", {"imp_uid": issued["imp_uid"]})
    paid = opened(api, notice_url=[notice(3), notice(4)])
    pay(api, paid, card="366")
    until(lambda: len(receiver.got) >= 4)
    told = {(path, body["imp_uid"], body["status"]) for path, _, body in receiver.got}
    assert told == {
        ("/window/2", issued["imp_uid"], "ready"),
        ("/window/2", issued["imp_uid"], "paid"),
        ("/window/3", paid["imp_uid"], "paid"),
        ("/window/4", paid["imp_uid"], "paid"),
    }


@pytest.fixture
def shop_says() -> Iterator[tuple[str, list[dict[str, Any]], list[Response]]]:
    """A shop's confirm_url, the questions it got, and the answers it will give."""
    asked: list[dict[str, Any]] = []
    answers: list[Response] = []

    async def confirm(request: Request) -> Response:
        asked.append(await request.json())
        return answers.pop(0)

    with serving(Starlette(routes=[Route("/confirm", confirm, methods=["POST"])])) as url:
        yield f"{url}/confirm", asked, answers


def test_the_shop_is_asked_before_an_approval_and_may_stop_it(
    api: Caller, shop_says: tuple[str, list[dict[str, Any]], list[Response]]
):
    url, asked, answers = shop_says
    answers += [
        JSONResponse({}),
        JSONResponse({"reason": "품절"}, 500),
        Response("no", 404),
        JSONResponse({"reason": "아니오"}, 201),
    ]
    good = opened(api, confirm_url=url)
    assert pay(api, good, card="366")["status"] == "paid"
    assert asked[0].items() >= {"imp_uid": good["imp_uid"], "amount": 129_000}.items()
    assert set(asked[0]) == {"imp_uid", "merchant_uid", "amount"}
    for kept in ("품절", "알 수 없음", "아니오"):
        window = opened(api, confirm_url=url)
        answer = pay(api, window, card="366")
        reason = f"고객사 요청에 의해 결제를 중단합니다. (상세사유 : {kept})"
        assert (answer["success"], answer["error_msg"]) == (False, reason)
        body = api.payment(window["imp_uid"])
        assert (body["status"], body["fail_reason"], body["paid_at"]) == ("failed", reason, 0)
    assert pay(api, opened(api, confirm_url="http://127.0.0.1:9/nobody"), card="366")["success"] is False
    assert pay(api, opened(api, **BILLING, confirm_url=url), card="366")["success"] is True
    assert len(asked) == 4


@pytest.mark.parametrize("headers", [{}, {"Connection": "close", "Content-Length": "1000000"}], ids=["silent", "slow"])
def test_a_shop_that_does_not_answer_in_time_stops_the_payment(headers: dict[str, str]):
    done = threading.Event()

    async def crumbs() -> AsyncIterator[bytes]:
        while not done.is_set():
            await asyncio.sleep(0.02)
            yield b" "

    async def confirm(_request: Request) -> Response:
        while not headers and not done.is_set():
            await asyncio.sleep(0.02)
        return StreamingResponse(crumbs(), headers=headers)

    body = {"imp_uid": "imp_1", "merchant_uid": "order", "amount": 1_000}
    with serving(Starlette(routes=[Route("/confirm", confirm, methods=["POST"])])) as url:
        reason = confirming.stopped(f"{url}/confirm", body, within_s=0.2)
        done.set()
    assert reason == "고객사 요청에 의해 결제를 중단합니다. (상세사유 : 알 수 없음)"


def test_the_page_holds_hostile_words_as_data_and_its_own_policy(api: Caller):
    window = opened(api, name="</script><script>alert(1)</script>"[:40])
    page = api.http.get(f"/window/{window['key']}")
    assert "<script>alert" not in page.text
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert api.http.get("/window/nobody").status_code == 404
    assert api.http.get("/window/files/routes.py").status_code == 404
    assert api.http.get("/window/files/..%2Froutes.py").status_code == 404
