"""The sentences about refunds, by code: (Korean, English). What happened, what it means for the money, what to do now.

A refused or unfinished operation carries one of these codes; so does an offer that is blocked and a `BadInput`.
Only sentences of `BadInput` have places to fill (`{balance}` and the like).
"""

from __future__ import annotations

from typing import Final

# What was asked cannot be sent; nothing was sent.
_INPUT: Final[dict[str, tuple[str, str]]] = {
    "amount_needed": (
        "환불할 금액이 없습니다. 환불을 보내지 않았습니다. 1원 이상의 금액을 입력하세요.",
        "There is no amount to refund. Nothing was sent. Enter 1 or more.",
    ),
    "over_balance": (
        "환불 가능 금액({balance})보다 큽니다. 환불을 보내지 않았습니다. {balance} 이하로 입력하세요.",
        "More than the refundable {balance}. Nothing was sent. Enter that or less.",
    ),
    "refunded_outside": (
        "다른 방법으로 이미 {used}을 환불한 기록이 있습니다. 환불을 보내지 않았습니다. 최대 {balance}까지 환불할 수 있습니다.",
        "{used} went back another way, says its record. Nothing was sent. At most {balance} can be refunded.",
    ),
    "whole_only": (
        "이 결제 수단은 전액만 환불할 수 있습니다. 환불을 보내지 않았습니다. 금액을 {balance}으로 입력하세요.",
        "This method can only be refunded in full. Nothing was sent. Enter {balance}.",
    ),
    "reason_needed": (
        "환불 사유가 없습니다. 환불을 보내지 않았습니다. 사유를 입력하세요.",
        "The reason is missing. Nothing was sent. Enter why it is refunded.",
    ),
    "account_needed": (
        "가상계좌는 환불받을 계좌가 필요합니다. 은행, 계좌번호, 예금주를 입력하세요.",
        "Virtual accounts need a refund account. Enter bank, number and holder.",
    ),
    "account_not_wanted": (
        "이 결제 수단은 결제한 수단으로 환불됩니다. 환불을 보내지 않았습니다. 환불 계좌를 비우고 다시 하세요.",
        "This method is refunded to where it was paid from. Nothing was sent. Leave the account empty and try again.",
    ),
    "bank_unknown": (
        "결제대행사의 은행 코드가 아닙니다. 환불을 보내지 않았습니다. 목록에서 은행을 선택하세요.",
        "This is no bank code of the gateway. Nothing was sent. Choose the bank from the list.",
    ),
    "account_digits": (
        "계좌번호는 숫자 7~20자리입니다. 환불을 보내지 않았습니다. 계좌번호를 확인하세요.",
        "An account number has 7 to 20 digits. Nothing was sent. Check the number.",
    ),
    "holder_unseen": (
        "예금주에 눈에 보이지 않는 글자가 섞여 있습니다. 환불을 보내지 않았습니다. 예금주를 지우고 다시 입력하세요.",
        "The holder's name has characters in it that cannot be seen. Nothing was sent. Clear it and type the name again.",
    ),
    "holder_long": (
        "예금주는 {longest}자까지입니다. 환불을 보내지 않았습니다. 예금주를 확인하세요.",
        "A holder's name has at most {longest} characters. Nothing was sent. Check the name.",
    ),
    "tax_free_needed": (
        "면세 금액이 있는 주문입니다. 환불을 보내지 않았습니다. 이번 환불의 면세 금액을 입력하세요.",
        "This order has a tax-free part. Nothing was sent. Enter the tax-free part of this refund.",
    ),
    "tax_free_wrong": (
        "면세 금액이 주문과 맞지 않습니다. 환불을 보내지 않았습니다. {low} 이상 {high} 이하로 입력하세요.",
        "The tax-free part does not fit the order. Nothing was sent. Enter between {low} and {high}.",
    ),
    "not_a_test": (
        "포트원이 테스트 결제라고 하지 않는 결제입니다. 환불을 보내지 않았습니다. 테스트 채널로 결제한 건으로 하세요.",
        "i'mport does not call this a test payment. Nothing was sent. Take one that was paid on a test channel.",
    ),
    "intent_reused": (
        "같은 요청 번호로 다른 내용을 보냈습니다. 새 환불을 보내지 않았습니다. 창을 닫고 다시 여세요.",
        "The same request came with other contents. No new refund was sent. Close the window and open it again.",
    ),
    "other_holder": (
        "환불 계좌의 예금주가 구매자와 다릅니다. 환불을 보내지 않았습니다. 다른 담당자의 승인을 요청하세요.",
        "The refund account is not in the buyer's name. Nothing was sent. Ask a second person to approve it.",
    ),
    "account_of_another": (
        "다른 구매자의 환불이 나간 적이 있는 계좌입니다. 환불을 보내지 않았습니다. 다른 담당자의 승인을 요청하세요.",
        "Another buyer's refund went to this account before. Nothing was sent. Ask a second person to approve it.",
    ),
    "foreign_money": (
        "한도가 원화로 정해져 있어 외화 환불은 승인이 필요합니다. 환불을 보내지 않았습니다. 다른 담당자의 승인을 요청하세요.",
        "Limits are in won, so a refund in another currency needs approval. Nothing was sent. Ask a second person to approve it.",
    ),
    "over_own_limit": (
        "혼자 환불할 수 있는 한도({limit})를 넘습니다. 환불을 보내지 않았습니다. 다른 담당자의 승인을 요청하세요.",
        "Above what you may refund alone ({limit}). Nothing was sent. Ask a second person to approve it.",
    ),
    "over_own_payment": (
        "이 결제에서 혼자 환불할 수 있는 한도({limit}, 사용 {used})를 넘습니다. 환불을 보내지 않았습니다. 승인을 요청하세요.",
        "Above what you may refund alone of one payment ({limit}, used {used}). Nothing was sent. Ask for approval.",
    ),
    "over_own_day": (
        "오늘 혼자 환불할 수 있는 한도({limit}, 사용 {used})를 넘습니다. 환불을 보내지 않았습니다. 승인을 요청하세요.",
        "Above what you may refund alone today ({limit}, used {used}). Nothing was sent. Ask for approval.",
    ),
    "over_team_day": (
        "오늘 팀 전체의 환불 한도({limit}, 사용 {used})를 넘습니다. 환불을 보내지 않았습니다. 관리자에게 알리세요.",
        "Above what the whole team may refund today ({limit}, used {used}). Nothing was sent. Tell an administrator.",
    ),
    "over_approver_limit": (
        "승인할 수 있는 한도({limit})를 넘습니다. 환불을 보내지 않았습니다. 한도가 더 큰 담당자에게 요청하세요.",
        "Above what you may approve ({limit}). Nothing was sent. Ask somebody with a higher limit.",
    ),
    "approval_own": (
        "자신이 요청한 환불은 승인할 수 없습니다. 다른 담당자에게 요청하세요.",
        "You cannot approve what you asked for yourself. Ask somebody else.",
    ),
    "approval_gone": (
        "이미 처리되었거나 시간이 지난 승인 요청입니다. 환불을 보내지 않았습니다. 필요하면 다시 요청하세요.",
        "This request was dealt with already, or has expired. Nothing was sent. Ask again if needed.",
    ),
    "approval_waits": (
        "이 결제에는 승인을 기다리는 환불이 이미 있습니다. 먼저 그 요청을 처리하세요.",
        "A refund of this payment already waits for approval. Deal with that request first.",
    ),
    "late_found": (
        "앞서 되지 않은 것으로 보였던 환불이 방금 확인되었습니다. 새로 보낸 것은 없습니다. 이력을 보고 다시 판단하세요.",
        "A refund that seemed not to have run has just been found. Nothing new was sent. See the timeline, then decide.",
    ),
    "page_broken": (
        "화면을 만드는 중 문제가 생겼습니다. 새로고침하세요. 보낸 작업이 있다면 결과는 진행 중인 작업에 있습니다.",
        "This page could not be drawn. Reload it. Whatever was sent before stands in Work in progress with its result.",
    ),
    "too_late": (
        "이미 보냈거나 끝난 환불이라 되돌릴 수 없습니다. 결과를 확인하세요.",
        "It was sent or closed already and cannot be taken back. See how it stands.",
    ),
    "not_to_repeat": (
        "다시 보낼 수 있는 요청이 아닙니다. 보낸 것이 없습니다. 지금 상태를 보고 필요하면 새로 요청하세요.",
        "This cannot be sent again. Nothing was sent. See how it stands; if needed, ask for it anew.",
    ),
    "no_such_operation": (
        "이 번호의 환불 기록이 없습니다. 번호를 확인하세요.",
        "There is no refund with this number. Check the number.",
    ),
    "no_such_person": (
        "이 이름의 사용자가 없습니다. 환불을 보내지 않았습니다. 이름을 확인하세요.",
        "There is nobody with this name. Nothing was sent. Check the name.",
    ),
    "not_to_decide": (
        "사람이 판단할 환불이 아닙니다. 바뀐 것이 없습니다. 지금 상태를 확인하세요.",
        "This refund does not wait for a decision. Nothing was changed. Look at its present state.",
    ),
    "already_recorded": (
        "{by} 님이 {since}에 같은 환불을 이미 기록했습니다. 다시 기록하지 않았습니다. 다른 환불이면 근거를 구별되게 쓰세요.",
        "{by} recorded the same refund at {since} already. It was not recorded again. For another one, tell them apart.",
    ),
    "over_recorded": (
        "이미 기록된 금액({used})을 더하면 남은 금액({balance})을 넘습니다. 기록하지 않았습니다. 이력을 확인하세요.",
        "With the {used} on record this exceeds the {balance} left. It was not recorded. See the timeline.",
    ),
    "no_such_record": (
        "이 기록이 없거나 이미 철회되었습니다. 바뀐 것이 없습니다. 이력을 확인하세요.",
        "There is no such record, or it was withdrawn already. Nothing was changed. See the timeline.",
    ),
    "proof_without_number": (
        "환불되었다는 근거에 번호가 없습니다. 바뀐 것이 없습니다. 취소 번호나 6자리 이상의 접수·승인 번호를 입력하세요.",
        "The proof that it ran names no number. Nothing was changed. Enter the cancellation's id, or the gateway's number "
        "of at least six digits.",
    ),
    "proof_needed": (
        "판단의 근거가 없습니다. 바뀐 것이 없습니다. 취소 번호나 확인한 내용을 입력하세요.",
        "The proof is missing. Nothing was changed. Enter the cancellation number or what you checked.",
    ),
}

