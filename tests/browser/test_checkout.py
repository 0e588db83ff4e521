"""The checkout page: windows opened and paid, payments that arrive by webhook, and links that customers pay."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Dialog, FrameLocator, Page, Route, expect

from lib.payments.checkout_code import Comments, returned
from tests.browser.conftest import Running, Visitor, at_rest
from tests.browser.test_window import DESK, PHONE

WAYS = {"card": "결제완료", "trans_escrow": "결제완료", "vbank": "입금대기", "phone": "결제완료"}
PAID = "포트원에서 이 주문의 금액과 상태를 확인했습니다."
SAID = {"card": PAID, "trans_escrow": PAID, "vbank": "계좌만 발급되었고 아직 입금되지 않았습니다.", "phone": PAID}
OPENS = "이 파라미터로 결제창이 열립니다."
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
        expect(window.get_by_text(SAID[way])).to_be_visible()
        if kind is DESK:  # a phone has been to the window's own page, and a tab with a past may not close itself
            window.wait_for_load_state("load")
            with window.expect_event("close"):
                window.locator("#back").evaluate("(link) => setTimeout(() => link.click())")
        else:
            window.close()
        expect(page.get_by_text(SAID[way])).to_be_visible()
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


def turn(page: Page) -> None:
    """Between the form and its JSON."""
    page.get_by_text("JSON으로 직접 쓰기").click()
    at_rest(page)


def write(page: Page, text: str) -> None:
    page.locator(".st-key-ck_text textarea").fill(text)
    page.locator(".st-key-ck_text textarea").press("Control+Enter")
    at_rest(page)


def test_what_was_written_as_json_stands_in_the_form_again(visitor: Visitor) -> None:
    page = visitor("이수연", path="/checkout?preset=trans_escrow")
    turn(page)
    turn(page)
    expect(page.get_by_text(OPENS)).to_be_visible()
    expect(page.locator(".st-key-ck_name input")).to_have_value("스킨케어 세트")
    expect(page.locator(".st-key-ck_amount input")).to_have_value("74,000")
    turn(page)
    params = json.loads(page.locator(".st-key-ck_text textarea").input_value())
    params["kiccProducts"][1]["amount"] = 30_000
    write(
        page, json.dumps(params | {"name": "세트 둘", "amount": 75_000, "custom_data": {"a": [1]}, "escrow_note": "x"})
    )
    turn(page)
    expect(page.locator(".st-key-ck_name input")).to_have_value("세트 둘")
    expect(page.locator(".st-key-ck_amount input")).to_have_value("75,000")
    expect(page.locator(".st-key-ck_others textarea")).to_have_value('{\n  "escrow_note": "x"\n}')
    turn(page)
    again = json.loads(page.locator(".st-key-ck_text textarea").input_value())
    assert again == params | {"name": "세트 둘", "amount": 75_000, "custom_data": {"a": [1]}, "escrow_note": "x"}
    write(page, "{")
    turn(page)
    expect(page.locator(".st-key-ck_text textarea")).to_have_value("{")
    expect(page.get_by_text("1번째 줄 2번째 글자부터")).to_be_visible()


def test_nothing_that_was_written_gets_lost_or_replaced(visitor: Visitor) -> None:
    page = visitor("이수연", path="/checkout?preset=card")
    turn(page)
    area, tabs = page.locator(".st-key-ck_text textarea"), page.locator(".st-key-ck_code")
    params = json.loads(area.input_value()) | {"channelKey": "channel-key-mine", "amount": 10**15}
    write(page, json.dumps(params))
    expect(tabs.get_by_test_id("stCode").first).to_contain_text('channelKey: "channel-key-mine"')
    tabs.get_by_role("tab", name="pg", exact=True).click()
    expect(tabs.get_by_text("채널 목록에 이 채널의 pg 값이 없습니다.")).to_be_visible()
    turn(page)
    expect(page.locator(".st-key-ck_amount input")).to_have_value("1,000,000,000,000,000")
    turn(page)
    assert json.loads(area.input_value()) == params
    del params["channelKey"]
    write(page, json.dumps(params | {"custom_data": {"a": "가" * 20_000}}))
    expect(page.get_by_text("JSON은 20,000자까지입니다.")).to_be_visible()
    write(page, json.dumps(params))
    expect(tabs.get_by_role("tab", name="콘솔 기본 채널")).to_have_attribute("aria-selected", "true")
    code = tabs.get_by_test_id("stCode").first
    expect(code).to_contain_text("IMP.request_pay({")
    expect(code).not_to_contain_text("channelKey")
    expect(code).not_to_contain_text("pg:")


@pytest.mark.parametrize(
    ("query", "alerted", "posted"),
    [
        ("", [], []),
        ("?imp_uid=imp_1&merchant_uid=o-1", [], [{"imp_uid": "imp_1", "merchant_uid": "o-1"}]),
        ("?imp_uid=imp_1&merchant_uid=o-1&imp_success=true&error_code=&error_msg=", [],
         [{"imp_uid": "imp_1", "merchant_uid": "o-1"}]),
        ("?imp_uid=imp_1&merchant_uid=o-1&imp_success=false", ["unpaid"], []),
        ("?imp_uid=imp_1&merchant_uid=o-1&error_code=F500&error_msg=%ED%95%9C%EB%8F%84", ["한도"], []),
    ],
)  # fmt: skip
def test_the_page_a_phone_comes_back_to_tells_the_server_of_a_payment_alone(
    stranger: Opened, query: str, alerted: list[str], posted: list[dict[str, str]]
) -> None:
    page = stranger(PHONE)
    told: list[str] = []
    sent: list[Any] = []
    html = f"<!doctype html>{returned(Comments('s', 'f', 'v', 'b', 'unpaid'))}"

    def alert(dialog: Dialog) -> None:
        told.append(dialog.message)
        dialog.accept()

    def complete(route: Route) -> None:
        sent.append(route.request.post_data_json)
        route.fulfill(body="{}")

    page.on("dialog", alert)
    page.route("http://shop.test/back**", lambda route: route.fulfill(body=html, content_type="text/html"))
    page.route("http://shop.test/payments/complete", complete)
    page.goto(f"http://shop.test/back{query}", wait_until="networkidle")
    assert (told, sent) == (alerted, posted)


def test_products_that_were_edited_stay(visitor: Visitor) -> None:
    page = visitor("이수연", path="/checkout?preset=trans_escrow")
    code = page.locator(".st-key-ck_code").get_by_test_id("stCode").first
    for row, amount in enumerate(("46000", "30000")):
        box = page.get_by_test_id("stDataFrame").bounding_box()
        assert box is not None
        page.mouse.click(box["x"] + box["width"] - 40, box["y"] + 48 + 31 * row)
        page.keyboard.press("Enter")
        editor = page.locator("#portal input")
        editor.fill(amount)
        editor.press("Enter")
        expect(code).to_contain_text(f"amount: {amount},")
        at_rest(page)
        for name in ("카드", "계좌이체"):
            page.locator(".st-key-ck_method").get_by_role("radio", name=name, exact=True).click()
            at_rest(page)
    turn(page)
    turn(page)
    page.reload()
    at_rest(page)
    expect(code).to_contain_text("amount: 46000,")
    expect(code).to_contain_text("amount: 30000,")


def test_another_way_to_pay_a_reload_and_another_page_lose_nothing(visitor: Visitor) -> None:
    page = visitor("이수연", path="/checkout?preset=selected")
    page.locator(".st-key-ck_name input").fill("이어폰 둘")
    page.locator(".st-key-ck_name input").press("Tab")
    way = page.locator(".st-key-ck_method")
    for name in ("계좌이체", "카드"):
        way.get_by_role("radio", name=name, exact=True).click()
        at_rest(page)
    code = page.locator(".st-key-ck_code").get_by_test_id("stCode").first
    for _ in range(2):
        expect(code).to_contain_text("이어폰 둘")
        expect(code).to_contain_text('card_code: "381"')
        expect(code).to_contain_text("card_quota: [3, 6]")
        assert "이어폰" not in page.evaluate("decodeURI(location.href)")
        page.reload()
        at_rest(page)
    page.get_by_test_id("stSidebar").get_by_role("link", name="현황").click()
    at_rest(page)
    page.get_by_test_id("stSidebar").get_by_role("link", name="결제 요청").click()
    at_rest(page)
    page.get_by_role("radio", name="결제창 시험").click()
    expect(code).to_contain_text("이어폰 둘")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ('"card": {"direct": {"code": ["366"]}}', "카드사 코드가 아닙니다."),
        ('"card": {"detail": [{"card_code": ["*"], "enabled": false}]}', "카드사 코드가 아닙니다."),
        ('"name": "\\ud800"', "브라우저가 그대로 옮기지 못하는"),
        ('"custom_data": {"a": NaN}', "JSON에 쓸 수 없는 숫자"),
        ('"amount": 10000000000000000000000000', "브라우저가 그대로 옮기지 못하는"),
        ('"\\ud800`**x**": 1', "브라우저가 그대로 옮기지 못하는"),
    ],
)
def test_no_json_breaks_the_page(visitor: Visitor, changes: str, said: str) -> None:
    page = visitor("이수연", path="/checkout?preset=card")
    turn(page)
    text = page.locator(".st-key-ck_text textarea").input_value().rstrip()
    write(page, f"{text.removesuffix('}').rstrip()}, {changes}}}")
    expect(page.get_by_text(said)).to_be_visible()
    expect(page.get_by_text(OPENS)).to_have_count(0)
    expect(page.get_by_text("화면을 만드는 중 문제가")).to_have_count(0)


def test_a_result_names_its_attempt_and_goes_with_its_parameters(desk: Running, stranger: Opened) -> None:
    page = stranger(DESK)
    signed_in(desk, page, "/checkout?view=window")
    for put_away in (True, False):
        at_rest(page)
        expect(page.locator(".st-key-ck_merchant_uid input")).to_have_value(re.compile("try-"))
        number = page.locator(".st-key-ck_merchant_uid input").input_value()
        with page.context.expect_page() as tab:
            page.get_by_role("link", name="결제창 열기").click()
        window = tab.value
        window.locator("#open").click()
        window.frame_locator("dialog iframe").get_by_role("button", name="닫기").click()
        expect(window.locator("main [role=status]")).to_contain_text("결제포기")
        window.close()
        title = page.get_by_role("heading", name="시험 결과")
        expect(title).to_be_visible()
        expect(page.get_by_text(f"주문번호 {number}")).to_be_visible()
        at_rest(page)
        if put_away:
            page.get_by_role("button", name="치우기").click()
        else:
            page.locator(".st-key-ck_name input").fill("다른 이름")
            page.locator(".st-key-ck_name input").press("Tab")
        expect(title).to_have_count(0)


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
    alarm = page.get_by_text("훔칠 상품 · 요청 8,000원")
    expect(alarm).to_be_visible(timeout=20_000)  # the webhook, and the page that looks every five seconds
    expect(page.get_by_text("0원 결제 · 카드만 등록되고 결제되지 않았습니다.").first).to_be_visible()
    expect(page.locator(".stMarkdownBadge", has_text="확인 필요")).to_be_visible()


def test_money_that_comes_twice_is_told_where_people_look(desk: Running, visitor: Visitor, stranger: Opened) -> None:
    page = visitor("이수연", path="/checkout")
    url = link(page, "두 번 받은 상품", "9,000")
    order = url.rsplit("/", 1)[1].split(".")[0]
    for _ in range(2):
        beside = desk.control("POST", "/payments", {"merchant_uid": order, "amount": 9_000})
    told = "이미 결제된 링크에 또 결제되었습니다. 이 결제를 환불하세요."
    expect(page.get_by_text(f"9,000원 결제 · {told}").first).to_be_visible(timeout=20_000)
    expect(page.locator(".stMarkdownBadge", has_text="확인 필요")).to_be_visible()
    overview = visitor("이수연", path="/")
    expect(overview.get_by_text("확인할 결제 링크")).to_be_visible()
    second = visitor("이수연", path=f"/payment?imp_uid={beside['imp_uid']}")
    expect(second.get_by_text(told)).to_be_visible()
    second.locator(".st-key-odd_link button").click()
    expect(second.locator(".stMarkdownBadge", has_text="확인 필요")).to_be_visible()


def test_a_payment_through_another_channel_than_was_chosen_is_told(desk: Running, visitor: Visitor) -> None:
    page = visitor("이수연", path="/checkout")
    page.locator(".st-key-link_choose").get_by_text("채널 고르기").click()
    page.locator(".st-key-link_channel").get_by_role("combobox").click()
    page.get_by_role("option", name="IM000998").click()
    at_rest(page)
    order = link(page, "정기 채널 상품", "7,000").rsplit("/", 1)[1].split(".")[0]
    desk.control("POST", "/payments", {"merchant_uid": order, "amount": 7_000})
    expect(page.get_by_text("고른 채널이 아닌 다른 채널(MID)로 결제되었습니다.").first).to_be_visible(timeout=20_000)


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
