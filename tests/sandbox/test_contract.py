"""The published facts: envelope, token, lists, single payments, prepared amounts, billing keys, tables."""

from __future__ import annotations

import time
from urllib.parse import quote

import pytest

from tests.sandbox.calling import Caller

DAY = 86_400
DEEP = b'{"a":' * 80_000 + b"1" + b"}" * 80_000
HALF = rb'{"merchant_uid":"\ud800","amount":1000}'


@pytest.mark.parametrize("form", [False, True])
def test_a_token_is_given_for_json_and_for_a_form(api: Caller, form: bool):
    pair = {"imp_key": api.served.key, "imp_secret": api.served.secret}
    answer = api.http.post("/users/getToken", data=pair) if form else api.http.post("/users/getToken", json=pair)
    token = answer.json()["response"]
    assert answer.json()["code"] == 0
    assert token["access_token"]
    assert 0 < token["expired_at"] - token["now"] <= 2100


@pytest.mark.parametrize(
    ("pair", "status", "message"),
    [
        ({}, 400, "imp_key, imp_secret 파라메터가 누락되었습니다."),
        ({"imp_key": "sandbox_key"}, 400, "imp_key, imp_secret 파라메터가 누락되었습니다."),
        ({"imp_key": "x", "imp_secret": "y"}, 401, "인증에 실패하였습니다. API키와 secret을 확인하세요."),
    ],
)
def test_a_wrong_pair_is_refused(api: Caller, pair: dict, status: int, message: str):
    answer = api.http.post("/users/getToken", json=pair)
    assert answer.status_code == status
    assert answer.json() == {"code": -1, "message": message, "response": None}


def test_the_same_token_until_its_last_minute_then_five_minutes_more(api: Caller):
    pair = {"imp_key": api.served.key, "imp_secret": api.served.secret}
    api.served.control("POST", "/clock", {"advance": 3600})
    first = api.http.post("/users/getToken", json=pair).json()["response"]
    assert first["expired_at"] - first["now"] == 1800
    api.served.control("POST", "/clock", {"now": first["now"] + 1200})
    assert api.http.post("/users/getToken", json=pair).json()["response"]["expired_at"] == first["expired_at"]
    api.served.control("POST", "/clock", {"now": first["expired_at"] - 30})
    longer = api.http.post("/users/getToken", json=pair).json()["response"]
    assert longer["access_token"] == first["access_token"]
    assert longer["expired_at"] == first["expired_at"] + 300
    api.token = first["access_token"]
    assert api.get("/users/pg").status_code == 200
    api.served.control("POST", "/clock", {"now": longer["expired_at"] + 1})
    assert api.get("/users/pg").status_code == 401
    assert api.http.post("/users/getToken", json=pair).json()["response"]["access_token"] != first["access_token"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Authorization": "{}"}, 200),
        ({"Authorization": "Bearer {}"}, 200),
        ({"X-ImpTokenHeader": "{}"}, 200),
        ({"Authorization": "nonsense"}, 401),
        ({}, 401),
    ],
)
def test_the_token_travels_in_three_ways(api: Caller, headers: dict, status: int):
    sent = {name: value.format(api.token) for name, value in headers.items()}
    answer = api.http.get("/payments/status/all", headers=sent)
    assert answer.status_code == status
    if status == 401:
        assert answer.json() == {"code": -1, "message": "Unauthorized", "response": None}


def test_every_answer_is_an_envelope(api: Caller):
    for answer in (
        api.get("/nothing/here"),
        api.http.delete("/users/getToken"),
        api.http.post("/payments/cancel", content=b"{broken", headers={"Content-Type": "application/json"}),
        api.http.post("/payments/cancel", content=b"[1]", headers={"Content-Type": "application/json"}),
        api.http.post("/payments/prepare", content=DEEP, headers={"Content-Type": "application/json"}),
        api.http.post("/payments/prepare", content=HALF, headers={"Content-Type": "application/json"}),
        api.http.post("/payments/prepare", content=b" " * 2_000_000, headers={"Content-Type": "application/json"}),
    ):
        assert answer.status_code in (400, 404, 405)
        assert set(answer.json()) == {"code", "message", "response"}


def test_all_is_the_sum_of_the_statuses_and_pages_meet_no_row_twice(api: Caller):
    every = api.pages(limit=400, sorting="started")
    assert len({body["imp_uid"] for body in every}) == len(every) > 1400
    assert len(every) == sum(len(api.pages(status)) for status in ("ready", "paid", "cancelled", "failed"))


