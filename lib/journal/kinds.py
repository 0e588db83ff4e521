"""How the outcome of an operation that is no refund is told: by reading what it should have left behind.

A refund has its fence; every other kind is known by a name of its own in i'mport (an order number, a schedule, a
shipment), so reading that name is proof enough. The answer to the call itself proves nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lib.iamport.client import Iamport
from lib.journal.life import Operation
from lib.journal.resolve import LAG_S, QUIET_S, Known, Verdict, plainly_refused
from lib.store.engine import Connection
from lib.store.tables.moves import REFUND

ACCEPTED = "accepted"
"""i'mport said yes, and what was asked for cannot be read yet."""
REFUSED = "request_refused"
"""i'mport or the gateway said no."""
UNHEARD = "not_done"
"""No answer came, and after the quiet time there was nothing to be read."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What i'mport shows of what an operation should have left behind.

    `done`: it is there, as `result`. `refused`: the code of why it can never be, with the gateway's `message` (and, where
    there is one, the `result` that shows it). `twice`: it is there more than once, which must never happen. None of them:
    nothing of it is there, so far. `at_last`: what it is refused with once nothing more can come. `detail`: what was
    seen, in a few words, for the record.
    """

    done: bool = False
    result: str = ""
    refused: str = ""
    message: str = ""
    twice: bool = False
    at_last: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of operation. `see` reads i'mport and raises as its reading does. `makes_a_payment`: what
    comes of it is a payment of its own, which the lists should show after a verdict; else they show its `imp_uid`.
    `found_later`: what the store shows of one that was closed as not executed, "" while nothing."""

    name: str
    see: Callable[[Iamport, Operation], Sight]
    makes_a_payment: bool = False
    found_later: Callable[[Connection, Operation], str] | None = None


def makes_a_payment(kinds: Mapping[str, Kind], operation: Operation) -> bool:
    """What comes of it is a payment of its own; a refund is of the payment it names."""
    return operation.kind != REFUND and kinds[operation.kind].makes_a_payment


def judge(operation: Operation, sight: Sight, read_began: float, known: Known) -> Verdict:
    """The verdict of one reading whose request began at `read_began` (epoch seconds); the first rule that fits."""
    if sight.twice:
        return Verdict("seen twice", "seen_twice", sight.result, "reading")
    if sight.done:
        return Verdict("found in history", "done", sight.result, "reading")
    if sight.refused:
        return Verdict("found refused", sight.refused, sight.result, "reading", sight.message)
    late = read_began - (operation.last_sent_at or operation.created_at) >= QUIET_S + LAG_S
    if late and sight.at_last:
        return Verdict("found refused", sight.at_last, sight.result, "reading", sight.message)
    if late and operation.code == ACCEPTED:
        return Verdict("cannot tell", "needs_human")
    if late or plainly_refused(operation, read_began, known):
        kept = operation.code if operation.code not in ("", "being_checked") else UNHEARD
        return Verdict("absent after the quiet time", kept)
    return Verdict("looked again", operation.code or "being_checked")
