"""Charging without a window: billing keys, schedules and what becomes of them, cards typed into the API."""

from __future__ import annotations

import itertools
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from lib.sandbox import build, growth, schedules
from lib.world import World
from tests.sandbox.calling import Caller, calling, said
from tests.sandbox.receiver import receiving, until
from tests.sandbox_server import running_sandbox

DAY = 86_400
NUMBERS = itertools.count(1)
CARD = {"card_number": "4518-4200-0000-0007", "expiry": "2039-12", "birth": "900102", "pwd_2digit": "00"}
BUYER = {"buyer_name": "홍길동", "buyer_email": "gildong@example.com", "buyer_tel": "010-0000-1234"}


def new(prefix: str) -> str:
    return f"{prefix}-{next(NUMBERS)}"


def key(api: Caller, **known: Any) -> str:
    return api.served.control("POST", "/customers", customer_uid=new("key"), **known)["customer_uid"]


def advance(api: Caller, seconds: int) -> None:
    api.served.control("POST", "/clock", {"advance": seconds})
    api.sign_in()


def again(api: Caller, uid: str, **body: Any) -> httpx.Response:
    order = {"customer_uid": uid, "merchant_uid": new("again"), "amount": 8_900, "name": "월간 이용권"}
    return api.post("/subscribe/payments/again", **order | body)


def plan(api: Caller, uid: str, after: int = 3600, **more: Any) -> str:
    order = new("plan")
    entry = {"merchant_uid": order, "schedule_at": api.now() + after, "amount": 23_000, "name": "정기배송", **more}
    answer = api.post("/subscribe/payments/schedule", customer_uid=uid, schedules=[entry])
    assert answer.json()["code"] == 0, answer.text
    return order


def planned(api: Caller, order: str) -> dict[str, Any]:
    return api.get(f"/subscribe/payments/schedule/{order}").json()["response"]


def test_a_key_is_charged_and_the_payment_is_the_keys(api: Caller):
    uid = key(api, card_code="366", card_name="신한카드", card_number="451842******0007", customer_name="성춘향")
    paid = again(api, uid, custom_data={"box": "A"}, buyer_tel="010-1111-2222").json()["response"]
    assert (paid["status"], paid["channel"], paid["pay_method"]) == ("paid", "api", "card")
    assert (paid["customer_uid"], paid["customer_uid_usage"]) == (uid, "payment")
    assert (paid["card_code"], paid["card_number"]) == ("366", "451842******0007")
    assert (paid["pg_id"], paid["user_agent"]) == ("IM000998", None)
    assert (paid["buyer_name"], paid["buyer_tel"]) == ("성춘향", "010-1111-2222")
    assert paid["custom_data"] == '{"box": "A"}'
    assert len(paid["pg_tid"]) == 20
    assert api.payment(paid["imp_uid"]) == paid
    assert api.get(f"/subscribe/customers/{uid}/payments").json()["response"]["list"] == [paid]
    assert paid["imp_uid"] in {row["imp_uid"] for row in api.pages("paid", **{"from": paid["paid_at"]})}
    assert api.cancel(paid["imp_uid"], amount=900)["response"]["cancel_amount"] == 900


def test_a_charge_that_is_refused_is_an_answer_with_code_0(api: Caller):
    uid = key(api)
    api.served.control("POST", "/charges", customer_uid=uid, fail_reason="[8035] 잔액부족")
    answer = again(api, uid)
    assert (answer.status_code, answer.json()["code"]) == (200, 0)
    failed = answer.json()["response"]
    assert (failed["status"], failed["fail_reason"]) == ("failed", "[8035] 잔액부족")
    assert (failed["pg_tid"], failed["paid_at"], failed["receipt_url"]) == (None, 0, None)
    assert failed["failed_at"] > 0
    assert again(api, uid).json()["response"]["status"] == "paid"


def test_any_keys_next_charges_are_ordered_to_fail(api: Caller):
    api.served.control("POST", "/charges", count=2)
    statuses = [again(api, key(api)).json()["response"]["status"] for _ in range(3)]
    assert statuses == ["failed", "failed", "paid"]