def test_previous_and_next_and_the_page_past_the_end(api: Caller):
    first = api.get("/payments/status/all", limit=1000).json()["response"]
    assert (first["previous"], first["next"], len(first["list"])) == (0, 2, 1000)
    last = api.get("/payments/status/all", limit=1000, page=2).json()["response"]
    assert (last["previous"], last["next"]) == (1, 0)
    past = api.get("/payments/status/all", limit=1000, page=3)
    assert past.status_code == 400
    assert past.json()["message"] == "요청하신 page는 데이터 범위를 넘어섰습니다."
    empty = api.get("/payments/status/all", **{"from": 10, "to": 20}).json()["response"]
    assert empty == {"total": 0, "previous": 0, "next": 0, "list": []}
    assert api.get("/payments/status/all", **{"from": 10, "to": 20, "page": 2}).status_code == 400


def test_twenty_newest_first_by_default(api: Caller):
    rows = api.get("/payments/status/all").json()["response"]["list"]
    started = [body["started_at"] for body in rows]
    assert len(rows) == 20
    assert started == sorted(started, reverse=True)


@pytest.mark.parametrize(
    "query",
    [
        {"limit": 1001},
        {"limit": 0},
        {"limit": "x"},
        {"page": 0},
        {"sorting": "amount"},
        {"from": 0, "to": 90 * DAY + 1},
        {"from": 20, "to": 10},
        {"from": 10**30, "to": 10**30},
        {"to": 1_795_486_574_000},
        {"limit": "1_0"},
        {"page": ""},
    ],
)
def test_a_list_refuses_what_is_out_of_range(api: Caller, query: dict):
    assert api.get("/payments/status/all", **query).status_code == 400


def test_ninety_days_are_allowed_and_a_status_must_exist(api: Caller):
    now = int(time.time())
    assert api.get("/payments/status/paid", **{"from": now - 90 * DAY, "to": now}).status_code == 200
    assert api.get("/payments/status/refunded").status_code == 400


@pytest.mark.parametrize("field", ["started", "paid", "updated"])
def test_lists_sort_both_ways(api: Caller, field: str):
    up, down = api.pages("paid", sorting=field), api.pages("paid", sorting=f"-{field}")
    assert [b["imp_uid"] for b in up] == [b["imp_uid"] for b in reversed(down)]
    times = [b["paid_at" if field == "updated" else f"{field}_at"] for b in up]
    assert times == sorted(times)


def test_bounds_are_inclusive_and_compare_the_time_of_the_final_status(api: Caller):
    paid_at = int(time.time()) - 5 * DAY
    made = api.make(paid_at=paid_at, started_at=paid_at - 60, amount=7_000)

    def found(status: str, since: int, until: int) -> bool:
        return made["imp_uid"] in {b["imp_uid"] for b in api.pages(status, **{"from": since, "to": until})}

    assert found("paid", paid_at, paid_at)
    assert not found("paid", paid_at + 1, paid_at + 9)
    assert not found("paid", paid_at - 90, paid_at - 1)
    assert api.cancel(made["imp_uid"])["code"] == 0
    assert not found("all", paid_at, paid_at)
    cancelled_at = api.payment(made["imp_uid"])["cancelled_at"]
    assert found("cancelled", cancelled_at, cancelled_at)


