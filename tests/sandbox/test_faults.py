"""Faults over real HTTP: what the caller sees, and whether it was executed."""

from __future__ import annotations

import time

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import Message, Receive, Scope, Send

from lib.sandbox import build
from lib.world import World
from tests.sandbox.calling import Caller
from tests.sandbox_server import serving

CANCEL = "POST /payments/cancel"
BROKEN = (httpx.RemoteProtocolError, httpx.ReadError)


def executed(api: Caller, made: dict) -> bool:
    return api.payment(made["imp_uid"])["cancel_amount"] > 0


@pytest.mark.parametrize(
    ("kind", "happens"),
    [
        ("reset", False),
        ("executed_then_reset", True),
        ("executed_then_no_answer", True),
    ],
)
def test_the_connection_really_breaks(api: Caller, kind: str, happens: bool):
    made = api.make()
    api.fault(kind, CANCEL)
    with pytest.raises(BROKEN):
        api.cancel(made["imp_uid"])
    assert executed(api, made) is happens


def test_a_late_one_is_executed_after_nobody_listens(api: Caller):
    made = api.make()
    api.fault("late", CANCEL, seconds=0.3)
    with pytest.raises(BROKEN):
        api.cancel(made["imp_uid"])
    assert not executed(api, made)
    deadline = time.monotonic() + 5
    while not executed(api, made):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_silence_lasts_as_long_as_ordered_and_a_timeout_may_come_first(api: Caller):
    made = api.make()
    api.fault("executed_then_no_answer", CANCEL, seconds=0.6)
    with pytest.raises(httpx.ReadTimeout):
        api.http.post(
            "/payments/cancel",
            json={"imp_uid": made["imp_uid"]},
            headers={"Authorization": api.token},
            timeout=0.2,
        )
    assert executed(api, made)


@pytest.mark.parametrize(
    ("kind", "more", "status", "happens"),
    [
        ("http_5xx", {}, 502, False),
        ("http_5xx", {"status": 504}, 504, False),
        ("executed_then_5xx", {"status": 500}, 500, True),
        ("not_json", {}, 200, False),
        ("not_json", {"executed": True}, 200, True),
        ("truncated", {}, 200, True),
    ],
)
def test_an_answer_that_cannot_be_read(api: Caller, kind: str, more: dict, status: int, happens: bool):
    made = api.make()
    api.fault(kind, CANCEL, **more)
    answer = api.post("/payments/cancel", imp_uid=made["imp_uid"])
    assert answer.status_code == status
    with pytest.raises(ValueError, match=r"Expecting|Unterminated|Extra"):
        answer.json()
    assert executed(api, made) is happens


@pytest.mark.parametrize(
    ("kind", "status", "happens"),
    [
        ("refused", 200, False),
        ("executed_then_refused", 200, True),
        ("unauthorized", 401, False),
        ("forbidden", 403, False),
        ("too_many", 429, False),
    ],
)
def test_a_refusal_in_the_envelope(api: Caller, kind: str, status: int, happens: bool):
    made = api.make()
    api.fault(kind, CANCEL)
    answer = api.post("/payments/cancel", imp_uid=made["imp_uid"])
    assert answer.status_code == status
    assert answer.json()["code"] != 0
    assert executed(api, made) is happens


def test_an_unsettled_balance_that_is_too_small_is_ordered_and_words_may_be(api: Caller):
    made = api.make()
    api.fault("refused", CANCEL)
    assert api.cancel(made["imp_uid"])["message"] == "결제취소에 실패하였습니다. 취소금액이 미정산 금액보다 큽니다."
    api.fault("refused", CANCEL, message="결제취소에 실패하였습니다. 기취소거래", code=1)
    answer = api.cancel(made["imp_uid"])
    assert (answer["code"], answer["message"]) == (1, "결제취소에 실패하였습니다. 기취소거래")


def test_a_delay(api: Caller):
    api.fault("delay", "GET /users/pg", seconds=0.3)
    began = time.monotonic()
    assert api.get("/users/pg").status_code == 200
    assert time.monotonic() - began >= 0.3


