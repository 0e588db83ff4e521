"""What may be refunded alone: one refund, one person's KST day, everybody's day, and to whose account."""

from __future__ import annotations

from lib.errors import BadInput
from lib.journal.parts import Journal
from lib.operations import refund_accounts
from lib.operations.wish import Account
from lib.payments.days import day_of, first_second, last_second
from lib.payments.record import Payment
from lib.people.actor import Actor
from lib.store.engine import Connection
from lib.store.statements import approvals as statements

APPROVABLE = ("over_own_limit", "over_own_payment", "over_own_day", *refund_accounts.DOUBTS, "foreign_money")
"""Codes of what a second person can approve; the team's day is nobody's to approve."""


def check(
    connection: Connection,
    journal: Journal,
    actor: Actor,
    amount: int,
    approver: Actor | None,
    payment: Payment,
    account: Account | None,
) -> None:
    """Hold one more refund of this payment to the limits, in the transaction that writes it down.

    What one person refunds alone of one payment counts as one refund, in however many slices. `account`: where it goes,
    which may be in doubt (`refund_accounts`). A test payment is no money: no limit holds it. Limits are in won: where
    somebody has one, other money than won always wants a second person, and counts in no sum. Raises `BadInput`:
    other_holder, account_of_another, foreign_money, over_own_limit (limit), over_own_payment (limit, used),
    over_own_day (limit, used), over_team_day (limit, used), or, of the person who approves, over_approver_limit (limit).
    """
    statements.lock_limits(connection)
    if statements.of_a_test(connection, payment.imp_uid):
        return
    limits, role = journal.limits, actor.role.value
    alone, day = limits.refund.get(role, 0), limits.day.get(role, 0)
    if approver is None and role not in limits.other_holder:
        why = refund_accounts.doubt(connection, payment.buyer_name, account)
        if why:
            raise BadInput(why)
    if payment.currency != "KRW":
        if approver is None and (alone or day):
            raise BadInput("foreign_money")
        return
    today = day_of(int(journal.world.now()))
    since, until = first_second(today), last_second(today)
    if limits.team_day:
        used = statements.refunded(connection, since, until)
        if used + amount > limits.team_day:
            raise BadInput("over_team_day", limit=limits.team_day, used=used)
    if approver is not None:
        own = limits.refund.get(approver.role.value, 0)
        if own and amount > own:
            raise BadInput("over_approver_limit", limit=own)
        return
    if alone and amount > alone:
        raise BadInput("over_own_limit", limit=alone)
    sliced = statements.refunded_of(connection, payment.imp_uid, actor.name) if alone else 0
    if alone and sliced + amount > alone:
        raise BadInput("over_own_payment", limit=alone, used=sliced)
    if day:
        used = statements.refunded(connection, since, until, actor.name)
        if used + amount > day:
            raise BadInput("over_own_day", limit=day, used=used)


def over(journal: Journal, actor: Actor, amount: int, payment: Payment, account: Account | None) -> BadInput | None:
    """Which limit this refund would pass, where a second person can approve it; None within them all.

    Raises `BadInput` over_team_day.
    """
    try:
        with journal.store.reading() as connection:
            check(connection, journal, actor, amount, None, payment, account)
    except BadInput as passed:
        if passed.why in APPROVABLE:
            return passed
        raise
    return None
