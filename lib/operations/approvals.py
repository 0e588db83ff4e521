"""Four eyes: a refund above a limit is asked for by one person and sent by the word of another.

A request is bound to everything in it: payment, amount, balance, account, reason. It expires, and it is spent in the
transaction that writes the operation down, so that it lets through exactly one refund, the one that was shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lib.errors import BadInput
from lib.journal.life import Operation
from lib.journal.parts import Journal
from lib.operations import refunds, wish
from lib.operations.refunds import Approved, Ask
from lib.payments.days import day_of, first_second
from lib.people import accounts, policy
from lib.people.actor import Actor
from lib.store.engine import Connection
from lib.store.statements import approvals as statements
from lib.store.tables.approvals import DENIED, USED, WITHDRAWN
from lib.store.tables.moves import State
from lib.world import ulid

EXPIRES_S = 1800
APPROVED, REFUSED, EXPIRED = "approved", "denied", "expired"
WHY_CHARS_MAX = 200


@dataclass(frozen=True, slots=True)
class Approval:
    """A request that waits. `ask` is what will be sent; times in epoch seconds."""

    id: str
    ask: Ask
    requested_by: str
    created_at: int
    expires_at: int


@dataclass(frozen=True, slots=True)
class Denial:
    """A request that a second person said no to, and `why` ("" for nothing said). `amount` in won, `at` epoch seconds."""

    by: str
    at: int
    amount: int
    requested_by: str
    why: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of somebody's request. `outcome`: approved, denied or expired; `by` "" and `at` its end where it expired.
    `amount` in minor units, `at` epoch seconds; `went`: how the refund that was let through stands, None for none."""

    id: str
    imp_uid: str
    amount: int
    currency: str
    outcome: str
    by: str
    at: int
    why: str
    went: State | None


def request(journal: Journal, actor: Actor, ask: Ask) -> Approval:
    """Ask for a second person's word. Raises as `refunds.submit` does, and `BadInput` approval_waits."""
    policy.require(actor, policy.REFUND)
    refunds.checked(journal, ask)
    now = int(journal.world.now())
    row: dict[str, Any] = {
        "id": journal.world.new_id(),
        "imp_uid": ask.imp_uid,
        "amount": ask.amount,
        "balance": ask.seen_balance,
        "ask": wish.written(ask),
        "content": wish.content_of(ask),
        "requested_by": actor.name,
        "created_at": now,
        "expires_at": now + EXPIRES_S,
    }
    with journal.store.writing() as connection:
        statements.lock_limits(connection)
        if statements.waiting(connection, now, ask.imp_uid):
            raise BadInput("approval_waits")
        statements.add(connection, **row)
        journal.note(connection, actor, "ask_approval", ask.imp_uid, _contents(row["id"], ask))
    return _of_row(row)


def waiting(journal: Journal, actor: Actor) -> list[Approval]:
    """Every request that waits, oldest first."""
    policy.require(actor, policy.SEE)
    return _all(journal)


def of_payment(journal: Journal, actor: Actor, imp_uid: str) -> tuple[Approval | None, Denial | None]:
    """The request about this payment that waits, and the last one that was denied today (KST) while nothing has come of
    the payment since."""
    policy.require(actor, policy.SEE)
    now = int(journal.world.now())
    with journal.store.reading() as connection:
        rows = statements.waiting(connection, now, imp_uid)
        denied = statements.last_denied(connection, imp_uid, first_second(day_of(now)), now)
    told = ("decided_by", "decided_at", "amount", "requested_by", "why")
    denial = Denial(*(denied[name] for name in told)) if denied else None
    return (_of_row(rows[0]) if rows else None), denial


def answered(journal: Journal, actor: Actor) -> list[Answer]:
    """This person's own requests that a second person answered today (KST), or that expired, newest first."""
    policy.require(actor, policy.REFUND)
    now = int(journal.world.now())
    since = first_second(day_of(now))
    with journal.store.reading() as connection:
        rows = statements.answered(connection, actor.name, ulid(since - EXPIRES_S, 0), since, now)
    return [_answer(row) for row in rows]


def approve(journal: Journal, actor: Actor, approval_id: str) -> Operation:
    """Say yes: the refund is written down and sent, on the requester's wish and this person's word.

    Raises, with nothing sent: `NotAllowed`, `BadInput` (approval_gone, approval_own, over_approver_limit …), and as
    `refunds.submit` does.
    """
    policy.require(actor, policy.APPROVE)
    approval = _waiting(journal, approval_id)
    if approval.requested_by == actor.name:
        raise BadInput("approval_own")
    requester = accounts.actor_named(journal.store, approval.requested_by)

    def spend(connection: Connection, operation_id: str, content: str) -> bool:
        now = int(journal.world.now())
        if not statements.use(connection, approval_id, now, actor.name, operation_id, content):
            return False
        journal.note(connection, actor, "approve", approval.ask.imp_uid, _contents(approval_id, approval.ask))
        return True

    return refunds.submit(journal, requester, approval.ask, Approved(actor, spend))


def deny(journal: Journal, actor: Actor, approval_id: str, why: str = "") -> None:
    """Say no, and why; the one who asked may withdraw. Raises `NotAllowed`, `BadInput` approval_gone."""
    approval, said = _waiting(journal, approval_id), " ".join(why.split())[:WHY_CHARS_MAX]
    own = approval.requested_by == actor.name
    policy.require(actor, policy.REFUND if own else policy.APPROVE)
    with journal.store.writing() as connection:
        now = int(journal.world.now())
        if not statements.close(connection, approval_id, now, WITHDRAWN if own else DENIED, actor.name, why=said):
            raise BadInput("approval_gone")
        action = "withdraw_approval" if own else "deny_approval"
        contents = _contents(approval_id, approval.ask) + (f": {said}" if said else "")
        journal.note(connection, actor, action, approval.ask.imp_uid, contents)


def _waiting(journal: Journal, approval_id: str) -> Approval:
    found = [approval for approval in _all(journal) if approval.id == approval_id]
    if not found:
        raise BadInput("approval_gone")
    return found[0]


def _all(journal: Journal) -> list[Approval]:
    with journal.store.reading() as connection:
        return [_of_row(row) for row in statements.waiting(connection, int(journal.world.now()))]


def _answer(row: Mapping[Any, Any]) -> Answer:
    outcome = {USED: APPROVED, DENIED: REFUSED}.get(row["state"], EXPIRED)
    return Answer(
        row["id"],
        row["imp_uid"],
        row["amount"],
        row["currency"] or "KRW",
        outcome,
        row["decided_by"],
        row["decided_at"] or row["expires_at"],
        row["why"],
        State(row["went"]) if row["went"] else None,
    )


def _of_row(row: Mapping[Any, Any]) -> Approval:
    return Approval(row["id"], wish.read_back(row["ask"]), row["requested_by"], row["created_at"], row["expires_at"])


def _contents(approval_id: str, ask: Ask) -> str:
    return f"{approval_id} {ask.amount} of {ask.seen_balance}"
