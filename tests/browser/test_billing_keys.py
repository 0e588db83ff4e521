"""A subscriber's card, from its first charge to its deletion, and who may do what with it."""

from __future__ import annotations

import json
import sqlite3
import time
import urllib.request
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from lib.operations.schedules import monthly
from lib.payments.days import KST
from tests.browser.conftest import Running, Visitor, at_rest
from tests.browser.test_looks import STREAMLITS_OWN

FOUND = "GET /payments/findAll/{merchant_uid}/{status}"


def api(desk: Running, path: str, body: object | None = None) -> Any:
    """i'mport's own answer, past the desk."""

    def call(path: str, body: object | None, token: str = "") -> Any:
        request = urllib.request.Request(
            f"{desk.url}/sandbox{path}",
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json", "Authorization": token},
        )
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.loads(answer.read())["response"]

    pair = {"imp_key": "sandbox_key", "imp_secret": "sandbox_secret"}
    return call(path, body, call("/users/getToken", pair)["access_token"])


def charges(desk: Running, uid: str) -> list[tuple[int, str]]:
    found = api(desk, f"/subscribe/customers/{uid}/payments?page=1")
    return sorted((payment["amount"], payment["status"]) for payment in found["list"])


def planned(desk: Running, uid: str) -> list[int]:
    now = int(time.time())
    path = f"/subscribe/payments/schedule/customers/{uid}?from={now}&to={now + 88 * 86_400}"
    return sorted(row["schedule_at"] for row in api(desk, path)["list"] if row["schedule_status"] == "scheduled")


def open_key(page: Page, uid: str) -> None:
    """By its id, which only i'mport knows so far."""
    page.locator(".st-key-key_search input").fill(uid)
    page.keyboard.press("Enter")
    at_rest(page)
    page.locator(".st-key-look_up button").click()
    page.wait_for_url("**/billing_key*")
    at_rest(page)


def fill(page: Page, key: str, text: str) -> None:
    page.locator(f".st-key-{key} input").fill(text)
    page.keyboard.press("Enter")
    at_rest(page)


def test_a_card_is_charged_planned_tried_again_and_deleted(desk: Running, visitor: Visitor) -> None:
    uid = f"browser_{time.time_ns()}"
    desk.control("POST", "/customers", {"customer_uid": uid})
    page = visitor("김민수", path="/billing_keys")
    open_key(page, uid)

    page.locator(".st-key-key_charge button").click()
    fill(page, "kd_amount", "12,345")
    fill(page, "kd_name", "월 구독")
    page.get_by_role("button", name="12,345원 결제하기").dblclick()
    expect(page.get_by_text("12,345원을 결제했습니다.")).to_be_visible()
    assert charges(desk, uid) == [(12_345, "paid")]
    page.wait_for_url("**/billing_key?of=imp_*")  # known from a payment now: a reload finds it again

    page.locator(".st-key-key_plan button").click()
    expect(page.locator(".st-key-kd_name input")).to_have_value("월 구독")  # as it was charged last
    page.get_by_role("dialog").get_by_text("매월", exact=True).click()
    at_rest(page)
    fill(page, "kd_months", "3")
    page.get_by_role("button", name="10:00부터 매월 3건, 12,345원씩 예약하기").dblclick()
    expect(page.get_by_text("3건을 모두 예약했습니다.")).to_be_visible()
    tomorrow = datetime.now(KST).replace(hour=10, minute=0, second=0, microsecond=0) + timedelta(days=1)
    days = monthly(tomorrow, 3)
    assert planned(desk, uid) == [int(day.timestamp()) for day in days]

    calendar = visitor("박서영", path=f"/schedules?month={days[2]:%Y-%m}&day={days[2]:%Y-%m-%d}")
    expect(calendar.get_by_text("예정 1 12,345원")).to_be_visible()

    entry = {
        "merchant_uid": f"late_{uid[-12:]}",
        "schedule_at": int(time.time()) + 2,
        "amount": 9_900,
        "name": "지난달",
    }
    desk.control("POST", "/charges", {"customer_uid": uid, "fail_reason": "[8521] 이용한도를 초과하였습니다."})
    api(desk, "/subscribe/payments/schedule", {"customer_uid": uid, "schedules": [entry]})
    until = time.monotonic() + 60
    while (9_900, "failed") not in charges(desk, uid):
        assert time.monotonic() < until
        time.sleep(0.5)
    failed = api(desk, f"/subscribe/payments/schedule/{entry['merchant_uid']}")["imp_uid"]
    desk.command("sync")
    page.goto(f"{desk.url}/schedules")
    at_rest(page)
    page.locator(".st-key-month_read button").first.click()  # what was read is a minute old at most
    at_rest(page)
    page.goto(f"{desk.url}/billing_key?of={failed}")
    at_rest(page)
    expect(page.get_by_text("한도 초과.")).to_be_visible()
    page.get_by_role("button", name="9,900원 다시 결제하기").click()
    at_rest(page)
    page.locator(".st-key-key_retry_confirm button").dblclick()
    expect(page.get_by_text("9,900원을 결제했습니다.")).to_be_visible()
    assert charges(desk, uid).count((9_900, "paid")) == 1

    page.locator(".st-key-key_delete button").click()
    page.get_by_role("button", name="예약 3건 취소하기").dblclick()
    expect(page.get_by_text("예약 3건을 모두 취소했습니다.")).to_be_visible()
    assert planned(desk, uid) == []
    page.locator(".st-key-key_delete button").click()
    page.locator(".st-key-kd_reason input").click()
    page.get_by_role("option").first.click()
    at_rest(page)
    fill(page, "kd_typed", uid)
    page.locator(".st-key-key_delete_confirm button").dblclick()
    expect(page.get_by_text("빌링키를 삭제했습니다.")).to_be_visible()
    expect(page.get_by_text("포트원에 이 빌링키가 없습니다.")).to_be_visible()
    assert page.locator(".st-key-key_charge").count() == 0
    page.goto(f"{desk.url}/billing_keys?keys=deleted")
    at_rest(page)
    expect(page.get_by_text("삭제됨 1")).to_be_visible()


