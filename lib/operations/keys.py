"""Deleting a billing key, which cannot be undone: only once no charge is planned on it."""

from __future__ import annotations

import json
from urllib.parse import quote

from lib.errors import BadInput
from lib.iamport import schedules as upstream
from lib.iamport.client import Iamport
from lib.iamport.schedules import SCHEDULED, Schedule
from lib.journal.kinds import Kind, Sight
from lib.journal.life import Operation, of_row
from lib.journal.parts import Journal
from lib.operations import charges, schedules, submitting
from lib.operations.submitting import Request
from lib.payments.days import DAY_S
from lib.people import policy
from lib.people.actor import Actor
from lib.store.statements import operations as statements

DELETE = "delete_key"
WORK = (charges.CHARGE, schedules.PLAN, schedules.MOVE, schedules.UNPLAN, schedules.RETRY, DELETE)
"""Everything that is done with a billing key."""


def waiting(journal: Journal, actor: Actor, customer_uid: str) -> list[Schedule]:
    """The charges that are planned on a billing key, by time. Raises `NotAllowed`, `IamportError`."""
    policy.require(actor, policy.SEE)
    now = int(journal.world.now())
    found = upstream.of_customer(journal.iamport, customer_uid, now - DAY_S, now + upstream.AHEAD_S)
    return [schedule for schedule in found if schedule.status == SCHEDULED]


def operations_of(journal: Journal, actor: Actor, customer_uid: str) -> list[Operation]:
    """What was asked for with a billing key within a day, and what is not certain yet, newest first. Raises `NotAllowed`."""
    policy.require(actor, policy.SEE)
    since = int(journal.world.now()) - DAY_S
    fact = f'"customer_uid": {json.dumps(customer_uid, ensure_ascii=False)}'
    with journal.store.reading() as connection:
        return [of_row(row) for row in statements.with_fact(connection, list(WORK), fact, since)]


def delete(journal: Journal, actor: Actor, customer_uid: str, reason: str, intent_key: str) -> Operation:
    """Delete a billing key at the gateway.

    Raises, with nothing sent: `NotAllowed`, `BadInput` (reason_needed, no_such_key, schedules_left (n), or as
    `submitting.submit`), `Busy`, `IamportError`.
    """
    policy.require(actor, policy.CHARGE)
    said = " ".join(reason.split())
    if not said:
        raise BadInput("reason_needed")
    if same := submitting.asked(journal, intent_key, f"key:{customer_uid}"):
        return same
    if journal.iamport.customer(customer_uid) is None:
        raise BadInput("no_such_key")
    left = waiting(journal, actor, customer_uid)
    if left:
        raise BadInput("schedules_left", n=len(left))
    request = Request(
        kind=DELETE,
        subject=f"key:{customer_uid}",
        method="DELETE",
        path=f"/subscribe/customers/{quote(customer_uid, safe='')}?reason={quote(said[:60])}",
        body=None,
        reason=said,
        facts={"customer_uid": customer_uid},
    )
    return submitting.submit(journal, actor, intent_key, lambda _operation_id: request)


def see(iamport: Iamport, operation: Operation) -> Sight:
    """i'mport does not know the key any more."""
    customer_uid = str(json.loads(operation.facts)["customer_uid"])
    gone = iamport.customer(customer_uid) is None
    return Sight(done=gone, result=customer_uid if gone else "", detail="gone" if gone else "still there")


KINDS = (Kind(DELETE, see),)
