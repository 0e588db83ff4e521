"""Refunds: what may be refunded, and the one way to ask for it, for pages and commands alike."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass

from lib.errors import BadInput, DeskError, Stale
from lib.iamport.errors import IamportError
from lib.journal import marker, send
from lib.journal.life import NotALegalMove, Operation, Overtaken, State, of_row
from lib.journal.parts import CrashPoint, Journal
from lib.operations import limits, offers, outside, refund_accounts
from lib.operations.offers import Offer
from lib.operations.wish import Account as Account
from lib.operations.wish import Ask as Ask
from lib.operations.wish import content_of
from lib.payments.money import major
from lib.payments.record import Payment
from lib.people import policy
from lib.people.actor import Actor
from lib.store.engine import Connection, Store
from lib.store.statements import operations as statements
from lib.store.statements.approvals import lock_limits, waiting
from lib.store.statements.operations import StoreError, trouble
from lib.store.tables.moves import REFUND
from lib.text.unseen import holds_unseen

PREPARED_LEASE_S = 120
REASON_CHARS_MAX = 200
HOLDER_CHARS_MAX = 40
INTENT_CHARS_MAX = 64


@dataclass(frozen=True, slots=True)
class Approved:
    """A second person's word. `spend(connection, operation_id, content)` uses it up, in the transaction that writes the
    operation down; False when it is gone, or was given for something else."""

    by: Actor
    spend: Callable[[Connection, str, str], bool]


def checked(journal: Journal, ask: Ask) -> Offer:
    """Read the payment afresh and hold the wish to every rule of it. Raises as `submit` does."""
    offered = offers.current(journal, ask.imp_uid)
    conform(offered, ask)
    return offered


def conform(offered: Offer, ask: Ask) -> None:
    """Hold a wish to every rule of the payment as it was read. Raises as `submit` does."""
    offers.open_for(offered, ask.seen_balance)
    _check(offered, ask)


def submit(journal: Journal, actor: Actor, ask: Ask, approved: Approved | None = None) -> Operation:
    """Write the refund down and hand it to the sender; returns at once (in a command: with the first verdict).

    Above a limit (`limits`) it needs `approved`. Raises, with nothing sent: `NotAllowed`, `BadInput` (why), `Stale`
    (seen, now), `InProgress` (operation, by, since), `IamportError`.
    """
    prepared, ours = write_down(journal, actor, ask, approved)
    if not ours:
        return prepared
    if journal.sender is None:
        return send.send(journal, prepared)
    try:
        send.later(journal, prepared)
    except RuntimeError:  # shut down meanwhile: nothing was sent, and its lease will end
        raise BadInput("stopping") from None
    journal.wake.set()
    return prepared


def write_down(journal: Journal, actor: Actor, ask: Ask, approved: Approved | None = None) -> tuple[Operation, bool]:
    """Check the wish and write it down as PREPARED, sending nothing; and whether it was written now: else it is the
    operation that the same wish made before. Raises as `submit` does."""
    policy.require(actor, policy.REFUND)
    known = _same_intent(journal, ask)
    if known is not None:
        return known, False
    try:
        offered = checked(journal, ask)
    except IamportError:
        raise
    except DeskError:
        known = _same_intent(journal, ask)  # written down by another process while we read
        if known is not None:
            return known, False
        raise
    journal.hit(CrashPoint.BEFORE_PREPARED)
    try:
        prepared, ours = _prepare(journal, actor, ask, offered.payment, approved)
    except StoreError as broken:
        raise BadInput(trouble(broken)) from None
    except BadInput:
        known = _same_intent(journal, ask)  # the other click of a double click has used up the limit
        if known is not None:
            return known, False
        raise
    journal.hit(CrashPoint.AFTER_PREPARED)
    return prepared, ours


def take_back(journal: Journal, actor: Actor, operation_id: str) -> Operation:
    """Take a refund back while its hold runs. Whoever may refund may do it: it only keeps money where it is.

    Raises `NotAllowed`, `BadInput`: no_such_operation, too_late (it has been sent, or is closed).
    """
    policy.require(actor, policy.REFUND)
    held = operation(journal.store, operation_id)
    try:
        return send.take_back(journal, held, actor)
    except (NotALegalMove, Overtaken, StoreError):
        raise BadInput("too_late") from None


def hold_left(journal: Journal, held: Operation) -> float:
    """Seconds until an operation is sent, in which it can be taken back; 0 when it cannot any more."""
    if held.state is not State.PREPARED or held.owner != journal.owner:
        return 0.0
    return max(0.0, held.created_at + journal.hold_s - journal.world.now())


def _same_intent(journal: Journal, ask: Ask) -> Operation | None:
    with journal.store.reading() as connection:
        row = statements.of_intent(connection, ask.intent_key)
    if row is None:
        return None
    if row["request_hash"] != content_of(ask):
        raise BadInput("intent_reused")
    return of_row(row)


def _check(offered: Offer, ask: Ask) -> None:
    """The rules of the method, each its own sentence."""
    if type(ask.amount) is not int or ask.amount <= 0:
        raise BadInput("amount_needed")
    if ask.amount > offered.balance:
        raise BadInput("over_balance", balance=offered.balance)
    if ask.amount > offered.refundable:
        raise BadInput("refunded_outside", used=offered.elsewhere, balance=offered.refundable)
    if not offered.rules.partial and ask.amount != offered.payment.amount:
        raise BadInput("whole_only", balance=offered.balance)
    if not ask.reason.strip():
        raise BadInput("reason_needed")
    account = ask.account
    if offered.needs_account:
        if account is None or not (account.holder and account.bank and account.number):
            raise BadInput("account_needed")
        if offered.banks and account.bank not in offered.banks:
            raise BadInput("bank_unknown")
        if not account.plausible:
            raise BadInput("account_digits")
        if holds_unseen(account.holder):
            raise BadInput("holder_unseen")
        if len(account.holder) > HOLDER_CHARS_MAX:
            raise BadInput("holder_long", longest=HOLDER_CHARS_MAX)
    elif account is not None:
        raise BadInput("account_not_wanted")
    least, most = offers.tax_free_range(offered, ask.amount) if offered.mixed else (0, ask.amount)
    if offered.needs_tax_free and ask.tax_free is None:
        raise BadInput("tax_free_needed")
    if ask.tax_free is not None and not (type(ask.tax_free) is int and least <= ask.tax_free <= most):
        raise BadInput("tax_free_wrong", low=least, high=most)
    if not 0 < len(ask.intent_key) <= INTENT_CHARS_MAX:
        raise BadInput("intent_reused")


def permitted(
    connection: Connection,
    journal: Journal,
    actor: Actor,
    payment: Payment,
    amount: int,
    balance: int,
    approver: Actor | None,
    account: Account | None,
) -> None:
    """What must hold in the transaction that writes a sending down: nobody's approval is waited for, what went back
    another way leaves so much of the balance, and the limits.

    Raises `BadInput`: approval_waits, refunded_outside (used, balance), or as `limits.check`.
    """
    lock_limits(connection)  # before anything is read that a record or a request of this moment may change
    if approver is None and waiting(connection, int(journal.world.now()), payment.imp_uid):
        raise BadInput("approval_waits")
    elsewhere = outside.amount_of(connection, payment.imp_uid)
    if amount > balance - elsewhere:
        raise BadInput("refunded_outside", used=elsewhere, balance=balance - elsewhere)
    limits.check(connection, journal, actor, amount, approver, payment, account)


def _prepare(
    journal: Journal, actor: Actor, ask: Ask, payment: Payment, approved: Approved | None
) -> tuple[Operation, bool]:
    """The PREPARED row with its frozen body, and whether we made it. The indexes decide between two who come at once."""
    operation_id, now = journal.world.new_id(), int(journal.world.now())
    mark = marker.of(operation_id, payment.pg_provider)
    reason = " ".join(ask.reason.split())[:REASON_CHARS_MAX]
    body = _body(ask, marker.marked(reason, mark), payment.currency)
    with journal.store.writing() as connection:
        approver = approved.by if approved else None
        permitted(connection, journal, actor, payment, ask.amount, ask.seen_balance, approver, ask.account)
        added = statements.add(
            connection,
            id=operation_id,
            kind=REFUND,
            subject=ask.imp_uid,
            imp_uid=ask.imp_uid,
            method="POST",
            path="/payments/cancel",
            facts="{}",
            intent_key=ask.intent_key,
            request_hash=content_of(ask),
            amount=ask.amount,
            balance=ask.seen_balance,
            currency=payment.currency,
            pg_provider=payment.pg_provider,
            body=body,
            body_sha256=hashlib.sha256(body).hexdigest(),
            known_ids=json.dumps([c.cancellation_id for c in payment.cancellations]),
            marker=mark,
            reason=reason,
            requested_by=actor.name,
            session=actor.session,
            approved_by=approved.by.name if approved else "",
            created_at=now,
            state=State.PREPARED.value,
            version=1,
            owner=journal.owner,
            lease_until=now + PREPARED_LEASE_S,
        )
        if added and approved and not approved.spend(connection, operation_id, content_of(ask)):
            raise BadInput("approval_gone")
        if added:
            if ask.account:
                refund_accounts.keep(connection, operation_id, ask.account)
            statements.note(
                connection,
                operation_id=operation_id,
                version=1,
                at=now,
                because="asked for",
                state=State.PREPARED.value,
            )
            reason = f"{operation_id} {ask.amount} of {ask.seen_balance}"
            reason += f", approved by {approved.by.name}" if approved else ""
            journal.note(connection, actor, REFUND, ask.imp_uid, reason, after=State.PREPARED.value)
        journal.hit(CrashPoint.INSIDE_PREPARED)
    if added:
        return operation(journal.store, operation_id), True
    same = _same_intent(journal, ask)
    if same is not None:
        return same, False
    with journal.store.reading() as connection:
        row = statements.open_of(connection, ask.imp_uid)
    if row is not None:
        raise offers.in_progress(of_row(row))
    # A refund of this amount was already made at this balance: what we read was an older copy.
    raise Stale(seen=ask.seen_balance, now=ask.seen_balance - ask.amount)


def _body(ask: Ask, reason: str, currency: str) -> bytes:
    """What will be sent, byte for byte, however often: always by imp_uid, with the balance the person saw."""
    body: dict[str, object] = {
        "imp_uid": ask.imp_uid,
        "amount": major(ask.amount, currency),
        "checksum": major(ask.seen_balance, currency),
        "reason": reason,
    }
    if ask.tax_free is not None:
        body["tax_free"] = major(ask.tax_free, currency)
    if ask.account is not None:
        body |= {
            "refund_holder": ask.account.holder,
            "refund_bank": ask.account.bank,
            "refund_account": ask.account.number,
        }
    return json.dumps(body, ensure_ascii=False, sort_keys=True).encode()


def operation(store: Store, operation_id: str) -> Operation:
    """One operation; raises `BadInput` no_such_operation."""
    with store.reading() as connection:
        row = statements.one(connection, operation_id)
    if row is None:
        raise BadInput("no_such_operation")
    return of_row(row)


def account_of(refund: Operation) -> Account | None:
    """Where a refund's money goes, in full: mask it before anybody sees it. None: back to where it came from."""
    body = json.loads(refund.body) if refund.kind == REFUND else {}
    if "refund_account" not in body:
        return None
    return Account(str(body["refund_holder"]), str(body["refund_bank"]), str(body["refund_account"]))


def of_payment(store: Store, imp_uid: str) -> list[Operation]:
    """A payment's operations, newest first."""
    with store.reading() as connection:
        return [of_row(row) for row in statements.of_payment(connection, imp_uid)]


def open_operations(store: Store) -> list[Operation]:
    """Every operation that is not certain or waits for a person, oldest first."""
    with store.reading() as connection:
        return [of_row(row) for row in statements.all_open(connection)]


def latest(store: Store, limit: int) -> list[Operation]:
    """The newest operations."""
    with store.reading() as connection:
        return [of_row(row) for row in statements.latest(connection, limit)]
