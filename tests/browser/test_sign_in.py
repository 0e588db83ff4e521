"""Signing in with a password, and being told what is wrong."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Running, Visitor, at_rest


def test_a_person_with_a_password_signs_in_where_they_wanted_to_go_and_out_again(
    desk: Running, visitor: Visitor
) -> None:
    made = desk.command(
        "users", "add", "최은지", "--role", "finance", "--password-stdin", stdin="바다 건너 등대 하나 둘\n"
    )
    assert made.returncode == 0, made.stderr
    page = visitor(None, path="/payments?tab=failed")
    page.locator("input[name=account]").fill("최은지")
    page.locator("input[name=password]").fill("틀린 비밀번호입니다 하나")
    page.locator("form.pd button.main").click()
    expect(page.get_by_text("이름이나 비밀번호가 맞지 않습니다")).to_be_visible()
    page.locator("input[name=account]").fill("최은지")
    page.locator("input[name=password]").fill("바다 건너 등대 하나 둘")
    page.locator("form.pd button.main").click()
    page.wait_for_selector('[data-testid="stSidebar"]', state="attached")
    at_rest(page)
    assert page.url.endswith("/payments?tab=failed")
    expect(page.get_by_text("최은지 · 정산 담당")).to_be_visible()
    page.get_by_role("button", name="로그아웃").click()
    expect(page.get_by_text("Paydesk 로그인")).to_be_visible()
    assert not any(cookie["name"] == "paydesk_session" for cookie in page.context.cookies())


def test_the_language_can_be_switched_and_stays(desk: Running, visitor: Visitor) -> None:
    page = visitor("박서영")
    page.get_by_role("button", name="English").click()
    at_rest(page)
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()
    page.goto(f"{desk.url}/payments")
    at_rest(page)
    expect(page.get_by_role("heading", name="Payments")).to_be_visible()
