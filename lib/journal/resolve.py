"""Whether an operation ran, judged from the payment's history as i'mport tells it now. Pure; no clock of its own.

Balances only go down, so at most one entry of the history starts at the operation's balance: the fence entry, which is
the first one that was not there before. It, the mark in the reason and the quiet time decide; a read that lacks what
was known before is an older replica and says nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from lib.journal import marker
from lib.journal.life import Operation
from lib.payments.record import Cancellation, Payment

QUIET_S = 600
LAG_S = 30
"""Nothing runs later than QUIET_S after it was sent, no read lags more than LAG_S: assumptions about i'mport on which
only timeliness depends. Once i'mport itself refused the only sending, the lag alone is waited for."""
TIE_S = 2
"""Cancellations this close together may be told in either order."""


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
    message: str = ""


class Known(NamedTuple):
    """What the desk knows beside the reading.

    `markers_kept`: this gateway is known to hand reasons back. `answered_at`: when i'mport itself answered with a
    refusal (epoch seconds), else None. `stored_ids`: cancellation ids that any earlier reading brought. `other_marks`:
    marks of other operations on the payment.
    """

    markers_kept: bool = False
    answered_at: int | None = None
    stored_ids: frozenset[str] = frozenset()
    other_marks: frozenset[str] = frozenset()


NOTHING = Known()


def fence(operation: Operation, history: Sequence[Cancellation]) -> list[Cancellation]:
    """The entries that may have started at the operation's balance: the earliest that was not there before it.

    More than one when they stand so close together that their order is not certain; none when nothing is new.
    """
    fresh = [entry for entry in history if entry.cancellation_id not in operation.known_ids]
    earliest = min((entry.cancelled_at for entry in fresh), default=0)
    return [entry for entry in fresh if entry.cancelled_at - earliest <= TIE_S]


def marked(operation: Operation, history: Sequence[Cancellation]) -> list[Cancellation]:
    """The entries that carry the operation's mark."""
    return [entry for entry in history if marker.carries(entry.reason, operation.marker)]


def foreign(entry: Cancellation, other_marks: frozenset[str]) -> bool:
    """The entry carries the mark of another operation of ours."""
    return any(marker.carries(entry.reason, mark) for mark in other_marks)


def ours(operation: Operation, payment: Payment, other_marks: frozenset[str] = frozenset()) -> Found | None:
    """Direct evidence in the answer to our own call: our mark once, or the one fence entry with our amount."""
    if payment.imp_uid != operation.imp_uid:
        return None
    entries = marked(operation, payment.cancellations)
    if entries:
        return Found(entries[0].cancellation_id, "marker") if len(entries) == 1 else None
    entries = fence(operation, payment.cancellations)
    if len(entries) != 1 or entries[0].amount != operation.amount or foreign(entries[0], other_marks):
        return None
    return Found(entries[0].cancellation_id, "fence")


def admissible(operation: Operation, payment: Payment, stored_ids: frozenset[str] = frozenset()) -> bool:
    """The read is of this payment, knows all that was known before, and adds up."""
    history = payment.cancellations
    ids = {entry.cancellation_id for entry in history}
    before = sum(entry.amount for entry in history if entry.cancellation_id in operation.known_ids)
    return (
        payment.imp_uid == operation.imp_uid
        and ids.issuperset(operation.known_ids)
        and ids.issuperset(stored_ids)
        and sum(entry.amount for entry in history) == payment.cancel_amount
        and payment.amount - before == operation.balance
    )


def plainly_refused(operation: Operation, read_began: float, known: Known) -> bool:
    """i'mport itself refused the only sending, longer ago than any reading lags. A refusal of a later sending says nothing
    of an earlier one that may still be under way."""
    answered_at = known.answered_at if operation.answered and operation.attempts == 1 else None
    return answered_at is not None and read_began - answered_at >= LAG_S


def resolve(operation: Operation, payment: Payment, read_began: float, known: Known = NOTHING) -> Verdict:
    """The verdict of one reading whose request began at `read_began` (epoch seconds); the first rule that fits."""
    waited = read_began - (operation.last_sent_at or operation.created_at)
    late = waited >= QUIET_S + LAG_S
    refused = plainly_refused(operation, read_began, known)
    still = Verdict("looked again", operation.code or "being_checked")
    if payment.imp_uid == operation.imp_uid:
        entries = marked(operation, payment.cancellations)
        if len(entries) > 1:
            return Verdict("seen twice", "double_refund", entries[0].cancellation_id, "marker")
        if entries:
            return Verdict("found in history", "confirmed", entries[0].cancellation_id, "marker")
    if not admissible(operation, payment, known.stored_ids) or payment.extra.get("promotion"):
        return Verdict("cannot tell", "needs_human") if late else still
    first = fence(operation, payment.cancellations)
    if first:
        return _fenced(operation, first, known)
    if payment.extra.get("deposit_history"):
        return Verdict("cannot tell", "needs_human") if late else still
    if not (late or refused):
        return still
    kept = operation.code if operation.code not in ("", "being_checked") else "not_executed"
    return Verdict("absent after the quiet time", kept)


def _fenced(operation: Operation, first: list[Cancellation], known: Known) -> Verdict:
    """Somebody used the balance. Unless it may be ours, our request can never run any more."""
    alike = [entry for entry in first if entry.amount == operation.amount]
    if (operation.marker and known.markers_kept) or all(foreign(entry, known.other_marks) for entry in alike):
        return Verdict("another took the balance", "balance_moved")
    return Verdict("cannot tell", "needs_human", alike[0].cancellation_id)
