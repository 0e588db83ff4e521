"""A payment of a test channel in a real browser: found by search, marked, and in no other tab."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Running, Visitor, at_rest

AMOUNT = 7_654_321


def test_a_test_payment_is_found_and_marked_and_sold_nowhere(desk: Running, visitor: Visitor) -> None:
    test = desk.control("POST", "/payments", {"amount": AMOUNT, "sandbox": True, "pg_id": "T5102001"})
    desk.control("POST", "/webhooks", {"imp_uid": test["imp_uid"]})  # no list holds it: the webhook brings it
    page = visitor("김민수", path=f"/payment?imp_uid={test['imp_uid']}")
    main = page.locator('[data-testid="stMain"]')
    expect(main.get_by_text("테스트 채널에서 만든 결제입니다.")).to_be_visible()
    page = visitor("김민수", path="/payments")
    main = page.locator('[data-testid="stMain"]')
    page.locator(".st-key-search input").fill(f"{AMOUNT:,}원")
    page.keyboard.press("Enter")
    expect(main.get_by_text("테스트 결제 1건이 일치합니다.")).to_be_visible()
    at_rest(page)
    expect(main.get_by_role("radio", name="전체 0")).to_be_visible()
    page.locator(".st-key-tests button").click()
    expect(main.get_by_text("어떤 합계에도 들어가지 않습니다.")).to_be_visible()
    at_rest(page)
    expect(main.get_by_role("radio", name="테스트 결제 1", checked=True)).to_be_visible()
    page.locator(".st-key-export button").click()
    page.get_by_text("CSV", exact=True).click()
    expect(page.locator("a.pd-download")).to_contain_text("test-payments-")  # no one takes it for the list of sales