def test_a_stale_answer_is_from_before_the_last_change(api: Caller):
    made = api.make()
    after = api.cancel(made["imp_uid"])["response"]
    api.fault("stale", "GET /payments/{imp_uid}")
    assert api.payment(made["imp_uid"]) == made
    assert api.payment(made["imp_uid"]) == after
    api.fault("stale", "GET /payments")
    assert api.get("/payments", **{"imp_uid[]": [made["imp_uid"]]}).json()["response"] == [made]


def test_a_call_delivered_twice_is_executed_twice(api: Caller):
    made = api.make(amount=10_000)
    api.fault("delivered_twice", CANCEL)
    assert api.cancel(made["imp_uid"], amount=1_000)["response"]["cancel_amount"] == 1_000
    assert api.payment(made["imp_uid"])["cancel_amount"] == 2_000
    api.fault("delivered_twice", CANCEL)
    assert api.cancel(made["imp_uid"], amount=1_000, checksum=8_000)["code"] == 0
    assert api.payment(made["imp_uid"])["cancel_amount"] == 3_000


def test_faults_hit_their_endpoint_as_often_as_ordered_and_can_be_forgotten(api: Caller):
    api.fault("too_many", "GET /users/pg", count=2)
    assert api.get("/banks").status_code == 200
    assert [api.get("/users/pg").status_code for _ in range(3)] == [429, 429, 200]
    api.fault("http_5xx", count=5)
    assert api.get("/banks").status_code == 502
    assert api.served.control("DELETE", "/faults")["faults"] == []
    assert api.get("/banks").status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "fire"},
        {"kind": "reset", "endpoint": "GET /nowhere"},
        {"kind": "reset", "count": "many"},
        {"kind": "reset", "often": 1},
        {"kind": "refused", "count": 0},
    ],
)
def test_a_fault_that_cannot_be_ordered_is_said_so(api: Caller, wrong: dict):
    answer = api.http.post("/_sandbox/faults", json=wrong)
    assert answer.status_code == 400
    assert answer.json()["wrong"]


def test_the_log_tells_calls_without_their_secrets(api: Caller):
    made = api.make(pay_method="vbank")
    api.cancel(made["imp_uid"], refund_holder="가", refund_bank="088", refund_account="110-999-888777")
    api.fault("reset", CANCEL)
    with pytest.raises(BROKEN):
        api.cancel(made["imp_uid"], amount=1)
    api.cancel(made["imp_uid"])
    log = api.served.control("GET", "/requests")["requests"]
    told = [(call["path"], call["status"], call["answered"], call["executed"], call["fault"]) for call in log[-3:]]
    assert told == [
        ("/payments/cancel", 200, True, True, None),
        ("/payments/cancel", None, False, False, "reset"),
        ("/payments/cancel", 200, True, False, None),
    ]
    assert log[-3]["body"]["refund_bank"] == "088"
    whole = str(log)
    assert "888777" not in whole
    assert api.served.secret not in whole
    assert api.token not in whole


def test_behind_another_app_the_connection_breaks_too():
    """Mounted beside the pages, the server's connection is out of reach: the answer is left unfinished instead."""
    shop = build(World(), payments=5, grow=False)

    async def outer(scope: Scope, receive: Receive, send: Send) -> None:
        async def wrapped(message: Message) -> None:
            await send(message)

        await Starlette(routes=[Mount("/sandbox", shop.app)])(scope, receive, wrapped)

    with serving(outer) as url, httpx.Client(base_url=f"{url}/sandbox", timeout=5) as http:
        made = http.post("/_sandbox/payments", json={"amount": 5_000}).json()
        pair = {"imp_key": shop.key, "imp_secret": shop.secret}
        token = http.post("/users/getToken", json=pair).json()["response"]["access_token"]
        headers = {"Authorization": token}
        for kind in ("reset", "executed_then_reset"):
            http.post("/_sandbox/faults", json={"kind": kind, "endpoint": CANCEL})
            with pytest.raises(BROKEN):
                http.post("/payments/cancel", json={"imp_uid": made["imp_uid"], "amount": 1_000}, headers=headers)
        read = http.get(f"/payments/{made['imp_uid']}", headers=headers).json()["response"]
        assert read["cancel_amount"] == 1_000
    shop.close()
