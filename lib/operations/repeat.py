"""What was sent and did not run, sent again as it was: the same operation, the same bytes, the same fence.

A refund's fence is its balance. A charge's is its order number, made from the operation's id: a new operation in its
place would have another one, and could take the money twice.
"""

from __future__ import annotations

import json

from lib.errors import BadInput
from lib.journal import gate, send
from lib.journal.kinds import UNHEARD
from lib.journal.life import NotALegalMove, Operation, Overtaken, State
from lib.journal.parts import Journal
from lib.operations import charges, offers, refunds, schedules, submitting
from lib.payments.days import day_of
from lib.people import policy
from lib.people.actor import Actor
from lib.store.engine import Connection
from lib.store.statements import operations as statements
from lib.store.statements.operations import Excluded, StoreError, trouble
from lib.store.tables.moves import REFUND

RIGHTS = {
    REFUND: policy.REFUND,
    charges.CHARGE: policy.CHARGE,
    schedules.PLAN: policy.BILLING,
    schedules.RETRY: policy.CHARGE,
}
"""The kinds that take effect under a name of their own, and who may ask for them. Of any other kind a new operation does
the same."""


def possible(operation: Operation, actor: Actor, now: float) -> bool:
    """Whether an operation that was sent and did not run may be sent again by this person.

    Only by who asked for it, alone and on the same KST day, for a refund counts on that person's and that day's limits;
    what another person approved was approved for one sending. Any kind but a refund only while nothing was heard of it:
    what the issuer or i'mport refused is over.
    """
    right = RIGHTS.get(operation.kind, "")
    heard = operation.code == "balance_moved" if operation.kind == REFUND else operation.code != UNHEARD
    return (
        operation.state is State.NOT_EXECUTED
        and not heard
        and operation.requested_by == actor.name
        and not operation.approved_by
        and policy.may(actor, right)
        and day_of(operation.created_at) == day_of(int(now))
    )


def send_again(journal: Journal, actor: Actor, operation_id: str) -> Operation:
    """Send an operation that did not run once more, with the same frozen body: a refund only while the balance is still
    the one it was asked for at, anything else only while it is the newest on its subject and nothing of it is there.
    Whatever is left of its earlier sendings, at most one of them all can run.

    Returns at once (in a command: with the first verdict). Raises, with nothing sent: `NotAllowed`, `BadInput`
    (no_such_operation, not_to_repeat, schedule_past, or as `submit`), `Stale`, `InProgress`, `IamportError`.
    """
    refused = refunds.operation(journal.store, operation_id)
    policy.require(actor, RIGHTS.get(refused.kind, policy.REFUND))
    if not possible(refused, actor, journal.world.now()):
        raise BadInput("not_to_repeat")
    if refused.kind == REFUND:
        offered = offers.current(journal, refused.imp_uid)
        offers.open_for(offered, refused.balance)
    else:
        _still_absent(journal, refused)

    def allowed(connection: Connection) -> None:
        if refused.kind == REFUND:
            refunds.permitted(
                connection,
                journal,
                actor,
                offered.payment,
                refused.amount,
                refused.balance,
                None,
                refunds.account_of(refused),
            )
        elif statements.of_subject(connection, refused.subject)[0]["id"] != refused.id:
            raise BadInput("not_to_repeat")

    try:
        sending = send.begin_again(journal, refused, allowed)
    except (Overtaken, NotALegalMove, Excluded):
        raise BadInput("not_to_repeat") from None
    except StoreError as broken:
        raise BadInput(trouble(broken)) from None
    return submitting.hand_over(journal, [sending])[0]


def _still_absent(journal: Journal, refused: Operation) -> None:
    """The desk may send, the time of a plan is still ahead, and i'mport shows nothing of the operation."""
    shut = gate.shut(journal)
    if shut:
        raise BadInput(shut)
    if refused.kind == schedules.PLAN:
        schedules.ahead(journal, int(json.loads(refused.facts)["at"]))
    sight = journal.kinds[refused.kind].see(journal.iamport, refused)
    if sight.done or sight.refused or sight.twice or sight.at_last:
        raise BadInput("not_to_repeat")
