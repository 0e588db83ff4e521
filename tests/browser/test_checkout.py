"""The checkout page: windows opened and paid, payments that arrive by webhook, and links that customers pay."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, FrameLocator, Page, expect

from tests.browser.conftest import Running, Visitor, at_rest
from tests.browser.test_window import DESK, PHONE

WAYS = {"card": "결제완료", "trans_escrow": "결제완료", "vbank": "입금대기", "phone": "결제완료"}
Opened = Callable[..., Page]


@pytest.fixture
def stranger(desk: Running, browser: Browser) -> Iterator[Opened]:
    """A browser of its own for each: `stranger(PHONE)`; fails at the end when a script or a policy complained."""
    contexts, wrong = [], []

    def open_page(kind: dict[str, Any], path: str = "", locale: str = "ko-KR") -> Page:
        context = browser.new_context(locale=locale, timezone_id="Asia/Seoul", **kind)
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda line: wrong.append(line.text) if "Content Security" in line.text else None)
        if path:
            page.goto(path if path.startswith("http") else desk.url + path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert wrong == []


def signed_in(desk: Running, page: Page, path: str) -> None:
    page.goto(desk.url + path)
    at_rest(page)
    page.locator("form.people button", has_text="이수연").click()
    page.wait_for_selector('[data-testid="stSidebar"]', state="attached")
    at_rest(page)


def pay(page: Page, kind: dict[str, Any]) -> None:
    """Approve what the window offers, on a computer over the page, on a phone as the whole page."""
    window: Page | FrameLocator = page if kind is PHONE else page.frame_locator("dialog iframe")
    window.locator("#window form .go").click()
    done = window.get_by_role("button", name="확인", exact=True)
    back = page.locator("main [role=status]")
    expect(done.or_(back).first).to_be_visible()
    if done.count():
        done.click()
    expect(back).to_be_visible()


@pytest.mark.parametrize("kind", [DESK, PHONE], ids=["desk", "phone"])
def test_each_way_is_paid_from_the_page_and_arrives_by_webhook(
    desk: Running, stranger: Opened, kind: dict[str, Any]
) -> None:
    page = stranger(kind)
    signed_in(desk, page, "/checkout?view=window")
    for way, state in WAYS.items():
        page.goto(f"{desk.url}/checkout?preset={way}")
        at_rest(page)
        with page.context.expect_page() as tab:
            page.get_by_role("link", name="결제창 열기").click()
        window = tab.value
        window.locator("#open").click()
        pay(window, kind)
        expect(window.get_by_text("포트원에서 이 주문의 금액과 상태를 확인했습니다.")).to_be_visible()
        window.close()
        expect(page.get_by_text("웹훅 수신")).to_be_visible()
        at_rest(page)
        page.locator(".st-key-ck_open_payment button").click()
        expect(page.get_by_test_id("stBadge").filter(has_text=state).or_(page.get_by_text(state)).first).to_be_visible()


def test_a_deposit_shows_on_the_payments_page_by_itself(desk: Running, visitor: Visitor) -> None:
    made = desk.control("POST", "/payments", {"amount": 43_210, "pay_method": "vbank", "status": "ready"})
    page = visitor("이수연", path=f"/payment?imp_uid={made['imp_uid']}")
    expect(page.get_by_text("입금대기").first).to_be_visible()
    desk.control("POST", "/deposit", {"imp_uid": made["imp_uid"]})
    expect(page.get_by_text("결제완료").first).to_be_visible(timeout=20_000)  # at most one reading in ten seconds


def test_wrong_parameters_are_named_as_they_are_typed(visitor: Visitor) -> None:
    page = visitor("이수연", path="/checkout?preset=phone")
    telephone = page.locator(".st-key-ck_buyer_tel input")
    telephone.fill("")
    telephone.press("Tab")
    expect(page.get_by_text("buyer_tel 값이 없습니다. KICC 결제에는 꼭 필요합니다.")).to_be_visible()
    expect(page.get_by_test_id("stLinkButton").locator("a[disabled]")).to_be_visible()
    page.get_by_text("JSON으로 직접 쓰기").click()
    at_rest(page)
    text = page.locator(".st-key-ck_text textarea")
    text.fill('{"pay_method": "phone", "merchant_uid": "o-1", "name": "전자책", "amount": "6500", "buyer_tel": "010"}')
    text.press("Control+Enter")
    expect(page.get_by_text("amount은(는) 따옴표 없는 정수여야 합니다.")).to_be_visible()
    expect(page.get_by_text("휴대폰 결제에는 digital")).to_be_visible()


def link(page: Page, name: str, amount: str) -> str:
    """A link made on the page."""
    page.locator(".st-key-link_name input").fill(name)
    page.locator(".st-key-link_amount input").fill(amount)
    page.locator(".st-key-link_amount input").press("Tab")
    at_rest(page)
    page.locator(".st-key-link_make button").click()
    message = page.get_by_test_id("stCode")
    expect(message).to_contain_text("/pay/")
    return "http" + message.inner_text().split("http", 1)[1].strip()


@pytest.mark.parametrize("kind", [DESK, PHONE], ids=["desk", "phone"])
def test_a_link_is_paid_by_somebody_who_is_not_signed_in(
    desk: Running, visitor: Visitor, stranger: Opened, kind: dict[str, Any]
) -> None:
    page = visitor("이수연", path="/checkout")
    name = f"추가 배송비 {kind['viewport']['width']}"
    url = link(page, name, "3,500")
    customer = stranger(kind, url)
    assert Axe().run(customer).response["violations"] == []
    customer.get_by_label("휴대폰 번호").fill("010-1234-5678")
    customer.get_by_role("button", name="3,500원 결제하기").click()
    pay(customer, kind)
    expect(customer.get_by_text("결제가 완료되었습니다.")).to_be_visible()
    again = stranger(kind, url, "en-US")
    expect(again.get_by_text("This order is paid.")).to_be_visible()
    expect(again.get_by_role("button")).to_have_count(0)
    listed = visitor("이수연", path="/payments")
    expect(listed.get_by_test_id("stDataFrame").first).to_contain_text(name)


def test_a_payment_shows_on_the_list_by_itself(desk: Running, visitor: Visitor) -> None:
    page = visitor("이수연", path="/payments")
    made = desk.control("POST", "/payments", {"amount": 76_543})
    expect(page.get_by_test_id("stDataFrame").first).to_contain_text(made["merchant_uid"])


def test_a_link_that_was_changed_or_withdrawn_is_refused(desk: Running, visitor: Visitor, stranger: Opened) -> None:
    page = visitor("이수연", path="/checkout")
    url = link(page, "회수할 상품", "50,000")
    customer = stranger(DESK, f"{url[:-4]}AAAA")
    expect(customer.get_by_text("결제 링크가 올바르지 않습니다.")).to_be_visible()
    expect(page.locator(".st-key-link_make button")).to_be_disabled()
    page.locator(".st-key-link_withdraw button").click()
    page.locator(".st-key-link_withdraw_yes button").click()
    expect(page.locator(".stMarkdownBadge", has_text="회수됨")).to_be_visible()
    expect(page.get_by_test_id("stCode")).to_have_count(0)
    expect(page.locator(".st-key-link_make button")).to_be_enabled()
    customer.goto(url)
    expect(customer.get_by_text("판매자가 이 결제 링크를 회수했습니다.")).to_be_visible()
    expect(customer.get_by_role("button")).to_have_count(0)


def test_a_card_registered_for_nothing_pays_no_link(desk: Running, visitor: Visitor, stranger: Opened) -> None:
    page = visitor("이수연", path="/checkout")
    url = link(page, "훔칠 상품", "8,000")
    thief = stranger(DESK, url)
    thief.evaluate(
        """() => {
          const order = JSON.parse(document.getElementById("order").textContent);
          const wish = { pay_method: "card", buyer_tel: "010", customer_uid: "thief", pg: "kicc.IM000998" };
          IMP.init(order.code);
          IMP.request_pay({ ...order.params, ...wish }, () => {});
        }"""
    )
    thief.frame_locator("dialog iframe").locator("#window form .go").click()
    expect(thief.locator("dialog")).to_have_count(0)
    thief.goto(url)
    expect(thief.get_by_text("이 주문과 맞지 않는 결제가 확인되어")).to_be_visible()
    expect(thief.get_by_text("결제가 완료되었습니다.")).to_have_count(0)
    alarm = page.get_by_text("훔칠 상품 · 요청 8,000원, 결제 0원")
    expect(alarm).to_be_visible(timeout=20_000)  # the webhook, and the page that looks every five seconds
    expect(page.get_by_text("다른 금액 또는 테스트 채널로 결제된 링크가 있습니다.")).to_be_visible()
    expect(page.locator(".stMarkdownBadge", has_text="확인 필요")).to_be_visible()


def test_of_two_customers_the_second_is_told_that_it_was_paid(
    desk: Running, visitor: Visitor, stranger: Opened
) -> None:
    url = link(visitor("이수연", path="/checkout"), "하나뿐인 상품", "12,000")
    first, second = stranger(DESK, url), stranger(DESK, url)
    for customer in (first, second):
        customer.get_by_label("휴대폰 번호").fill("010-1234-5678")
    first.get_by_role("button", name="12,000원 결제하기").click()
    pay(first, DESK)
    second.get_by_role("button", name="12,000원 결제하기").click()
    expect(second.get_by_text("결제가 완료되었습니다.")).to_be_visible()
    expect(second.get_by_role("button")).to_have_count(0)


@pytest.mark.parametrize("amount", ["abc", "5,000.5", "-500"])
def test_an_amount_that_is_none_is_told_once_and_of_links(visitor: Visitor, amount: str) -> None:
    page = visitor("이수연", path="/checkout")
    page.locator(".st-key-link_name input").fill("가방")
    page.locator(".st-key-link_amount input").fill(amount)
    page.locator(".st-key-link_amount input").press("Tab")
    at_rest(page)
    page.locator(".st-key-link_make button").click()
    at_rest(page)
    said = page.get_by_test_id("stAlert").filter(has_text="원 단위 금액이 아닙니다")
    expect(said).to_have_count(1)
    expect(said).to_contain_text(amount)
    expect(page.get_by_text("환불을 보내지 않았습니다")).to_have_count(0)
    expect(page.get_by_test_id("stCode")).to_have_count(0)
