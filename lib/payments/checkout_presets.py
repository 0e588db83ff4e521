"""Orders to begin with, one for each way to pay with KICC."""

from __future__ import annotations

from typing import Any, Final

from lib.payments.days import DAY_S, day_of

BUYER: Final = {"buyer_tel": "010-1234-5678", "buyer_name": "홍길동", "buyer_email": "buyer@example.com"}
PRODUCTS: Final = (
    {"orderNumber": "1", "name": "수분 크림", "quantity": 1, "amount": 45_000},
    {"orderNumber": "2", "name": "토너", "quantity": 1, "amount": 29_000},
)
PRESETS: Final = ("card", "direct", "selected", "trans_escrow", "vbank", "phone", "billing_key")


def preset(name: str, now: float) -> dict[str, Any]:
    """The parameters of a preset, but for channel and order number. `now` epoch seconds, for a deadline in two days."""
    tail = str(int(now))[-8:]
    chosen: dict[str, dict[str, Any]] = {
        "card": {"pay_method": "card", "name": "기계식 키보드", "amount": 129_000},
        "direct": {
            "pay_method": "card",
            "name": "등산화",
            "amount": 98_000,
            "card": {"direct": {"code": "366", "quota": 3}},
        },
        "selected": {
            "pay_method": "card",
            "name": "무선 이어폰",
            "amount": 89_000,
            "card": {"detail": detail(["381", "365"])},
            "display": {"card_quota": [3, 6]},
        },
        "trans_escrow": {
            "pay_method": "trans",
            "name": "스킨케어 세트",
            "amount": 74_000,
            "escrow": True,
            "kiccProducts": [dict(product) for product in PRODUCTS],
        },
        "vbank": {
            "pay_method": "vbank",
            "name": "캠핑 의자",
            "amount": 42_000,
            "vbank_due": day_of(int(now) + 2 * DAY_S).isoformat(),
        },
        "phone": {"pay_method": "phone", "name": "전자책 이용권", "amount": 6_500, "digital": True},
        "billing_key": {
            "pay_method": "card",
            "name": "정기배송 원두 500g",
            "amount": 15_900,
            "customer_uid": f"member_{tail}",
        },
    }
    return {**chosen[name], **BUYER}


def detail(card_codes: list[str]) -> list[dict[str, Any]]:
    """`card.detail` that offers these cards alone."""
    return [
        {"card_code": "*", "enabled": False},
        *({"card_code": code, "enabled": True} for code in card_codes),
    ]
