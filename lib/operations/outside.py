"""Refunds that were made another way: a forced cancel at the gateway, a transfer. Recorded with evidence; moves nothing.

They stand in the audit chain and nowhere else: i'mport knows nothing of them, so no balance changes. What stands here
counts as given back all the same. A record that was wrong is withdrawn by finance and stays in the chain.
"""

from __future__ import annotations

from dataclasses import dataclass

from lib import audit
from lib.errors import BadInput
from lib.journal.parts import Journal
from lib.operations import proof as evidence
from lib.people import policy
from lib.people.actor import Actor
from lib.store.engine import Connection, Store
from lib.store.statements import approvals, listing
from lib.store.statements import operations as statements

ACTION, VOID = "handled_outside", "handled_outside_void"
WAYS = ("forced", "transfer", "console")
"""A forced cancel that the gateway makes on request; a transfer to the customer; a cancel in the gateway's own site."""


@dataclass(frozen=True, slots=True)
class Handled:
    """One such refund: `number` its entry in the chain, `amount` in won, `at` epoch seconds, `way` of `WAYS`, `proof`
    what was written down."""

    number: int
    at: int
    by: str
    way: str
    amount: int
    proof: str


def record(journal: Journal, actor: Actor, imp_uid: str, way: str, amount: int, proof: str) -> None:
    """Write one down.

    Raises `NotAllowed`, `BadInput`: no_such_payment, in_progress_here, amount_needed, over_balance, already_recorded
    (by, since), over_recorded (used, balance), proof_needed, bad_filter (a way that there is none of).
    """
    policy.require(actor, policy.REFUND)
    said = evidence.checked(proof)
    if way not in WAYS:
        raise BadInput("bad_filter", value=way)
    with journal.store.writing() as connection:
        approvals.lock_limits(connection)
        row = listing.by_imp_uid(connection, imp_uid)
        if row is None:
            raise BadInput("no_such_payment", imp_uid=imp_uid)
        if statements.open_of(connection, imp_uid) is not None:
            raise BadInput("in_progress_here")
        balance = row["amount"] - row["cancel_amount"]
        if amount <= 0:
            raise BadInput("amount_needed")
        if amount > balance:
            raise BadInput("over_balance", balance=balance)
        standing = known(connection, imp_uid)
        for done in standing:
            if (done.way, done.amount, done.proof.casefold()) == (way, amount, said.casefold()):
                raise BadInput("already_recorded", by=done.by, since=done.at)
        recorded = sum(done.amount for done in standing)
        if recorded + amount > balance:
            raise BadInput("over_recorded", used=recorded, balance=balance)
        journal.note(connection, actor, ACTION, imp_uid, f"{amount} {said}", after=way)


def withdraw(journal: Journal, actor: Actor, imp_uid: str, number: int, why: str) -> None:
    """Take back the record `number` of this payment, for it was wrong; both entries stay in the chain.

    Raises `NotAllowed`, `BadInput`: proof_needed (no `why`), no_such_record (or withdrawn already).
    """
    policy.require(actor, policy.DECIDE)
    said = evidence.checked(why)
    with journal.store.writing() as connection:
        approvals.lock_limits(connection)
        if number not in {done.number for done in known(connection, imp_uid)}:
            raise BadInput("no_such_record")
        journal.note(connection, actor, VOID, imp_uid, f"{number} {said}")


def of_payment(store: Store, actor: Actor, imp_uid: str) -> list[Handled]:
    """Those of a payment that stand, newest first."""
    policy.require(actor, policy.SEE)
    with store.reading() as connection:
        return known(connection, imp_uid)


def known(connection: Connection, imp_uid: str) -> list[Handled]:
    """`of_payment` for the desk's own rules, which ask nobody's rights."""
    void = {int(entry.reason.partition(" ")[0]) for entry in audit.about(connection, VOID, imp_uid)}
    found = []
    for entry in audit.about(connection, ACTION, imp_uid):
        if entry.seq not in void:
            amount, _, proof = entry.reason.partition(" ")
            found.append(Handled(entry.seq, entry.at, entry.actor, entry.after, int(amount), proof))
    return found


def amount_of(connection: Connection, imp_uid: str) -> int:
    """What the records of a payment that stand add up to, in won."""
    return sum(done.amount for done in known(connection, imp_uid))
