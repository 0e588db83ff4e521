"""What each method asks of the person who refunds it, and what happens when i'mport says no."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import Running, Visitor, at_rest
from tests.browser.test_journeys import make, upstream


def open_dialog(page: Page) -> None:
    page.locator(".st-key-refund button").click()
    page.locator(".st-key-refund_reason").wait_for()
    at_rest(page)


def choose(page: Page, key: str, option: str | None = None) -> None:
    page.locator(f".st-key-{key} input").click()
    found = page.get_by_role("option", name=option) if option else page.get_by_role("option")
    found.first.click()
    at_rest(page)


def test_a_paid_virtual_account_is_refunded_to_an_account(desk: Running, visitor: Visitor) -> None:
    payment = make(desk, pay_method="vbank", amount=40_000)
    page = visitor("김민수", path=f"/payment?imp_uid={payment['imp_uid']}")
    open_dialog(page)
    choose(page, "refund_reason")
    choose(page, "refund_bank", "신한은행")
    page.locator(".st-key-refund_number input").fill("110-123-45678O9")
    page.keyboard.press("Tab")
    expect(page.get_by_text("계좌번호는 숫자 7~20자리입니다")).to_be_visible()
    page.locator(".st-key-refund_number input").fill("110-123-456789")
    page.locator(".st-key-refund_holder input").fill("홍길동")
    page.keyboard.press("Tab")
    at_rest(page)
    page.get_by_role("button", name="40,000원 환불하기").click()
    expect(page.get_by_text("40,000원을 환불했습니다.")).to_be_visible(timeout=40_000)
    assert upstream(desk, payment["imp_uid"])["cancel_amount"] == 40_000


def test_phone_billing_offers_the_whole_amount_only(desk: Running, visitor: Visitor) -> None:
    payment = make(desk, pay_method="phone", amount=22_000)
    page = visitor("이수연", path=f"/payment?imp_uid={payment['imp_uid']}")
    open_dialog(page)
    assert page.locator(".st-key-refund_preset, .st-key-refund_amount").count() == 0
    choose(page, "refund_reason")
    page.get_by_role("button", name="22,000원 환불하기").dblclick()
    expect(page.get_by_text("22,000원을 환불했습니다.")).to_be_visible(timeout=40_000)
    assert [c["amount"] for c in upstream(desk, payment["imp_uid"])["cancel_history"]] == [22_000]


def test_a_mixed_order_asks_for_its_tax_free_part(desk: Running, visitor: Visitor) -> None:
    payment = make(desk, amount=42_000, tax_free=30_000)
    page = visitor("이수연", path=f"/payment?imp_uid={payment['imp_uid']}")
    open_dialog(page)
    choose(page, "refund_reason")
    expect(page.get_by_text("이번 환불의 면세 금액: 30,000원")).to_be_visible()  # all of it: nothing else is possible
    page.get_by_role("button", name="42,000원 환불하기").click()
    expect(page.get_by_text("42,000원을 환불했습니다.")).to_be_visible(timeout=40_000)


def test_a_balance_that_changed_meanwhile_is_shown_and_nothing_is_sent(desk: Running, visitor: Visitor) -> None:
    payment = make(desk, amount=50_000)
    page = visitor("이수연", path=f"/payment?imp_uid={payment['imp_uid']}")
    open_dialog(page)
    choose(page, "refund_reason")
    desk.control("POST", "/cancel", {"imp_uid": payment["imp_uid"], "amount": 20_000})
    page.get_by_role("button", name="50,000원 환불하기").click()
    expect(page.get_by_text("50,000원이 아니라 30,000원입니다")).to_be_visible(timeout=40_000)
    assert [c["amount"] for c in upstream(desk, payment["imp_uid"])["cancel_history"]] == [20_000]


def test_when_iamport_cannot_be_reached_the_dialog_says_so(desk: Running, visitor: Visitor) -> None:
    payment = make(desk, amount=50_000)
    page = visitor("이수연", path=f"/payment?imp_uid={payment['imp_uid']}")
    desk.control("POST", "/faults", {"endpoint": "GET /payments/{imp_uid}", "kind": "reset", "count": 50})
    try:
        page.locator(".st-key-refund button").click()
        expect(page.get_by_text("포트원에 연결하지 못했습니다")).to_be_visible(timeout=60_000)
    finally:
        desk.control("DELETE", "/faults")
    assert upstream(desk, payment["imp_uid"])["cancel_history"] == []


def test_a_refund_on_hold_is_taken_back_and_nothing_was_sent(desk: Running, visitor: Visitor) -> None:
    payment = make(desk, amount=15_000)
    page = visitor("이수연", path=f"/payment?imp_uid={payment['imp_uid']}")
    open_dialog(page)
    choose(page, "refund_reason")
    page.get_by_role("button", name="15,000원 환불하기").click()
    page.locator(".st-key-take_back button").click()
    expect(page.get_by_text("보내기 전에 되돌렸습니다.").first).to_be_visible(timeout=20_000)
    page.wait_for_timeout(4_000)
    assert upstream(desk, payment["imp_uid"])["cancel_amount"] == 0
    expect(page.locator(".st-key-refund button")).to_be_enabled()