def register(desk: Running, uid: str) -> None:
    desk.control("POST", "/customers", {"customer_uid": uid})


def plan(desk: Running, uid: str, at: int, amount: int = 12_345, name: str = "월 구독") -> None:
    """Past the desk."""
    entry = {"merchant_uid": f"p_{time.time_ns()}", "schedule_at": at, "amount": amount, "name": name}
    api(desk, "/subscribe/payments/schedule", {"customer_uid": uid, "schedules": [entry]})


def test_the_day_that_the_button_names_is_the_day_that_is_planned(desk: Running, visitor: Visitor) -> None:
    uid = f"typed_{time.time_ns()}"
    register(desk, uid)
    page = visitor("김민수", path="/billing_keys")
    open_key(page, uid)
    page.locator(".st-key-key_plan button").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("아직 필요한 것: 금액, 주문 이름")).to_be_visible()
    fill(page, "kd_amount", "12,345")
    fill(page, "kd_name", "월 구독")
    tomorrow = datetime.now(KST).replace(hour=10, minute=0, second=0, microsecond=0) + timedelta(days=1)
    named = f"{tomorrow:%Y-%m-%d}"
    expect(dialog.get_by_role("button", name=f"{named}(")).to_be_enabled()
    later = tomorrow + timedelta(days=3)
    for part, typed in (("year", "%Y"), ("month", "%m"), ("day", "%d")):
        dialog.locator(f".st-key-kd_day [data-type={part}]").click()
        page.keyboard.type(f"{later:{typed}}")  # the calendar stays open
    button = dialog.locator("[class*=st-key-key_plan_confirm] button")
    said = button.inner_text()
    button.click()  # on what it named: if that was another day than the typed one, the click is lost
    at_rest(page)
    if dialog.count():
        assert planned(desk, uid) == []
        said = button.inner_text()
        assert f"{later:%Y-%m-%d}" in said
        button.click()
    expect(page.get_by_text("12,345원 결제를 예약했습니다", exact=False)).to_be_visible()
    (at,) = planned(desk, uid)
    assert f"{datetime.fromtimestamp(at, KST):%Y-%m-%d}" in said


def test_a_second_plan_beside_a_running_one_is_asked_for_twice(desk: Running, visitor: Visitor) -> None:
    uid, now = f"beside_{time.time_ns()}", int(time.time())
    register(desk, uid)
    for days in (5, 35):
        plan(desk, uid, now + days * 86_400)
    page = visitor("김민수", path="/billing_keys")
    open_key(page, uid)
    page.locator(".st-key-key_plan button").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("월 구독 12,345원이 이미 매월 결제되고 있습니다.", exact=False)).to_be_visible()
    fill(page, "kd_amount", "12,345")
    fill(page, "kd_name", "월 구독")
    button = dialog.locator("[class*=st-key-key_plan_confirm] button")
    expect(button).to_be_disabled()
    expect(dialog.get_by_text("아직 필요한 것: 별도의 결제라는 확인 표시")).to_be_visible()
    dialog.get_by_text("이미 예약된 것과 별도입니다.").click()
    expect(button).to_be_enabled()
    at_rest(page)
    button.click()
    expect(dialog).to_have_count(0)
    until = time.monotonic() + 60
    while len(planned(desk, uid)) < 3:
        assert time.monotonic() < until
        time.sleep(0.5)
    at_rest(page)
    page.get_by_role("button", name="구독 해지").click()
    page.get_by_role("button", name="예약 3건 취소하기").click()
    expect(page.get_by_text("예약 3건을 모두 취소했습니다.")).to_be_visible()