def test_what_is_known_of_a_card_decides(api: Caller):
    lost = key(api, fail_reason="[8350] 분실 또는 도난 신고된 카드입니다.")
    for _ in range(2):
        assert again(api, lost).json()["response"]["fail_reason"].startswith("[8350]")
    api.served.control("POST", "/customers", customer_uid=lost)  # another card under the same id
    assert again(api, lost).json()["response"]["status"] == "paid"
    there = datetime.now(UTC) + timedelta(hours=9)
    uid = key(api, expires=f"{there:%Y-%m}")
    assert again(api, uid).json()["response"]["status"] == "paid"
    advance(api, 32 * DAY)
    assert again(api, uid).json()["response"]["fail_reason"] == "[8314] 유효기간이 지난 카드입니다."


def test_an_order_number_is_used_once_even_by_a_failure(api: Caller):
    uid, used = key(api), (200, 1, "이미 결제가 이루어진 거래건입니다.")
    assert again(api, uid, merchant_uid="once-1").json()["response"]["status"] == "paid"
    assert said(again(api, uid, merchant_uid="once-1")) == used
    api.served.control("POST", "/charges", customer_uid=uid)
    assert again(api, uid, merchant_uid="once-2").json()["response"]["status"] == "failed"
    assert said(again(api, uid, merchant_uid="once-2")) == used
    bought = api.make()
    assert said(again(api, uid, merchant_uid=bought["merchant_uid"])) == used
    assert said(again(api, uid, merchant_uid=plan(api, uid)))[:2] == (200, 1)
    assert api.get("/payments/findAll/once-1").json()["response"]["total"] == 1


def test_one_order_number_charges_once_among_many_at_once(api: Caller):
    uid = key(api)
    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(lambda _: again(api, uid, merchant_uid="race").json()["code"], range(16)))
    assert codes.count(0) == 1
    assert api.get("/payments/findAll/race").json()["response"]["total"] == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": 0},
        {"amount": -1},
        {"amount": "x"},
        {"merchant_uid": "x" * 41},
        {"name": "x" * 41},
        {"tax_free": 8_901},
        {"card_quota": 1, "amount": 60_000},
        {"card_quota": 3},
        {"currency": "USD"},
        {"vat_amount": 100},
        {"name": {"ko": "x"}},
    ],
)
def test_a_charge_that_cannot_be_is_a_bad_request(api: Caller, wrong: dict):
    uid = key(api)
    assert said(again(api, uid, **wrong))[:2] == (400, -1)
    assert api.get(f"/subscribe/customers/{uid}/payments").json()["response"]["total"] == 0


def test_an_unknown_key(api: Caller):
    assert said(again(api, "nobody")) == (200, 1, "등록되지 않은 구매자입니다.")
    entry = {"merchant_uid": "x", "schedule_at": api.now() + 60, "amount": 1, "name": "x"}
    answer = api.post("/subscribe/payments/schedule", customer_uid="nobody", schedules=[entry])
    assert said(answer) == (200, 1, "등록된 고객정보가 없습니다.")
    nothing = "취소할 예약결제 기록이 존재하지 않습니다."
    assert said(api.post("/subscribe/payments/unschedule", customer_uid="nobody")) == (200, 1, nothing)
    assert said(api.send("DELETE", "/subscribe/customers/nobody"))[:2] == (404, 1)


def test_a_deleted_key_is_gone_and_what_it_had_scheduled_fails(api: Caller):
    uid = key(api)
    order = plan(api, uid)
    assert api.send("DELETE", f"/subscribe/customers/{uid}?reason=x").json()["response"]["customer_uid"] == uid
    assert api.get(f"/subscribe/customers/{uid}").status_code == 404
    assert said(again(api, uid)) == (200, 1, "등록되지 않은 구매자입니다.")
    advance(api, 3601)
    assert (planned(api, order)["payment_status"], planned(api, order)["schedule_status"]) == ("failed", "executed")
    assert said(api.send("POST", f"/subscribe/payments/schedule/{order}/retry"))[0] == 404


