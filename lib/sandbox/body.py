"""The JSON body of a payment as i'mport sends it: every field of the contract, unset ones as i'mport leaves them."""

from __future__ import annotations

from typing import Any

Body = dict[str, Any]

FIELDS: Body = {
    "imp_uid": "",
    "merchant_uid": "",
    "pay_method": "card",
    "channel": "pc",
    "pg_provider": "kicc",
    "emb_pg_provider": None,
    "pg_tid": None,
    "pg_id": "IM000999",
    "sandbox": False,
    "escrow": False,
    "apply_num": None,
    "bank_code": None,
    "bank_name": None,
    "card_code": None,
    "card_name": None,
    "card_issuer_code": None,
    "card_issuer_name": None,
    "card_publisher_code": None,
    "card_publisher_name": None,
    "card_quota": 0,
    "card_number": None,
    "card_type": None,
    "vbank_code": None,
    "vbank_name": None,
    "vbank_num": None,
    "vbank_holder": None,
    "vbank_date": 0,
    "vbank_issued_at": 0,
    "name": None,
    "amount": 0,
    "cancel_amount": 0,
    "currency": "KRW",
    "buyer_name": None,
    "buyer_email": None,
    "buyer_tel": None,
    "buyer_addr": None,
    "buyer_postcode": None,
    "custom_data": None,
    "user_agent": None,
    "status": "paid",
    "started_at": 0,
    "paid_at": 0,
    "failed_at": 0,
    "cancelled_at": 0,
    "fail_reason": None,
    "cancel_reason": None,
    "receipt_url": None,
    "cancel_history": [],
    "cancel_receipt_urls": [],
    "cash_receipt_issued": False,
    "customer_uid": None,
    "customer_uid_usage": None,
}

CUSTOMER: Body = {
    "customer_uid": "",
    "pg_provider": "kicc",
    "pg_id": "",
    "sandbox": False,
    "customer_id": None,
    "card_name": None,
    "card_code": None,
    "card_issuer_code": None,
    "card_issuer_name": None,
    "card_publisher_code": None,
    "card_publisher_name": None,
    "card_number": None,
    "card_type": None,
    "customer_name": None,
    "customer_tel": None,
    "customer_email": None,
    "customer_addr": None,
    "customer_postcode": None,
    "inserted": 0,
    "updated": 0,
}
"""A billing key."""

TIMES = {"ready": "started_at", "paid": "paid_at", "cancelled": "cancelled_at", "failed": "failed_at"}
_RECEIPT = {"card": "01", "trans": "02", "vbank": "03"}


def status_time(body: Body) -> int:
    """The time that lists compare: that of the final status."""
    return int(body[TIMES[body["status"]]] or body["started_at"])


def last_change(body: Body) -> int:
    """When it was last changed, by its own times."""
    return max(int(body[name]) for name in ("started_at", "vbank_issued_at", *TIMES.values()))


def receipt(body: Body, tid: str) -> str | None:
    """The gateway's sales slip; KICC's form for its methods, none for phone."""
    kind = _RECEIPT.get(body["pay_method"])
    if body["pg_provider"] != "kicc" or kind is None:
        return None
    return f"https://office.easypay.co.kr/receipt/ReceiptBranch.jsp?controlNo={tid}&payment={kind}"


def cancelled(body: Body, *, amount: int, at: int, reason: str, tid: str, cancellation_id: str, partly: str) -> Body:
    """The body after one more cancellation. `partly` is the status word while a balance remains."""
    url = receipt(body, tid)
    entry = {
        "pg_tid": tid,
        "amount": amount,
        "cancelled_at": at,
        "reason": reason,
        "cancellation_id": cancellation_id,
        "receipt_url": url,
    }
    total = body["cancel_amount"] + amount
    return body | {
        "cancel_amount": total,
        "cancelled_at": at,
        "cancel_reason": reason,
        "cancel_history": [*body["cancel_history"], entry],
        "cancel_receipt_urls": [*body["cancel_receipt_urls"], *([url] if url else [])],
        "status": "cancelled" if total >= body["amount"] else partly,
    }