def test_on_a_card_that_has_expired_nothing_is_planned_or_moved(desk: Running, visitor: Visitor) -> None:
    uid = f"expired_{time.time_ns()}"
    register(desk, uid)
    plan(desk, uid, int(time.time()) + 5 * 86_400)
    desk.control("POST", "/charges", {"customer_uid": uid, "fail_reason": "[8314] 유효기간이 지난 카드입니다."})
    page = visitor("김민수", path="/billing_keys")
    open_key(page, uid)
    page.locator(".st-key-key_charge button").click()
    fill(page, "kd_amount", "12,345")
    fill(page, "kd_name", "월 구독")
    page.get_by_role("button", name="12,345원 결제하기").click()
    expect(page.get_by_text("유효기간 만료", exact=False).first).to_be_visible()
    page.wait_for_url("**/billing_key?of=imp_*")
    at_rest(page)
    page.locator(".st-key-key_plan button").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("고객이 새 카드를 먼저 등록해야 합니다.", exact=False)).to_be_visible()
    assert dialog.locator("[class*=st-key-key_plan_confirm]").count() == 0
    page.locator(".st-key-key_close button").click()
    expect(dialog).to_have_count(0)
    at_rest(page)
    table = page.locator("[class*=st-key-key_schedules] [data-testid=stDataFrame]")
    until = time.monotonic() + 60
    while not dialog.count():  # a table that is still being drawn loses the click
        assert time.monotonic() < until
        table.click(position={"x": 120, "y": 50}, force=True)  # the first row
        page.wait_for_timeout(1_000)
        at_rest(page)
    expect(dialog.get_by_text("예약 취소", exact=True)).to_be_visible()
    expect(dialog.get_by_text("고객이 새 카드를 먼저 등록해야 합니다.", exact=False)).to_be_visible()
    assert dialog.locator("[class*=st-key-key_move_confirm]").count() == 0


def test_a_charge_of_which_nothing_was_heard_is_sent_again_under_its_order(desk: Running, visitor: Visitor) -> None:
    uid = f"unheard_{time.time_ns()}"
    desk.control("POST", "/customers", {"customer_uid": uid})
    page = visitor("김민수", path="/billing_keys")
    open_key(page, uid)
    desk.control("POST", "/faults", {"endpoint": "POST /subscribe/payments/again", "kind": "reset"})
    page.locator(".st-key-key_charge button").click()
    fill(page, "kd_amount", "12,345")
    fill(page, "kd_name", "월 구독")
    page.get_by_role("button", name="12,345원 결제하기").click()
    expect(page.get_by_text("결과를 확인하고 있습니다. 처리되었을 수 있습니다.")).to_be_visible()
    expect(page.locator(".st-key-key_charge button")).to_be_disabled()
    time_passes(desk, uid, 700)
    again = page.get_by_role("button", name="12,345원 다시 보내기")
    expect(again).to_be_visible(timeout=60_000)
    at_rest(page)

    page.locator(".st-key-key_charge button").click()  # a new one beside it: warned of, and not at once
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("응답을 받지 못해")).to_be_visible()
    fill(page, "kd_amount", "12,345")
    fill(page, "kd_name", "월 구독")
    expect(dialog.get_by_role("button", name="12,345원 결제하기")).to_be_disabled()
    dialog.get_by_role("button", name="12,345원 다시 보내기").dblclick()
    expect(page.get_by_text("12,345원을 결제했습니다.")).to_be_visible()
    assert charges(desk, uid) == [(12_345, "paid")]


def test_a_charge_that_cannot_be_told_is_decided_on_the_page_of_its_key(desk: Running, visitor: Visitor) -> None:
    uid = f"untold_{time.time_ns()}"
    desk.control("POST", "/customers", {"customer_uid": uid})
    page = visitor("김민수", path="/billing_keys")
    open_key(page, uid)
    for endpoint, kind in (("POST /subscribe/payments/again", "reset"), (FOUND, "http_5xx")):
        desk.control("POST", "/faults", {"endpoint": endpoint, "kind": kind, "count": 1 if kind == "reset" else 500})
    page.locator(".st-key-key_charge button").click()
    fill(page, "kd_amount", "12,345")
    fill(page, "kd_name", "월 구독")
    page.get_by_role("button", name="12,345원 결제하기").click()
    expect(page.get_by_text("결과를 확인하고 있습니다. 처리되었을 수 있습니다.")).to_be_visible()
    time_passes(desk, uid, 90_000)
    expect(page.get_by_text("자동으로 확인하지 못했습니다.")).to_be_visible(timeout=60_000)
    expect(page.locator(".st-key-key_charge button")).to_be_disabled()
    page.get_by_text("처리되지 않았습니다", exact=True).click()
    at_rest(page)
    page.locator("[class*=st-key-proof_] input").fill("KICC 가맹점 사이트에 승인 없음")
    page.keyboard.press("Tab")
    at_rest(page)
    desk.control("DELETE", "/faults")
    page.locator("[class*=st-key-decide_now] button").click()
    expect(page.locator(".st-key-key_charge button")).to_be_enabled()
    expect(page.get_by_text("실행되지 않음. 처리되지 않았습니다.")).to_be_visible()