def test_a_schedule_runs_at_its_time_when_the_clock_passes_it(api: Caller):
    uid = key(api, customer_email="gildong@example.com")
    early, late = plan(api, uid, 600, custom_data="box A"), plan(api, uid, 5 * DAY)
    waiting = planned(api, early)
    assert (waiting["schedule_status"], waiting["payment_status"], waiting["imp_uid"]) == ("scheduled", None, None)
    assert waiting["buyer_email"] == "gildong@example.com"
    advance(api, 599 - (api.now() - waiting["schedule_at"] + 600))
    assert planned(api, early)["schedule_status"] == "scheduled"
    advance(api, 2 * DAY)
    ran = planned(api, early)
    assert (ran["schedule_status"], ran["payment_status"], ran["revoked_at"]) == ("executed", "paid", 0)
    assert ran["executed_at"] == waiting["schedule_at"]
    paid = api.payment(ran["imp_uid"])
    assert (paid["merchant_uid"], paid["paid_at"]) == (early, waiting["schedule_at"])
    assert (paid["customer_uid_usage"], paid["custom_data"]) == ("payment.scheduled", "box A")
    assert paid["buyer_email"] == "gildong@example.com"
    assert planned(api, late)["schedule_status"] == "scheduled"
    api.cancel(ran["imp_uid"])
    assert planned(api, early)["payment_status"] == "cancelled"


def test_a_schedule_shows_what_was_said_of_it(api: Caller):
    uid = key(api, customer_name="성춘향", customer_postcode="06000")
    entry = {"merchant_uid": "echo", "schedule_at": api.now() + 60, "amount": 1_000.0, "name": "정기배송"}
    entry |= {"buyer_name": "홍길동", "promotion_id": "promotion-id-1", "custom_data": {"box": 1}}
    asked = {"customer_uid": uid, "customer_id": "member 7", "schedules": [entry]}
    (row,) = api.post("/subscribe/payments/schedule", **asked).json()["response"]
    assert planned(api, "echo") == row
    assert (row["customer_id"], row["promotion_id"]) == ("member 7", "promotion-id-1")
    assert (row["buyer_name"], row["buyer_postcode"]) == ("홍길동", "06000")
    assert (row["amount"], row["custom_data"], row["currency"]) == (1_000, '{"box": 1}', "KRW")


def test_a_schedule_runs_by_itself_and_is_told():
    with receiving() as receiver, running_sandbox(payments=10, webhook=f"{receiver.url}/console") as served:
        api = calling(served)
        uid = key(api)
        failing = plan(api, uid, 1)
        api.served.control("POST", "/charges", customer_uid=uid, fail_reason="[8521] 이용한도 초과")
        until(lambda: receiver.got)
        own = plan(api, uid, 1, notice_url=f"{receiver.url}/own")
        until(lambda: len(receiver.got) == 2)
        told = [(path, body["merchant_uid"], body["status"]) for path, _, body in receiver.got]
        assert told == [("/console", failing, "failed"), ("/own", own, "paid")]
        assert api.payment(receiver.bodies[0]["imp_uid"])["fail_reason"] == "[8521] 이용한도 초과"


def test_schedules_outlive_a_restart(tmp_path: Path):
    with running_sandbox(payments=10, state=tmp_path / "shop.db") as served:
        api = calling(served)
        order = plan(api, key(api), 1)
    time.sleep(1.1)
    with running_sandbox(payments=10, state=tmp_path / "shop.db") as served:
        assert planned(calling(served), order)["payment_status"] == "paid"


