"""What becomes of a payment whose window is open, and what the page is told of it."""

from __future__ import annotations

import json
import random
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from lib.sandbox import orders
from lib.sandbox.body import CUSTOMER, FIELDS, Body
from lib.sandbox.window.means import FAILURES
from lib.sandbox.window.parameters import BUYER, Order

FIRST_NUMBER = 600_000_000_000
TOLD = ("imp_uid", "merchant_uid", "pay_method", "name", "status", "currency", "pg_provider", "pg_tid", *BUYER)
OF_METHOD = {
    "card": ("apply_num", "card_name", "card_number", "card_quota"),
    "vbank": ("vbank_num", "vbank_name", "vbank_holder", "vbank_date"),
}


def started(order: Order, at: int, bits: int, *, mobile: bool, user_agent: str) -> Body:
    """The payment of a window that has just opened; the registration of a card moves no money."""
    billing = bool(order.customer_uid)
    return FIELDS | {
        "imp_uid": orders.imp_uid(FIRST_NUMBER + bits),
        "merchant_uid": order.merchant_uid,
        "pay_method": order.method,
        "channel": "mobile" if mobile else "pc",
        "pg_id": order.mid,
        "sandbox": order.test,
        "escrow": order.escrow,
        "name": order.name,
        "amount": 0 if billing else order.amount,
        **order.buyer,
        "custom_data": None if order.custom_data is None else json.dumps(order.custom_data, ensure_ascii=False),
        "user_agent": user_agent,
        "status": "ready",
        "started_at": at,
        "customer_uid": order.customer_uid or None,
        "customer_uid_usage": "issue" if billing else None,
    }


def approved(order: Order, body: Body, fields: dict[str, Any], at: int, bits: int) -> Body:
    """Paid, its virtual account issued, or its card registered."""
    rng = random.Random(bits)
    if order.method == "vbank":
        return body | orders.account(rng, body) | fields | {"vbank_issued_at": at, "vbank_date": order.vbank_due}
    paid = orders.paid(rng, body, at, orders.Wish(unmasked=False)) | fields
    return paid | ({"apply_num": None, "receipt_url": None} if order.customer_uid else {})


def failed(body: Body, fields: dict[str, Any], reason: str, at: int) -> Body:
    """Failed for `reason`; it shows whose card or bank it was, and no approval."""
    shown = {name: fields[name] for name in ("card_code", "card_name", "bank_code", "bank_name") if name in fields}
    return body | shown | {"status": "failed", "failed_at": at, "fail_reason": reason}


def billing_key(body: Body) -> Body:
    """The masked card under its `customer_uid`."""
    card = ("customer_uid", "pg_id", "sandbox", "card_code", "card_name", "card_number", "card_type")
    buyer = {name.replace("buyer", "customer"): body[name] or None for name in BUYER}
    return CUSTOMER | {name: body[name] for name in card} | buyer


def told(order: Order, body: Body) -> dict[str, Any]:
    """The answer to the callback. An issued virtual account is a success that is not paid yet."""
    answer: dict[str, Any] = {"success": body["status"] != "failed"}
    if body["status"] == "failed":
        answer |= {"error_code": _code(body["fail_reason"]), "error_msg": body["fail_reason"]}
    answer |= {name: body[name] for name in TOLD}
    answer |= {name: body[name] for name in ("paid_at", "receipt_url", *OF_METHOD.get(order.method, ()))}
    return answer | {"paid_amount": body["amount"], "custom_data": order.custom_data}


def back(url: str, answer: dict[str, Any]) -> str:
    """`m_redirect_url` with the result in its query; the page has to ask for the status anyway."""
    told = ["imp_uid", "merchant_uid", *([] if answer["success"] else ["error_code", "error_msg"])]
    parts = urlsplit(url)
    query = [*parse_qsl(parts.query, keep_blank_values=True), *((name, answer[name]) for name in told)]
    return urlunsplit(parts._replace(query=urlencode(query)))


def _code(reason: str) -> str:
    return next((code for code, text in FAILURES.items() if text == reason), "F500")
