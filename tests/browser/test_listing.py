"""The payments list and what leaves it, in a real browser: cancellations by their day, files, the address, going back."""

from __future__ import annotations

import csv
import io
import json
import re
import time
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from lib.payments.days import day_of
from tests.browser.conftest import Running, Visitor, at_rest
from tests.browser.test_journeys import click_until, make, open_first

TODAY = day_of(int(time.time()))


def days_ago(n: int) -> str:
    """The day so many days ago, as an address has it."""
    return (TODAY - timedelta(days=n)).isoformat()


BEHIND = f"days={days_ago(25)}&days={days_ago(4)}"
"""Days in which nothing more comes in while a test looks."""


def foot(page: Page) -> str:
    """The line below the table."""
    return page.locator("strong", has_text="건 · ").inner_text()


def won(text: str) -> list[int]:
    """Every amount in a Korean line."""
    return [int(figure.replace(",", "")) for figure in re.findall(r"(-?[0-9,]+)원", text)]


def downloaded(page: Page, folder: Path) -> Path:
    """The finished export, saved."""
    link = page.locator("a.pd-download")
    link.wait_for()
    with page.expect_download() as arriving:
        link.click()
    file = folder / arriving.value.suggested_filename
    arriving.value.save_as(file)
    return file


def exported(page: Page, kind: str, folder: Path) -> Path:
    """The list as a file."""
    page.locator(".st-key-export button").click()
    page.get_by_text(kind, exact=True).click()
    return downloaded(page, folder)


def test_the_file_of_cancellations_adds_up_to_the_page(desk: Running, visitor: Visitor, tmp_path: Path) -> None:
    page = visitor("김민수", path=f"/payments?basis=cancelled&{BEHIND}")
    [total] = won(foot(page))
    assert "결제" not in foot(page)
    tabs = page.locator(".st-key-tab button").all_inner_texts()
    assert [tab.split()[0] for tab in tabs][:3] == ["전체", "부분취소", "전체취소"]
    book = openpyxl.load_workbook(exported(page, "Excel (XLSX)", tmp_path))
    header, *lines = list(book["결제"].iter_rows(values_only=True))
    rows = [dict(zip(header, line, strict=True)) for line in lines]
    assert sum(row["취소금액"] for row in rows) == total > 0
    assert foot(page).startswith(f"취소 {len(rows):,}건")
    assert {row["상태"] for row in rows} == {"부분취소", "전체취소"}
    assert {row["결제수단"] for row in rows} <= {"카드", "계좌이체", "가상계좌", "휴대폰", "간편결제 등"}
    assert all(row["취소일시(KST)"] >= row["결제일시(KST)"] > "2025" for row in rows)
    assert all(row["취소 사유"] and row["PG 거래번호"] for row in rows)
    told = {row[0].value: row[1] for row in book["조건"].iter_rows()}
    assert (told["취소(원)"].value, told["취소(원)"].number_format) == (total, "#,##0")
    assert "결제(원)" not in told


def test_the_file_of_everything_says_what_was_paid_cancelled_and_awaited(
    desk: Running, visitor: Visitor, tmp_path: Path
) -> None:
    """Days that lie behind, so that nothing comes in between; the command line reads the same ones in codes."""
    page = visitor("김민수", path=f"/payments?{BEHIND}")
    shown = won(foot(page))
    book = openpyxl.load_workbook(exported(page, "Excel (XLSX)", tmp_path))
    told = {row[0].value: row[1].value for row in book["조건"].iter_rows()}
    plain = list(
        csv.DictReader(io.StringIO(desk.command("payments", "--from", days_ago(25), "--to", days_ago(4)).stdout))
    )
    sold = [row for row in plain if row["state"] in ("paid", "partly", "cancelled") and row["currency"] == "KRW"]
    paid, cancelled = (sum(int(row[name]) for row in sold) for name in ("amount", "cancel_amount"))
    assert (
        [told[title] for title in ("결제(원)", "취소(원)", "순매출(원)")]
        == [paid, cancelled, paid - cancelled]
        == shown[:3]
    )
    assert told["줄 수"] == len(plain) == book["결제"].max_row - 1


def test_the_foot_of_what_is_awaited_says_how_much(visitor: Visitor) -> None:
    page = visitor("김민수", path=f"/payments?tab=waiting&{BEHIND}")
    assert re.fullmatch(r"[0-9,]+건 · 입금 대기 [0-9,]+원", foot(page))
    assert won(foot(page))[0] > 0


@pytest.mark.parametrize("query", [f"tab=cancelled&{BEHIND}", f"basis=cancelled&{BEHIND}"])
def test_back_from_a_payment_is_the_list_as_it_was(visitor: Visitor, query: str) -> None:
    page = visitor("김민수", path=f"/payments?{query}")
    before, address = foot(page), page.url
    open_first(page)
    page.go_back()
    expect(page.locator(".st-key-tab")).to_be_visible()
    at_rest(page)
    assert (foot(page), page.url) == (before, address)


def test_back_takes_back_a_choice_of_the_list(visitor: Visitor) -> None:
    page = visitor("김민수", path=f"/payments?{BEHIND}")
    before = foot(page)
    page.locator(".st-key-tab").get_by_text("전체취소").click()
    page.wait_for_url(re.compile("tab=cancelled"))
    at_rest(page)
    after = foot(page)
    assert after != before
    for go, shown in ((page.go_back, before), (page.go_forward, after)):
        go()
        expect(page.locator("strong", has_text="건 · ")).to_have_text(shown)


