"""Measures, on a test channel, what the proof of safe refunds assumes of i'mport (A1 to A6). Moves money.

One refund of a test payment, journaled like any other, is sent twenty times at once; then the payment is read until it
shows it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from lib.errors import BadInput
from lib.journal import send
from lib.journal.life import Operation
from lib.journal.parts import Journal
from lib.operations import offers, refunds
from lib.operations.refunds import Ask
from lib.payments.record import Payment
from lib.people.actor import Actor
from lib.store.statements import operations as statements

COPIES = 20
LAG_S, LOOKS, LOOK_EVERY_S = 30.0, 40, 1.0
LATE_S = 600
SINCE_S = 30 * 86_400


@dataclass(frozen=True, slots=True)
class Finding:
    """One assumption: `holds` None where nothing could be measured; `seen` is what was."""

    name: str
    assumed: str
    holds: bool | None
    seen: str


def probe(journal: Journal, actor: Actor, imp_uid: str, amount: int, *, practice: bool) -> list[Finding]:
    """Refund `amount` won of a test payment whose balance is larger, and say which assumptions held.

    `practice`: the desk's own sandbox answers, where no payment is real. Anywhere else i'mport itself must call it a test.
    Raises as `refunds.submit` does and `BadInput` not_a_test, with nothing sent.
    """
    before = offers.offer(journal, actor, imp_uid)
    if not practice and not before.payment.sandbox:
        raise BadInput("not_a_test")
    ask = Ask(
        imp_uid=imp_uid,
        amount=amount,
        seen_balance=before.balance,
        reason="점검 테스트",
        intent_key=f"probe {journal.world.nonce()}"[:64],
        tax_free=0 if before.needs_tax_free else None,
    )
    prepared, _ = refunds.write_down(journal, actor, ask)
    began = journal.world.monotonic()
    operation = send.send_copies(journal, prepared, COPIES)
    payment = journal.refresh(imp_uid)
    for _ in range(LOOKS):
        if _ran(payment, before.payment):
            break
        journal.world.sleep(LOOK_EVERY_S)
        payment = journal.refresh(imp_uid)
    lag = journal.world.monotonic() - began
    ran = _ran(payment, before.payment)
    return [
        Finding("A1", "compared and executed as one step", len(ran) == 1, f"{COPIES} at once, {len(ran)} ran"),
        Finding("A2", "the balance never rises", None, "not to be measured; a rise blocks refunds and is shown"),
        _reason(operation, ran),
        _late(journal),
        Finding("A5", f"a reading lags at most {LAG_S:.0f} s", bool(ran) and lag <= LAG_S, f"seen after {lag:.1f} s"),
        _word(payment, before.balance - amount),
    ]


def _ran(payment: Payment, before: Payment) -> list[str]:
    known = {entry.cancellation_id for entry in before.cancellations}
    return [entry.reason for entry in payment.cancellations if entry.cancellation_id not in known]


def _reason(operation: Operation, ran: list[str]) -> Finding:
    sent = str(json.loads(operation.body)["reason"])
    told = f"sent {sent!r}, came back {ran[0]!r}" if ran else "nothing ran"
    return Finding("A3", "the reason comes back unchanged", ran == [sent] if ran else None, told)


def _late(journal: Journal) -> Finding:
    """From the journal: how long after its sending each confirmed refund of the last 30 days ran."""
    with journal.store.reading() as connection:
        waits = statements.waits(connection, int(journal.world.now()) - SINCE_S)
    told = f"of {len(waits)} refunds the slowest after {max(waits)} s" if waits else "no refund yet"
    return Finding("A4", f"nothing runs later than {LATE_S} s", max(waits) <= LATE_S if waits else None, told)


def _word(payment: Payment, left: int) -> Finding:
    told = f"status {payment.status!r} with {payment.balance:,} left"
    holds = payment.status == "cancelled" if left > 0 and payment.cancel_amount else None
    return Finding("A6", "a partial refund reads “cancelled”", holds, told)
