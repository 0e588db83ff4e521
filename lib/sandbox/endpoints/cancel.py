"""POST /payments/cancel: checked and executed under one lock, so that one checksum executes at most once."""

from __future__ import annotations

import json

from lib import codes
from lib.sandbox import rules, webhooks
from lib.sandbox.body import Body, cancelled
from lib.sandbox.call import Call
from lib.sandbox.clock import month_of
from lib.sandbox.orders import cancellation_id, transaction_number
from lib.sandbox.rules import Refusal
from lib.sandbox.state import State


def cancel(state: State, call: Call) -> object:
    """Cancel all (no amount, or 0) or a part. `imp_uid` wins over `merchant_uid`, even when it is unknown."""
    with state.changing():
        body, tax_free = _asked(state, call)
        amount = _amount(body, call)
        free = _tax_free(body, tax_free, amount, call)
        _method_rules(state, body, amount, call)
        after = execute(state, body, tax_free - free, amount, call.text("reason") or "")
        if call.flag("enable_webhook") and webhooks.was_told(state, after):
            webhooks.send(state, after, webhooks.console(state, after), cancellation_id=_last_id(after))
        return after


def _last_id(body: Body) -> str:
    return str(body["cancel_history"][-1]["cancellation_id"])


def execute(
    state: State,
    body: Body,
    tax_free_left: int,
    amount: int,
    reason: str,
    *,
    at: int | None = None,
    bits: int | None = None,
) -> Body:
    """Write one more cancellation (now, unless told `at`) and return the payment after it."""
    at = state.now() if at is None else at
    bits = state.world.random_bits(128) if bits is None else bits
    after = cancelled(
        body,
        amount=amount,
        at=at,
        reason=reason,
        tid=transaction_number(at, bits >> 64),
        cancellation_id=cancellation_id(bits),
        partly=state.switches.partly,
    )
    state.put(after, tax_free_left, at)
    return after


def _asked(state: State, call: Call) -> tuple[Body, int]:
    imp_uid, order = call.text("imp_uid"), call.text("merchant_uid")
    if not imp_uid and order:
        paid = [b for b in state.attempts(order) if b["status"] in ("paid", "cancelled")]
        imp_uid = paid[0]["imp_uid"] if paid else ""
    found = state.payment(imp_uid) if imp_uid else None
    if found is None:
        raise Refusal(rules.CANCEL_UNKNOWN)
    return found


def _amount(body: Body, call: Call) -> int:
    balance = body["amount"] - body["cancel_amount"]
    if body["status"] not in ("paid", "cancelled"):
        raise Refusal(rules.CANCEL_UNPAID)
    if balance <= 0:
        raise Refusal(rules.CANCEL_ALREADY)
    checksum = call.money("checksum")
    if checksum is not None and checksum != balance:
        raise Refusal(rules.CANCEL_CHECKSUM)
    amount = call.money("amount") or balance
    if amount < 0:
        raise Refusal(rules.BAD_PARAMETER)
    if amount > balance:
        raise Refusal(rules.CANCEL_OVER)
    return amount


def _tax_free(body: Body, left: int, amount: int, call: Call) -> int:
    """The tax-free part of this cancellation, within what is left of both parts.

    Left out it is 0 of a partial cancellation, but KICC does not default it on a payment that has one.
    """
    kicc = body["pg_provider"] == "kicc"
    if kicc and call.money("vat_amount") is not None:
        raise Refusal(rules.CANCEL_VAT)
    named = call.money("tax_free")
    if named is None:
        if kicc and _mixed(body, left):
            raise Refusal(rules.CANCEL_TAX_FREE)
        named = left if amount == body["amount"] - body["cancel_amount"] else 0
    if not 0 <= named <= min(left, amount):
        raise Refusal(rules.CANCEL_TAX_FREE_OVER)
    if amount - named > body["amount"] - body["cancel_amount"] - left:
        raise Refusal(rules.CANCEL_TAXABLE_OVER)
    return named


def _mixed(body: Body, left: int) -> bool:
    """It has, or had before earlier cancellations, a tax-free part."""
    try:
        told = json.loads(body["custom_data"] or "{}")
    except ValueError:
        told = {}
    return left > 0 or (isinstance(told, dict) and bool(told.get("tax_free")))


def _method_rules(state: State, body: Body, amount: int, call: Call) -> None:
    if body["pay_method"] == "vbank":
        account = [call.text(name) for name in ("refund_holder", "refund_bank", "refund_account")]
        if not all(account) or not account[2].replace("-", "").isdecimal():
            raise Refusal(rules.CANCEL_ACCOUNT)
        banks = codes.banks(body["pg_provider"])
        if banks and account[1] not in banks:
            raise Refusal(rules.CANCEL_BANK)
    if body["pay_method"] == "phone":
        if month_of(body["paid_at"]) != month_of(state.now()):
            raise Refusal(rules.CANCEL_PHONE_MONTH)
        if amount != body["amount"]:
            raise Refusal(rules.CANCEL_PHONE_PARTIAL)
