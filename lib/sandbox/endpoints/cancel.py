"""POST /payments/cancel: checked and executed under one lock, so that one checksum executes at most once."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

from lib import codes
from lib.sandbox import rules
from lib.sandbox.body import Body, cancelled
from lib.sandbox.call import Call
from lib.sandbox.rules import Refusal
from lib.sandbox.state import State

KST_S = 9 * 3600


def cancel(state: State, call: Call) -> object:
    """Cancel all (no amount, or 0) or a part. `imp_uid` wins over `merchant_uid`, even when it is unknown."""
    with state.changing():
        body, tax_free = _asked(state, call)
        amount = _amount(body, call)
        free = _tax_free(body, tax_free, amount, call)
        _method_rules(state, body, amount, call)
        return execute(state, body, tax_free - free, amount, call.text("reason") or "")


def execute(state: State, body: Body, tax_free_left: int, amount: int, reason: str) -> Body:
    """Write one more cancellation and return the payment after it."""
    now = state.now()
    after = cancelled(
        body,
        amount=amount,
        at=now,
        reason=reason,
        tid=transaction_number(now, state.world.random_bits(26)),
        cancellation_id=str(uuid.UUID(int=state.world.random_bits(128), version=4)),
        partly=state.partly,
    )
    state.put(after, tax_free_left, now)
    return after


def transaction_number(at: int, n: int) -> str:
    """KICC's 20-digit number: YYMMDDhhmmss in KST and 8 digits."""
    return f"{datetime.fromtimestamp(at + KST_S, UTC):%y%m%d%H%M%S}{n % 100_000_000:08d}"


def month_of(at: int) -> tuple[int, int]:
    """The KST calendar month of an epoch second."""
    there = datetime.fromtimestamp(at, UTC) + timedelta(seconds=KST_S)
    return there.year, there.month


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
    """KICC does not default the tax-free part of a mixed payment: it must be named."""
    if not left:
        return 0
    named = call.money("tax_free")
    if named is None:
        if body["pg_provider"] == "kicc":
            raise Refusal(rules.CANCEL_TAX_FREE)
        return min(left, amount)
    if not 0 <= named <= min(left, amount):
        raise Refusal(rules.CANCEL_TAX_FREE_OVER)
    return named


def _method_rules(state: State, body: Body, amount: int, call: Call) -> None:
    if body["pay_method"] == "vbank":
        account = [call.text(name) for name in ("refund_holder", "refund_bank", "refund_account")]
        if not all(account):
            raise Refusal(rules.CANCEL_ACCOUNT)
        banks = codes.banks(body["pg_provider"])
        if banks and account[1] not in banks:
            raise Refusal(rules.CANCEL_BANK)
    if body["pay_method"] == "phone":
        if month_of(body["paid_at"]) != month_of(state.now()):
            raise Refusal(rules.CANCEL_PHONE_MONTH)
        if amount != body["amount"]:
            raise Refusal(rules.CANCEL_PHONE_PARTIAL)
