"""What a person sees before a delivery is registered or changed: the order read afresh, and what was typed last."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from lib.errors import BadInput
from lib.iamport.errors import Refused
from lib.journal.life import of_row
from lib.journal.parts import Journal
from lib.operations import escrow
from lib.operations.escrow import Delivery, Person, Registered
from lib.payments.record import Payment
from lib.people import policy
from lib.people.actor import Actor
from lib.store.engine import Connection, RowMapping
from lib.store.statements import escrow as statements
from lib.store.statements import operations as journal_rows

NOBODY = Person("", "", "", "")
PUBLISHED = frozenset("html5_inicis kcp daou ksnet smartro_v2 nice_v2 welcome".split())
"""The gateways for which i'mport publishes that it registers deliveries."""
GOODS = ("kiccProducts", "products", "items")
GOODS_MOST = 20
"""Where shops put the products of an order into `custom_data`."""


@dataclass(frozen=True, slots=True)
class Draft:
    """The order as i'mport has it now, unmasked, for who ships it. `registered`: its delivery there; `served`: False when
    i'mport has just said that it does not serve the gateway. `sender`: the last one used; `company` the last courier.
    `receiver`: as typed for this order before, else the buyer. `invoice`: the number that is known already."""

    payment: Payment
    registered: Registered | None
    served: bool
    sender: Person
    receiver: Person
    company: str
    goods: tuple[str, ...]
    read_at: float
    invoice: str = ""

    @property
    def published(self) -> bool:
        """Whether i'mport says of the gateway that it registers deliveries."""
        return self.payment.pg_provider in PUBLISHED


def draft(journal: Journal, actor: Actor, imp_uid: str) -> Draft:
    """Read the order. Raises `NotAllowed`, `BadInput` not_escrow, `IamportError`."""
    policy.require(actor, policy.SHIP)
    payment = journal.iamport.payment(imp_uid)
    if not (payment.escrow and payment.paid_at and payment.balance > 0):
        raise BadInput("not_escrow")
    served, registered = True, None
    try:
        registered = escrow.registered(journal.iamport, imp_uid)
    except Refused as refused:
        if refused.facts["http_status"] != escrow.NOT_SERVED:
            raise
        served = False
    with journal.store.reading() as connection:
        last = _typed(statements.latest(connection))
        before = _typed(next(iter(journal_rows.of_subject(connection, escrow.subject(imp_uid))), None))
    return Draft(
        payment,
        registered,
        served,
        last.sender if last else NOBODY,
        before.receiver
        if before
        else Person(payment.buyer_name, payment.buyer_tel, payment.buyer_addr, payment.buyer_postcode),
        last.company if last else "",
        goods_of(payment),
        journal.world.now(),
    )


def last_used(journal: Journal, actor: Actor) -> tuple[Person, str]:
    """The sender and courier of the delivery that was asked for last; nobody and "" before the first. Raises
    `NotAllowed`."""
    policy.require(actor, policy.SHIP)
    with journal.store.reading() as connection:
        last = _typed(statements.latest(connection))
    return (last.sender, last.company) if last else (NOBODY, "")


def receiver_of(connection: Connection, row: Any) -> Person:
    """The receiver of a stored payment: as typed for it before, else its buyer."""
    before = _typed(next(iter(journal_rows.of_subject(connection, escrow.subject(row["imp_uid"]))), None))
    if before:
        return before.receiver
    return Person(row["buyer_name"], row["buyer_tel"], row["buyer_addr"], row["buyer_postcode"])


def goods_of(payment: Payment) -> tuple[str, ...]:
    """The products of an order, as its shop put them into `custom_data`; else the order's name."""
    try:
        kept = json.loads(payment.custom_data or "{}")
    except ValueError:
        kept = {}
    for key in GOODS if isinstance(kept, dict) else ():
        listed = kept.get(key)
        names = [_one(entry) for entry in listed[:GOODS_MOST]] if isinstance(listed, list) else []
        if any(names):
            return tuple(name for name in names if name)
    return (payment.name,) if payment.name else ()


def _one(entry: object) -> str:
    if isinstance(entry, str):
        return entry.strip()
    if not isinstance(entry, dict):
        return ""
    name, quantity = str(entry.get("name") or "").strip(), entry.get("quantity")
    return f"{name} × {quantity}" if name and isinstance(quantity, int) and quantity > 1 else name


def _typed(row: RowMapping | None) -> Delivery | None:
    return escrow.delivery_of(of_row(row)) if row else None
