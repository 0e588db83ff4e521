"""What may be said of an operation that is no refund: which one it is, that it is done, or why it is not."""

from __future__ import annotations

import json

from lib.journal.life import Operation, told
from lib.operations import charges, escrow, keys, receipts, schedules, vbanks
from lib.payments.failures import failure_of
from lib.text.escaping import markdown
from lib.text.language import Language
from lib.text.sentences import sentence_of
from lib.ui import escrow_words, scheduled

DONE = {
    charges.CHARGE: "{amount} was charged.",
    schedules.PLAN: "{amount} is planned for {time}.",
    schedules.MOVE: "The planned charge was moved to {time}.",
    schedules.UNPLAN: "The planned charge of {amount} was called off.",
    schedules.RETRY: "{amount} was charged.",
    keys.DELETE: "The billing key was deleted.",
    escrow.REGISTER: "Registered: {parcel}.",
    escrow.CHANGE: "Changed: {parcel}.",
    receipts.ISSUE: "The cash receipt was issued.",
    receipts.CANCEL: "The cash receipt was cancelled.",
    vbanks.CLOSE: "The virtual account was closed.",
}
ALL_DONE = {
    schedules.PLAN: "All {n} charges are planned.",
    schedules.UNPLAN: "All {n} planned charges were called off.",
}
"""Of several of one kind, all done."""
DELIVERIES = (escrow.REGISTER, escrow.CHANGE)


def messages() -> list[str]:
    """The messages in this module's tables."""
    return [*DONE.values(), *ALL_DONE.values(), "All {n} done."]


def parcel(operation: Operation, t: Language) -> str:
    """The courier and number of a delivery; "" for any other kind."""
    if operation.kind not in DELIVERIES:
        return ""
    delivery = escrow.delivery_of(operation)
    return escrow_words.parcel(delivery.company, delivery.invoice, t)


def done(operation: Operation, t: Language) -> str:
    """What was reached, in Markdown."""
    at = json.loads(operation.facts).get("at")
    return t(
        DONE[operation.kind],
        amount=t.money(operation.amount, operation.currency),
        time=scheduled.when(t, at) if at else "",
        parcel=markdown(parcel(operation, t)),
    )


def not_done(operation: Operation, t: Language) -> str:
    """Why nothing was changed, or that it is not known yet, and what to do; in Markdown."""
    code = told(operation.state, operation.code)
    if operation.kind in DELIVERIES:
        return escrow_words.code_told(code, t)
    if code == "charge_failed":
        failure, amount = failure_of(operation.message), t.money(operation.amount, operation.currency)
        said = (t("{amount} was not charged.", amount=amount), f"**{t(failure.title)}.**", t(failure.remedy))
        return " ".join(said)
    return sentence_of({"being_checked": "work_checking", "needs_human": "work_needs_human"}.get(code, code), t)
