"""What i'mport itself answers about a payment, a buyer's data in it; that somebody read it stands in the audit chain."""

from __future__ import annotations

from lib.journal.parts import Journal
from lib.people import policy
from lib.people.actor import Actor

ACTION = "read_raw"


def read(journal: Journal, actor: Actor, imp_uid: str) -> dict[str, object]:
    """One payment as i'mport answers now, card numbers masked. Raises `NotAllowed`, `IamportError`."""
    policy.require(actor, policy.SEE_RAW)
    answer = journal.iamport.raw(imp_uid)
    with journal.store.writing() as connection:
        journal.note(connection, actor, ACTION, imp_uid)
    return answer
