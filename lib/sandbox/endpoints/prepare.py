"""Fixing an order's amount before the payment window opens."""

from __future__ import annotations

from lib.sandbox import rules
from lib.sandbox.call import Call
from lib.sandbox.rules import Refusal
from lib.sandbox.state import State


def prepare(state: State, call: Call) -> object:
    """POST (new) or PUT (change) /payments/prepare."""
    call.need("merchant_uid", "amount")
    order, amount = call.text("merchant_uid"), call.money("amount")
    if len(order) > 40 or amount is None or amount < 0:
        raise Refusal(rules.BAD_PARAMETER)
    with state.changing():
        known = state.prepared(order) is not None
        if call.method == "POST" and known:
            raise Refusal(rules.PREPARED_TWICE)
        if call.method == "PUT" and not known:
            raise Refusal(rules.NOT_PREPARED)
        state.prepare(order, amount)
        state.keep("currency", order, call.text("currency") or None)
    return _shown(state, order, amount)


def prepared(state: State, call: Call) -> object:
    """GET /payments/prepare/{merchant_uid}."""
    order = call.path["merchant_uid"]
    amount = state.prepared(order)
    if amount is None:
        raise Refusal(rules.NOT_PREPARED)
    return _shown(state, order, amount)


def _shown(state: State, order: str, amount: int) -> object:
    return {"merchant_uid": order, "amount": amount, "currency": state.kept("currency", order)}
