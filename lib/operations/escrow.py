"""Deliveries of escrow orders: registered once, changed in full, read back. What i'mport does not take for this gateway is
kept, for it must be typed at the gateway's merchant site."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from urllib.parse import quote

from lib import codes
from lib.errors import BadInput
from lib.iamport.client import Iamport
from lib.iamport.errors import Refused
from lib.journal.kinds import Kind, Sight
from lib.journal.life import Operation
from lib.journal.parts import Journal
from lib.operations import submitting
from lib.operations.submitting import Request
from lib.people import policy
from lib.people.actor import Actor
from lib.store.tables.escrow import CHANGED_DELIVERY, DELIVERY, UNSUPPORTED

REGISTER, CHANGE, KEPT = DELIVERY, CHANGED_DELIVERY, UNSUPPORTED
"""Its kinds; and the code of one that i'mport does not take, and that is kept for the gateway's own site."""
KINDS_OF_DELIVERY = (REGISTER, CHANGE)
_INVOICE = re.compile(r"[0-9]{9,20}")
NOT_SERVED, NOTHING_THERE = 400, 409


@dataclass(frozen=True, slots=True)
class Person:
    """Who sends or receives."""

    name: str
    tel: str
    addr: str
    postcode: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """What is sent how: `company` of `codes.couriers`, `invoice` digits, `sent_at` epoch seconds."""

    sender: Person
    receiver: Person
    company: str
    invoice: str
    sent_at: int


@dataclass(frozen=True, slots=True)
class Registered:
    """A delivery as i'mport has it; `applied_at` epoch seconds."""

    company: str
    invoice: str
    sent_at: int
    applied_at: int


def subject(imp_uid: str) -> str:
    """What no two open operations on the delivery of a payment may share."""
    return f"escrow:{imp_uid}"


def registered(iamport: Iamport, imp_uid: str) -> Registered | None:
    """The delivery of a payment; None when there is none. Raises as `Iamport.read` does (400: gateway not supported)."""
    found = iamport.read(f"/escrows/logis/{quote(imp_uid, safe='')}", nothing={NOTHING_THERE})
    if not isinstance(found, dict):
        return None
    times = {name: int(found.get(name) or 0) for name in ("sent_at", "applied_at")}
    return Registered(str(found.get("company") or ""), str(found.get("invoice") or ""), **times)


def register(
    journal: Journal,
    actor: Actor,
    imp_uid: str,
    delivery: Delivery,
    intent_key: str,
    seen: Registered | None = None,
) -> Operation:
    """Register the delivery of a paid escrow order, or change the one that the person saw (`seen`).

    Raises, with nothing sent: `NotAllowed`, `BadInput` (not_escrow, delivery_incomplete (field), invoice_wrong,
    escrow_differs, or as `submitting.submit`), `Busy`, `IamportError`.
    """
    policy.require(actor, policy.SHIP)
    check(delivery)
    payment = journal.iamport.payment(imp_uid)
    if not (payment.escrow and payment.paid_at and payment.balance > 0):
        raise BadInput("not_escrow")
    again = submitting.known(journal, intent_key)
    if seen is not None and not again and registered(journal.iamport, imp_uid) != seen:
        raise BadInput("escrow_differs")
    logis = {"company": delivery.company, "invoice": delivery.invoice, "sent_at": delivery.sent_at}
    body = {"sender": asdict(delivery.sender), "receiver": asdict(delivery.receiver), "logis": logis}
    request = Request(
        kind=CHANGE if seen else REGISTER,
        subject=subject(imp_uid),
        method="PUT" if seen else "POST",
        path=f"/escrows/logis/{quote(imp_uid, safe='')}",
        body=body,
        reason=f"{codes.couriers()[delivery.company].ko} {delivery.invoice}",
        imp_uid=imp_uid,
        amount=payment.balance,
        currency=payment.currency,
        pg_provider=payment.pg_provider,
        facts=logis | ({"was": {"company": seen.company, "invoice": seen.invoice}} if seen else {}),
    )
    return submitting.submit(journal, actor, intent_key, lambda _operation_id: request)


def check(delivery: Delivery) -> None:
    """Hold a delivery to what i'mport wants of every gateway. Raises `BadInput`: delivery_incomplete (field),
    invoice_wrong."""
    for who, person in (("sender", delivery.sender), ("receiver", delivery.receiver)):
        for name, value in asdict(person).items():
            if not value.strip():
                raise BadInput("delivery_incomplete", field=f"{who}.{name}")
    if delivery.company not in codes.couriers():
        raise BadInput("delivery_incomplete", field="company")
    if delivery.sent_at <= 0:
        raise BadInput("delivery_incomplete", field="sent_at")
    if not _INVOICE.fullmatch(delivery.invoice):
        raise BadInput("invoice_wrong")


def delivery_of(operation: Operation) -> Delivery:
    """What an operation asked to register."""
    body = json.loads(operation.body)
    return Delivery(Person(**body["sender"]), Person(**body["receiver"]), **body["logis"])


def before(operation: Operation) -> tuple[str, str]:
    """Courier and invoice number that a change took the place of; "", "" where none is known."""
    was = json.loads(operation.facts).get("was", {})
    return was.get("company", ""), was.get("invoice", "")


def see(iamport: Iamport, operation: Operation) -> Sight:
    """The delivery that is registered now: ours, another, or none; or a gateway that i'mport does not serve."""
    wanted = json.loads(operation.facts)
    try:
        found = registered(iamport, operation.imp_uid)
    except Refused as refused:
        if refused.facts["http_status"] != NOT_SERVED:
            raise
        said = str(refused.facts.get("message_ko") or "")
        return Sight(refused=UNSUPPORTED, message=said, detail="the gateway is not served")
    if found is None:
        return Sight(detail="nothing is registered")
    detail = f"{found.company} {found.invoice}"
    if (found.company, found.invoice) == (wanted["company"], wanted["invoice"]):
        return Sight(done=True, result=found.invoice, detail=detail)
    return Sight(refused="escrow_differs", detail=detail) if operation.kind == REGISTER else Sight(detail=detail)


KINDS = tuple(Kind(name, see) for name in KINDS_OF_DELIVERY)
