"""Whether an operation ran, judged from the payment's history as i'mport tells it now. Pure; no clock of its own.

Balances only go down, so at most one entry of the history starts at the operation's balance: the fence entry. It, the
mark in the reason and the quiet time decide; a read that lacks what was known before is an older replica and says nothing.
"""

from __future__ import annotations

from typing import NamedTuple

from lib.journal import marker
from lib.journal.life import Operation
from lib.payments.record import Cancellation, Payment

QUIET_S = 600
LAG_S = 30
"""Nothing runs later than QUIET_S after it was sent, no read lags more than LAG_S: assumptions about i'mport on which
only timeliness depends. Once i'mport itself answered with a refusal, the lag alone is waited for."""


class Found(NamedTuple):
    """Our cancellation and how it was known: "marker" or "fence"."""

    cancellation_id: str
    by: str


class Verdict(NamedTuple):
    """The edge of `LIFE` to take, and what to keep of it."""

    because: str
    code: str = "being_checked"
    cancellation_id: str = ""
    attribution: str = ""


def fence_entry(operation: Operation, payment: Payment) -> Cancellation | None:
    """The cancellation that started at the operation's balance, walking the history from the paid amount down."""
    balance = payment.amount
    for entry in sorted(
        payment.cancellations, key=lambda c: (c.cancelled_at, c.cancellation_id not in operation.known_ids)
    ):
        if balance == operation.balance and entry.cancellation_id not in operation.known_ids:
            return entry
        balance -= entry.amount
    return None


def _marked(operation: Operation, payment: Payment) -> list[Cancellation]:
    return [c for c in payment.cancellations if marker.carries(c.reason, operation.marker)]


def ours(operation: Operation, payment: Payment) -> Found | None:
    """Direct evidence in the answer to our own call: our mark, or the fence entry with our amount."""
    if payment.imp_uid != operation.imp_uid:
        return None
    marked = _marked(operation, payment)
    if len(marked) == 1:
        return Found(marked[0].cancellation_id, "marker")
    entry = fence_entry(operation, payment)
    return Found(entry.cancellation_id, "fence") if entry and entry.amount == operation.amount else None


def admissible(operation: Operation, payment: Payment) -> bool:
    """The read is of this payment, knows all that was known before, and adds up."""
    ids = {c.cancellation_id for c in payment.cancellations}
    return (
        payment.imp_uid == operation.imp_uid
        and ids.issuperset(operation.known_ids)
        and sum(c.amount for c in payment.cancellations) == payment.cancel_amount
    )


def resolve(operation: Operation, payment: Payment, read_began: float, markers_kept: bool) -> Verdict:
    """The verdict of one reading that began at `read_began` (epoch seconds); the first rule that fits.

    `markers_kept`: this gateway is known to hand reasons back.
    """
    waited = read_began - (operation.last_sent_at or operation.created_at)
    quiet = waited >= (LAG_S if operation.answered else QUIET_S + LAG_S)
    if not admissible(operation, payment):
        return Verdict("cannot tell", "needs_human") if waited >= QUIET_S + LAG_S else Verdict("looked again")
    marked = _marked(operation, payment)
    if marked:
        return Verdict("found in history", "confirmed", marked[0].cancellation_id, "marker")
    entry = fence_entry(operation, payment)
    if entry is not None and entry.amount != operation.amount:
        return Verdict("another took the balance", "balance_moved")
    if entry is not None:
        if operation.marker and markers_kept:
            return Verdict("another took the balance", "balance_moved")
        return Verdict("cannot tell", "needs_human", entry.cancellation_id)
    if payment.balance != operation.balance:
        return Verdict("cannot tell", "needs_human") if quiet else Verdict("looked again")
    if not quiet:
        return Verdict("looked again", operation.code or "being_checked")
    kept = operation.code if operation.code not in ("", "being_checked") else "not_executed"
    return Verdict("absent after the quiet time", kept)
