"""The reminder to a customer whose deposit is awaited. It holds the whole account number, so showing it is on record."""

from __future__ import annotations

from dataclasses import dataclass, field

from lib.errors import BadInput
from lib.journal.parts import Journal
from lib.operations import vbanks
from lib.people import policy
from lib.people.actor import Actor
from lib.store.statements import attention
from lib.text.language import Language, language
from lib.text.reminder import reminder

REMIND = "remind"


@dataclass(frozen=True, slots=True)
class Reminder:
    """The same text in Korean and in English."""

    ko: str = field(repr=False)
    en: str = field(repr=False)


def remind(journal: Journal, actor: Actor, imp_uid: str) -> Reminder:
    """The reminder of an account that waits, as i'mport tells it now: nobody who has paid is reminded, nor anybody whose
    deposit the bank took back.

    Raises `NotAllowed`, `BadInput` (not_waiting, vbank_taken_back, vbank_over), `IamportError`.
    """
    policy.require(actor, policy.CASH)
    payment = journal.refresh(imp_uid)  # a deposit taken back a moment ago is noticed by it
    if not vbanks.waits(payment):
        raise BadInput("not_waiting")
    with journal.store.reading() as reading:
        _, noticed_at = attention.taken_back_at(reading, imp_uid)
    if noticed_at:
        raise BadInput("vbank_taken_back")
    due = payment.vbank_date
    if 0 < due < journal.world.now():
        raise BadInput("vbank_over")

    def told(t: Language) -> str:
        return reminder(
            t,
            buyer=payment.buyer_name,
            product=payment.name,
            bank=payment.vbank_name,
            number=payment.vbank_num,
            holder=payment.vbank_holder,
            amount=t.money(payment.amount, payment.currency),
            deadline=t.minute(due) if due else "",
        )

    with journal.store.writing() as connection:
        journal.note(connection, actor, REMIND, imp_uid)
    return Reminder(told(language("ko")), told(language("en")))
