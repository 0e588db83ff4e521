"""The sentences about escrow orders, by code: (Korean, English). What happened, what it means, what to do."""

from __future__ import annotations

from typing import Final

ESCROW_SENTENCES: Final[dict[str, tuple[str, str]]] = {
    "escrow_checking": (
        "결과를 확인하고 있습니다. 배송이 등록되었을 수 있습니다. 다시 등록하지 말고 결과를 기다리세요.",
        "We are checking the result. The delivery may be registered. Do not register it again; wait for the result.",
    ),
    "escrow_needs_human": (
        "포트원이 받았다고 답했지만 조회되지 않습니다. 다시 등록하지 마세요. 정산 담당자가 콘솔에서 확인한 뒤 기록합니다.",
        "i'mport said that it took the delivery, but it cannot be read. Do not register it again. "
        "Somebody from finance looks into the console and records it.",
    ),
    "escrow_not_reached": (
        "포트원에 연결하지 못해 배송을 보내지 못했습니다. 등록된 것이 없습니다. 연결을 확인하고 다시 등록하세요.",
        "i'mport could not be reached, so the delivery was not sent. Nothing was registered. Check the connection and try again.",
    ),
    "escrow_open": (
        "이 주문의 배송 등록이 아직 확인 중입니다. 보낸 것이 없습니다. 결과를 기다리세요.",
        "A delivery of this order is still being checked. Nothing was sent. Wait for its result.",
    ),
    "escrow_there": (
        "이미 배송이 등록된 주문입니다. 보낸 것이 없습니다. 바꾸려면 주문을 열어 변경하세요.",
        "This order has a delivery already. Nothing was sent. Open the order to change it.",
    ),
    "escrow_not_shipped": (
        "등록된 배송이 없어 구매자의 답을 기록할 수 없습니다. 바뀐 것이 없습니다. 배송을 먼저 등록하세요.",
        "No delivery is registered, so there is no answer to record. Nothing was changed. Register the delivery first.",
    ),
    "escrow_said": (
        "이미 그렇게 기록된 주문입니다. 바뀐 것이 없습니다. 새로고침해서 기록을 확인하세요.",
        "This is on record already. Nothing was changed. Refresh and see the record.",
    ),
    "escrow_nothing_said": (
        "되돌릴 기록이 없습니다. 바뀐 것이 없습니다. 새로고침해서 상태를 확인하세요.",
        "There is no record to take back. Nothing was changed. Refresh and see how it stands.",
    ),
    "escrow_not_kept": (
        "KICC에 등록할 배송이 없는 주문입니다. 바뀐 것이 없습니다. 새로고침해서 상태를 확인하세요.",
        "Nothing of this order waits for KICC. Nothing was changed. Refresh and see how it stands.",
    ),
    "escrow_nothing_there": (
        "포트원에 등록된 배송이 없습니다. 바뀐 것이 없습니다. 배송을 등록하세요.",
        "i'mport has no delivery of this order. Nothing was changed. Register it.",
    ),
    "escrow_order_unclear": (
        "이 주문번호에 결제가 여러 건 있습니다. 보낸 것이 없습니다. 포트원 거래번호로 적으세요.",
        "Several payments have this order number. Nothing was sent. Write the PortOne ID instead.",
    ),
    "escrow_row_twice": (
        "같은 주문이 위에 있습니다. 이 줄은 보내지 않습니다. 한 줄만 남기세요.",
        "The same order stands above. This row is not sent. Keep one of them.",
    ),
    "invoice_twice": (
        "같은 운송장 번호가 위에 있습니다. 이 줄은 보내지 않습니다. 번호를 확인하세요.",
        "The same invoice number stands above. This row is not sent. Check it.",
    ),
    "invoice_shortened": (
        "스프레드시트가 운송장 번호를 줄여 뒷자리가 사라졌습니다. 이 줄은 보내지 않습니다. 열을 텍스트로 바꾸고 다시 복사하세요.",
        "The spreadsheet has shortened this number and lost its digits. This row is not sent. Make the column text and copy again.",
    ),
    "courier_unknown": (
        "택배사를 알 수 없습니다. 이 줄은 보내지 않습니다. 줄에 이름을 적거나 위에서 고르세요.",
        "The courier is not known. This row is not sent. Write its name in the row, or choose one above.",
    ),
    "courier_length": (
        "{courier} 번호는 {usual}자리인데 이 번호는 {n}자리입니다. 이 줄은 보내지 않습니다. 줄에 택배사를 적으세요.",
        "Numbers of {courier} have {usual} digits, this one has {n}. This row is not sent. Write the courier in the row.",
    ),
    "row_unparted": (
        "줄을 나누지 못했습니다. 이 줄은 보내지 않습니다. 칸을 탭이나 쉼표로 나누어 적으세요.",
        "The row could not be split. It is not sent. Part its columns by tabs or commas.",
    ),
    "paste_empty": (
        "등록할 줄이 없습니다. 보낸 것이 없습니다. 주문번호와 운송장 번호를 붙여 넣으세요.",
        "There is no row to register. Nothing was sent. Paste order numbers and invoice numbers.",
    ),
    "paste_too_long": (
        "한 번에 {limit}줄까지 등록합니다. 보낸 것이 없습니다. 나누어 붙여 넣으세요.",
        "At most {limit} rows are registered at once. Nothing was sent. Paste them in parts.",
    ),
    "escrow_run_uncertain": (
        "세 건이 이어서 확인되지 않아 멈췄습니다. 남은 줄은 보내지 않았습니다. 결과가 확인된 뒤 다시 붙여 넣으세요.",
        "Three in a row could not be confirmed, so it stopped. The rest was not sent. Paste it again once they are settled.",
    ),
    "escrow_run_failing": (
        "등록되지 않는 줄이 많아 멈췄습니다. 남은 줄은 보내지 않았습니다. 사유를 확인하고 다시 붙여 넣으세요.",
        "Too many rows were not registered, so it stopped. The rest was not sent. Read the reasons and paste it again.",
    ),
    "escrow_run_broke": (
        "포트원에 연결할 수 없거나 여기에 문제가 생겨 멈췄습니다. 남은 줄은 보내지 않았습니다. 잠시 뒤 다시 붙여 넣으세요.",
        "i'mport could not be reached or something went wrong here, so it stopped. The rest was not sent. Paste it again later.",
    ),
}
"""Code to (Korean, English)."""
