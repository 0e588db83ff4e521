"""Closing a virtual account that nobody has paid into yet."""

from __future__ import annotations

from urllib.parse import quote

from lib.errors import BadInput
from lib.iamport.client import Iamport
from lib.journal.kinds import Kind, Sight
from lib.journal.life import Operation
from lib.journal.parts import Journal
from lib.operations import submitting
from lib.operations.submitting import Request
from lib.payments.record import Payment
from lib.payments.state import State
from lib.people import policy
from lib.people.actor import Actor

CLOSE = "close_vbank"
WANTS_OWN_KEY = frozenset({"html5_inicis"})
"""Gateways that close an account only with a key of their own, which the desk does not hold."""


def close(journal: Journal, actor: Actor, imp_uid: str, reason: str, intent_key: str) -> Operation:
    """Close the account, so that nobody can pay into it any more.

    Raises, with nothing sent: `NotAllowed`, `BadInput` (reason_needed, not_waiting, vbank_close_unsupported, or as
    `submitting.submit`), `Busy`, `IamportError`.
    """
    policy.require(actor, policy.CASH)
    said = " ".join(reason.split())
    if not said:
        raise BadInput("reason_needed")
    payment = journal.iamport.payment(imp_uid)
    if not waits(payment):
        raise BadInput("not_waiting")
    if payment.pg_provider in WANTS_OWN_KEY:
        raise BadInput("vbank_close_unsupported")
    request = Request(
        kind=CLOSE,
        subject=subject_of(imp_uid),
        method="DELETE",
        path=f"/vbanks/{quote(imp_uid, safe='')}",
        body=None,
        reason=said,
        imp_uid=imp_uid,
        amount=payment.amount,
        pg_provider=payment.pg_provider,
    )
    return submitting.submit(journal, actor, intent_key, lambda _operation_id: request)


def subject_of(imp_uid: str) -> str:
    """What no two open operations on this account may share."""
    return f"vbank:{imp_uid}"


def waits(payment: Payment) -> bool:
    """A virtual account into which nobody has paid, its deadline over or not."""
    return payment.pay_method == "vbank" and payment.state is State.WAITING


def see(iamport: Iamport, operation: Operation) -> Sight:
    """The payment is closed, or was paid before it could be."""
    payment = iamport.payment(operation.imp_uid)
    if payment.state is State.FAILED:
        return Sight(done=True, result=operation.imp_uid, detail=payment.fail_reason)
    if payment.paid_at:
        return Sight(refused="vbank_paid", detail="paid")
    return Sight(detail="waits")


KINDS = (Kind(CLOSE, see),)
