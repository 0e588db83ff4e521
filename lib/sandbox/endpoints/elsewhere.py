"""What i'mport offers for gateways that this merchant does not have: refused, as for any KICC merchant."""

from __future__ import annotations

from lib.sandbox import rules
from lib.sandbox.call import Call
from lib.sandbox.rules import Refusal
from lib.sandbox.state import State

_NAVER = (
    "cancel approve-cancel ship ship-exchanged collect-exchanged place request-return approve-return reject-return "
    "withhold-return resolve-return point confirm"
).split()
PATHS = (
    *(("POST", f"/payments/{{imp_uid}}/naver/{act}") for act in _NAVER),
    ("GET", "/payments/{imp_uid}/naver/product-orders"),
    ("GET", "/payments/{imp_uid}/naver/cash-amount"),
    ("GET", "/naver/product-orders/{product_order_id}"),
    ("GET", "/naver/reviews"),
    ("DELETE", "/kcpquick/members/{member_id}"),
    ("POST", "/kcpquick/members/{member_id}/fido/release"),
    ("POST", "/kcpquick/payment/money"),
    ("POST", "/kcpquick/payment/autopay"),
    ("POST", "/kcpquick/prepare/{merchant_uid}"),
    ("PUT", "/kcpquick/prepare/{merchant_uid}"),
    ("DELETE", "/kcpquick/autopay/{customer_uid}"),
    ("POST", "/payco/orders/status/{imp_uid}"),
    ("POST", "/benepia/point"),
    ("POST", "/benepia/payment"),
    ("POST", "/cvs"),
    ("DELETE", "/cvs/{imp_uid}"),
    ("POST", "/paymentwall/delivery"),
    ("POST", "/partners/receipts/{imp_uid}"),
)


def unsupported(_state: State, _call: Call) -> object:
    """Refused: not supported for this gateway."""
    raise Refusal(rules.UNSUPPORTED)
