"""What a person records of an escrow order: the buyer's answer, which i'mport does not tell; a delivery that was
registered at the gateway's own site, or at i'mport by somebody else. Sends nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lib.errors import BadInput, Busy
from lib.journal.life import of_row
from lib.journal.parts import Journal
from lib.operations import escrow
from lib.operations import proof as evidence
from lib.operations.escrow import Delivery
from lib.people import policy
from lib.people.actor import Actor
from lib.store.engine import Connection
from lib.store.statements import escrow as statements
from lib.store.statements import listing
from lib.store.statements import operations as journal_rows
from lib.store.tables.escrow import UNSUPPORTED, Said

ACTION = "escrow_record"
SHIPPED_BEFORE = (Said.SHIPPED, Said.CONFIRMED, Said.REJECTED)
Standing = Mapping[Any, Any]


@dataclass(frozen=True, slots=True)
class ToType:
    """What is to be typed at the gateway's merchant site, unmasked; `amount` in won, `paid_at` epoch seconds."""

    delivery: Delivery
    pg_tid: str
    merchant_uid: str
    amount: int
    paid_at: int


def answered(journal: Journal, actor: Actor, imp_uid: str, said: Said, proof: str) -> None:
    """Record what the buyer answered, CONFIRMED or REJECTED, and how that is known.

    Raises `NotAllowed`, `BadInput` (bad_filter, proof_needed, not_escrow, escrow_not_shipped, escrow_said), `Busy`.
    """
    policy.require(actor, policy.SHIP)
    if said not in (Said.CONFIRMED, Said.REJECTED):
        raise BadInput("bad_filter", value=said)
    checked = evidence.checked(proof)
    with journal.store.writing() as connection:
        standing = _standing(connection, imp_uid)
        if standing["heard"] not in SHIPPED_BEFORE:
            raise BadInput("escrow_not_shipped")
        _add(journal, connection, actor, standing, said, checked, _facts(standing))


def at_gateway(journal: Journal, actor: Actor, imp_uid: str, proof: str) -> None:
    """Record that the delivery that i'mport does not take was registered at the gateway's merchant site.

    Raises as `answered`, and `BadInput` escrow_not_kept.
    """
    policy.require(actor, policy.SHIP)
    checked = evidence.checked(proof)
    with journal.store.writing() as connection:
        standing = _standing(connection, imp_uid)
        if standing["heard"] not in (UNSUPPORTED, Said.SHIPPED):
            raise BadInput("escrow_not_kept")
        _add(journal, connection, actor, standing, Said.SHIPPED, checked, json.loads(standing["facts"] or "{}"))


def take_over(journal: Journal, actor: Actor, imp_uid: str) -> None:
    """Record the delivery that is registered at i'mport, read now, whoever registered it.

    Raises as `answered`, `BadInput` escrow_nothing_there, `IamportError`.
    """
    policy.require(actor, policy.SHIP)
    found = escrow.registered(journal.iamport, imp_uid)
    if found is None:
        raise BadInput("escrow_nothing_there")
    facts = {"company": found.company, "invoice": found.invoice, "sent_at": found.sent_at}
    with journal.store.writing() as connection:
        standing = _standing(connection, imp_uid)
        _add(journal, connection, actor, standing, Said.SHIPPED, f"i'mport: {found.company} {found.invoice}", facts)


def take_back(journal: Journal, actor: Actor, imp_uid: str, proof: str) -> None:
    """Take the last record back, and say why; what stood before stands again.

    Raises as `answered`, and `BadInput` escrow_nothing_said.
    """
    policy.require(actor, policy.SHIP)
    checked = evidence.checked(proof)
    with journal.store.writing() as connection:
        standing = _standing(connection, imp_uid)
        told_by = standing["told_by"] or ""
        counting = [row for row in statements.records(connection, imp_uid) if row["id"] > told_by]
        if not counting or counting[0]["said"] == Said.NOTHING:
            raise BadInput("escrow_nothing_said")
        before = next((row for row in counting[1:] if row["said"] != counting[0]["said"]), None)
        said = Said(before["said"]) if before else Said.NOTHING
        _add(journal, connection, actor, standing, said, checked, before or {})


def to_type(journal: Journal, actor: Actor, imp_uid: str) -> ToType:
    """What i'mport did not take, for the gateway's merchant site. Raises `NotAllowed`, `BadInput` (not_escrow,
    escrow_not_kept)."""
    policy.require(actor, policy.SHIP)
    with journal.store.reading() as connection:
        standing = _known(connection, imp_uid)
        payment = listing.by_imp_uid(connection, imp_uid)
        kept = journal_rows.one(connection, standing["told_by"] or "")
    if kept is None or payment is None or standing["heard"] != UNSUPPORTED:
        raise BadInput("escrow_not_kept")
    return ToType(
        escrow.delivery_of(of_row(kept)),
        payment["pg_tid"],
        payment["merchant_uid"],
        payment["amount"],
        payment["paid_at"],
    )


def _known(connection: Connection, imp_uid: str) -> Standing:
    found = statements.one(connection, imp_uid, 0)
    if found is None:
        raise BadInput("not_escrow")
    return found


def _standing(connection: Connection, imp_uid: str) -> Standing:
    """How the order stands, for a record that is about to be added."""
    found = _known(connection, imp_uid)
    running = journal_rows.open_of_subject(connection, escrow.subject(imp_uid))
    if running:
        raise Busy(operation=running["id"], by=running["requested_by"], since=running["created_at"])
    return found


def _facts(standing: Standing) -> Standing:
    """The delivery that counts: it goes along with every record."""
    if standing["invoice"]:
        return standing
    return {**json.loads(standing["facts"] or "{}")}


def _add(
    journal: Journal,
    connection: Connection,
    actor: Actor,
    standing: Standing,
    said: Said,
    proof: str,
    delivery: Standing,
) -> None:
    """Append the record and its entry of the audit chain; the same once more from the same person is no second one."""
    imp_uid = standing["imp_uid"]
    last = next(iter(statements.records(connection, imp_uid)), None)
    if standing["heard"] == said and said is not Said.NOTHING:
        if last and (last["by"], last["proof"]) == (actor.name, proof):
            return
        raise BadInput("escrow_said")
    statements.record(
        connection,
        id=journal.world.new_id(),
        imp_uid=imp_uid,
        said=said.value,
        at=int(journal.world.now()),
        by=actor.name,
        proof=proof,
        company=delivery.get("company", ""),
        invoice=delivery.get("invoice", ""),
        sent_at=delivery.get("sent_at", 0),
    )
    journal.note(connection, actor, ACTION, imp_uid, proof, after=said.value)