# The payment cannot be refunded, or only with care.
_PAYMENT: Final[dict[str, tuple[str, str]]] = {
    "nothing_left": (
        "이미 전액 취소된 결제입니다. 더 환불할 금액이 없습니다. 취소 내역을 확인하세요.",
        "This payment is fully cancelled. Nothing is left to refund. See its cancellations.",
    ),
    "not_paid": (
        "결제가 완료되지 않았습니다. 받은 금액이 없어 환불할 것이 없습니다. 결제 상태를 확인하세요.",
        "This payment was not completed. No money was taken, so none can go back. Check its state.",
    ),
    "phone_month_over": (
        "휴대폰 결제는 결제한 달에만 취소할 수 있습니다. 환불을 보내지 않았습니다. 고객 계좌로 직접 환불한 뒤 기록하세요.",
        "Phone payments can be cancelled only in the month paid. Nothing was sent. Refund by transfer and record it.",
    ),
    "promotion_paid": (
        "프로모션 할인이 적용된 결제라서 환불액이 달라집니다. 환불을 보내지 않았습니다. 포트원 콘솔에서 환불하세요.",
        "A promotion makes this refund differ from the amount asked. Nothing was sent. Refund it in PortOne's console.",
    ),
    "deposits_repeat": (
        "여러 번 입금할 수 있는 가상계좌입니다. 환불을 보내지 않았습니다. 포트원 콘솔에서 환불하세요.",
        "This virtual account takes repeated deposits. Nothing was sent. Refund it in PortOne's console.",
    ),
    "balance_rose": (
        "환불한 결제의 잔액이 다시 늘었습니다. 환불을 보내지 않았습니다. 결제대행사에 먼저 확인하세요.",
        "The balance of this refunded payment rose again. Nothing was sent. Ask the gateway first.",
    ),
    "contradictory": (
        "취소 내역의 합계가 취소 금액과 다릅니다. 환불을 보내지 않았습니다. 포트원 콘솔에서 내역을 확인하세요.",
        "The cancellations do not add up to the cancelled amount. Nothing was sent. Check them in PortOne's console.",
    ),
    "beyond_usual_window": (
        "결제한 지 오래되어 카드사나 은행이 취소를 거절할 수 있습니다. 거절되면 고객 계좌로 직접 환불하세요.",
        "This was paid long ago: the issuer or bank may refuse. If it does, refund by transfer.",
    ),
    "handled_outside": (
        "이 결제는 다른 방법으로 환불한 기록이 있습니다. 이력을 확인하고, 두 번 돌려주는 것이 아닌지 확인하세요.",
        "This payment was refunded another way, says its timeline. Make sure that the money does not go back twice.",
    ),
    "escrow_shipped": (
        "배송을 등록한 에스크로 주문입니다. 물건을 돌려받을지 구매자와 정한 뒤 환불하세요. "
        "결제대행사가 환불을 거절하면 구매자의 구매 거절이 먼저 필요합니다.",
        "An escrow order whose delivery is registered. Agree with the buyer on the return of the goods first. If the "
        "gateway refuses the refund, the buyer must refuse the purchase before.",
    ),
    "receipt_stands": (
        "현금영수증이 발급된 결제입니다. 환불한 뒤 현금영수증도 확인하고, 남아 있으면 이 결제 화면이나 발급한 곳에서 취소하세요.",
        "A cash receipt was issued for this payment. See after the refund whether it still stands, and cancel it on this "
        "payment's page or where it was issued.",
    ),
    "receipt_stands_kicc": (
        "현금영수증이 발급된 결제입니다. 환불한 뒤 현금영수증도 확인하고, 남아 있으면 KICC 가맹점 사이트나 홈택스에서 취소하세요. "
        "여기서는 취소할 수 없습니다.",
        "A cash receipt was issued for this payment. See after the refund whether it still stands, and cancel it at KICC's "
        "merchant site or at Hometax. It cannot be cancelled from here.",
    ),
    "check_card_partial": (
        "체크카드는 카드사에 따라 부분 취소를 거절할 수 있습니다. 거절되면 움직인 금액이 없으니 전액을 환불하거나 고객 계좌로 환불하세요.",
        "Some issuers refuse a partial refund to a check card. No money moves then: refund in full, or by transfer.",
    ),
}

