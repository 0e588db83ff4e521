"""What can be refunded of a payment now: read afresh, with everything that is in the way."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

from lib import codes
from lib.errors import BadInput, DeskError, InProgress, InProgressOwn, Stale
from lib.journal import gate
from lib.journal.late import late
from lib.journal.life import Operation, State, of_row
from lib.journal.parts import Journal
from lib.operations import outside, receipts
from lib.payments.days import day_of
from lib.payments.methods import Rules, beyond_usual_window, phone_month_over, rules_of
from lib.payments.record import Payment
from lib.payments.tax import tax_free_in
from lib.people import policy
from lib.people.actor import Actor
from lib.store.engine import Connection
from lib.store.statements import approvals, escrow
from lib.store.statements import operations as statements
from lib.store.statements.operations import StoreError, trouble

SHIPPED = (escrow.Stage.TRANSIT, escrow.Stage.WAITING, escrow.Stage.CONFIRMED)
CHECK_CARD = 1  # i'mport's card_type


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be refunded of a payment, read from i'mport at `read_at` (epoch seconds).

    `blocked` is the code of why nothing can be ("" when it can); `warnings` are codes of what may go wrong; `tax_free`
    is the tax-free part of the order that our own refunds left (0 = none known); `banks` maps the gateway's
    codes to names. `only_ours`: every cancellation so far was made from here, so that its tax-free part is known.
    `elsewhere`: what people recorded as refunded another way. `waits_for_approval`: a refund of it above a limit waits
    for a second person. `asked_by`: whom it was offered to, "" for the desk's own steps.
    """

    payment: Payment
    read_at: int
    blocked: str
    warnings: tuple[str, ...]
    tax_free: int
    mixed: bool
    only_ours: bool
    waits_for_approval: bool
    elsewhere: int
    banks: dict[str, str]
    open: Operation | None
    asked_by: str = ""

    @property
    def balance(self) -> int:
        """What can still be refunded."""
        return self.payment.balance

    @property
    def refundable(self) -> int:
        """What may be refunded from here: the balance without what went back another way."""
        return self.balance - self.elsewhere

    @property
    def rules(self) -> Rules:
        """The rules of the method."""
        return rules_of(self.payment)

    @property
    def needs_account(self) -> bool:
        """A refund account must be given."""
        return self.rules.needs_account

    @property
    def needs_tax_free(self) -> bool:
        """The tax-free part of each refund must be named, also when it is 0 by now."""
        return self.mixed


def offer(journal: Journal, actor: Actor, imp_uid: str, page_balance: int | None = None) -> Offer:
    """Read the payment afresh and say what may be refunded.

    `page_balance`: the balance of the page on which the person decided to refund. When it has moved, what they decided
    by is no longer so, perhaps because the very refund they miss has just been made or found; None only where no person
    looked at a page before, as in the trial of a file. Raises `NotAllowed`, `Stale`, `IamportError`.
    """
    policy.require(actor, policy.REFUND)
    offered = current(journal, imp_uid)
    if page_balance is not None and offered.balance != page_balance:
        raise Stale(seen=page_balance, now=offered.balance)
    return replace(offered, asked_by=actor.name)


def current(journal: Journal, imp_uid: str) -> Offer:
    """`offer` for the desk's own steps, which asked the rights already."""
    try:
        return _offered(journal, imp_uid)
    except StoreError as broken:
        raise BadInput(trouble(broken)) from None