def time_passes(desk: Running, uid: str, seconds: int) -> None:
    """For the open charge of this key: as if it had been sent so long ago."""
    with closing(sqlite3.connect(desk.folder / "paydesk.db", timeout=30)) as connection, connection:
        connection.execute(
            "UPDATE operations SET version = version + 1, last_sent_at = last_sent_at - ?, next_check_at = 0"
            " WHERE subject = ? AND state = 'UNKNOWN'",
            (seconds, f"charge:{uid}"),
        )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_its_pages_can_be_read_by_everybody(desk: Running, visitor: Visitor, scheme: str) -> None:
    uid = f"looks_{time.time_ns()}"
    desk.control("POST", "/customers", {"customer_uid": uid})
    page = visitor("김민수", path="/billing_keys")
    page.emulate_media(color_scheme=scheme)
    open_key(page, uid)
    readable(page)
    for path in ("/billing_keys", "/schedules"):
        page.goto(desk.url + path)
        at_rest(page)
        readable(page)


def readable(page: Page) -> None:
    assert page.locator('[data-testid="stException"]').count() == 0, page.url
    found = Axe().run(page).response["violations"]
    serious = [v["id"] for v in found if v["impact"] in ("serious", "critical") and v["id"] not in STREAMLITS_OWN]
    assert serious == [], page.url
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), page.url


def test_each_role_is_offered_what_it_may_do(desk: Running, visitor: Visitor) -> None:
    uid = f"roles_{time.time_ns()}"
    desk.control("POST", "/customers", {"customer_uid": uid})
    for person, offered in (
        ("이수연", {"key_plan"}),
        ("박서영", set()),
        ("김민수", {"key_plan", "key_charge", "key_delete"}),
    ):
        page = visitor(person, path="/billing_keys")
        open_key(page, uid)
        expect(page.get_by_text("이 빌링키로 결제한 내역이 아직 없습니다.")).to_be_visible()
        shown = {key for key in ("key_plan", "key_charge", "key_delete") if page.locator(f".st-key-{key}").count()}
        assert shown == offered, person
        assert uid not in page.url  # it may be somebody's e-mail


def test_an_agent_hears_at_once_what_may_not_be_planned_and_a_reload_keeps_the_key(
    desk: Running, visitor: Visitor
) -> None:
    uid = f"bounded_{time.time_ns()}@example.com"
    desk.control("POST", "/customers", {"customer_uid": uid})
    page = visitor("이수연", path="/billing_keys")
    open_key(page, uid)
    page.reload()
    at_rest(page)
    expect(page.get_by_role("heading", name=uid)).to_be_visible()
    assert uid.split("@")[0] not in page.url
    page.locator(".st-key-key_plan button").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("이 빌링키로 결제된 적이 아직 없습니다.")).to_be_visible()
    expect(dialog.locator("input")).to_have_count(0)  # nothing to fill in for nothing

    order = f"b{time.time_ns()}"
    again = {"customer_uid": uid, "merchant_uid": order, "amount": 9_900, "name": "정기구독"}
    paid = api(desk, "/subscribe/payments/again", again)
    desk.control("POST", "/webhooks", {"imp_uid": paid["imp_uid"]})
    page.wait_for_timeout(3_000)
    page.reload()
    at_rest(page)
    page.locator(".st-key-key_plan button").click()
    expect(dialog.get_by_text("9,900원까지 예약할 수 있습니다")).to_be_visible()
    fill(page, "kd_amount", "9901")
    expect(dialog.get_by_text("한 번에 결제된 가장 큰 금액(9,900원)보다 큽니다.")).to_be_visible()
    expect(dialog.locator("[class*=st-key-key_plan_confirm] button")).to_be_disabled()
    fill(page, "kd_amount", "9900")
    expect(dialog.locator("[class*=st-key-key_plan_confirm] button")).to_be_enabled()