# The desk itself is not fit to move money now; nothing was sent.
_GATE: Final[dict[str, tuple[str, str]]] = {
    "store_damaged": (
        "데이터베이스 파일이 손상되었습니다. 보낸 것이 없습니다. 관리자에게 백업에서 복원해 달라고 하세요.",
        "The database file is damaged. Nothing was sent. Ask your administrator to restore it from a backup.",
    ),
    "chain_broken": (
        "활동 기록의 봉인이 맞지 않습니다. 보낸 것이 없습니다. 관리자에게 audit verify로 확인해 달라고 하세요.",
        "The seal of the activity record does not fit. Nothing was sent. Ask your administrator to run audit verify.",
    ),
    "disk_full": (
        "서버의 디스크 공간이 부족합니다. 보낸 것이 없습니다. 관리자에게 공간을 늘려 달라고 하세요.",
        "The server's disk is nearly full. Nothing was sent. Ask your administrator to free space.",
    ),
    "clock_wrong": (
        "서버의 시계가 포트원과 1분 넘게 다릅니다. 보낸 것이 없습니다. 관리자에게 시각을 맞춰 달라고 하세요.",
        "The server's clock differs from PortOne's by over a minute. Nothing was sent. Ask your administrator to set it.",
    ),
    "schema_old": (
        "데이터베이스가 이 버전과 맞지 않습니다. 보낸 것이 없습니다. 관리자에게 업그레이드를 요청하세요.",
        "The database does not fit this version. Nothing was sent. Ask your administrator to upgrade it.",
    ),
    "double_refund": (
        "같은 환불이 두 번 실행된 기록이 있어 모든 환불을 멈췄습니다. 보낸 것이 없습니다. 정산 담당자에게 알리세요.",
        "One refund shows twice at the gateway, so all refunds are stopped. Nothing was sent. Tell finance.",
    ),
    "store_busy": (
        "데이터베이스가 응답하지 않습니다. 보낸 것이 없습니다. 잠시 뒤 다시 하세요.",
        "The database does not answer. Nothing was sent. Try again in a moment.",
    ),
    "stopping": (
        "서버가 종료되고 있습니다. 보낸 것이 없습니다. 잠시 뒤 다시 하세요.",
        "The server is stopping. Nothing was sent. Try again in a moment.",
    ),
}

