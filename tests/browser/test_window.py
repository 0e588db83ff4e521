"""The payment window in a real browser: over a shop's page on a desk, as the whole page on a phone."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, FrameLocator, Page, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from tests.browser.conftest import Running, at_rest
from tests.sandbox.calling import Caller, calling
from tests.sandbox.receiver import receiving, until
from tests.sandbox_server import Served, running_sandbox, serving

NUMBERS = count(1)
DESK = {"viewport": {"width": 1440, "height": 900}}
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "user_agent": "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile "
    "Safari/537.36",
    "has_touch": True,
    "is_mobile": True,
}
ASK = "params => { window.told = null; IMP.request_pay(params, answer => { window.told = answer }) }"
WAYS = ("card", "mixed", "direct", "selected", "trans", "vbank", "phone", "billing")
Open = Callable[..., Page]


@pytest.fixture(scope="module")
def shop() -> Iterator[Served]:
    with running_sandbox() as server:
        yield server


@pytest.fixture(scope="module")
def api(shop: Served) -> Iterator[Caller]:
    caller = calling(shop)
    yield caller
    caller.http.close()


@pytest.fixture
def visit(shop: Served, browser: Browser) -> Iterator[Open]:
    """Opens the try-out shop; fails at the end when a script failed or a policy refused something."""
    contexts, wrong = [], []

    def open_page(kind: dict[str, Any], locale: str = "ko-KR", url: str = f"{shop.url}/shop") -> Page:
        context = browser.new_context(locale=locale, timezone_id="Asia/Seoul", **kind)
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda line: wrong.append(line.text) if line.type == "error" else None)
        page.goto(url)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert wrong == []


def wish(**changes: Any) -> dict[str, Any]:
    return {
        "merchant_uid": f"browser-{next(NUMBERS)}",
        "pay_method": "card",
        "name": "기계식 키보드",
        "amount": 129_000,
        "buyer_tel": "010-1234-5678",
        "buyer_name": "김민수",
        **changes,
    }


def layer(page: Page) -> FrameLocator:
    """The window over the page of a shop."""
    return page.frame_locator("dialog iframe")


def ask(page: Page, **changes: Any) -> FrameLocator:
    page.evaluate(ASK, wish(**changes))
    return layer(page)


def told(page: Page) -> dict[str, Any]:
    """What the callback got."""
    answer = page.wait_for_function("() => window.told").json_value()
    expect(page.locator("dialog")).to_have_count(0)
    return answer


def go(window: FrameLocator | Page) -> None:
    window.locator("#window form .go").click()


def choose(window: FrameLocator | Page, way: str) -> None:
    """Something else than what is chosen already."""
    match way:
        case "card":
            window.get_by_role("button", name="더 보기").click()
            window.get_by_role("radio", name="우체국카드").check()
            window.get_by_role("radio", name="체크카드").check()
            window.get_by_label("할부").select_option(label="3개월")
        case "selected":
            expect(window.get_by_role("radio", name="신한카드")).to_have_count(0)
            window.get_by_role("radio", name="삼성카드").check()
            expect(window.get_by_label("할부").locator("option")).to_have_text(["일시불", "3개월", "6개월"])
            window.get_by_label("할부").select_option(label="6개월")
        case "trans":
            expect(window.get_by_text("수분 크림 × 1")).to_be_visible()
            window.get_by_role("radio", name="우리은행").check()
            window.get_by_role("radio", name="소득공제").check()
        case "vbank":
            window.get_by_role("radio", name="KB국민은행").check()
        case "phone":
            window.get_by_role("radio", name="LG U+").check()
        case "mixed":
            expect(window.get_by_text("30,000원")).to_be_visible()


CHOSEN: dict[str, dict[str, Any]] = {
    "card": {"card_name": "우체국카드", "card_type": 1, "card_quota": 3, "amount": 129_000},
    "mixed": {"card_name": "신한카드", "card_type": 0, "card_quota": 0},
    "direct": {"card_name": "신한카드", "card_quota": 3},
    "selected": {"card_name": "삼성카드", "card_quota": 6},
    "trans": {"bank_name": "우리은행", "cash_receipt_issued": True, "escrow": True, "card_name": None},
    "vbank": {"vbank_name": "KB국민은행", "vbank_holder": "페이데스크상점", "status": "ready"},
    "phone": {"pay_method": "phone", "card_name": None, "bank_name": None},
    "billing": {"card_name": "신한카드", "customer_uid_usage": "issue", "amount": 0},
}


def shown(page: Page) -> dict[str, Any]:
    """The payment as the try-out shop got it from the API."""
    page.locator("article").nth(1).wait_for()
    return json.loads(page.locator("article pre").nth(1).inner_text())


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", [DESK, PHONE], ids=["desk", "phone"])
def test_each_way_to_pay(visit: Open, kind: dict[str, Any], way: str) -> None:
    page = visit(kind)
    page.locator("nav button").nth(WAYS.index(way)).click()
    page.get_by_role("button", name="결제창 열기").click()
    window = layer(page) if kind is DESK else page
    window.get_by_text("실제로 청구되지 않습니다").wait_for()
    choose(window, way)
    if kind is PHONE:
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    go(window)
    if way == "vbank":
        number = window.locator(".result strong").inner_text()
        window.get_by_role("button", name="확인").click()
    body = shown(page)
    assert body.items() >= {"status": "paid", "channel": "pc" if kind is DESK else "mobile", **CHOSEN[way]}.items()
    if way == "vbank":
        assert body["vbank_num"] == number
    answer = json.loads(page.locator("article pre").first.inner_text())
    assert answer["imp_uid"] == body["imp_uid"]
    if kind is PHONE:
        assert set(answer) == {"imp_uid", "merchant_uid"}
    else:
        assert answer["success"] is True


def test_the_shop_pays_a_virtual_account_short_late_and_right(visit: Open) -> None:
    page = visit(DESK, "en-US")
    page.get_by_role("button", name="Virtual account").click()
    page.get_by_role("button", name="Open the window").click()
    go(layer(page))
    layer(page).get_by_role("button", name="OK").click()
    for how, status in (("Too little", "ready"), ("Too late", "ready"), ("Exact amount", "paid")):
        page.get_by_role("button", name=how).click()
        page.get_by_role("heading", name=how).wait_for()
        assert shown(page)["status"] == status


@pytest.mark.parametrize("kind", [DESK, PHONE], ids=["desk", "phone"])
def test_a_failure_says_why_and_comes_back(visit: Open, api: Caller, kind: dict[str, Any]) -> None:
    page = visit(kind)
    page.evaluate(ASK, wish(m_redirect_url=f"{api.served.url}/shop?order=7"))
    window = layer(page) if kind is DESK else page
    window.get_by_label("결과 선택").select_option("8350")
    go(window)
    expect(window.get_by_role("status")).to_contain_text("[8350] 분실 또는 도난 신고된 카드입니다.")
    if kind is DESK:
        window.get_by_role("button", name="확인").click()
        answer = told(page)
        assert (answer["success"], answer["status"]) == (False, "failed")
    else:
        page.reload()  # what was decided stays, and the way back is taken at once
        page.wait_for_url("**/shop?**")
        answer = {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}
        assert set(answer) == {"order", "imp_uid", "merchant_uid", "error_code", "error_msg"}
    assert (answer["error_code"], answer["error_msg"]) == ("8350", "[8350] 분실 또는 도난 신고된 카드입니다.")
    assert api.payment(answer["imp_uid"])["fail_reason"] == answer["error_msg"]


@pytest.mark.parametrize("how", ["button", "escape inside", "escape outside"])
def test_the_buyer_closes_the_window(visit: Open, api: Caller, how: str) -> None:
    page = visit(DESK)
    page.get_by_role("button", name="결제창 열기").focus()
    window = ask(page)
    close = window.get_by_role("button", name="결제창 닫기")
    close.wait_for()
    if how == "button":
        close.click()
    elif how == "escape inside":
        window.get_by_role("radio", name="신한카드").first.press("Escape")
    else:
        page.evaluate("document.activeElement.blur()")
        page.keyboard.press("Escape")
        page.keyboard.press("Escape")
    answer = told(page)
    assert (answer["success"], answer["error_msg"]) == (False, "[결제포기] 사용자가 결제를 취소하셨습니다")
    assert api.payment(answer["imp_uid"])["status"] == "failed"
    expect(page.get_by_role("button", name="결제창 열기")).to_be_focused()
    go(ask(page))
    assert told(page)["success"] is True


def test_a_window_whose_sandbox_has_gone_can_be_closed(browser: Browser) -> None:
    page = browser.new_page(locale="ko-KR")
    with running_sandbox() as gone:
        page.goto(f"{gone.url}/shop")
        window = ask(page)
        window.get_by_text("기계식 키보드").wait_for()
    go(window)
    expect(window.get_by_role("alert")).to_contain_text("연결할 수 없습니다")
    window.get_by_role("button", name="결제창 닫기").click()
    assert told(page)["success"] is False
    page.close()


def test_a_double_click_pays_once(visit: Open, api: Caller) -> None:
    page = visit(DESK)
    window = ask(page, merchant_uid="browser-double")
    window.locator("#window form .go").dblclick()
    answer = told(page)
    assert answer["success"] is True
    paid = api.get("/payments/findAll/browser-double").json()["response"]
    assert [body["imp_uid"] for body in paid["list"]] == [answer["imp_uid"]]


def test_bad_parameters_call_back_at_once_without_a_window(visit: Open) -> None:
    page = visit(DESK)
    for changes, named in (
        ({"amount": "129000"}, "amount"),
        ({"merchant_uid": 7}, "merchant_uid"),
        ({"pay_method": "phone"}, "digital"),
        ({"escrow": True}, "escrow"),
    ):
        page.evaluate(ASK, wish(**changes))
        answer = told(page)
        assert (answer["success"], answer["imp_uid"]) == (False, None)
        assert named in answer["error_msg"]
    page.evaluate("IMP.request_pay({amount: NaN}, answer => { window.told = answer })")
    assert told(page)["imp_uid"] is None
    page.get_by_role("button", name="잘못된 파라미터").click()
    page.get_by_role("button", name="결제창 열기").click()
    expect(page.locator("article pre")).to_contain_text("amount")


def test_a_page_begins_once_and_has_one_window(visit: Open) -> None:
    page = visit(DESK)
    page.evaluate("IMP.init('imp00000000')")
    assert page.evaluate("() => { try { IMP.agency('imp00000001', 'ABC') } catch (no) { return String(no) } }")
    window = ask(page)
    window.get_by_text("기계식 키보드").wait_for()
    page.evaluate("params => IMP.request_pay(params, answer => { window.second = answer })", wish())
    assert page.wait_for_function("() => window.second").json_value()["imp_uid"] is None
    go(window)
    assert told(page)["success"] is True


def test_the_shop_refuses_in_the_confirm_process(visit: Open, api: Caller) -> None:
    async def confirm(_request: Request) -> Response:
        return JSONResponse({"reason": "재고 없음"}, 500)

    page = visit(DESK)
    with serving(Starlette(routes=[Route("/confirm", confirm, methods=["POST"])])) as url:
        window = ask(page, confirm_url=f"{url}/confirm")
        go(window)
        expect(window.get_by_role("status")).to_contain_text("(상세사유 : 재고 없음)")
        window.get_by_role("button", name="확인").click()
    assert "재고 없음" in api.payment(told(page)["imp_uid"])["fail_reason"]


def test_a_shop_on_another_address_lays_the_window_over_its_page(visit: Open, api: Caller) -> None:
    """The script is loaded from the sandbox, the page from elsewhere; the webhook and the callback tell the same."""
    text = f"<!doctype html><title>shop</title><link rel=icon href=data:,><script src='{api.served.url}/v1/iamport.js'>"

    async def home(_request: Request) -> Response:
        return HTMLResponse(f"{text}</script><script>IMP.agency('imp00000000', 'A01')</script><button>buy</button>")

    with serving(Starlette(routes=[Route("/", home)])) as url, receiving() as receiver:
        page = visit(DESK, url=url)
        window = ask(page, notice_url=f"{receiver.url}/hook", name="<img src=x onerror=alert(1)>")
        window.get_by_text("<img src=x onerror=alert(1)>").wait_for()
        page.evaluate("postMessage({ended: {success: true, imp_uid: 'forged'}}, '*')")
        go(window)
        answer = told(page)
        until(lambda: receiver.got)
    assert receiver.bodies == [{name: answer[name] for name in ("imp_uid", "merchant_uid", "status")}]


def test_the_keyboard_stays_inside_and_languages_switch(visit: Open) -> None:
    page = visit(DESK, "en-US")
    window = ask(page, pay_method="phone", digital=False)
    expect(window.get_by_role("dialog", name="Pay by phone bill")).to_be_visible()
    expect(window.get_by_role("heading", name="Pay by phone bill")).to_be_focused()
    stops = []
    for _ in range(6):
        page.keyboard.press("Tab")
        stops.append(
            window.locator(":focus").evaluate("e => e.getAttribute('aria-label') || e.innerText || e.name || e.id")
        )
    assert stops[1] == "Close the payment window"
    assert stops[5] == stops[0] == "한국어"
    page.keyboard.press("Shift+Tab")
    expect(window.get_by_role("button", name="Pay ₩129,000")).to_be_focused()
    window.get_by_role("radio", name="KT", exact=True).check()
    window.get_by_role("button", name="한국어").click()
    expect(window.get_by_role("heading", name="휴대폰 결제")).to_be_visible()
    expect(window.get_by_role("radio", name="KT", exact=True)).to_be_checked()
    expect(window.get_by_role("button", name="English")).to_be_focused()
    window.get_by_role("button", name="129,000원 결제하기").press("Enter")
    assert told(page)["success"] is True


@pytest.mark.parametrize("kind", [DESK, PHONE, DESK | {"color_scheme": "dark"}], ids=["desk", "phone", "night"])
def test_the_window_is_readable_by_everybody_and_asks_nobody_else(
    visit: Open, shop: Served, kind: dict[str, Any]
) -> None:
    page = visit(kind)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for params in (
        {},
        {"pay_method": "trans", "bypass": {"kicc": {"disp_cash_yn": "Y"}}},
        {"pay_method": "vbank", "pg": "kicc.T5102001"},
        {"pg": "kicc.IM000998", "customer_uid": "member_axe"},
    ):
        given = {"code": "imp00000000", "mobile": False, "params": wish(**params)}
        opened = page.request.post(f"{shop.url}/window", data=json.dumps(given)).json()
        page.goto(f"{shop.url}/window/{opened['key']}")
        for outcome in ("approve", "VTIM"):
            assert [found["id"] for found in Axe().run(page).response["violations"]] == [], (params, outcome)
            if page.locator("form").count():
                page.get_by_label("결과 선택").select_option("VTIM")
                go(page)
                page.get_by_role("status").wait_for()
    page.goto(f"{shop.url}/shop")
    assert [found["id"] for found in Axe().run(page).response["violations"]] == []
    assert {urlsplit(url).netloc for url in asked if not url.startswith("data:")} == {urlsplit(shop.url).netloc}


def test_the_window_opens_over_a_page_of_the_desk(desk: Running, visit: Open) -> None:
    """The desk's own policy allows no frame of it but the window's, and lets the window's script in."""
    for path in ("/sandbox/shop", "/"):
        page = visit(DESK, url=desk.url + path)
        if path == "/":
            at_rest(page)
            page.add_script_tag(url="/sandbox/v1/iamport.js")
            page.evaluate("IMP.init('imp00000000')")
        go(ask(page))
        answer = told(page)
        assert (answer["success"], answer["card_name"]) == (True, "신한카드")
    kept = page.request.get(desk.url)
    assert (kept.headers["x-frame-options"], kept.headers["x-content-type-options"]) == ("DENY", "nosniff")