def test_one_several_and_by_order(api: Caller):
    order = "order-tried-twice"
    failed = api.make(merchant_uid=order, status="failed", started_at=int(time.time()) - 500)
    paid = api.make(merchant_uid=order)
    assert api.payment(paid["imp_uid"]) == paid
    assert api.get(f"/payments/find/{order}").json()["response"]["imp_uid"] == paid["imp_uid"]
    assert api.get(f"/payments/find/{order}/failed").json()["response"]["imp_uid"] == failed["imp_uid"]
    assert api.get(f"/payments/find/{order}", sorting="started").json()["response"]["imp_uid"] == failed["imp_uid"]
    attempts = api.get(f"/payments/findAll/{order}").json()["response"]
    assert [b["imp_uid"] for b in attempts["list"]] == [paid["imp_uid"], failed["imp_uid"]]
    assert api.get(f"/payments/findAll/{order}", limit=1).json()["response"]["next"] == 2
    both = api.get("/payments", **{"imp_uid[]": [paid["imp_uid"], failed["imp_uid"]]})
    assert (both.status_code, len(both.json()["response"])) == (200, 2)
    some = api.get("/payments", **{"imp_uid[]": [paid["imp_uid"], "imp_x"], "merchant_uid[]": [order]})
    assert (some.status_code, len(some.json()["response"])) == (207, 1)
    for missing in (
        api.get("/payments", **{"imp_uid[]": ["imp_x"]}),
        api.get("/payments/imp_x"),
        api.get("/payments/find/nothing"),
        api.get(f"/payments/findAll/{order}/cancelled"),
    ):
        assert missing.status_code == 404
        assert missing.json()["message"] == "존재하지 않는 결제정보입니다."
    assert api.get("/payments", **{"imp_uid[]": [f"imp_{n}" for n in range(101)]}).status_code == 400
    assert api.get("/payments").status_code == 400


def test_a_test_channels_payment_is_shown_only_when_asked_for(api: Caller):
    made = api.make(sandbox=True)
    uid = made["imp_uid"]
    assert api.get(f"/payments/{uid}").status_code == 404
    assert api.get(f"/payments/{uid}", include_sandbox="true").json()["response"]["imp_uid"] == uid
    assert api.get("/payments", **{"imp_uid[]": [uid]}).status_code == 404
    assert api.get(f"/payments/find/{made['merchant_uid']}").status_code == 404
    bought = api.make(sandbox=True, customer_uid="member_0002")["imp_uid"]
    assert bought not in api.get("/subscribe/customers/member_0002/payments").text
    assert uid not in {b["imp_uid"] for b in api.pages()}


def test_an_amount_is_prepared_once_and_then_changed(api: Caller):
    assert api.get("/payments/prepare/o-1").status_code == 404
    assert api.post("/payments/prepare", merchant_uid="o-1", amount=1000.0).json()["response"]["amount"] == 1000
    again = api.post("/payments/prepare", merchant_uid="o-1", amount=2000)
    assert again.status_code == 200
    assert again.json()["message"] == "결제정보 사전등록에 실패하였습니다(이미 등록된 merchant_uid입니다)."
    change = {"merchant_uid": "o-1", "amount": "2000"}
    assert api.http.put("/payments/prepare", data=change, headers={"Authorization": api.token}).status_code == 200
    assert api.get("/payments/prepare/o-1").json()["response"]["amount"] == 2000
    assert api.post("/payments/prepare", merchant_uid="x" * 41, amount=1).status_code == 400


def test_billing_keys_and_their_payments(api: Caller):
    assert api.get("/subscribe/customers/member_0001").json()["response"]["card_number"].count("*") == 6
    unknown = api.get("/subscribe/customers/nobody")
    assert (unknown.status_code, unknown.json()["code"]) == (404, 1)
    assert unknown.json()["message"] == "요청하신 customer_uid(nobody)로 등록된 정보를 찾을 수 없습니다."
    some = api.get("/subscribe/customers", **{"customer_uid[]": ["member_0000", "nobody"]})
    assert (some.status_code, len(some.json()["response"])) == (207, 1)
    charged = api.get("/subscribe/customers/member_0001/payments").json()["response"]
    assert charged["total"] in (1, 2, 3)
    assert {b["customer_uid"] for b in charged["list"]} == {"member_0001"}
    assert len({b["merchant_uid"] for b in charged["list"]}) == charged["total"]


def test_channels_cards_and_banks(api: Caller):
    channels = api.get("/users/pg").json()["response"]
    assert {c["pg_id"] for c in channels if c["pg_provider"] == "kicc" and not c["sandbox"]} == {"IM000999", "IM000998"}
    assert api.get("/cards/366").json()["response"] == {"code": "366", "name": "신한카드"}
    assert api.get("/banks/088").json()["response"] == {"code": "088", "name": "신한은행"}
    assert len(api.get("/banks").json()["response"]) == 22
    assert api.get("/cards/nope").status_code == 404


def test_an_order_number_may_hold_any_text(api: Caller):
    made = api.make(merchant_uid="주문 #1?%20")
    found = api.get(f"/payments/find/{quote(made['merchant_uid'], safe='')}").json()["response"]
    assert found["imp_uid"] == made["imp_uid"]