# How an operation ended or stands.
_OUTCOME: Final[dict[str, tuple[str, str]]] = {
    "confirmed": (
        "환불했습니다. 금액이 취소되었습니다. 더 할 일이 없습니다.",
        "Refunded. The amount was cancelled. Nothing else to do.",
    ),
    "being_checked": (
        "결과를 확인하고 있습니다. 환불되었을 수 있습니다. 다시 환불하지 마세요.",
        "We are checking the result. The money may have moved. Do not refund again.",
    ),
    "needs_human": (
        "자동으로 확인하지 못했습니다. 환불되었을 수 있습니다. 결제대행사에서 조회한 뒤 정산 담당자에게 알리세요.",
        "We could not confirm it. The money may have moved. Look it up at the gateway and tell finance.",
    ),
    "late_review": (
        "환불되지 않은 것으로 끝난 뒤 같은 금액의 취소가 나타났습니다. 환불되었을 수 있습니다. 정산 담당자가 확인하세요.",
        "A cancellation of this amount appeared after it was closed as not done. It may be ours. Finance must check.",
    ),
    "not_executed": (
        "환불되지 않았습니다. 움직인 금액이 없습니다. 결제를 확인하고 필요하면 다시 환불하세요.",
        "The refund was not carried out. No money moved. Check the payment and refund again if needed.",
    ),
    "taken_back": (
        "보내기 전에 되돌렸습니다. 움직인 금액이 없습니다.",
        "It was taken back before it was sent. No money moved.",
    ),
    "not_started": (
        "환불을 보내기 전에 멈췄습니다. 움직인 금액이 없습니다. 필요하면 다시 환불하세요.",
        "The refund stopped before it was sent. No money moved. Refund again if needed.",
    ),
    "replaced": (
        "고친 내용의 새 환불로 바뀌었습니다. 이 요청으로 움직인 금액이 없습니다. 새 환불의 결과를 확인하세요.",
        "A corrected refund took its place. No money moved by this one. See the result of the new one.",
    ),
    "not_reached": (
        "포트원에 연결하지 못해 환불을 보내지 못했습니다. 움직인 금액이 없습니다. 연결을 확인하고 다시 환불하세요.",
        "PortOne could not be reached, so the refund was not sent. No money moved. Check the connection and try again.",
    ),
    "key_refused": (
        "포트원이 API 키를 받아들이지 않았습니다. 움직인 금액이 없습니다. 관리자에게 키를 확인해 달라고 하세요.",
        "PortOne did not accept the API key. No money moved. Ask your administrator to check the key.",
    ),
    "address_refused": (
        "포트원이 이 서버의 주소를 막았습니다. 움직인 금액이 없습니다. 콘솔의 API 키 화면에서 주소를 허용하세요.",
        "PortOne blocks this server's address. No money moved. Allow it in the console under API keys.",
    ),
    "too_many_calls": (
        "포트원이 호출이 너무 많다고 답했습니다. 움직인 금액이 없습니다. 1분 뒤 다시 환불하세요.",
        "PortOne says there are too many calls. No money moved. Refund again in a minute.",
    ),
    "balance_moved": (
        "다른 취소가 먼저 처리되어 이 환불은 실행되지 않았습니다. 이 요청으로 움직인 금액이 없습니다. 남은 금액을 확인하세요.",
        "Another cancellation came first, so this refund did not run. It moved no money. Check what is left.",
    ),
    "refused": (
        "결제대행사가 환불을 거절했습니다. 움직인 금액이 없습니다. 거절 사유를 확인한 뒤 다시 하세요.",
        "The gateway refused the refund. No money moved. Read its reason before you try again.",
    ),
    "refused_already_cancelled": (
        "이미 전액 취소된 결제라서 거절되었습니다. 이 요청으로 움직인 금액이 없습니다. 취소 내역을 확인하세요.",
        "Refused: the payment is already fully cancelled. This request moved no money. See its cancellations.",
    ),
    "refused_cancelled_at_gateway": (
        "결제대행사에서 이미 취소된 거래라고 합니다. 포트원 밖에서 환불되었을 수 있습니다. 다른 방법으로 환불하지 말고 결제대행사에 확인하세요.",
        "The gateway says it is already cancelled there. The money may have gone back outside PortOne. "
        "Ask the gateway before you pay in another way.",
    ),
    "refused_over_balance": (
        "취소 금액이 취소 가능 금액보다 커서 거절되었습니다. 움직인 금액이 없습니다. 남은 금액을 확인하세요.",
        "Refused: more than can be cancelled. No money moved. Check what is left.",
    ),
    "refused_unsettled_short": (
        "미정산 금액이 부족하여 결제대행사가 취소를 거절했습니다. 움직인 금액이 없습니다. 결제대행사(KICC는 1644-2004)에 강제취소를 요청하세요.",
        "The gateway refused: the unsettled balance is too small. No money moved. Ask the gateway for a forced cancel (KICC: 1644-2004).",
    ),
    "refused_month_over": (
        "결제한 달이 지나 거절되었습니다. 움직인 금액이 없습니다. 고객 계좌로 직접 환불한 뒤 기록하세요.",
        "Refused: the month of the payment is over. No money moved. Refund by transfer and record it.",
    ),
    "refused_window_over": (
        "취소할 수 있는 기간이 지나 거절되었습니다. 움직인 금액이 없습니다. 고객 계좌로 직접 환불한 뒤 기록하세요.",
        "Refused: the time for cancelling is over. No money moved. Refund by transfer and record it.",
    ),
    "refused_no_contract": (
        "결제대행사와 계약하지 않은 취소라서 거절되었습니다. 움직인 금액이 없습니다. 결제대행사에 특약을 신청하거나 전액을 환불하세요.",
        "Refused: no contract with the gateway for this kind. No money moved. Ask the gateway for it, or refund in full.",
    ),
    "refused_account": (
        "환불 계좌가 확인되지 않아 거절되었습니다. 움직인 금액이 없습니다. 은행, 계좌번호, 예금주를 확인하고 다시 하세요.",
        "Refused: the refund account could not be verified. No money moved. Check bank, number and holder and try again.",
    ),
    "refused_balance_differs": (
        "환불 가능 금액이 달라져 거절되었습니다. 움직인 금액이 없습니다. 남은 금액을 확인하세요.",
        "Refused: the refundable balance has changed. No money moved. Check what is left.",
    ),
    "refused_no_payment": (
        "포트원에 이 결제가 없어 거절되었습니다. 움직인 금액이 없습니다. 결제 번호를 확인하세요.",
        "Refused: PortOne does not know this payment. No money moved. Check the number.",
    ),
    "refused_tax_free": (
        "면세 금액이 맞지 않아 거절되었습니다. 움직인 금액이 없습니다. 면세 금액을 확인하고 다시 하세요.",
        "Refused: the tax-free part does not fit. No money moved. Check it and try again.",
    ),
}

REFUND_SENTENCES: Final[dict[str, tuple[str, str]]] = {**_INPUT, **_PAYMENT, **_GATE, **_OUTCOME}
"""Code to (Korean, English)."""
