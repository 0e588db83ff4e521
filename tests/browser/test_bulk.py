"""A file of refunds in the browser: tried out, asked for with its total typed, approved by another person, and run."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Running, Visitor, at_rest
from tests.browser.test_journeys import upstream


def test_a_file_of_refunds_from_upload_to_report(desk: Running, visitor: Visitor) -> None:
    paid = [desk.control("POST", "/payments", {"amount": 20_000})["imp_uid"] for _ in range(4)]
    rows = [f"{uid},{amount},변심" for uid, amount in zip(paid, (5_000, 20_000, 7_000, 99_000), strict=True)]
    data = "\r\n".join(["포트원 ID,환불금액,사유", *rows]).encode("utf-8-sig")

    agent = visitor("이수연", path="/bulk")
    agent.locator('input[type="file"]').set_input_files({"name": "반품.csv", "mimeType": "text/csv", "buffer": data})
    expect(agent.get_by_text("32,000원").first).to_be_visible(timeout=30_000)
    total = agent.get_by_role("textbox", name="확인을 위해 합계를 입력하세요")
    total.fill("31,000")
    total.press("Enter")
    agent.get_by_role("button", name="승인 요청").click()
    expect(agent.get_by_text("입력한 합계가 32,000원과 다릅니다.")).to_be_visible(timeout=20_000)
    total.fill("32,000")
    total.press("Enter")
    at_rest(agent)
    agent.get_by_role("button", name="승인 요청").click()
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
    agent.locator('input[type="file"]').set_input_files({"name": "반품.csv", "mimeType": "text/csv", "buffer": data})
    expect(agent.get_by_text("확인한 뒤").or_(agent.get_by_text("환불할 수 없는 줄은")).first).to_be_visible(
        timeout=30_000
    )
