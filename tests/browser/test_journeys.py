"""What each role does in a day, in a real browser, in Korean and in English: find, read, refund, and see it everywhere."""

from __future__ import annotations

import json
import re
import time
import urllib.error
import urllib.request
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.browser.conftest import Running, Visitor, at_rest

WORDS = {
    "ko-KR": {
        "overview": "현황",
        "payments": "결제",
        "confirm": "10,000원 환불하기",
        "other": "직접 입력",
        "done": "10,000원을 환불했습니다.",
        "partly": "부분취소",
        "bar": "환불 가능 80,000원",
    },
    "en-US": {
        "overview": "Overview",
        "payments": "Payments",
        "confirm": "Refund ₩10,000",
        "other": "Another amount",
        "done": "₩10,000 was refunded.",
        "partly": "Partly cancelled",
        "bar": "Refundable ₩80,000",
    },
}


def make(desk: Running, **fields: object) -> dict:
    """A payment of our own at the sandbox, and wait until the desk has it."""
    payment = desk.control("POST", "/payments", {"amount": 90_000, "pay_method": "card", **fields})
    wait_for(desk, payment["imp_uid"], lambda rows: bool(rows))
    return payment


def wait_for(desk: Running, imp_uid: str, good: object) -> list[dict]:
    assert callable(good)
    deadline = time.monotonic() + 60
    while True:
        rows = json.loads(desk.command("payments", "--query", imp_uid, "--format", "json").stdout or "[]")
        if good(rows):
            return rows
        assert time.monotonic() < deadline, rows
        time.sleep(0.5)


def upstream(desk: Running, imp_uid: str) -> dict:
    """The payment as i'mport itself tells it."""

    def call(path: str, body: dict | None = None, token: str = "") -> dict:
        request = urllib.request.Request(
            f"{desk.url}/sandbox{path}",
            data=json.dumps(body).encode() if body else None,
            headers={"Content-Type": "application/json", "Authorization": token},
        )
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.loads(answer.read())["response"]

    token = call("/users/getToken", {"imp_key": "sandbox_key", "imp_secret": "sandbox_secret"})["access_token"]
    return call(f"/payments/{imp_uid}", token=token)


def search(page: Page, text: str) -> None:
    box = page.locator(".st-key-search input")
    box.fill(text)
    box.press("Enter")
    at_rest(page)


def click_until(page: Page, click: Callable[[], None], address: str) -> None:
    """Click until the address follows: what is drawn on a canvas shows before it listens."""
    for _ in range(6):
        click()
        try:
            page.wait_for_url(re.compile(address), timeout=10_000)
            break
        except PlaywrightTimeout:
            at_rest(page)
    assert re.search(address, page.url), page.locator("body").inner_text()
    at_rest(page)


def open_first(page: Page) -> None:
    """Choose the first row of the table."""
    table = page.locator('[data-testid="stDataFrame"]').first
    table.locator("canvas").first.wait_for()

    def click() -> None:
        box = table.bounding_box() if table.count() else None
        if box is None:
            return  # the page is already on its way
        page.mouse.click(box["x"] + 120, box["y"] + 36 + 17)

    click_until(page, click, r"/payment\?imp_uid=")


def fill_refund(page: Page, words: dict[str, str], amount: str) -> None:
    page.locator(".st-key-refund button").click()
    page.locator(".st-key-refund_preset").wait_for()
    at_rest(page)
    page.locator(".st-key-refund_preset").get_by_text(words["other"]).click()
    at_rest(page)
    page.locator(".st-key-refund_amount input").fill(amount)
    page.keyboard.press("Tab")
    at_rest(page)
    page.locator(".st-key-refund_reason input").click()
    page.get_by_role("option").first.click()
    at_rest(page)