def test_all_schedules_of_a_call_or_none(api: Caller):
    uid = key(api)
    good = {"merchant_uid": "batch-1", "schedule_at": api.now() + 600, "amount": 1_000, "name": "x"}
    for bad, expected in (
        (good, (200, 1)),  # the same order number twice
        (good | {"merchant_uid": "batch-2", "schedule_at": api.now() - 1}, (400, -1)),
        (good | {"merchant_uid": "batch-2", "schedule_at": "soon"}, (400, -1)),
        (good | {"merchant_uid": "batch-2", "amount": 0}, (400, -1)),
        ({**good, "merchant_uid": "batch-2", "name": None}, (400, -1)),
        (good | {"merchant_uid": api.make()["merchant_uid"]}, (200, 1)),
        ("x", (400, -1)),
    ):
        answer = api.post("/subscribe/payments/schedule", customer_uid=uid, schedules=[good, bad])
        assert said(answer)[:2] == expected
        assert api.get("/subscribe/payments/schedule/batch-1").status_code == 404
    assert said(api.post("/subscribe/payments/schedule", customer_uid=uid, schedules="x"))[:2] == (400, -1)


def test_unschedule_names_some_or_all_of_the_customers(api: Caller):
    uid, other = key(api), key(api)
    one, two, three, theirs = (plan(api, owner) for owner in (uid, uid, uid, other))
    path = "/subscribe/payments/unschedule"
    gone = api.post(path, customer_uid=uid, merchant_uid=[one, theirs]).json()["response"]
    assert [(row["merchant_uid"], row["schedule_status"]) for row in gone] == [(one, "revoked")]
    assert gone[0]["revoked_at"] > 0
    assert said(api.post(path, customer_uid=uid, merchant_uid=one))[1] == 1
    gone = api.post(path, customer_uid=uid, merchant_uid=[]).json()["response"]
    assert {row["merchant_uid"] for row in gone} == {two, three}
    assert planned(api, theirs)["schedule_status"] == "scheduled"
    assert said(api.post(path))[:2] == (400, -1)
    assert api.post(path, merchant_uid=[theirs]).json()["response"][0]["merchant_uid"] == theirs
    advance(api, DAY)
    assert {planned(api, order)["payment_status"] for order in (one, two, three, theirs)} == {None}


def test_only_what_waits_is_moved_and_only_what_failed_or_was_revoked_is_tried_again(api: Caller):
    uid = key(api)
    order = plan(api, uid, 600)
    path = f"/subscribe/payments/schedule/{order}"
    for act in ("reschedule", "retry"):
        assert said(api.send("POST", f"{path}/{act}", schedule_at=api.now() + 900))[:2] == (400, -1)
    assert said(api.send("PUT", path, schedule_at=api.now() - 5))[:2] == (400, -1)
    assert said(api.send("PUT", path))[:2] == (400, -1)
    assert api.send("PUT", path, schedule_at=api.now() + 1200).json()["response"]["schedule_status"] == "scheduled"
    advance(api, 700)
    assert planned(api, order)["schedule_status"] == "scheduled"
    api.served.control("POST", "/charges", customer_uid=uid, fail_reason="[8521]")
    advance(api, 700)
    failed = planned(api, order)
    assert (failed["payment_status"], failed["fail_reason"]) == ("failed", "[8521]")
    assert said(api.send("PUT", path, schedule_at=api.now() + 900))[:2] == (400, -1)
    assert said(api.send("POST", f"{path}/reschedule", schedule_at=api.now() - 9))[:2] == (400, -1)
    api.served.control("POST", "/charges", customer_uid=uid, fail_reason="[8035]")
    tried = api.send("POST", f"{path}/retry")
    assert (tried.status_code, tried.json()["code"]) == (200, 0)
    assert (tried.json()["response"]["status"], tried.json()["response"]["fail_reason"]) == ("failed", "[8035]")
    moved = api.send("POST", f"{path}/reschedule", schedule_at=api.now() + 900).json()["response"]
    assert (moved["schedule_status"], moved["payment_status"], moved["fail_reason"]) == ("scheduled", None, None)
    assert (moved["imp_uid"], moved["executed_at"]) == (None, 0)
    advance(api, 901)
    assert planned(api, order)["payment_status"] == "paid"
    for act in ("reschedule", "retry"):
        assert said(api.send("POST", f"{path}/{act}", schedule_at=api.now() + 900))[:2] == (400, -1)
    attempts = api.get(f"/payments/findAll/{order}").json()["response"]["list"]
    assert [body["status"] for body in attempts] == ["paid", "failed", "failed"]
    assert len({body["imp_uid"] for body in attempts}) == 3