def test_back_from_the_payments_of_a_bar_is_the_overview_of_the_same_days(visitor: Visitor) -> None:
    page = visitor("김민수", path="/?range=7d")
    bars = page.locator("[class*=st-key-volume] .point path")
    bars.first.wait_for()
    click_until(page, lambda: bars.nth(3).click(force=True), r"/payments\?")
    page.go_back()
    page.wait_for_url(re.compile(r"/\?range=7d$"))
    expect(page.locator(".st-key-range [aria-checked=true]")).to_have_text("7일")


@pytest.mark.parametrize("last", [20, 9])
def test_days_in_the_address_are_the_days_shown(visitor: Visitor, last: int) -> None:
    """A single day is a range of that day."""
    days = dict.fromkeys((days_ago(20), days_ago(last)))
    page = visitor("김민수", path=f"/payments?{'&'.join(f'days={day}' for day in days)}")
    fields = page.locator(".st-key-days input[type=date]")
    expect(fields).to_have_count(2)
    assert [field.input_value() for field in fields.all()] == [days_ago(20), days_ago(last)]
    assert page.get_by_text("주소의 기간을 읽을 수 없어").count() == 0


@pytest.mark.parametrize("days", [f"days={days_ago(4)}&days={days_ago(9)}", "days=yesterday", "days=0001-01-01"])
def test_days_that_cannot_be_read_are_told(visitor: Visitor, days: str) -> None:
    page = visitor("김민수", path=f"/payments?{days}")
    expect(page.get_by_text("주소의 기간을 읽을 수 없어 기본 기간을 보여 드립니다.")).to_be_visible()
    assert "days" not in page.url
    assert page.locator('[data-testid="stException"]').count() == 0


def test_the_activity_leaves_in_words_with_the_sealed_entry_beside_them(
    desk: Running, visitor: Visitor, tmp_path: Path
) -> None:
    payment = desk.control("POST", "/payments", {"amount": 33_000, "pay_method": "card"})
    desk.command("sync")
    done = desk.command(
        "refund", payment["imp_uid"], "--amount", "33000", "--balance", "33000", "--reason", "변심", "--as", "이수연"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    page = visitor("정하늘", path="/activity")
    page.locator("[class*=st-key-export_activity] button").click()
    book = openpyxl.load_workbook(downloaded(page, tmp_path))
    header, *lines = list(book["활동 기록"].iter_rows(values_only=True))
    rows = [dict(zip(header, line, strict=True)) for line in lines]
    mine = [row for row in rows if row["대상"] == payment["imp_uid"]]
    assert [row["금액(원)"] for row in mine if row["금액(원)"]] == [33_000]
    assert any(row["상세"].startswith("33,000원 중 33,000원") for row in mine)
    for row in mine:
        assert not re.search("[A-Z]{5}|permit|says", f"{row['이전']} {row['이후']}{row['상세'].split(' · ')[0]}")
        sealed = json.loads(row["기록 원문"])
        assert (sealed["seq"], sealed["object"]) == (row["번호"], payment["imp_uid"])
    assert "33000 of 33000" in "".join(row["기록 원문"] for row in mine)


def test_digits_that_may_be_an_amount_offer_the_other_reading(desk: Running, visitor: Visitor) -> None:
    made = [make(desk, amount=8_642, buyer_name="천상지"), make(desk, buyer_tel="010-1111-8642", buyer_name="지상천")]
    page = visitor("이수연", path="/payments")
    search, table = page.locator(".st-key-search input"), page.get_by_test_id("stDataFrame").locator("table")
    search.fill("8642")
    search.press("Enter")
    expect(table).to_contain_text(made[1]["merchant_uid"])
    expect(table).not_to_contain_text(made[0]["merchant_uid"])
    page.locator(".st-key-otherwise button").click()
    expect(search).to_have_value("8,642원")
    expect(table).to_contain_text(made[0]["merchant_uid"])
    search.fill("천상지님 8642")
    search.press("Enter")
    expect(page.get_by_text("이름 · 금액 8,642원")).to_be_visible()
    at_rest(page)
    expect(table).to_contain_text(made[0]["merchant_uid"])
    expect(table.locator("tbody tr")).to_have_count(1)


def test_blanks_in_the_search_box_are_an_empty_box(visitor: Visitor) -> None:
    page = visitor("김민수", path=f"/payments?{BEHIND}")
    before = foot(page)
    box = page.get_by_role("textbox", name="검색")
    box.fill("   ")
    box.press("Enter")
    at_rest(page)
    assert foot(page) == before
    assert page.get_by_text("검색 기준").count() == 0


def test_a_payment_that_could_not_be_read_is_told_where_it_is_looked_for(desk: Running, visitor: Visitor) -> None:
    odd = desk.control("POST", "/payments", {"amount": 20_000, "card_quota": "three"})["imp_uid"]
    page = visitor("김민수", path=f"/payment?imp_uid={odd}")
    told = page.get_by_text("할부(card_quota) 값을 이해할 수 없습니다").first
    for _ in range(30):  # until the sync has met it
        if told.count():
            break
        page.wait_for_timeout(1_000)
        page.reload()
        at_rest(page)
    expect(told).to_be_visible()
    assert page.get_by_text("해당 결제가 없습니다").count() == 0
    page.goto(f"{desk.url}/payments")
    at_rest(page)
    box = page.get_by_role("textbox", name="검색")
    box.fill(odd)
    box.press("Enter")
    expect(page.get_by_role("alert").get_by_text("할부(card_quota) 값을 이해할 수 없습니다")).to_be_visible()
    assert page.get_by_text("이 기간에는 일치하는 결제가 없습니다").count() == 0
