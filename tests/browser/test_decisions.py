"""A refund that reading cannot tell comes before a person, and everyone can see afterwards who decided what."""

from __future__ import annotations

import json

from playwright.sync_api import Page, expect

from tests.browser.conftest import Running, Visitor, at_rest
from tests.browser.test_journeys import WORDS, fill_refund, make

CANCEL = "POST /payments/cancel"


def open_operations(desk: Running) -> list[dict]:
    return json.loads(desk.command("operations", "--open", "--json").stdout)


def test_finance_decides_what_reading_cannot_tell(desk: Running, visitor: Visitor) -> None:
    """Our call fails, and somebody in the console cancels the same amount: whose it was only a person can say."""
    payment = make(desk, pg_provider="html5_inicis", pg_id="MOIpaydesk")
    imp_uid = payment["imp_uid"]
    page = visitor("이수연", path=f"/payment?imp_uid={imp_uid}")
    fill_refund(page, WORDS["ko-KR"], "10000")
    desk.control("POST", "/faults", {"endpoint": CANCEL, "kind": "http_5xx", "seconds": 6})
    page.get_by_role("button", name="10,000원 환불하기").click()
    while not open_operations(desk):
        page.wait_for_timeout(100)
    desk.control("POST", "/cancel", {"imp_uid": imp_uid, "amount": 10_000, "reason": "관리자페이지취소"})
    expect(page.get_by_text("사람이 확인해야 하는 환불입니다")).to_be_visible(timeout=60_000)
    assert page.locator("[class*=st-key-decide_now]").count() == 0
    expect(page.locator(".st-key-refund button")).to_be_disabled()

    finance = visitor("김민수", path=f"/payment?imp_uid={imp_uid}")
    expect(finance.get_by_text("KG이니시스 가맹점 사이트에서 무엇을 확인했나요?")).to_be_visible()
    decide(finance, "환불되었습니다", "네네네네")
    expect(finance.get_by_text("근거에 번호가 없습니다")).to_be_visible()
    decide(finance, "환불되지 않았습니다", "KICC 가맹점 관리자: 다른 직원이 취소")
    expect(finance.get_by_text("사람이 확인해야 하는 환불입니다")).to_have_count(0, timeout=30_000)
    [operation] = [o for o in json.loads(desk.command("operations", "--json").stdout) if o["imp_uid"] == imp_uid]
    assert operation["state"] == "NOT_EXECUTED"
    expect(finance.get_by_text("담당자 판단: 10,000원 환불되지 않음")).to_be_visible()
    expect(finance.get_by_text("KICC 가맹점 관리자: 다른 직원이 취소")).to_be_visible()

    finance.goto(f"{desk.url}/activity")
    at_rest(finance)
    finance.locator(".st-key-on input").fill(imp_uid)
    finance.keyboard.press("Enter")
    at_rest(finance)
    table = finance.get_by_test_id("stDataFrame").locator("table")
    expect(table).to_contain_text("김민수")
    expect(table).to_contain_text("환불되지 않음")
    expect(table).to_contain_text("담당자가 실행되지 않은 것을 확인")
    assert desk.command("audit", "verify").returncode == 0


def decide(page: Page, choice: str, proof: str) -> None:
    page.get_by_text(choice, exact=True).click()
    at_rest(page)
    page.locator("[class*=st-key-proof_] input").fill(proof)
    page.keyboard.press("Tab")
    at_rest(page)
    page.locator("[class*=st-key-decide_now] button").click()
    at_rest(page)


def test_activity_is_not_for_agents(desk: Running, visitor: Visitor) -> None:
    page = visitor("이수연", path="/activity")
    assert page.get_by_role("heading", name="활동 기록").count() == 0
    assert page.get_by_role("link", name="활동 기록").count() == 0
