"""The sentences about operations that are no refunds, by code: (Korean, English). What happened, what it means, what to do."""

from __future__ import annotations

from typing import Final

OPERATION_SENTENCES: Final[dict[str, tuple[str, str]]] = {
    "busy": (
        "{by} 님이 같은 대상의 요청을 진행하고 있습니다({since}부터). 보낸 것이 없습니다. 결과를 기다리세요.",
        "{by} has a request on the same under way (since {since}). Nothing was sent. Wait for its result.",
    ),
    "done": (
        "처리했습니다. 더 할 일이 없습니다.",
        "Done. Nothing else to do.",
    ),
    "work_checking": (
        "결과를 확인하고 있습니다. 처리되었을 수 있습니다. 다시 하지 말고 결과를 기다리세요.",
        "We are checking the result. It may have been done. Do not do it again; wait for the result.",
    ),
    "work_needs_human": (
        "자동으로 확인하지 못했습니다. 처리되었을 수 있습니다. 결제대행사에서 조회한 뒤 정산 담당자에게 알리세요.",
        "We could not confirm it. It may have been done. Look it up at the gateway and tell finance.",
    ),
    "proof_without_payment": (
        "결제되었다는 근거에 포트원 ID(imp_…)가 없습니다. 바뀐 것이 없습니다. 그 결제의 포트원 ID를 함께 입력하세요.",
        "The proof that it was charged names no payment. Nothing was changed. Enter the payment's PortOne ID (imp_…).",
    ),
    "accepted": (
        "포트원이 받았지만 아직 조회되지 않습니다. 다시 보내지 말고 결과를 기다리세요.",
        "i'mport took it, but it cannot be read yet. Do not send it again; wait for the result.",
    ),
    "not_done": (
        "처리되지 않았습니다. 바뀐 것이 없습니다. 지금 상태를 보고 필요하면 다시 하세요.",
        "It was not carried out. Nothing was changed. See how it stands and do it again if needed.",
    ),
    "request_refused": (
        "포트원이나 결제대행사가 거절했습니다. 바뀐 것이 없습니다. 거절 사유를 확인하세요.",
        "i'mport or the gateway refused it. Nothing was changed. Read the reason.",
    ),
    "seen_twice": (
        "같은 요청이 두 번 처리된 것으로 보입니다. 결제대행사에서 확인하고 정산 담당자에게 알리세요.",
        "The same request shows twice. Look it up at the gateway and tell finance.",
    ),
    "charge_failed": (
        "카드사가 결제를 거절했습니다. 받은 금액이 없습니다. 거절 사유를 확인하세요.",
        "The issuer refused the charge. No money was taken. Read its reason.",
    ),
    "charge_amount": (
        "결제할 금액이 없습니다. 보낸 것이 없습니다. 1원 이상의 금액을 입력하세요.",
        "There is no amount to charge. Nothing was sent. Enter 1 or more.",
    ),
    "name_needed": (
        "주문 이름이 없거나 40자를 넘습니다. 보낸 것이 없습니다. 고객이 알아볼 이름을 40자 이내로 입력하세요.",
        "The order's name is missing or over 40 characters. Nothing was sent. Enter one that the customer knows.",
    ),
    "plan_above_paid": (
        "이 빌링키로 한 번에 결제된 가장 큰 금액({limit})보다 큽니다. 예약하지 않았습니다. 정산 담당자에게 예약을 요청하세요.",
        "More than this billing key has ever paid at once ({limit}). Nothing was planned. Ask finance to plan it.",
    ),
    "plan_never_paid": (
        "이 빌링키로 결제된 적이 아직 없습니다. 예약하지 않았습니다. 첫 결제나 첫 예약은 정산 담당자에게 요청하세요.",
        "Nothing was ever paid with this billing key. Nothing was planned. Ask finance for its first charge.",
    ),
    "card_dead": (
        "이 카드는 다시 결제할 수 없습니다(마지막 결제가 그 사유로 실패). 예약하거나 변경하지 않았습니다. 고객이 새 카드를 먼저 등록해야 합니다.",
        "This card can never be charged again, as its last charge told. Nothing was planned or moved. The customer must "
        "register a new card first.",
    ),
    "no_such_key": (
        "포트원에 이 빌링키가 없습니다. 보낸 것이 없습니다. 고객에게 카드를 다시 등록하게 하세요.",
        "i'mport does not know this billing key. Nothing was sent. Have the customer register a card again.",
    ),
    "schedules_left": (
        "이 빌링키에 남은 예약이 {n}건 있습니다. 삭제하지 않았습니다. 예약을 먼저 취소하세요.",
        "This billing key still has {n} scheduled charges. It was not deleted. Cancel them first.",
    ),
    "no_such_schedule": (
        "포트원에 이 예약이 없습니다. 보낸 것이 없습니다. 목록을 새로고침하세요.",
        "i'mport does not know this schedule. Nothing was sent. Refresh the list.",
    ),
    "schedule_past": (
        "예약 시각이 지났거나 너무 가깝습니다. 보낸 것이 없습니다. 지금부터 10분 뒤의 시각을 고르세요.",
        "The time is over or too near. Nothing was sent. Choose one at least 10 minutes from now.",
    ),
    "schedule_far": (
        "예약은 400일 안으로만 할 수 있습니다. 보낸 것이 없습니다. 더 가까운 날짜를 고르세요.",
        "A charge can be scheduled 400 days ahead at most. Nothing was sent. Choose an earlier day.",
    ),
    "schedule_moved": (
        "예약이 그 사이 바뀌었습니다. 보낸 것이 없습니다. 지금 상태를 다시 보세요.",
        "The schedule has changed meanwhile. Nothing was sent. Look at it again.",
    ),
    "schedule_ran": (
        "예약이 이미 실행되어 취소할 수 없습니다. 결제를 확인하고 필요하면 환불하세요.",
        "The schedule has run already and cannot be cancelled. See its payment and refund it if needed.",
    ),
    "not_escrow": (
        "에스크로 결제가 아니거나 배송을 등록할 수 없는 상태입니다. 보낸 것이 없습니다. 결제 상태를 확인하세요.",
        "This is no escrow payment, or it cannot be shipped any more. Nothing was sent. See its state.",
    ),
    "delivery_incomplete": (
        "배송 정보가 모자랍니다({field}). 보낸 것이 없습니다. 빠진 칸을 채우세요.",
        "The delivery is incomplete ({field}). Nothing was sent. Fill in what is missing.",
    ),
    "invoice_wrong": (
        "운송장 번호는 숫자 9~20자리입니다. 보낸 것이 없습니다. 번호를 확인하세요.",
        "An invoice number has 9 to 20 digits. Nothing was sent. Check it.",
    ),
    "escrow_differs": (
        "이 결제에는 다른 배송이 이미 등록되어 있습니다. 바뀐 것이 없습니다. 등록된 내용을 보고 필요하면 변경하세요.",
        "Another delivery is registered for this payment. Nothing was changed. See it, and change it if needed.",
    ),
    "escrow_unsupported": (
        "포트원이 이 결제대행사의 배송 등록을 지원하지 않습니다. 입력한 내용은 보관했습니다. KICC 가맹점 사이트에서 등록하세요.",
        "i'mport does not register deliveries for this gateway. What you typed is kept. Register it at KICC's merchant site.",
    ),
    "receipt_identifier": (
        "현금영수증 번호가 종류와 맞지 않습니다. 보낸 것이 없습니다. 휴대폰 번호나 사업자번호를 확인하세요.",
        "The number does not fit its kind. Nothing was sent. Check the phone or business number.",
    ),
    "not_cash": (
        "현금영수증은 결제된 계좌이체와 가상계좌에만 발급합니다. 보낸 것이 없습니다.",
        "Cash receipts are issued for paid transfers and virtual accounts only. Nothing was sent.",
    ),
    "receipt_there": (
        "이미 현금영수증이 발급된 결제입니다. 보낸 것이 없습니다.",
        "A cash receipt was issued for this payment already. Nothing was sent.",
    ),
    "receipt_cancel_unsupported": (
        "KICC 현금영수증은 포트원으로 취소할 수 없습니다. 보낸 것이 없습니다. KICC 가맹점 사이트나 홈택스에서 취소하세요.",
        "i'mport cannot cancel KICC's cash receipts. Nothing was sent. Cancel it at KICC's merchant site or at Hometax.",
    ),
    "not_waiting": (
        "입금을 기다리는 가상계좌가 아닙니다. 보낸 것이 없습니다. 결제 상태를 확인하세요.",
        "This is no virtual account that waits for a deposit. Nothing was sent. See its state.",
    ),
    "vbank_paid": (
        "그 사이 입금되어 말소하지 않았습니다. 결제를 확인하고 필요하면 환불하세요.",
        "It was paid meanwhile and was not closed. See the payment and refund it if needed.",
    ),
    "vbank_close_unsupported": (
        "이 결제대행사는 자체 키가 있어야 가상계좌를 말소합니다. 보낸 것이 없습니다. 결제대행사의 가맹점 사이트에서 말소하세요.",
        "This gateway closes an account only with a key of its own. Nothing was sent. Close it at the gateway's merchant site.",
    ),
    "vbank_taken_back": (
        "은행이 입금을 취소한 결제라 입금 안내를 보내지 않습니다. 결제대행사에 확인한 뒤 고객에게 알리세요.",
        "The bank took this deposit back, so there is no reminder. Ask the gateway first, then tell the customer.",
    ),
    "vbank_over": (
        "입금 기한이 지나 안내할 수 없습니다. 고객에게 다시 주문해 달라고 하세요.",
        "The deadline is over, so there is nothing to remind of. Ask the customer to order again.",
    ),
}
"""Code to (Korean, English)."""
