"""Virtual accounts and cash receipts in a real browser: remind, close, issue, and what the bank takes back."""

from __future__ import annotations

import re
import time

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Running, Visitor, at_rest
from tests.browser.test_journeys import make, upstream, wait_for

NUMBER = "01098765432"


def account(desk: Running, **fields: object) -> dict:
    return make(desk, pay_method="vbank", status="ready", name="원목 의자", buyer_name="홍길동", **fields)


def alone(text: str) -> str:
    """Without the marks that keep a line of the page together."""
    return text.replace("\u2060", "").replace("\u200b", "")


def ask_to_close(page: Page) -> None:
    page.locator(".st-key-vbank_close button").click()
    page.locator(".st-key-close_reason").wait_for()
    at_rest(page)
    page.locator(".st-key-close_reason input").click()
    page.get_by_role("option", name="고객 요청").click()
    at_rest(page)


def test_a_customer_is_reminded_and_a_waiting_account_is_closed_once(desk: Running, visitor: Visitor) -> None:
    payment = account(desk)
    page = visitor("이수연", path=f"/payment?imp_uid={payment['imp_uid']}")
    main = page.locator('[data-testid="stMain"]')
    assert payment["vbank_num"] not in main.inner_text()
    page.locator(".st-key-vbank_remind button").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("홍길동 님, 안녕하세요.")).to_be_visible()
    korean, english = (alone(text) for text in dialog.locator("code").all_inner_texts())
    assert f"{payment['vbank_name']} {payment['vbank_num']}" in korean
    assert "결제 금액 90,000원을" in korean
    assert "Please transfer ₩90,000 for ‘원목 의자’" in english
    page.keyboard.press("Escape")
    at_rest(page)

    ask_to_close(page)
    page.locator(".st-key-close_confirm button").dblclick()
    expect(main.get_by_text("가상계좌를 말소했습니다.")).to_be_visible(timeout=40_000)
    closed = upstream(desk, payment["imp_uid"])
    assert (closed["status"], closed["fail_reason"]) == ("failed", "계좌말소")
    calls = desk.control("GET", "/requests")["requests"]
    assert sum(call["endpoint"] == "DELETE /vbanks/{imp_uid}" for call in calls) == 1


def test_an_account_that_is_paid_while_it_is_being_closed_is_not_called_closed(desk: Running, visitor: Visitor) -> None:
    payment = account(desk)
    page = visitor("이수연", path=f"/payment?imp_uid={payment['imp_uid']}")
    ask_to_close(page)
    desk.control("POST", "/faults", {"endpoint": "DELETE /vbanks/{imp_uid}", "kind": "refused"})
    page.locator(".st-key-close_confirm button").click()
    expect(page.get_by_text("결과를 확인하고 있습니다. 처리되었을 수 있습니다.")).to_be_visible()
    expect(page.locator(".st-key-vbank_close button")).to_be_disabled()
    desk.control("POST", "/deposit", {"imp_uid": payment["imp_uid"]})
    expect(page.get_by_text("그 사이 입금되어 말소하지 않았습니다.")).to_be_visible(timeout=60_000)
    assert upstream(desk, payment["imp_uid"])["status"] == "paid"


def test_a_receipt_is_issued_and_its_number_is_not_shown_again(desk: Running, visitor: Visitor) -> None:
    payment = make(desk, pay_method="trans", cash_receipt_issued=False)
    page = visitor("이수연", path=f"/payment?imp_uid={payment['imp_uid']}")
    page.locator(".st-key-receipt_issue button").click()
    number, confirm = (
        page.locator("[class*=st-key-receipt_number] input"),
        page.locator(".st-key-receipt_confirm button"),
    )
    number.wait_for()
    number.fill("0212")
    expect(page.get_by_text("형식이 맞지 않습니다")).to_be_visible()
    expect(confirm).to_be_disabled()
    number.fill(NUMBER)
    expect(page.get_by_text("번호 형식이 맞습니다.")).to_be_visible()
    confirm.dblclick()
    expect(page.get_by_text("현금영수증을 발급했습니다.")).to_be_visible(timeout=40_000)
    expect(page.get_by_text("국세청 승인번호")).to_be_visible()
    expect(page.get_by_text("KICC 가맹점 사이트나 홈택스에서 취소하세요")).to_be_visible()
    shown = page.locator("body").inner_text()
    assert NUMBER not in shown.replace("-", "")
    assert upstream(desk, payment["imp_uid"])["cash_receipt_issued"] is True


def test_a_receipt_that_cannot_be_read_is_said_and_read_again(desk: Running, visitor: Visitor) -> None:
    payment = make(desk, pay_method="trans", cash_receipt_issued=False)
    page = visitor("이수연")
    desk.control("POST", "/faults", {"endpoint": "GET /receipts/{imp_uid}", "kind": "http_5xx", "count": 1000})
    try:
        page.goto(f"{desk.url}/payment?imp_uid={payment['imp_uid']}")
        at_rest(page)
        expect(page.get_by_text("포트원의 발급 내역을 조회하지 못했습니다")).to_be_visible(timeout=60_000)
        assert page.locator(".st-key-receipt_issue").count() == 0
    finally:
        desk.control("DELETE", "/faults")
    page.locator(".st-key-receipt_again button").click()
    expect(page.locator(".st-key-receipt_issue button")).to_be_visible(timeout=60_000)