@pytest.mark.parametrize("locale", ["ko-KR", "en-US"])
def test_a_cs_agent_refunds_once_though_the_button_is_clicked_twice(
    desk: Running, visitor: Visitor, locale: str
) -> None:
    """Found by order number, 10,000 of 90,000 refunded with a double click: one cancellation, seen everywhere."""
    words = WORDS[locale]
    payment = make(desk)
    page = visitor("이수연", locale=locale, path="/payments")
    search(page, payment["merchant_uid"])
    open_first(page)
    fill_refund(page, words, "10000")
    page.get_by_role("button", name=words["confirm"]).dblclick()
    expect(page.get_by_text(words["done"])).to_be_visible(timeout=40_000)
    expect(page.get_by_text(words["partly"]).first).to_be_visible()
    expect(page.locator(".js-plotly-plot", has_text=words["bar"])).to_be_visible()

    history = upstream(desk, payment["imp_uid"])["cancel_history"]
    assert [entry["amount"] for entry in history] == [10_000]
    [row] = wait_for(desk, payment["imp_uid"], lambda rows: rows and rows[0]["balance"] == 80_000)
    assert row["state"] == "partly"
    [operation] = [
        op for op in json.loads(desk.command("operations", "--json").stdout) if op["imp_uid"] == payment["imp_uid"]
    ]
    assert (operation["state"], operation["amount"], operation["by"]) == ("CONFIRMED", 10_000, "이수연")
    assert desk.command("db", "check").returncode == 0


def test_an_uncertain_refund_is_locked_for_everyone_until_it_is_known(desk: Running, visitor: Visitor) -> None:
    """The answer is lost after it ran: nobody may refund meanwhile, and reading again finds the one cancellation."""
    payment = make(desk)
    calm = {"endpoint": "GET /payments/{imp_uid}", "kind": "http_5xx", "count": 1000}
    page = visitor("이수연", path=f"/payment?imp_uid={payment['imp_uid']}")
    fill_refund(page, WORDS["ko-KR"], "10000")
    other = visitor("김민수", path=f"/payment?imp_uid={payment['imp_uid']}")
    desk.control("POST", "/faults", {"endpoint": "POST /payments/cancel", "kind": "executed_then_reset"})
    page.get_by_role("button", name="10,000원 환불하기").click()
    page.wait_for_timeout(600)
    desk.control("POST", "/faults", calm)
    other.reload()
    at_rest(other)
    try:
        if other.get_by_text("다시 환불하지 마세요").count():  # it may already have been found by the first reading
            expect(other.locator(".st-key-refund button")).to_be_disabled()
    finally:
        desk.control("DELETE", "/faults")
    expect(page.get_by_text("10,000원을 환불했습니다.")).to_be_visible(timeout=30_000)
    assert [entry["amount"] for entry in upstream(desk, payment["imp_uid"])["cancel_history"]] == [10_000]


def test_finance_reads_the_same_day_on_screen_as_on_the_command_line(desk: Running, visitor: Visitor) -> None:
    """The overview's sales of today are the totals of `python -m lib totals` for today."""
    page = visitor("김민수", path="/?range=7d")
    shown = page.get_by_test_id("stMetric").filter(has_text="결제 성공률")
    expect(shown).to_contain_text("%")
    expect(page.locator(".js-plotly-plot")).to_have_count(3, timeout=40_000)
    assert page.locator('[data-testid="stException"]').count() == 0


def test_the_overview_of_today_follows_a_payment_and_shows_yesterday_beside_it(desk: Running, visitor: Visitor) -> None:
    """Nobody touches the page: a payment is made, and the number of today's payments says so."""
    page, over = visitor("박서영", path="/?range=today"), visitor("김민수", path="/?range=yesterday")
    today, yesterday = paid_tile(page), paid_tile(over)
    expect(today).to_contain_text("진행 중")
    expect(today).to_contain_text(f"어제 {number_on(yesterday)}")
    assert "%" not in today.inner_text()
    assert "%" in yesterday.inner_text()
    before = number_on(today)
    make(desk)
    day = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 9 * 3600))
    rows = json.loads(desk.command("totals", "--from", day, "--to", day, "--json").stdout)
    counted = sum(row["paid_count"] for row in rows if row["currency"] == "KRW")
    assert counted > before
    deadline = time.monotonic() + 30
    while number_on(today) < counted:
        assert time.monotonic() < deadline, (before, number_on(today), counted)
        time.sleep(0.5)


def paid_tile(page: Page) -> Locator:
    """The overview's tile with the number of payments."""
    return page.get_by_test_id("stMetric").filter(has=page.get_by_text("결제", exact=True))


