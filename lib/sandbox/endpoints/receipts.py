"""Cash receipts of transfers and virtual accounts, and of cash taken outside i'mport (external).

KICC issues them and does not take them back (501). Whose they are is never kept.
"""

from __future__ import annotations

import re

from lib.sandbox import gateways, orders, rules
from lib.sandbox.body import Body, receipt
from lib.sandbox.call import Call
from lib.sandbox.rules import Refusal
from lib.sandbox.state import State

IDENTIFIERS = {
    "person": re.compile(r"\d{13}"),
    "business": re.compile(r"\d{10}"),
    "phone": re.compile(r"\d{10,11}"),
    "taxcard": re.compile(r"\d{13,19}"),
}
NEEDS_TYPE = frozenset({"kicc", "settle", "nice_v2"})


def issue(state: State, call: Call) -> object:
    """POST /receipts/{imp_uid}: over what is left of a paid transfer or virtual account."""
    with state.changing():
        body, tax_free = _payment(state, call)
        gateways.demand("issue receipt", body["pg_provider"], rules.UNSUPPORTED_RECEIPT)
        kind = _identified(call, body["pg_provider"])
        if body["pay_method"] not in ("trans", "vbank"):
            raise Refusal(rules.RECEIPT_NOT_CASH)
        left = body["amount"] - body["cancel_amount"]
        if not body["paid_at"] or left <= 0:
            raise Refusal(rules.RECEIPT_UNPAID)
        if body["cash_receipt_issued"]:
            raise Refusal(rules.RECEIPT_ALREADY)
        tid = _number(state, body["pg_provider"], body["pg_id"])
        made = {"imp_uid": body["imp_uid"]} | _receipt(state, call, kind, left, tid, receipt(body, tid))
        state.keep("receipt", body["imp_uid"], made)
        state.put(body | {"cash_receipt_issued": True}, tax_free, state.now())
        return made


def one(state: State, call: Call) -> object:
    """GET /receipts/{imp_uid}: what i'mport issued, cancelled or not."""
    if state.payment(call.path["imp_uid"]) is None:
        raise Refusal(rules.NO_SUCH_PAYMENT)
    found = state.kept("receipt", call.path["imp_uid"])
    if found is None:
        raise Refusal(rules.NO_SUCH_RECEIPT)
    return found


def cancel(state: State, call: Call) -> object:
    """DELETE /receipts/{imp_uid}."""
    with state.changing():
        body, tax_free = _payment(state, call)
        gateways.demand("cancel receipt", body["pg_provider"], rules.UNSUPPORTED_RECEIPT)
        found = state.kept("receipt", body["imp_uid"])
        if found is None or found["cancelled_at"]:
            raise Refusal(rules.RECEIPT_NEVER)
        after = found | {"cancelled_at": state.now()}
        state.keep("receipt", body["imp_uid"], after)
        state.put(body | {"cash_receipt_issued": False}, tax_free, state.now())
        return after


def issue_external(state: State, call: Call) -> object:
    """POST /receipts/external/{merchant_uid}."""
    call.need("name", "amount", "identifier")
    gateways.demand_named(call)
    channel, order = gateways.chosen(call), call.path["merchant_uid"]
    gateways.demand("issue external receipt", channel.pg_provider, rules.UNSUPPORTED_RECEIPT)
    kind, amount = _identified(call, channel.pg_provider), call.money("amount") or 0
    if amount <= 0 or len(order) > 40:
        raise Refusal(rules.BAD_PARAMETER)
    with state.changing():
        known = state.kept("external receipt", order)
        if known and not known["shown"]["cancelled_at"]:
            raise Refusal(rules.RECEIPT_ALREADY)
        tid = _number(state, channel.pg_provider, channel.pg_id)
        made = {"merchant_uid": order} | _receipt(state, call, kind, amount, tid, None)
        state.keep("external receipt", order, {"pg_provider": channel.pg_provider, "shown": made})
        return made


def external(state: State, call: Call) -> object:
    """GET /receipts/external/{merchant_uid}."""
    return _external(state, call)["shown"]


def cancel_external(state: State, call: Call) -> object:
    """DELETE /receipts/external/{merchant_uid}."""
    with state.changing():
        known = _external(state, call)
        gateways.demand("cancel external receipt", known["pg_provider"], rules.UNSUPPORTED_RECEIPT)
        if known["shown"]["cancelled_at"]:
            raise Refusal(rules.NO_SUCH_RECEIPT)
        after = known["shown"] | {"cancelled_at": state.now()}
        state.keep("external receipt", call.path["merchant_uid"], known | {"shown": after})
        return after


def _payment(state: State, call: Call) -> tuple[Body, int]:
    found = state.payment(call.path["imp_uid"])
    if found is None:
        raise Refusal(rules.RECEIPT_NO_PAYMENT)
    return found


def _external(state: State, call: Call) -> Body:
    found: Body | None = state.kept("external receipt", call.path["merchant_uid"])
    if found is None:
        raise Refusal(rules.NO_SUCH_RECEIPT)
    return found


def _identified(call: Call, provider: str) -> str:
    """For whom it is: person or company. The identifier must fit its type, which KICC wants told."""
    call.need("identifier", *(["identifier_type"] if provider in NEEDS_TYPE else []))
    call.one_of("product_type", "real", "digital")
    call.one_of("pay_method", "trans", "vbank")
    kind, digits = call.one_of("identifier_type", *IDENTIFIERS), call.text("identifier").replace("-", "")
    fits = [IDENTIFIERS[kind]] if kind else IDENTIFIERS.values()
    if not any(form.fullmatch(digits) for form in fits):
        raise Refusal(rules.BAD_PARAMETER)
    return call.one_of("type", "person", "company", default="person")


def _receipt(state: State, call: Call, kind: str, amount: int, tid: str, url: str | None) -> Body:
    free = call.money("tax_free") or 0
    if not 0 <= free <= amount:
        raise Refusal(rules.BAD_PARAMETER)
    return {
        "receipt_tid": tid,
        "apply_num": f"{state.world.random_bits(60) % 10**9:09d}",
        "type": kind,
        "amount": amount,
        "vat": round((amount - free) / 11),
        "receipt_url": url,
        "applied_at": state.now(),
        "cancelled_at": 0,
    }


def _number(state: State, provider: str, mid: str) -> str:
    body = {"pg_provider": provider, "pg_id": mid, "pay_method": "cash"}
    return orders.number_of(body, state.now(), state.world.random_bits(60))