def test_a_deposit_that_was_taken_back_is_shown_on_both_pages(desk: Running, visitor: Visitor) -> None:
    payment = make(desk, pay_method="vbank", amount=77_000)
    desk.control("POST", "/take-back", {"imp_uid": payment["imp_uid"]})
    wait_for(desk, payment["imp_uid"], lambda rows: rows and rows[0]["state"] == "waiting")
    page = visitor("박서영")
    page.locator(".st-key-row_taken_back button").click()
    expect(page.get_by_text("입금 취소됨 1")).to_be_visible()
    expect(page.get_by_text("1건 · 77,000원")).to_be_visible()
    page.goto(f"{desk.url}/payment?imp_uid={payment['imp_uid']}")
    at_rest(page)
    expect(page.get_by_text("입금된 금액을 은행이 취소했습니다")).to_be_visible()
    expect(page.get_by_text("매출이 77,000원 줄었습니다")).to_be_visible()
    expect(page.get_by_text("77,000원 결제", exact=True)).to_be_visible()  # in the timeline, before it was taken back
    expect(page.get_by_text("입금하신 77,000원을 은행이 취소하여")).to_be_visible()
    assert page.locator(".st-key-vbank_close, .st-key-vbank_remind").count() == 0  # a viewer only looks
    page = visitor("이수연", path=f"/payment?imp_uid={payment['imp_uid']}")
    expect(page.locator(".st-key-vbank_close")).to_be_visible()
    assert page.locator(".st-key-vbank_remind").count() == 0


def test_the_page_lists_who_must_pay_soonest_and_follows_but_not_under_an_open_dialog(
    desk: Running, visitor: Visitor
) -> None:
    soon = int(time.time()) + 1_200
    payment = account(desk, amount=123_000, vbank_date=soon)
    page = visitor("이수연", path="/virtual_accounts")
    tab = page.get_by_role("radio").first
    table = page.locator('[data-testid="stDataFrame"]').first
    table.locator("canvas").first.wait_for()
    at_rest(page)
    before = number(tab.inner_text())
    box = table.bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] - 40, box["y"] + row_of(table, payment))
    page.get_by_text("말소", exact=True).last.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("123,000원")).to_be_visible()
    sooner = account(desk, amount=124_000, vbank_date=soon - 60)
    page.wait_for_timeout(6_000)  # longer than it takes the page to look again
    expect(dialog.get_by_text("123,000원")).to_be_visible()
    page.keyboard.press("Escape")
    expect(tab).to_contain_text(f"입금대기 {before + 1}")
    at_rest(page)
    account(desk, amount=125_000, vbank_date=soon + 60)
    expect(tab).to_contain_text(f"입금대기 {before + 2}")  # nobody touched the page
    at_rest(page)
    assert row_of(table, sooner) == row_of(table, payment) - 34
    page.mouse.click(box["x"] + 60, box["y"] + row_of(table, payment))
    page.wait_for_url(f"**/payment?imp_uid={payment['imp_uid']}")
    page.go_back()
    table.locator("canvas").first.wait_for()
    at_rest(page)
    page.mouse.click(box["x"] + 60, box["y"] + row_of(table, sooner))
    page.wait_for_url(f"**/payment?imp_uid={sooner['imp_uid']}")


def row_of(table: Locator, payment: dict) -> int:
    """How far below the table's top the payment's row lies; shortly before midnight others are due sooner."""
    rows = table.locator("table tbody tr").all_inner_texts()
    return 38 + 17 + 34 * next(n for n, row in enumerate(rows) if payment["merchant_uid"] in row)


def number(label: str) -> int:
    """The count of a tab: 입금대기 10 · 82.0만원."""
    found = re.search(r"[0-9,]+", label)
    assert found, label
    return int(found.group().replace(",", ""))


def test_large_cash_without_a_receipt_shows_its_limit_and_a_receipt_left_standing_its_place(
    desk: Running, visitor: Visitor
) -> None:
    week_ago = int(time.time()) - 7 * 86_400
    large = make(desk, pay_method="trans", amount=100_000, cash_receipt_issued=False, paid_at=week_ago)
    left = make(desk, pay_method="trans", amount=43_210, cash_receipt_issued=True)
    page = visitor("박서영", path="/virtual_accounts?group=standing")
    standing = page.get_by_role("radio").nth(6)
    before = number(standing.inner_text())
    desk.control("POST", "/cancel", {"imp_uid": left["imp_uid"]})
    expect(standing).to_contain_text(f"취소분 영수증 {before + 1}")
    page.goto(f"{desk.url}/payment?imp_uid={left['imp_uid']}")
    at_rest(page)
    expect(page.get_by_text("현금영수증도 취소하세요")).to_be_visible()
    page.goto(f"{desk.url}/virtual_accounts?group=receipt&receipts=urgent")
    at_rest(page)
    expect(page.get_by_text("현금영수증 의무발행업종은 100,000원 이상이면")).to_be_visible()
    table = page.get_by_test_id("stDataFrame").locator("table")
    expect(table.locator("tr").filter(has_text=large["merchant_uid"])).to_contain_text("2일 지남")
