"""A refund that was sent and did not run, sent again as it was: the same operation, the same bytes, the same fence."""

from __future__ import annotations

from lib.errors import BadInput
from lib.journal import send
from lib.journal.life import NotALegalMove, Operation, Overtaken, State
from lib.journal.parts import Journal
from lib.operations import limits, offers, refunds
from lib.payments.days import day_of
from lib.people import policy
from lib.people.actor import Actor
from lib.store.engine import Connection
from lib.store.statements.operations import Excluded, StoreError, trouble


def possible(operation: Operation, actor: Actor, now: float) -> bool:
    """Whether a refund that was sent and did not run may be sent again by this person.

    Only by who asked for it, alone and on the same KST day, for it counts on that person's and that day's limits; what
    another person approved was approved for one sending.
    """
    return (
        operation.state is State.NOT_EXECUTED
        and operation.code != "balance_moved"
        and operation.requested_by == actor.name
        and not operation.approved_by
        and policy.may(actor, policy.REFUND)
        and day_of(operation.created_at) == day_of(int(now))
    )


def send_again(journal: Journal, actor: Actor, operation_id: str) -> Operation:
    """Send a refund that did not run once more: the same operation with the same frozen body, only while the balance is
    still the one it was asked for at. Whatever is left of its earlier sendings, at most one of them all can run.

    Returns at once (in a command: with the first verdict). Raises, with nothing sent: `NotAllowed`, `BadInput`
    (no_such_operation, not_to_repeat, or as `submit`), `Stale`, `InProgress`, `IamportError`.
    """
    policy.require(actor, policy.REFUND)
    refused = refunds.operation(journal.store, operation_id)
    if not possible(refused, actor, journal.world.now()):
        raise BadInput("not_to_repeat")
    offered = offers.current(journal, refused.imp_uid)
    offers.open_for(offered, refused.balance)

    def allowed(connection: Connection) -> None:
        if refused.currency == "KRW":
            limits.check(connection, journal, actor, refused.amount, None)

    try:
        sending = send.begin_again(journal, refused, allowed)
    except (Overtaken, NotALegalMove, Excluded):
        raise BadInput("not_to_repeat") from None
    except StoreError as broken:
        raise BadInput(trouble(broken)) from None
    if journal.sender is None:
        return send.send(journal, sending)
    try:
        journal.sender.submit(send.in_background, journal, sending)
    except RuntimeError:  # shut down meanwhile: recovery finds out that it never ran
        raise BadInput("stopping") from None
    journal.wake.set()
    return sending
