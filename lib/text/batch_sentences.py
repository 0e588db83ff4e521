"""The sentences about bulk refunds, by code: (Korean, English)."""

from __future__ import annotations

from typing import Final

BATCH_SENTENCES: Final[dict[str, tuple[str, str]]] = {
    "file_too_big": (
        "파일이 {limit}보다 큽니다. 보낸 환불은 없습니다. 나누어 올리세요.",
        "The file is larger than {limit}. Nothing was sent. Split it.",
    ),
    "file_too_long": (
        "한 파일에는 {limit}건까지 담을 수 있습니다. 보낸 환불은 없습니다. 나누어 올리세요.",
        "One file holds at most {limit} refunds. Nothing was sent. Split it.",
    ),
    "file_unreadable": (
        "파일을 읽을 수 없습니다. 보낸 환불은 없습니다. 엑셀(XLSX)이나 CSV로 저장해 다시 올리세요.",
        "The file cannot be read. Nothing was sent. Save it as XLSX or CSV and try again.",
    ),
    "file_columns": (
        "필요한 열이 없습니다: {missing}. 첫 줄의 열 이름을 서식과 맞추어 다시 올리세요.",
        "A column is missing: {missing}. Name the columns in the first row as the template does.",
    ),
    "file_empty": (
        "파일에 환불할 줄이 없습니다. 서식에 맞추어 채운 뒤 다시 올리세요.",
        "The file holds no refunds. Fill in the template and try again.",
    ),
    "row_shifted": (
        "열 이름보다 칸이 많은 줄입니다. 금액의 쉼표 때문에 칸이 밀렸을 수 있습니다. 10000처럼 쉼표 없이 적으세요.",
        "This row has more cells than the heading. A comma in an amount may have cut it: write 10000.",
    ),
    "payment_needed": (
        "포트원 ID나 주문번호가 없습니다. 채운 뒤 다시 올리세요.",
        "The payment is missing. Enter its PortOne ID or order number.",
    ),
    "order_ambiguous": (
        "이 주문번호의 결제가 여러 건입니다. 포트원 ID로 적으세요.",
        "Several payments carry this order number. Use the PortOne ID.",
    ),
    "twice_in_file": (
        "같은 결제가 파일에 두 번 이상 있습니다. 한 줄로 합친 뒤 다시 올리세요.",
        "This payment is in the file more than once. Merge its rows.",
    ),
    "refunded_by_file": (
        "{on}에 올린 파일로 같은 금액을 환불한 결제입니다. 정말 다시 환불하려면 결제 화면에서 하세요.",
        "It was refunded by a file on {on}; refund it on its payment's page if it is really wanted again.",
    ),
    "waits_in_file": (
        "{on}에 올린 다른 파일에서 같은 금액이 처리를 기다리고 있습니다. 그 파일의 결과를 확인하세요.",
        "The same refund waits in another file, uploaded on {on}. See how that one stands.",
    ),
    "rows_known": (
        "다른 파일에 같은 환불이 {rows}건 올라왔습니다. 요청하지 않았습니다. 파일을 다시 확인하세요.",
        "{rows} of these refunds are in another file by now. Nothing was asked for. Check the file again.",
    ),
    "test_in_file": (
        "테스트 결제입니다. 파일로는 환불하지 않습니다. 결제 화면에서 환불하세요.",
        "This is a test payment. A file does not refund it; its own page does.",
    ),
    "won_only": (
        "원화 결제만 일괄 환불할 수 있습니다. 이 결제는 따로 환불하세요.",
        "Only payments in won can be refunded in bulk. Refund this one by itself.",
    ),
    "batch_empty": (
        "환불할 수 있는 줄이 없습니다. 요청하지 않았습니다. 파일을 고쳐 다시 올리세요.",
        "No row can be refunded. Nothing was asked for. Correct the file.",
    ),
    "total_differs": (
        "입력한 합계가 {total}과 다릅니다. 요청하지 않았습니다. 합계를 확인해 그대로 입력하세요.",
        "The total you typed is not {total}. Nothing was asked for. Check it and type it again.",
    ),
    "batch_known": (
        "같은 파일을 {by}님이 이미 올렸습니다({since}). 보낸 환불은 없습니다. 그 요청의 결과를 확인하세요.",
        "{by} has uploaded this very file already ({since}). Nothing was sent. See how that one stands.",
    ),
    "batch_changed": (
        "요청한 뒤 내용이 바뀌었습니다. 보내지 않았습니다. 관리자에게 알리고 파일을 다시 올리세요.",
        "Its contents have changed since it was asked for. Nothing was sent. Tell an administrator; upload it again.",
    ),
    "no_such_batch": (
        "이 번호의 일괄 환불이 없습니다. 목록에서 선택하세요.",
        "There is no bulk refund with this number. Choose one from the list.",
    ),
    "batch_not_running": (
        "지금 보내고 있는 일괄 환불이 아닙니다. 상태를 확인하세요.",
        "This bulk refund is not running. See how it stands.",
    ),
    "batch_not_paused": (
        "멈춘 일괄 환불이 아닙니다. 상태를 확인하세요.",
        "This bulk refund is not paused. See how it stands.",
    ),
    "paused_by_hand": (
        "담당자가 멈췄습니다. 남은 줄은 보내지 않았습니다.",
        "Somebody paused it. The rows that are left were not sent.",
    ),
    "run_broke": (
        "보내는 중 문제가 생겨 멈췄습니다. 남은 줄은 보내지 않았습니다. 관리자에게 알린 뒤 계속하세요.",
        "Something went wrong, so it paused. The rows that are left were not sent. Tell an administrator, then continue.",
    ),
    "breaker_uncertain": (
        "세 건이 이어서 확인되지 않아 멈췄습니다. 남은 줄은 보내지 않았습니다. 결과가 확인된 뒤 계속하세요.",
        "Three in a row could not be confirmed, so it paused. The rest was not sent. Continue once they are settled.",
    ),
    "breaker_moved": (
        "미리 확인한 뒤 잔액이 바뀐 결제가 많아 멈췄습니다. 남은 줄은 보내지 않았습니다. 다른 곳에서 환불하고 있는지 확인하세요.",
        "Many balances have moved since they were checked, so it paused. The rest was not sent. "
        "See whether somebody refunds elsewhere.",
    ),
    "breaker_failing": (
        "환불되지 않는 줄이 많아 멈췄습니다. 남은 줄은 보내지 않았습니다. 사유를 확인한 뒤 계속하세요.",
        "Too many rows are not refunded, so it paused. The rest was not sent. Read the reasons, then continue.",
    ),
    "stale_in_batch": (
        "확인한 뒤 잔액이 바뀌어 보내지 않았습니다. 남은 금액을 확인하세요.",
        "The balance moved after it was checked, so it was not sent. Check what is left.",
    ),
    "batch_denied": (
        "승인하는 사람이 거절했습니다. 보낸 환불은 없습니다. 사유를 확인하고 고쳐서 다시 올리세요.",
        "It was denied. Nothing was sent. Read why, and upload it again once that is put right.",
    ),
    "batch_withdrawn": (
        "요청한 사람이 거두었습니다. 보낸 환불은 없습니다.",
        "Whoever asked for it withdrew it. Nothing was sent.",
    ),
    "batch_expired": (
        "승인을 기다리다 만료되었습니다. 보낸 환불은 없습니다. 필요하면 다시 올리세요.",
        "Nobody approved it in time. Nothing was sent. Upload it again if it is still wanted.",
    ),
    "given_up": (
        "보내지 않고 끝냈습니다. 움직인 금액이 없습니다.",
        "Given up before it was sent. No money moved.",
    ),
}
"""Code to (Korean, English)."""
