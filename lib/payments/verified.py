"""One payment as three sources tell it: the browser's callback, i'mport's own answer, and the webhook.

Only i'mport's answer is believed; amount and status are compared with the order that was asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from lib.payments.checkout_finding import Params
from lib.payments.record import Payment

FIELDS = ("imp_uid merchant_uid status amount customer_uid pay_method pg_tid apply_num card_name vbank_name").split()
OF_WEBHOOK = ("imp_uid", "merchant_uid", "status")
OF_CALLBACK = {"amount": "paid_amount"}
DECISIVE = ("merchant_uid", "amount", "status", "customer_uid")

Verdict = Literal["paid", "account", "key", "not"]
"""`paid`; `account`: issued for this order, the money is still missing; `key`: the card is registered, nothing was to be
paid; `not`: none of these, by i'mport's own answer."""


class Row(NamedTuple):
    """A field and what each source says of it (None: it does not tell); `agree`: all that tell say the same."""

    field: str
    order: str | None
    callback: str | None
    server: str | None
    webhook: str | None
    agree: bool


def rows(order: Params, callback: Mapping[str, Any], payment: Payment | None, webhook: Mapping[str, Any]) -> list[Row]:
    """The fields that any source tells, side by side."""
    billing = "customer_uid" in order
    asked = {name: _text(order.get(name)) for name in ("merchant_uid", "pay_method", "customer_uid")}
    asked["amount"] = _text(0 if billing else order.get("amount"))
    asked["status"] = "paid" if order.get("pay_method") != "vbank" else "ready, paid"
    found = []
    for name in FIELDS:
        told = _text(callback.get(OF_CALLBACK.get(name, name)))
        server = _text(getattr(payment, name)) if payment else None
        heard = _text(webhook.get(name)) if name in OF_WEBHOOK else None
        wanted = asked.get(name)
        said = [value for value in (told, server, heard) if value is not None]
        missing = name == "customer_uid" and billing and payment is not None and server is None
        right = server is None or wanted is None or server in wanted.split(", ")
        if said or missing:
            found.append(Row(name, wanted, told, server, heard, len(set(said)) == 1 and right and not missing))
    return found


def verdict(order: Params, payment: Payment | None) -> Verdict:
    """What a shop's server may take this order for: it delivers on `paid` alone."""
    if payment is None or not all(row.agree for row in rows(order, {}, payment, {}) if row.field in DECISIVE):
        return "not"
    if payment.status == "ready":
        return "account" if payment.vbank_num else "not"
    return "key" if "customer_uid" in order else "paid"


def _text(value: object) -> str | None:
    return None if value is None or value == "" else str(value)
