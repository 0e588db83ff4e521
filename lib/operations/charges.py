"""Charging a billing key. Money moves towards us, so a duplicate takes a customer's money twice: the order number is made
from the operation's id, used by no other, and is what the outcome is read by."""

from __future__ import annotations

import json
from dataclasses import replace

from lib.errors import BadInput
from lib.iamport.client import Iamport
from lib.journal.kinds import UNHEARD, Kind, Sight
from lib.journal.life import Operation, State, of_row
from lib.journal.parts import Journal
from lib.operations import submitting
from lib.operations.submitting import Request
from lib.payments.days import DAY_S
from lib.people import policy
from lib.people.actor import Actor
from lib.store.engine import Connection
from lib.store.statements import operations as statements

CHARGE = "charge"
NAME_CHARS_MAX = 40


def charge(journal: Journal, actor: Actor, customer_uid: str, amount: int, name: str, intent_key: str) -> Operation:
    """Charge `amount` won to a billing key now, as `name` on the customer's statement.

    Raises, with nothing sent: `NotAllowed`, `BadInput` (charge_amount, name_needed, no_such_key, or as
    `submitting.submit`), `Busy`, `IamportError`.
    """
    policy.require(actor, policy.CHARGE)
    key = journal.iamport.customer(customer_uid)
    check(amount, name)
    if key is None:
        raise BadInput("no_such_key")

    def request(operation_id: str) -> Request:
        order = f"c{operation_id}"
        return Request(
            kind=CHARGE,
            subject=subject_of(customer_uid),
            method="POST",
            path="/subscribe/payments/again",
            body={"customer_uid": customer_uid, "merchant_uid": order, "amount": amount, "name": name.strip()},
            reason=name,
            amount=amount,
            pg_provider=str(key.get("pg_provider") or ""),
            facts={"customer_uid": customer_uid, "merchant_uid": order},
        )

    return submitting.submit(journal, actor, intent_key, request)


def check(amount: int, name: str) -> None:
    """Raise `BadInput` charge_amount or name_needed."""
    if type(amount) is not int or amount <= 0:
        raise BadInput("charge_amount")
    if not 0 < len(name.strip()) <= NAME_CHARS_MAX:
        raise BadInput("name_needed")


def unheard(journal: Journal, actor: Actor, customer_uid: str) -> Operation | None:
    """The charge of a key, asked for within a day and newest of its subject, that was closed because nothing was heard
    of it: a new one beside it might take the money twice, while `repeat.send_again` cannot. Raises `NotAllowed`."""
    policy.require(actor, policy.SEE)
    with journal.store.reading() as connection:
        newest = next(iter(statements.of_subject(connection, subject_of(customer_uid))), None)
    if newest is None or newest["created_at"] < journal.world.now() - DAY_S:
        return None
    found = of_row(newest)
    return found if found.state is State.NOT_EXECUTED and found.code == UNHEARD else None


def subject_of(customer_uid: str) -> str:
    """What no two open charges may share: the key."""
    return f"charge:{customer_uid}"


def order_of(operation: Operation) -> str:
    """The order number that an operation charges under."""
    return str(json.loads(operation.facts)["merchant_uid"])


def see(iamport: Iamport, operation: Operation) -> Sight:
    """What i'mport has under the order number. A failed charge is final once each sending has left one."""
    payments = iamport.find_all(order_of(operation))
    paid = [payment for payment in payments if payment.paid_at]
    detail = f"{len(paid)} of {len(payments)} payments were paid"
    if len(paid) > 1:
        return Sight(twice=True, result=paid[0].imp_uid, detail=detail)
    if paid:
        return Sight(done=True, result=paid[0].imp_uid, detail=detail)
    failed = [payment for payment in payments if payment.failed_at]
    if not failed:
        return Sight(detail=detail)
    told = Sight(result=failed[0].imp_uid, message=failed[0].fail_reason, detail=detail)
    if len(failed) >= operation.attempts:
        return replace(told, refused="charge_failed")
    return replace(told, at_last="charge_failed")


def found_later(connection: Connection, operation: Operation) -> str:
    """A payment of the order that the store knows as paid."""
    return statements.paid_of_order(connection, order_of(operation))


KINDS = (Kind(CHARGE, see, makes_a_payment=True, found_later=found_later),)
