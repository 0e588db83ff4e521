"""Escrow orders in the browser: one shipped, one that i'mport does not take, a pasted column."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Running, Visitor, at_rest
from tests.browser.test_journeys import make, upstream

SENDER = {"name": "페이데스크", "tel": "02-1234-5678", "postcode": "04524", "addr": "서울 중구 세종대로 110"}
HOME = {"buyer_name": "홍길동", "buyer_tel": "010-1234-5678", "buyer_postcode": "48058", "buyer_addr": "부산 센텀로 1"}
REGISTER = "POST /escrows/logis/{imp_uid}"


@pytest.fixture
def strict(desk: Running) -> Iterator[None]:
    """The sandbox keeps to the published list, on which KICC is not."""
    desk.control("POST", "/switches", {"deliveries": "published"})
    yield
    desk.control("POST", "/switches", {"deliveries": "kicc"})


def order(desk: Running) -> dict:
    """A paid escrow order that the desk has read."""
    return make(desk, pay_method="trans", escrow=True, amount=31_000, **HOME)


def fill(page: Page, invoice: str, courier: str = "한진") -> None:
    """The dialog, its receiver prefilled; the sender is typed the first time only."""
    dialog = page.get_by_role("dialog")
    expect(dialog.locator("[class*=st-key-name_receiver] input")).to_have_value("홍길동", timeout=30_000)
    at_rest(page)
    dialog.locator("[class*=st-key-ship_courier] input").fill(courier)
    page.get_by_role("option", name="한진택배").click()
    at_rest(page)
    dialog.locator("[class*=st-key-ship_invoice] input").fill(invoice)
    if not dialog.locator("[class*=st-key-name_sender] input").input_value():
        for name, value in SENDER.items():
            dialog.locator(f"[class*=st-key-{name}_sender] input").fill(value)
    page.keyboard.press("Tab")
    at_rest(page)


def calls(desk: Running, imp_uid: str) -> int:
    """How many registrations of this order reached i'mport."""
    found = desk.control("GET", "/requests")["requests"]
    return sum(call["endpoint"] == REGISTER and imp_uid in call["path"] for call in found)


def test_an_escrow_order_is_shipped_once(desk: Running, visitor: Visitor) -> None:
    imp_uid = order(desk)["imp_uid"]
    page = visitor("이수연", path=f"/payment?imp_uid={imp_uid}")
    page.locator(".st-key-escrow_open button").click()
    fill(page, "1234-5678-9012")
    page.locator(".st-key-escrow_send button").dblclick()
    expect(page.get_by_text("등록했습니다: 한진택배 123456789012")).to_be_visible(timeout=30_000)
    expect(page.get_by_text("지금 포트원: 한진택배 123456789012")).to_be_visible()
    assert calls(desk, imp_uid) == 1
    expect(page.get_by_text("배송중").first).to_be_visible()

    expect(page.get_by_text("배송 등록: 완료")).to_be_visible()
    expect(page.get_by_text("상품은 발송했습니다. 운송장: 한진택배 123456789012.")).to_be_visible()

    page.locator(".st-key-escrow_open button").click()
    page.get_by_role("dialog").get_by_text("배송 변경하기").first.click()
    at_rest(page)
    fill(page, "1234-5678-9099")
    page.locator(".st-key-escrow_send button").click()
    expect(page.get_by_text("변경했습니다: 한진택배 123456789099")).to_be_visible(timeout=30_000)
    expect(page.get_by_text("한진택배 123456789012 → 한진택배 123456789099")).to_be_visible()
    page.locator(".st-key-refund button").click()
    expect(page.get_by_text("배송을 등록한 에스크로 주문입니다.", exact=False)).to_be_visible()

    finance = visitor("김민수", path="/escrow?stage=transit")
    table = finance.get_by_test_id("stDataFrame").locator("table")
    expect(table).to_contain_text("123456789099")
    expect(table).to_contain_text("홍*동")
    expect(table).not_to_contain_text("홍길동")


def test_what_is_not_taken_is_typed_at_kicc(desk: Running, visitor: Visitor, strict: None) -> None:
    imp_uid = order(desk)["imp_uid"]
    page = visitor("이수연", path=f"/payment?imp_uid={imp_uid}")
    page.locator(".st-key-escrow_open button").click()
    fill(page, "555566667777")
    page.get_by_role("button", name="KICC 등록용으로 보관하기").click()
    page.locator(".st-key-escrow_to_type button").click(timeout=30_000)
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("주소: (48058) 부산 센텀로 1")).to_be_visible()
    assert dialog.get_by_text(upstream(desk, imp_uid)["pg_tid"]).count() == 2
    dialog.locator("[class*=st-key-proof_] input").fill("KICC 화면: 배송등록 완료")
    page.keyboard.press("Tab")
    at_rest(page)
    page.get_by_role("button", name="KICC에 등록했음").click()
    expect(page.get_by_text("배송중").first).to_be_visible(timeout=20_000)


def test_a_pasted_column_is_tried_out_and_registered(desk: Running, visitor: Visitor) -> None:
    made = [order(desk) for _ in range(2)]
    page = visitor("김민수", path="/escrow?view=column")
    rows = [f"{made[0]['merchant_uid']}\t111122223333\t롯데", f"{made[1]['imp_uid']}\t44445555666", "없는주문\t1"]
    page.locator(".st-key-escrow_pasted textarea").fill("\n".join(rows))
    sender = page.locator("[class*=st-key-name_column] input")
    if not sender.is_visible():  # folded where one is remembered
        page.get_by_text("보내는 분", exact=False).first.click()
    if not sender.input_value():
        for name, value in SENDER.items():
            page.locator(f"[class*=st-key-{name}_column] input").fill(value)
    page.get_by_role("button", name="미리 확인하기").click()
    table = page.get_by_test_id("stDataFrame").locator("table")
    expect(table).to_contain_text("로젠택배 (자릿수로 추정)", timeout=20_000)
    expect(table).to_contain_text("결제가 없습니다")
    page.get_by_role("button", name="배송 2건 등록하기").dblclick()
    expect(page.get_by_text("마지막 등록")).to_be_visible(timeout=60_000)
    expect(table).to_contain_text("111122223333")
    expect(table).to_contain_text("결제가 없습니다")  # why it was left out
    expect(page.locator(".st-key-escrow_pasted textarea")).to_have_value("없는주문\t1\n")  # to be worked off
    page.locator(".st-key-export_escrow-deliveries button").click()
    with page.expect_download() as file:
        page.get_by_text(".csv 내려받기").click()
    report = Path(file.value.path()).read_text("utf-8-sig").splitlines()
    assert len(report) == 4
    assert any("없는주문" in line and "결제가 없습니다" in line for line in report)
    assert [calls(desk, one["imp_uid"]) for one in made] == [1, 1]
    page.reload()
    at_rest(page)
    expect(page.get_by_text("마지막 등록")).to_be_visible(timeout=30_000)


def test_the_board_follows_what_comes_in(desk: Running, visitor: Visitor) -> None:
    page = visitor("박서영", path="/escrow")
    at_rest(page)
    to_ship = page.get_by_test_id("stMetric").first
    before = int(to_ship.get_by_test_id("stMetricValue").inner_text().strip("\u2060\u200b").removesuffix("건"))
    order(desk)
    expect(to_ship).to_contain_text(f"{before + 1}건")  # nobody touched the page