def test_a_revoked_one_is_retried_at_once(api: Caller):
    uid = key(api)
    order = plan(api, uid)
    api.post("/subscribe/payments/unschedule", customer_uid=uid, merchant_uid=order)
    paid = api.send("POST", f"/subscribe/payments/schedule/{order}/retry").json()["response"]
    assert (paid["merchant_uid"], paid["status"]) == (order, "paid")
    assert (planned(api, order)["imp_uid"], planned(api, order)["revoked_at"]) == (paid["imp_uid"], 0)


def test_the_console_recovers_a_failed_one_daily_until_it_is_paid(api: Caller):
    assert api.http.post("/_sandbox/recovery", json={"hour": 0}).status_code == 400
    api.served.control("POST", "/recovery", {"hour": 3})
    uid = key(api)
    order = plan(api, uid, 60)
    api.served.control("POST", "/charges", customer_uid=uid, count=3)
    advance(api, 4 * DAY)
    attempts = api.get(f"/payments/findAll/{order}").json()["response"]["list"]
    assert [body["status"] for body in attempts] == ["paid", "failed", "failed", "failed"]
    assert {(body["started_at"] + 9 * 3600) % DAY for body in attempts[:3]} == {3 * 3600}
    assert planned(api, order)["payment_status"] == "paid"
    api.served.control("POST", "/recovery", {"hour": None})


@pytest.mark.parametrize("dress", ["paged", "array"])
def test_lists_of_schedules_have_two_dresses(dress: str):
    with running_sandbox(payments=10, schedules=dress) as served:
        api = calling(served)
        uid, other = key(api), key(api)
        orders = [plan(api, uid, 1000 * n) for n in range(1, 24)]
        plan(api, other, 500)
        since = api.now()

        def rows(path: str, **query: Any) -> list[str]:
            answer = api.get(path, **query)
            assert answer.status_code == 200, answer.text
            body = answer.json()["response"]
            assert isinstance(body, list) is (dress == "array")
            return [row["merchant_uid"] for row in (body if dress == "array" else body["list"])]

        bounds = {"schedule_from": since - 9, "schedule_to": since + DAY}
        path = "/subscribe/payments/schedule"
        assert len(rows(path, **bounds)) == 20
        assert rows(path, **bounds, limit=3) == orders[:-4:-1]
        assert rows(path, **bounds, limit=3, page=2) == orders[-4:-7:-1]
        assert rows(path, **bounds, limit=1000, sorting="scheduled")[1:] == orders
        assert api.get(path, **bounds, page=3).status_code == 400
        for of_one in (f"{path}/customers/{uid}", f"/subscribe/customers/{uid}/schedules"):
            bounds = {"from": since - 9, "to": since + DAY}
            assert rows(of_one, **bounds) == orders[:2:-1]
            assert rows(of_one, **bounds, page=2) == orders[2::-1]
            assert rows(of_one, **bounds, **{"schedule-status": "executed"}) == []


def test_a_window_of_schedules_ends_before_its_end_and_is_three_months_at_most(api: Caller):
    uid = key(api)
    at = planned(api, plan(api, uid))["schedule_at"]
    path = f"/subscribe/customers/{uid}/schedules"

    def total(since: int, until: int) -> int:
        return api.get(path, **{"from": since, "to": until}).json()["response"]["total"]

    assert (total(at - 9, at), total(at, at + 1), total(at + 1, at + 9)) == (0, 1, 0)
    first = int(datetime(2026, 1, 15, tzinfo=UTC).timestamp())
    spring = int(datetime(2026, 4, 15, tzinfo=UTC).timestamp())
    assert api.get(path, **{"from": first, "to": spring}).status_code == 200
    for query in (
        {"from": first, "to": spring + 1},
        {"from": spring, "to": first},
        {"from": first},
        {"from": "x", "to": spring},
        {"from": first, "to": spring, "schedule-status": "waiting"},
        {"from": first, "to": spring, "page": 0},
    ):
        assert api.get(path, **query).status_code == 400, query
    several = {"schedule_from": first, "schedule_to": spring}
    for wrong in ({"limit": 0}, {"limit": 1001}, {"sorting": "amount"}):
        assert api.get("/subscribe/payments/schedule", **several, **wrong).status_code == 400


