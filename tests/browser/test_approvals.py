"""Above the limit: one asks, another answers, and exactly that refund is made."""

from __future__ import annotations

import time

from playwright.sync_api import expect

from tests.browser.conftest import Running, Visitor, at_rest
from tests.browser.test_journeys import make, upstream
from tests.browser.test_refund_forms import choose, open_dialog


def test_a_second_person_approves_a_large_refund(desk: Running, visitor: Visitor) -> None:
    amount = 250_000 + time.time_ns() % 10_000  # one that no other request has
    said = f"{amount:,}원"
    payment = make(desk, amount=amount)
    agent = visitor("이수연", path=f"/payment?imp_uid={payment['imp_uid']}")
    open_dialog(agent)
    choose(agent, "refund_reason")
    agent.get_by_role("button", name=f"{said} 승인 요청하기").dblclick()
    expect(agent.get_by_text(f"이수연 님이 {said} 환불의 승인을 요청했습니다.")).to_be_visible()
    agent.goto(f"{desk.url}/approvals")
    at_rest(agent)
    assert agent.get_by_role("button", name=f"{said} 승인하기").count() == 0
    assert upstream(desk, payment["imp_uid"])["cancel_amount"] == 0

    finance = visitor("김민수")
    finance.locator(".st-key-row_approvals button").click()
    expect(finance.get_by_text(payment["merchant_uid"])).to_be_visible()
    finance.get_by_role("button", name=f"{said} 승인하기").dblclick()
    answered = finance.get_by_text("승인했습니다").or_(
        finance.get_by_text("이미 처리되었거나")
    )  # to the first or second click
    expect(answered.first).to_be_visible()
    expect(finance.get_by_text(f"{said}을 환불했습니다.")).to_be_visible()  # the page follows what it let through
    assert finance.get_by_text("보내는 중").count() == 0
    told = agent.get_by_test_id("stSidebar").get_by_role("button", name=f"김민수 님이 {said} 환불을 승인했습니다.")
    expect(agent.get_by_role("heading", name="오늘 답변을 받은 내 요청")).to_be_visible()
    expect(told).to_have_count(0)  # the page of approvals has shown it
    finance.goto(f"{desk.url}/payment?imp_uid={payment['imp_uid']}")
    at_rest(finance)
    expect(finance.get_by_text("전체취소").first).to_be_visible(timeout=30_000)
    assert [entry["amount"] for entry in upstream(desk, payment["imp_uid"])["cancel_history"]] == [amount]


def test_a_request_is_announced_at_once_and_denied_with_a_reason(desk: Running, visitor: Visitor) -> None:
    finance = visitor("김민수", path="/approvals")
    payment = make(desk, amount=260_000 + time.time_ns() % 10_000)
    said = f"{payment['amount']:,}원"
    agent = visitor("이수연", path=f"/payment?imp_uid={payment['imp_uid']}")
    open_dialog(agent)
    choose(agent, "refund_reason")
    agent.get_by_role("button", name=f"{said} 승인 요청하기").click()

    expect(finance.get_by_text(f"전액 {said}")).to_be_visible()  # nobody loaded the page again
    expect(finance.get_by_test_id("stSidebar").get_by_text("승인을 기다리는 환불")).to_be_visible()
    card = finance.locator("[data-testid=stVerticalBlock]").filter(has_text=f"전액 {said}").last
    card.get_by_role("button", name="거절").click()
    why = finance.locator("[class*=st-key-why_] input")
    why.fill("반품이 도착하지 않음")
    finance.keyboard.press("Tab")
    at_rest(finance)
    finance.get_by_role("button", name=f"{said} 거절").click()
    expect(finance.get_by_text(f"전액 {said}")).to_have_count(0)

    agent.goto(f"{desk.url}/payments")
    at_rest(agent)
    told = agent.get_by_test_id("stSidebar").get_by_role("button", name=f"김민수 님이 {said} 환불을 거절했습니다.")
    told.click()
    expect(agent.get_by_role("heading", name=said)).to_be_visible()
    expect(told).to_have_count(0)  # it was seen
    expect(agent.get_by_text("반품이 도착하지 않음")).to_be_visible()
    assert upstream(desk, payment["imp_uid"])["cancel_amount"] == 0
