"""A file of refunds in the browser: tried out, asked for with its total typed, approved by another person, and run."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import Running, Visitor, at_rest
from tests.browser.test_journeys import upstream


def upload(page: Page, name: str, *lines: str) -> None:
    """A CSV file as Korean spreadsheets write it; the first line holds the headings."""
    data = "\r\n".join(lines).encode("utf-8-sig")
    page.locator('input[type="file"]').set_input_files({"name": name, "mimeType": "text/csv", "buffer": data})


def ask(page: Page, total: str) -> None:
    """Type the total and ask for the approval."""
    field = page.get_by_role("textbox", name="확인을 위해 합계를 입력하세요")
    field.fill(total)
    field.press("Enter")
    at_rest(page)
    page.get_by_role("button", name="승인 요청").click()


def test_a_file_of_refunds_from_upload_to_report(desk: Running, visitor: Visitor) -> None:
    paid = [desk.control("POST", "/payments", {"amount": 20_000})["imp_uid"] for _ in range(4)]
    rows = [f"{uid},{amount},변심" for uid, amount in zip(paid, (5_000, 20_000, 7_000, 99_000), strict=True)]
    agent = visitor("이수연", path="/bulk")
    upload(agent, "반품.csv", "포트원 ID,환불금액,사유", *rows)
    expect(agent.get_by_text("32,000원").first).to_be_visible(timeout=30_000)
    ask(agent, "31,000")
    expect(agent.get_by_text("입력한 합계가 32,000원과 다릅니다.")).to_be_visible(timeout=20_000)
    ask(agent, "32,000")
    expect(agent.get_by_text("승인 대기").first).to_be_visible(timeout=20_000)
    assert agent.get_by_role("button", name="3건 32,000원 승인").count() == 0
    assert [upstream(desk, uid)["cancel_amount"] for uid in paid] == [0, 0, 0, 0]

    finance = visitor("김민수", path="/approvals")
    finance.get_by_role("button", name="반품.csv").click()
    finance.get_by_role("button", name="3건 32,000원 승인").dblclick()
    expect(finance.get_by_text("완료", exact=True)).to_be_visible(timeout=60_000)
    assert [upstream(desk, uid)["cancel_amount"] for uid in paid] == [5_000, 20_000, 7_000, 0]

    agent.goto(f"{desk.url}/bulk")
    at_rest(agent)
    upload(agent, "반품.csv", "포트원 ID,환불금액,사유", *rows)
    expect(agent.get_by_text("확인한 뒤").or_(agent.get_by_text("환불할 수 없는 줄은")).first).to_be_visible(
        timeout=30_000
    )


def test_a_file_is_denied_with_a_reason_that_stays_on_it(desk: Running, visitor: Visitor) -> None:
    paid = desk.control("POST", "/payments", {"amount": 20_000})["imp_uid"]
    rows = [f"{paid},5000,변심", f"{desk.control('POST', '/payments', {'amount': 3_000})['imp_uid']},99000,변심"]
    agent = visitor("이수연", path="/bulk")
    upload(agent, "거절.csv", "포트원 ID,환불금액,사유", *rows)
    expect(agent.locator(".st-key-bulk_remedies")).to_contain_text("3번 줄 환불 가능 금액(3,000원)보다 큽니다")
    ask(agent, "5,000")
    expect(agent.get_by_text("승인 대기").first).to_be_visible()
    agent.wait_for_url("**/bulk?batch=*")

    finance = visitor("김민수", path=agent.url.removeprefix(desk.url))
    finance.get_by_role("button", name="거절", exact=True).click()
    deny = finance.get_by_role("button", name="1건 5,000원 거절")
    expect(deny).to_be_disabled()
    why = finance.get_by_role("textbox", name="이수연")
    why.fill("금액을 다시 확인하세요")
    why.press("Enter")
    expect(deny).to_be_enabled()
    deny.click()
    expect(finance.get_by_text("거절됨", exact=True)).to_be_visible()

    agent.reload()
    at_rest(agent)
    expect(agent.get_by_text("금액을 다시 확인하세요")).to_be_visible()
    expect(agent.get_by_text("김민수님이 거절")).to_be_visible()
    expect(agent.locator(".st-key-batch_remedies")).to_contain_text("보낸 환불은 없습니다")
    assert upstream(desk, paid)["cancel_amount"] == 0


def test_whoever_approves_a_file_looks_at_accounts_in_doubt_first(desk: Running, visitor: Visitor) -> None:
    def account(buyer: str, holder: str) -> str:
        wanted = {"amount": 9_000, "pay_method": "vbank", "status": "paid", "buyer_name": buyer, "pg_provider": "kicc"}
        imp_uid = desk.control("POST", "/payments", wanted)["imp_uid"]
        return f"{imp_uid},9000,변심,신한은행,110-777-888999,{holder}"

    lines = ["포트원 ID,환불금액,사유,은행,계좌번호,예금주", account("강하늘", "강하늘"), account("문바다", "문바다")]
    agent = visitor("이수연", path="/bulk")
    upload(agent, "계좌.csv", *lines)
    ask(agent, "18,000")
    agent.wait_for_url("**/bulk?batch=*")

    finance = visitor("김민수", path=agent.url.removeprefix(desk.url))
    table = finance.get_by_test_id("stDataFrame").locator("table")
    expect(table).to_contain_text("신한은행 ***-8999 강*늘")
    expect(table).to_contain_text("다른 구매자와 같은 계좌")
    approve = finance.get_by_role("button", name="2건 18,000원 승인")
    expect(approve).to_be_disabled()
    finance.get_by_text("이 계좌들을 확인했고").click()
    expect(approve).to_be_enabled()


def test_a_file_is_not_called_done_while_a_row_is_being_checked(desk: Running, visitor: Visitor) -> None:
    paid = desk.control("POST", "/payments", {"amount": 20_000})["imp_uid"]
    agent = visitor("이수연", path="/bulk")
    upload(agent, "확인.csv", "포트원 ID,환불금액,사유", f"{paid},4000,변심")
    ask(agent, "4,000")
    agent.wait_for_url("**/bulk?batch=*")
    finance = visitor("김민수", path=agent.url.removeprefix(desk.url))
    desk.control("POST", "/faults", {"endpoint": "POST /payments/cancel", "kind": "reset"})
    finance.get_by_role("button", name="1건 4,000원 승인").click()
    expect(finance.get_by_text("모두 보냄 · 확인 중", exact=True)).to_be_visible(timeout=60_000)
    assert finance.get_by_text("완료", exact=True).count() == 0