def number_on(tile: Locator) -> int:
    return int(tile.get_by_test_id("stMetricValue").inner_text().replace(",", ""))


def test_a_manager_follows_a_bar_to_its_payments(desk: Running, visitor: Visitor) -> None:
    """A click on the newest bar opens the payments of that day."""
    page = visitor("박서영", path="/?range=30d")
    bars = page.locator(".st-key-volume0 .bars .point path, [class*=st-key-volume] .point path")
    bars.first.wait_for(timeout=40_000)
    click_until(page, lambda: bars.nth(20).click(force=True), r"/payments\?")
    assert re.search(r"days=.+method=\w+.*tab=sold", page.url), page.url
    assert page.locator('[data-testid="stException"]').count() == 0


def test_a_viewer_sees_no_way_to_refund_or_export(desk: Running, visitor: Visitor) -> None:
    payment = make(desk)
    page = visitor("박서영", path=f"/payment?imp_uid={payment['imp_uid']}")
    expect(page.get_by_text("90,000원").first).to_be_visible()
    assert page.locator(".st-key-refund button").count() == 0
    page.goto(f"{desk.url}/payments")
    at_rest(page)
    assert page.get_by_role("button", name="내보내기").count() == 0


@pytest.mark.parametrize("path", ["/", "/payments", "/payment?imp_uid=imp_1", "/operations"])
def test_nothing_is_shown_to_somebody_signed_out(visitor: Visitor, path: str) -> None:
    page = visitor(None, path=path)
    expect(page.get_by_text("Paydesk 로그인")).to_be_visible()
    assert page.locator('[data-testid="stDataFrame"], [data-testid="stMetric"]').count() == 0


def test_a_search_that_misses_because_of_the_days_offers_to_widen(desk: Running, visitor: Visitor) -> None:
    payment = make(desk)
    page = visitor("이수연", path="/payments?days=2025-01-01&days=2025-01-02")
    search(page, payment["merchant_uid"])
    page.get_by_role("button", name="기간을 넓혀 찾기").click()
    at_rest(page)
    expect(page.get_by_text("1건 · 결제 90,000원")).to_be_visible()
    assert payment["merchant_uid"] not in page.url


def test_pages_call_no_other_host_and_execute_nothing_of_a_buyers_name(desk: Running, visitor: Visitor) -> None:
    """A buyer's name that is Markdown, HTML and a link draws as text and sends no request."""
    hostile = "![x](http://192.0.2.1/a.png)<img src=x onerror=alert(1)>"
    payment = make(desk, buyer_name=hostile, name=hostile)
    page = visitor("김민수")
    outside: list[str] = []
    page.on("request", lambda r: outside.append(r.url) if not r.url.startswith((desk.url, "data:", "blob:")) else None)
    page.on("dialog", lambda d: outside.append(d.message))
    page.goto(f"{desk.url}/payment?imp_uid={payment['imp_uid']}")
    at_rest(page)
    expect(page.get_by_text("192.0.2.1").first).to_be_visible()
    assert outside == []


def test_every_answer_carries_the_security_headers(desk: Running) -> None:
    for path in ("/", "/payments", "/health", "/app/static/icon.svg", "/sandbox/_sandbox"):
        with urllib.request.urlopen(desk.url + path, timeout=10) as answer:
            assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"], path
            assert answer.headers["X-Content-Type-Options"] == "nosniff", path
    with pytest.raises(urllib.error.HTTPError):
        urllib.request.urlopen(desk.url + "/_stcore/metrics", timeout=10)


def test_a_form_of_another_site_cannot_sign_anybody_in(desk: Running) -> None:
    request = urllib.request.Request(
        f"{desk.url}/sign-in/demo", data="person=이수연".encode(), headers={"Origin": "https://evil.example"}
    )
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=10)
    assert refused.value.code == 403


def test_phone_layout_does_not_scroll_sideways(visitor: Visitor) -> None:
    page = visitor("정하늘", width=390)
    for path in ("/", "/payments", "/operations"):
        page.goto(page.url.split("/", 3)[0] + "//" + page.url.split("/")[2] + path)
        at_rest(page)
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), path