def _offered(journal: Journal, imp_uid: str) -> Offer:
    with journal.store.reading() as connection:  # before the reading, which must then know all of it
        stored = {row["cancellation_id"] for row in statements.stored_history(connection, imp_uid)}
    payment = journal.refresh(imp_uid)
    found_late = late(journal, imp_uid)  # what was thought not to have run: the person must see it before anything else
    now = int(journal.world.now())
    with journal.store.reading() as connection:
        ours = [of_row(row) for row in statements.of_payment(connection, payment.imp_uid)]
        elsewhere = outside.amount_of(connection, imp_uid)
        awaited = bool(approvals.waiting(connection, now, imp_uid))
        shipped = payment.escrow and _shipped(connection, imp_uid)
    running = next((op for op in ours if op.open), None)
    order_tax_free = tax_free_in(payment.custom_data, payment.amount)
    made = [op for op in ours if op.state is State.CONFIRMED]
    refunded = sum(int(json.loads(op.body).get("tax_free", 0)) for op in made)
    in_review = any(op.state is State.LATE_REVIEW for op in ours)
    why = "in_progress_here" if running else "late_found" if found_late else ""
    return Offer(
        payment=payment,
        read_at=now,
        blocked=why or _blocked(journal, payment, stored, in_review),
        warnings=(
            *_warnings(payment, now),
            *(("escrow_shipped",) if shipped else ()),
            *(("handled_outside",) if elsewhere else ()),
        ),
        tax_free=max(0, min(order_tax_free - refunded, payment.balance)),
        mixed=order_tax_free > 0,
        only_ours=sum(op.amount for op in made) == payment.cancel_amount,
        waits_for_approval=awaited,
        elsewhere=elsewhere,
        banks={code: bank.ko for code, bank in codes.banks(payment.pg_provider).items()},
        open=running,
    )


def _warnings(payment: Payment, now: int) -> tuple[str, ...]:
    found = []
    if beyond_usual_window(payment, day_of(now)):
        found.append("beyond_usual_window")
    if payment.card_type == CHECK_CARD and rules_of(payment).partial:
        found.append("check_card_partial")
    if payment.cash_receipt_issued:
        by_api = payment.pg_provider not in receipts.NOT_CANCELLED_BY_API
        found.append("receipt_stands" if by_api else "receipt_stands_kicc")
    return tuple(found)


def _shipped(connection: Connection, imp_uid: str) -> bool:
    """The parcel of an escrow order is on its way or there, and the buyer has not sent it back."""
    standing = escrow.one(connection, imp_uid, 0)
    return standing is not None and standing["stage"] in SHIPPED


def _blocked(journal: Journal, payment: Payment, stored: set[str], in_review: bool) -> str:
    if not payment.state.was_paid or not payment.paid_at:
        return "not_paid"
    if payment.balance <= 0:
        return "nothing_left"
    if phone_month_over(payment, day_of(int(journal.world.now()))):
        return "phone_month_over"
    if sum(c.amount for c in payment.cancellations) != payment.cancel_amount:
        return "contradictory"
    if not stored.issubset(c.cancellation_id for c in payment.cancellations):
        return "balance_rose"  # or an older copy answered: either way not the time to send
    if in_review:
        return "late_review"
    if payment.extra.get("deposit_history"):
        return "deposits_repeat"
    if payment.extra.get("promotion"):
        return "promotion_paid"
    return gate.shut(journal)


def tax_free_range(offered: Offer, amount: int) -> tuple[int, int]:
    """The least and the greatest tax-free part that a refund of `amount` of a mixed order can have.

    KICC refuses a taxable part above what is left of it; what others cancelled leaves the least unknown.
    """
    taxable_left = offered.balance - offered.tax_free
    least = max(0, amount - taxable_left) if offered.only_ours else 0
    return min(least, offered.tax_free), min(amount, offered.tax_free)


def open_for(offered: Offer, seen_balance: int) -> None:
    """Nothing is under way or in the way, and the balance is the one that the person saw."""
    if offered.open is None and offered.balance != seen_balance:
        raise Stale(seen=seen_balance, now=offered.balance)
    wrong = in_the_way(offered)
    if wrong:
        raise wrong


def in_the_way(offered: Offer) -> DeskError | None:
    """Why nothing can be refunded of what was offered, with who is at it and since when; None when something can."""
    if offered.open is not None:
        return in_progress(offered.open, offered.asked_by)
    return BadInput(offered.blocked) if offered.blocked else None


def in_progress(running: Operation, asked_by: str = "") -> InProgress:
    """Who is at it, and since when. `asked_by`: who wants to refund now."""
    own = running.requested_by == asked_by and not running.approved_by
    return (InProgressOwn if own else InProgress)(
        operation=running.id, by=running.requested_by, since=running.created_at
    )


def shut(journal: Journal) -> str:
    """The code of why the desk sends nothing at all now, "" when it does; while it starts it only seems shut."""
    try:
        why = gate.shut(journal)
    except StoreError as broken:
        return trouble(broken)
    return "" if why == "recovering" else why