def test_inicis_takes_a_typed_card_and_nothing_of_it_is_kept(tmp_path: Path):
    file = tmp_path / "shop.db"
    with running_sandbox(payments=10, state=file) as served:
        api = calling(served)
        order = {"pg": "html5_inicis", "merchant_uid": "typed-1", "amount": 9_900, "name": "이용권", **BUYER}
        paid = api.post("/subscribe/payments/onetime", **order, **CARD, customer_uid="typed").json()["response"]
        assert (paid["status"], paid["card_number"]) == ("paid", "451842******0007")
        assert (paid["pg_provider"], paid["card_name"]) == ("html5_inicis", "신한카드")
        assert api.get("/subscribe/customers/typed").json()["response"]["customer_name"] == "홍길동"
        assert again(api, "typed").json()["response"]["pg_id"] == "MOIpaydesk"
        form = {"pg": "html5_inicis", **CARD}
        kept = api.http.post("/subscribe/customers/typed-2", data=form, headers={"Authorization": api.token})
        assert kept.json()["response"]["card_number"] == "451842******0007"
        refused = api.post("/subscribe/customers/typed-3", **CARD, channel_key="x")
        assert refused.status_code == 400
        seen = str(served.control("GET", "/requests"))
    for secret in ("4518-4200-0000-0007", "4518420000000007", "900102"):
        assert secret not in seen
        assert not any(secret.encode() in path.read_bytes() for path in tmp_path.iterdir())
    assert "customer_uid" in seen


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"card_number": "1234-1234-1234-1234"}, "유효하지않은 카드번호를 입력하셨습니다."),
        ({"card_number": "4518420000000007"}, "유효하지않은 카드번호를 입력하셨습니다."),
        ({"expiry": "2020-02"}, "유효기간을 확인하여 주십시오."),
        ({"expiry": "12/39"}, "유효기간을 확인하여 주십시오."),
    ],
)
def test_a_card_that_does_not_check_is_refused_in_the_gateways_words(api: Caller, wrong: dict, why: str):
    card = CARD | wrong | {"pg": "html5_inicis"}
    order = {"merchant_uid": "typed-x", "amount": 9_900, "name": "이용권", **BUYER}
    paying = api.post("/subscribe/payments/onetime", **order, **card)
    assert said(paying) == (200, -1, f"카드정보 인증에 실패하였습니다. {why}")
    registering = api.post("/subscribe/customers/typed-x", **card)
    assert said(registering) == (200, -1, f"카드정보 인증 및 빌키 발급에 실패하였습니다. {why}")
    assert api.get("/subscribe/customers/typed-x").status_code == 404
    assert api.get("/payments/find/typed-x").status_code == 404


def test_subscribers_have_been_charged_by_schedule_and_will_be():
    noon = 1_787_194_800  # 2026-08-20 12:00:00 KST
    at = [float(noon)]
    shop = build(World(now=lambda: at[0]), payments=3_000, days=60)
    state = shop.state

    def listed(status: str) -> list[dict[str, Any]]:
        return schedules.page(state, noon - 90 * DAY, noon + 90 * DAY, "", status, False, 0, 1_000)[1]

    done = listed("executed")
    assert len(done) >= 30
    for row in done:
        body, _ = state.payment(row["imp_uid"]) or ({}, 0)
        assert (body["merchant_uid"], body["amount"]) == (row["merchant_uid"], row["amount"])
    ahead = listed("scheduled")
    assert len(ahead) == 30
    assert all(noon < row["schedule_at"] < noon + 32 * DAY for row in ahead)
    for _ in range(33):
        at[0] += DAY
        growth.catch_up(state)
        schedules.run(state)
    fates = [row["payment_status"] for row in listed("executed")[len(done) :]]
    assert {"paid", "failed"} <= set(fates)
    assert len(listed("scheduled")) == 30
    shop.close()
