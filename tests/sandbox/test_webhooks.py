"""Webhooks: what is told, to whom, in which form, how often, and nothing beyond this machine."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest

from lib.world import World
from tests.sandbox.calling import Caller, calling
from tests.sandbox.receiver import Receiver, receiving, until
from tests.sandbox_server import running_sandbox


@pytest.fixture
def shop(api: Caller) -> Iterator[tuple[Caller, Receiver]]:
    with receiving() as receiver:
        configure(api, url=f"{receiver.url}/hook")
        yield api, receiver
        api.served.control("POST", "/webhook", {"url": "", "test_url": "", "form": False, "resend": False})
        until(lambda: not [row for row in sent(api) if row["state"] == "waiting"], 20)


def configure(api: Caller, **settings: Any) -> None:
    api.served.control("POST", "/webhook", settings)


def sent(api: Caller, imp_uid: str = "") -> list[dict[str, Any]]:
    rows = api.served.control("GET", "/webhooks")["webhooks"]
    return [row for row in rows if not imp_uid or row["body"]["imp_uid"] == imp_uid]


def settled(api: Caller, imp_uid: str, count: int) -> list[dict[str, Any]]:
    """What was sent of a payment, once `count` are out; more than that is a mistake."""
    until(lambda: len([row for row in sent(api, imp_uid) if row["state"] != "waiting"]) >= count)
    rows = sent(api, imp_uid)
    assert len(rows) == count
    return rows


def test_paid_is_told_in_json_and_the_payment_can_be_read(shop: tuple[Caller, Receiver]):
    api, receiver = shop
    made = api.make(amount=7_000)
    (row,) = settled(api, made["imp_uid"], 1)
    assert row["state"] == "delivered"
    assert [attempt["status"] for attempt in row["attempts"]] == [200]
    ((path, headers, body),) = receiver.got
    assert path == "/hook"
    assert headers["content-type"] == "application/json"
    assert headers["x-forwarded-for"] in ("52.78.100.19", "52.78.48.223", "52.78.5.241")
    assert body == {"imp_uid": made["imp_uid"], "merchant_uid": made["merchant_uid"], "status": "paid"}
    assert api.payment(body["imp_uid"])["status"] == "paid"


def test_the_source_may_be_another(shop: tuple[Caller, Receiver]):
    api, receiver = shop
    configure(api, source="203.0.113.9")
    settled(api, api.make()["imp_uid"], 1)
    assert receiver.got[0][1]["x-forwarded-for"] == "203.0.113.9"


def test_a_setting_that_is_none_is_refused(api: Caller):
    for wrong in ({"address": "x"}, {"resend": "maybe"}):
        assert api.http.post("/_sandbox/webhook", json=wrong).status_code == 400


def test_a_growing_shop_tells_of_what_happens_now_and_not_of_what_is_long_past():
    noon = 1_787_194_800  # 2026-08-20 12:00:00 KST
    at = [float(noon)]
    with receiving() as receiver:
        world = World(now=lambda: at[0])
        with running_sandbox(world=world, payments=50, grow=True, webhook=receiver.url) as served:
            api = calling(served)
            at[0] += 4 * 3600
            api.sign_in()
            until(lambda: len(receiver.got) >= 3)
            paid = {body["imp_uid"] for body in api.pages("paid", **{"from": noon, "to": int(at[0])})}
            assert len(paid) > 100
            until(lambda: not [row for row in sent(api) if row["state"] == "waiting"])
            assert 0 < len(receiver.got) < 30
            times = [api.payment(body["imp_uid"])["paid_at"] for body in receiver.bodies if body["status"] == "paid"]
            assert all(time >= at[0] - 120 - 90 for time in times)


def test_a_form_when_the_console_says_so(shop: tuple[Caller, Receiver]):
    api, receiver = shop
    configure(api, form=True)
    made = api.make(merchant_uid="주문 & 1")
    settled(api, made["imp_uid"], 1)
    (_, headers, body), *_ = receiver.got
    assert headers["content-type"] == "application/x-www-form-urlencoded"
    assert body == {"imp_uid": made["imp_uid"], "merchant_uid": "주문 & 1", "status": "paid"}


def test_a_virtual_account_is_told_when_issued_and_when_deposited_to(shop: tuple[Caller, Receiver]):
    api, receiver = shop
    made = api.make(pay_method="vbank", status="ready")
    api.served.control("POST", "/deposit", imp_uid=made["imp_uid"], amount=made["amount"] - 1)
    api.served.control("POST", "/deposit", imp_uid=made["imp_uid"], at=made["started_at"] + 30)
    settled(api, made["imp_uid"], 2)
    assert [body["status"] for body in receiver.bodies] == ["ready", "paid"]


def test_a_failure_and_an_open_window_are_not_told(shop: tuple[Caller, Receiver]):
    api, receiver = shop
    api.make(status="failed")
    api.make(status="ready")
    last = api.make()
    settled(api, last["imp_uid"], 1)
    assert [body["imp_uid"] for body in receiver.bodies] == [last["imp_uid"]]


def test_the_console_tells_of_a_cancellation_and_the_api_only_when_asked(shop: tuple[Caller, Receiver]):
    api, receiver = shop
    made = api.make(amount=9_000)
    settled(api, made["imp_uid"], 1)
    api.cancel(made["imp_uid"], amount=1_000)
    api.cancel(made["imp_uid"], amount=1_000, enable_webhook=False)
    loud = api.cancel(made["imp_uid"], amount=1_000, enable_webhook=True)["response"]
    console = api.served.control("POST", "/cancel", imp_uid=made["imp_uid"], amount=2_000)
    settled(api, made["imp_uid"], 3)
    _, *bodies = receiver.bodies
    assert [body["status"] for body in bodies] == ["cancelled", "cancelled"]
    told = [body["cancellation_id"] for body in bodies]
    assert told == [after["cancel_history"][-1]["cancellation_id"] for after in (loud, console)]


def test_a_payment_that_used_no_webhook_when_paid_is_not_told_of_by_the_api(api: Caller):
    made = api.make(amount=9_000)
    with receiving() as receiver:
        configure(api, url=receiver.url)
        api.cancel(made["imp_uid"], enable_webhook=True)
        seen = api.make()
        settled(api, seen["imp_uid"], 1)
        assert [body["imp_uid"] for body in receiver.bodies] == [seen["imp_uid"]]
        configure(api, url="")


def test_a_payments_own_addresses_come_before_the_consoles_but_for_a_cancellation_by_the_api(
    shop: tuple[Caller, Receiver],
):
    api, receiver = shop
    made = api.make(notice_url=[f"{receiver.url}/one", f"{receiver.url}/two"])
    settled(api, made["imp_uid"], 2)
    api.cancel(made["imp_uid"], enable_webhook=True)
    settled(api, made["imp_uid"], 3)
    assert [path for path, _, _ in receiver.got] == ["/one", "/two", "/hook"]


def test_live_and_test_payments_have_addresses_of_their_own(shop: tuple[Caller, Receiver]):
    api, receiver = shop
    configure(api, test_url=f"{receiver.url}/test")
    for made in (api.make(sandbox=True), api.make()):
        settled(api, made["imp_uid"], 1)
    assert [path for path, _, _ in receiver.got] == ["/test", "/hook"]


@pytest.mark.parametrize("status", [500, 502, 404])
def test_sent_once_unless_resending_is_on(shop: tuple[Caller, Receiver], status: int):
    api, receiver = shop
    receiver.answers = [status]
    made = api.make()
    (row,) = settled(api, made["imp_uid"], 1)
    assert row["state"] == ("given_up" if status >= 500 else "delivered")
    api.served.control("POST", "/clock", {"advance": 600})
    last = api.make()
    settled(api, last["imp_uid"], 1)
    assert [body["imp_uid"] for body in receiver.bodies] == [made["imp_uid"], last["imp_uid"]]


def test_resent_a_minute_apart_until_it_is_answered(shop: tuple[Caller, Receiver]):
    api, receiver = shop
    configure(api, resend=True)
    receiver.answers = [500, 503]
    uid = api.make()["imp_uid"]
    for count in (1, 2):
        until(lambda count=count: len(receiver.got) == count)
        api.served.control("POST", "/clock", {"advance": 61})
    (row,) = settled(api, uid, 1)
    assert row["state"] == "delivered"
    assert [attempt["status"] for attempt in row["attempts"]] == [500, 503, 200]
    times = [attempt["at"] for attempt in row["attempts"]]
    assert all(later - earlier >= 60 for earlier, later in pairwise(times))


def test_given_up_after_five_more(shop: tuple[Caller, Receiver]):
    api, receiver = shop
    configure(api, resend=True)
    receiver.answers = [500] * 9
    uid = api.make()["imp_uid"]
    for count in range(1, 7):
        until(lambda count=count: len(receiver.got) == count)
        api.served.control("POST", "/clock", {"advance": 61})
    (row,) = settled(api, uid, 1)
    assert (row["state"], len(row["attempts"])) == ("given_up", 6)


def test_nobody_there_is_written_down(shop: tuple[Caller, Receiver]):
    api, _ = shop
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    made = api.make(notice_url=f"http://127.0.0.1:{port}/")
    (row,) = settled(api, made["imp_uid"], 1)
    assert (row["state"], row["attempts"][0]["error"]) == ("given_up", "ConnectionRefusedError")


def test_an_address_that_cannot_be_called_stops_nothing(shop: tuple[Caller, Receiver]):
    api, receiver = shop
    made = api.make(notice_url=f"{receiver.url}/\n훅")
    (row,) = settled(api, made["imp_uid"], 1)
    assert row["state"] in ("given_up", "delivered")
    settled(api, api.make()["imp_uid"], 1)


@pytest.mark.parametrize(
    "url", ["http://192.0.2.1/hook", "http://example.com/", "ftp://127.0.0.1/", "http://127.0.0.1.example.com/", "x"]
)
def test_nothing_is_called_beyond_this_machine(shop: tuple[Caller, Receiver], url: str):
    api, _ = shop
    refused = api.http.post("/_sandbox/webhook", json={"url": url})
    assert (refused.status_code, refused.json()["wrong"]) == (400, "only addresses of this machine are called")
    made = api.make(notice_url=url)
    (row,) = settled(api, made["imp_uid"], 1)
    assert row["state"] == "not_sent"


def test_a_receiver_that_does_not_answer_keeps_no_call_waiting_and_no_end():
    lines: list[socket.socket] = []
    before = set(threading.enumerate())
    with socket.create_server(("127.0.0.1", 0)) as silent:
        threading.Thread(target=lambda: lines.append(silent.accept()[0]), daemon=True).start()
        port = silent.getsockname()[1]
        with running_sandbox(payments=10, webhook=f"http://127.0.0.1:{port}/") as served:
            api = calling(served)
            made = api.make()
            until(lambda: lines)
            assert api.payment(made["imp_uid"])["status"] == "paid"
            (row,) = sent(api, made["imp_uid"])
            assert (row["state"], row["attempts"]) == ("waiting", [])
        assert {thread for thread in threading.enumerate() if thread.name == "sandbox webhooks"} <= before
    lines[0].close()


def test_the_same_webhook_may_come_twice(shop: tuple[Caller, Receiver]):
    api, receiver = shop
    uid = api.make()["imp_uid"]
    api.served.control("POST", "/webhooks", imp_uid=uid)
    settled(api, uid, 2)
    assert receiver.bodies[0] == receiver.bodies[1]
