"""What people and browsers do in the middle of a refund: it still runs once, and everybody sees what became of it."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

from playwright.sync_api import Page, expect

from tests.browser.conftest import Running, Visitor, at_rest
from tests.browser.test_journeys import WORDS, fill_refund, make, upstream, wait_for

CANCEL = "POST /payments/cancel"
CONFIRM = "10,000원 환불하기"


def cancelled(desk: Running, imp_uid: str) -> list[int]:
    return [entry["amount"] for entry in upstream(desk, imp_uid)["cancel_history"]]


def operations(desk: Running, imp_uid: str) -> list[dict]:
    return [op for op in json.loads(desk.command("operations", "--json").stdout) if op["imp_uid"] == imp_uid]


def dialog(visitor: Visitor, person: str, imp_uid: str) -> Page:
    """The refund dialog of a payment, filled in for 10,000 won."""
    page = visitor(person, path=f"/payment?imp_uid={imp_uid}")
    fill_refund(page, WORDS["ko-KR"], "10000")
    return page


def test_a_tab_that_is_closed_after_the_click_changes_nothing(desk: Running, visitor: Visitor) -> None:
    imp_uid = make(desk)["imp_uid"]
    page = dialog(visitor, "이수연", imp_uid)
    page.get_by_role("button", name=CONFIRM).click()
    expect(page.get_by_text("아직 보내지 않았습니다").first).to_be_visible()
    page.close()
    wait_for(desk, imp_uid, lambda rows: rows and rows[0]["balance"] == 80_000)
    assert cancelled(desk, imp_uid) == [10_000]
    assert [op["state"] for op in operations(desk, imp_uid)] == ["CONFIRMED"]


def test_a_page_that_is_reloaded_again_and_again_meanwhile(desk: Running, visitor: Visitor) -> None:
    imp_uid = make(desk)["imp_uid"]
    page = dialog(visitor, "이수연", imp_uid)
    desk.control("POST", "/faults", {"endpoint": CANCEL, "kind": "delay", "seconds": 3})
    page.get_by_role("button", name=CONFIRM).click()
    page.wait_for_timeout(300)
    for _ in range(6):
        page.reload(wait_until="commit")
        page.wait_for_timeout(400)
    at_rest(page)
    wait_for(desk, imp_uid, lambda rows: rows and rows[0]["balance"] == 80_000)
    assert cancelled(desk, imp_uid) == [10_000]
    assert len(operations(desk, imp_uid)) == 1


def test_two_browsers_on_the_same_page_one_after_the_other(desk: Running, visitor: Visitor) -> None:
    """Both dialogs stand open at the same balance; the second to click is told what it is now, and sends nothing."""
    imp_uid = make(desk)["imp_uid"]
    first, second = dialog(visitor, "이수연", imp_uid), dialog(visitor, "김민수", imp_uid)
    first.get_by_role("button", name=CONFIRM).click()
    expect(first.get_by_text("10,000원을 환불했습니다.")).to_be_visible(timeout=60_000)
    second.get_by_role("button", name=CONFIRM).click()
    expect(second.get_by_text("80,000").first).to_be_visible(timeout=30_000)
    at_rest(second)
    assert cancelled(desk, imp_uid) == [10_000]
    assert len(operations(desk, imp_uid)) == 1


def test_the_second_browser_is_told_who_is_refunding_and_since_when(desk: Running, visitor: Visitor) -> None:
    imp_uid = make(desk)["imp_uid"]
    first, second = dialog(visitor, "이수연", imp_uid), dialog(visitor, "김민수", imp_uid)
    desk.control("POST", "/faults", {"endpoint": CANCEL, "kind": "delay", "seconds": 12})
    first.get_by_role("button", name=CONFIRM).click()
    expect(first.get_by_text("아직 보내지 않았습니다").first).to_be_visible()
    second.get_by_role("button", name=CONFIRM).click()
    expect(second.get_by_role("dialog").get_by_text("이수연").first).to_be_visible(timeout=30_000)
    expect(first.get_by_text("10,000원을 환불했습니다.")).to_be_visible(timeout=60_000)
    assert cancelled(desk, imp_uid) == [10_000]


def test_what_did_not_run_is_sent_again_with_one_click(desk: Running, visitor: Visitor) -> None:
    """Refused by the gateway, read again after half a minute, then sent as it was: one operation, one cancellation."""
    imp_uid = make(desk)["imp_uid"]
    page = dialog(visitor, "이수연", imp_uid)
    desk.control("POST", "/faults", {"endpoint": CANCEL, "kind": "refused"})
    page.get_by_role("button", name=CONFIRM).click()
    again = page.get_by_role("button", name="10,000원 다시 보내기")
    expect(again).to_be_visible(timeout=60_000)
    again.dblclick()
    expect(page.get_by_text("10,000원을 환불했습니다.")).to_be_visible(timeout=60_000)
    assert cancelled(desk, imp_uid) == [10_000]
    [operation] = operations(desk, imp_uid)
    assert operation["state"] == "CONFIRMED"


def test_two_shells_and_a_browser_at_once(desk: Running, visitor: Visitor) -> None:
    imp_uid = make(desk)["imp_uid"]
    page = dialog(visitor, "이수연", imp_uid)
    words = (
        "refund",
        imp_uid,
        "--amount",
        "10000",
        "--balance",
        "90000",
        "--reason",
        "반품",
        "--as",
        "김민수",
        "--json",
    )
    with ThreadPoolExecutor(2) as pool:
        shells = [pool.submit(desk.command, *words) for _ in range(2)]
        page.get_by_role("button", name=CONFIRM).click()
        codes = sorted(shell.result().returncode for shell in shells)
    assert codes in ([0, 3], [3, 3])
    wait_for(desk, imp_uid, lambda rows: rows and rows[0]["balance"] == 80_000)
    assert cancelled(desk, imp_uid) == [10_000]


def test_a_dialog_that_outlives_its_session_refunds_nothing(desk: Running, visitor: Visitor) -> None:
    """Signed out in another tab of the same browser: the open dialog's button moves nothing."""
    imp_uid = make(desk)["imp_uid"]
    page = dialog(visitor, "이수연", imp_uid)
    other = page.context.new_page()
    other.goto(desk.url + "/operations")
    at_rest(other)
    other.locator("form.out button").click()
    expect(other.get_by_text("Paydesk 로그인")).to_be_visible()
    page.get_by_role("button", name=CONFIRM).click()
    expect(page.get_by_text("로그인").first).to_be_visible()
    assert cancelled(desk, imp_uid) == []
    assert operations(desk, imp_uid) == []


def test_a_button_refunds_the_amount_that_it_names_or_nothing(desk: Running, visitor: Visitor) -> None:
    """The amount is changed and the button clicked in one breath: the click belongs to the old amount, and is lost."""
    imp_uid = make(desk)["imp_uid"]
    page = dialog(visitor, "이수연", imp_uid)
    page.locator(".st-key-refund_amount input").fill("50000")
    page.get_by_role("button", name=CONFIRM).click()
    expect(page.get_by_role("button", name="50,000원 환불하기")).to_be_visible()
    at_rest(page)
    assert operations(desk, imp_uid) == []
