"""A refund that was made another way is written down once, and withdrawn by finance when it was wrong."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import Running, Visitor, at_rest
from tests.browser.test_journeys import make

HEADING = "다른 방법으로 환불했나요?"


def opened(page: Page) -> None:
    page.get_by_text(HEADING).click()
    at_rest(page)


def test_enter_and_a_double_click_record_one_and_finance_withdraws_it(desk: Running, visitor: Visitor) -> None:
    imp_uid = make(desk)["imp_uid"]
    page = visitor("이수연", path=f"/payment?imp_uid={imp_uid}")
    opened(page)
    page.locator("[class*=st-key-outside_amount_] input").fill("10000")
    page.locator("[class*=st-key-outside_proof_] input").fill("이체 20261124-1")
    page.keyboard.press("Enter")
    at_rest(page)
    assert page.get_by_text("원 다른 방법으로 환불").count() == 0
    page.locator("[class*=st-key-outside_record_] button").dblclick()
    expect(page.get_by_text("10,000원을 기록했습니다.")).to_be_visible()
    at_rest(page)
    expect(page.get_by_text("10,000원 다른 방법으로 환불")).to_have_count(1)
    expect(page.get_by_text("다른 방법으로 환불 10,000원 + 환불 가능 80,000원")).to_be_visible()
    expect(page.locator("[class*=st-key-outside_proof_] input")).to_have_value("")
    assert page.get_by_role("button", name="철회").count() == 0

    finance = visitor("김민수", path=f"/payment?imp_uid={imp_uid}")
    opened(finance)
    finance.get_by_role("button", name="철회").click()
    finance.locator("[class*=st-key-void_why_] input").fill("다른 결제의 이체")
    finance.keyboard.press("Tab")
    at_rest(finance)
    finance.get_by_role("button", name="이 기록 철회하기").click()
    expect(finance.get_by_text("10,000원 기록을 철회했습니다.")).to_be_visible()
    at_rest(finance)
    expect(finance.get_by_text("10,000원 다른 방법으로 환불")).to_have_count(0)
