"""What the sandbox refuses: HTTP status, code and Korean sentence, as data.

Sentences marked C in the contract are i'mport's own as seen in public; the rest are plain sentences in their place.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Rule(NamedTuple):
    """One refusal: `status` (HTTP), `code` (1 i'mport's own check, -1 a gateway's or a bad request), `message`."""

    status: int
    code: int
    message: str


class Refusal(Exception):
    """Raised by an endpoint; the router turns it into the envelope."""

    def __init__(self, rule: Rule) -> None:
        super().__init__(rule.message)
        self.rule = rule


KEY_MISSING = Rule(400, -1, "imp_key, imp_secret 파라메터가 누락되었습니다.")
WRONG_PAIR = Rule(401, -1, "인증에 실패하였습니다. API키와 secret을 확인하세요.")
UNAUTHORIZED = Rule(401, -1, "Unauthorized")
NO_SUCH_PAYMENT = Rule(404, -1, "존재하지 않는 결제정보입니다.")
NO_SUCH_PATH = Rule(404, -1, "존재하지 않는 API입니다.")
WRONG_METHOD = Rule(405, -1, "허용되지 않는 메소드입니다.")
BAD_STATUS = Rule(400, -1, "지원되지 않는 상태값입니다.")
BAD_PARAMETER = Rule(400, -1, "요청 파라미터가 올바르지 않습니다.")
TOO_LONG_WINDOW = Rule(400, -1, "조회 기간은 최대 90일까지 가능합니다.")
LIMIT = Rule(400, -1, "limit는 1 이상 1000 이하여야 합니다.")
PAGE_PAST_END = Rule(400, -1, "요청하신 page는 데이터 범위를 넘어섰습니다.")
TOO_MANY_IDS = Rule(400, -1, "한 번에 최대 100건까지 조회할 수 있습니다.")
ACCIDENT = Rule(500, -1, "서버 오류가 발생하였습니다.")

CANCEL_UNKNOWN = Rule(200, 1, "취소할 결제건이 존재하지 않습니다.")
CANCEL_ALREADY = Rule(200, 1, "이미 전액취소된 주문입니다.")
CANCEL_UNPAID = Rule(200, 1, "결제완료된 건이 아니어서 취소할 수 없습니다.")
CANCEL_OVER = Rule(200, 1, "취소 요청금액이 취소가능 잔액보다 큽니다.")
CANCEL_CHECKSUM = Rule(200, 1, "취소가능 잔액이 일치하지 않습니다.")
CANCEL_ACCOUNT = Rule(200, 1, "가상계좌 취소는 환불계좌 정보(예금주, 은행, 계좌번호)가 필요합니다.")
CANCEL_BANK = Rule(200, -1, "결제취소에 실패하였습니다. 환불 은행코드가 올바르지 않습니다.")
CANCEL_PHONE_MONTH = Rule(200, -1, "결제취소에 실패하였습니다. 휴대폰 결제 취소 가능 기간이 지났습니다.")
CANCEL_PHONE_PARTIAL = Rule(200, -1, "결제취소에 실패하였습니다. 휴대폰 결제는 부분취소를 지원하지 않습니다.")
CANCEL_TAX_FREE = Rule(200, -1, "결제취소에 실패하였습니다. 복합과세 결제는 면세금액(tax_free)이 필요합니다.")
CANCEL_TAXABLE_OVER = Rule(200, -1, "결제취소에 실패하였습니다. 과세금액이 취소가능 과세금액을 초과합니다.")
CANCEL_VAT = Rule(200, -1, "결제취소에 실패하였습니다. vat_amount를 지원하지 않는 PG사입니다.")
CANCEL_UNSETTLED = Rule(200, -1, "결제취소에 실패하였습니다. 취소금액이 미정산 금액보다 큽니다.")
CANCEL_TAX_FREE_OVER = Rule(200, -1, "결제취소에 실패하였습니다. 면세금액이 취소가능 면세금액을 초과합니다.")

PREPARED_TWICE = Rule(200, 1, "결제정보 사전등록에 실패하였습니다(이미 등록된 merchant_uid입니다).")
NOT_PREPARED = Rule(404, -1, "사전등록된 결제정보가 존재하지 않습니다.")
NO_SUCH_CODE = Rule(404, -1, "존재하지 않는 코드입니다.")
NO_SUCH_TIER = Rule(404, -1, "존재하지 않는 하위상점입니다.")

UNSUPPORTED = Rule(400, -1, "현재 지원되지 않는 PG사입니다.")
UNSUPPORTED_RECEIPT = Rule(501, -1, "현재 지원되지 않는 PG사입니다.")
NO_SUCH_CHANNEL = Rule(400, -1, "존재하지 않는 channel_key입니다.")
PG_API_KEY = Rule(200, -1, "hashData 불일치 오류입니다.")
PAID_ALREADY = Rule(200, 1, "이미 결제가 이루어진 거래건입니다.")

CHARGE_UNKNOWN = Rule(200, 1, "등록되지 않은 구매자입니다.")
SCHEDULE_UNKNOWN = Rule(200, 1, "등록된 고객정보가 없습니다.")
SCHEDULED_ALREADY = Rule(200, 1, "이미 예약된 merchant_uid입니다.")
NOTHING_SCHEDULED = Rule(200, 1, "취소할 예약결제 기록이 존재하지 않습니다.")
NO_SUCH_SCHEDULE = Rule(404, -1, "존재하지 않는 결제예약입니다.")
SCHEDULE_RUN = Rule(400, -1, "이미 실행되었거나 취소된 결제예약입니다.")
SCHEDULE_NOT_FAILED = Rule(400, -1, "실패했거나 취소된 결제예약이 아닙니다.")
SCHEDULE_PAST = Rule(400, -1, "예약시각은 현재 시각 이후여야 합니다.")
SCHEDULE_WINDOW = Rule(400, -1, "조회 기간은 최대 3개월까지 가능합니다.")

VBANK_NONE = Rule(400, -1, "가상계좌 결제건이 아닙니다.")
VBANK_NOT_READY = Rule(400, -1, "가상계좌가 입금대기 상태가 아닙니다.")

NOT_SHIPPABLE = Rule(409, -1, "해당거래건은 배송정보를 등록할 수 없습니다.")
SHIPPED_ALREADY = Rule(409, -1, "이미 배송정보가 등록된 거래건입니다.")
NOT_CHANGEABLE = Rule(409, -1, "해당거래건은 배송정보를 수정할 수 없습니다.")
NOT_SHIPPED = Rule(409, -1, "등록된 배송정보가 존재하지 않습니다.")

RECEIPT_NO_PAYMENT = Rule(400, -1, "존재하지 않는 결제정보입니다.")
RECEIPT_NOT_CASH = Rule(400, -1, "현금영수증을 발행할 수 있는 결제수단이 아닙니다.")
RECEIPT_UNPAID = Rule(400, -1, "결제완료된 건이 아니어서 현금영수증을 발행할 수 없습니다.")
RECEIPT_ALREADY = Rule(400, -1, "이미 현금영수증이 발행된 건입니다.")
RECEIPT_NEVER = Rule(400, -1, "현금영수증이 발행된 적이 없는 건입니다.")
NO_SUCH_RECEIPT = Rule(404, -1, "현금영수증 발행내역이 존재하지 않습니다.")

NOT_CERTIFIED = Rule(404, -1, "인증결과가 존재하지 않습니다.")
CERTIFIED_ALREADY = Rule(400, -1, "이미 인증처리가 완료된 건입니다.")
WRONG_OTP = Rule(400, -1, "인증번호가 일치하지 않습니다.")


def no_such_customer(customer_uid: str) -> Rule:
    """An unknown billing key."""
    return Rule(404, 1, f"요청하신 customer_uid({customer_uid})로 등록된 정보를 찾을 수 없습니다.")


def missing(names: Sequence[str]) -> Rule:
    """Required parameters that did not come."""
    return Rule(400, -1, f"{', '.join(names)} 파라메터가 누락되었습니다.")


def card_refused(act: str, why: str) -> Rule:
    """A gateway refuses a card that was typed; `act` is "카드정보 인증" and, for a billing key, "및 빌키 발급"."""
    return Rule(200, -1, f"{act}에 실패하였습니다. {why}")
