"""What a person decides of an operation that could not be told by reading: it ran, or it did not; with the proof.

Above the limit of what they may refund alone, two people must say the same.
"""

from __future__ import annotations

from dataclasses import dataclass

from lib import audit
from lib.errors import BadInput
from lib.journal import kinds
from lib.journal.kinds import UNHEARD
from lib.journal.life import Operation, Overtaken, State, move
from lib.journal.parts import Journal
from lib.journal.recover import refreshed
from lib.operations import proof as evidence
from lib.operations.kinds import KINDS
from lib.operations.refunds import operation
from lib.people import policy
from lib.people.actor import Actor
from lib.store.engine import Connection, Store
from lib.store.statements import decisions as words
from lib.store.statements import operations as statements
from lib.store.tables.moves import REFUND

WAITING = (State.NEEDS_HUMAN, State.LATE_REVIEW)
ACTION = "decide"
RAN, NOT_RUN = "ran", "did not run"
FOUND, RULED_OUT, LOOKED = "a person found it", "a person ruled it out", "a person looked into it"
BY_PEOPLE = (FOUND, RULED_OUT, LOOKED)
"""The moves that a person makes."""
TO_PEOPLE = ("cannot tell", "seen twice", "late, perhaps ours")
"""The moves that make an operation wait for one."""


@dataclass(frozen=True, slots=True)
class Said:
    """What one person said of an operation as it stands, `at` epoch seconds."""

    by: str
    ran: bool
    proof: str
    at: int


@dataclass(frozen=True, slots=True)
class Decided:
    """What a person said of one of a payment's refunds. `because` of `BY_PEOPLE`, or `RAN` and `NOT_RUN` for the first of
    two words; `at` epoch seconds."""

    operation_id: str
    by: str
    because: str
    proof: str
    at: int


def to_decide(operation: Operation) -> bool:
    """Whether an operation waits for a person: it cannot be told by reading, came late, or was seen twice."""
    doubled = operation.state is State.CONFIRMED and operation.code == statements.DOUBLE
    return operation.state in WAITING or doubled


def makes_a_payment(operation: Operation) -> bool:
    """What comes of it is a payment of its own."""
    return kinds.makes_a_payment(KINDS, operation)


def needs_two(journal: Journal, actor: Actor, operation: Operation) -> bool:
    """Whether this person's word is not enough for this amount."""
    alone = journal.limits.refund.get(actor.role.value, 0)
    return bool(alone) and operation.currency == "KRW" and operation.amount > alone


def said_of(store: Store, operation: Operation) -> list[Said]:
    """The last word of each person on the operation as it stands, oldest first."""
    with store.reading() as connection:
        return _last_words(connection, operation)


def why_waiting(store: Store, operation: Operation) -> str:
    """The edge of `LIFE` by which it came to wait for a person; "" for none."""
    with store.reading() as connection:
        steps = statements.evidence_of(connection, operation.id)
    return next((row["because"] for row in reversed(steps) if row["because"] in TO_PEOPLE), "")


def of_payment(store: Store, actor: Actor, imp_uid: str) -> list[Decided]:
    """What people decided of a payment's refunds, newest first. Raises `NotAllowed`."""
    policy.require(actor, policy.SEE)
    with store.reading() as connection:
        moved = [entry for entry in audit.about(connection, REFUND, imp_uid) if _because(entry) in BY_PEOPLE]
        proofs = {
            (row["operation_id"], row["because"], row["at"]): row["detail"]
            for operation_id in {entry.reason.partition(" ")[0] for entry in moved}
            for row in statements.evidence_of(connection, operation_id)
        }
        first = audit.about(connection, ACTION, imp_uid)
    found = []
    for entry in moved:
        operation_id = entry.reason.partition(" ")[0]
        proof = proofs.get((operation_id, _because(entry), entry.at), "")
        found.append(Decided(operation_id, entry.actor, _because(entry), proof, entry.at))
    for entry in first:
        operation_id, _, proof = entry.reason.partition(" ")
        found.append(Decided(operation_id, entry.actor, entry.after, proof, entry.at))
    return sorted(found, key=lambda decided: decided.at, reverse=True)


def _because(entry: audit.Entry) -> str:
    return entry.reason.partition(" ")[2]


def decide(journal: Journal, actor: Actor, operation_id: str, *, ran: bool, proof: str) -> Operation:
    """Close an operation that waits for a person, or (`needs_two`) note the first of two words. `proof`: what was
    checked and found.

    With `ran`, a refund's proof names the cancellation: its id in i'mport, or a number of the gateway's; a charge's the
    payment. Raises `NotAllowed`, `BadInput`: no_such_operation, not_to_decide, proof_needed, proof_without_number,
    proof_without_payment.
    """
    policy.require(actor, policy.DECIDE)
    waiting = operation(journal.store, operation_id)
    said = evidence.checked(proof)
    if not to_decide(waiting):
        raise BadInput("not_to_decide")
    try:
        with journal.store.writing() as connection:
            because, code, cancellation = _ending(connection, waiting, ran, said)
            if needs_two(journal, actor, waiting) and not _second(connection, journal, actor, waiting, ran, said):
                return waiting
            decided = move(
                connection,
                journal.secret,
                waiting,
                because,
                int(journal.world.now()),
                by=actor,
                detail=said,
                code=code,
                cancellation_id=cancellation,
                attribution="human",
            )
    except (Overtaken, statements.StoreError):
        raise BadInput("not_to_decide") from None
    return refreshed(journal, decided)


def _ending(connection: Connection, waiting: Operation, ran: bool, said: str) -> tuple[str, str, str]:
    """The edge to take, the code of its sentence, and the cancellation that it was."""
    if waiting.state not in WAITING:
        return LOOKED, "confirmed", waiting.cancellation_id
    if waiting.kind != REFUND:
        if not ran:
            return RULED_OUT, UNHEARD, ""
        return FOUND, "done", evidence.payment_in(said) if makes_a_payment(waiting) else waiting.cancellation_id
    if not ran:
        return RULED_OUT, "not_executed", ""
    history = statements.stored_history(connection, waiting.imp_uid)
    return FOUND, "confirmed", evidence.number_in(said, [entry["cancellation_id"] for entry in history])


def _second(connection: Connection, journal: Journal, actor: Actor, waiting: Operation, ran: bool, said: str) -> bool:
    """Write this person's word down; whether another person said the same."""
    words.add(
        connection,
        operation_id=waiting.id,
        version=waiting.version,
        by=actor.name,
        ran=ran,
        proof=said,
        at=int(journal.world.now()),
    )
    if any(word.ran is ran for word in _last_words(connection, waiting) if word.by != actor.name):
        return True
    journal.note(connection, actor, ACTION, waiting.imp_uid, f"{waiting.id} {said}", after=RAN if ran else NOT_RUN)
    return False


def _last_words(connection: Connection, waiting: Operation) -> list[Said]:
    rows = words.of_version(connection, waiting.id, waiting.version)
    last = {row["by"]: Said(row["by"], bool(row["ran"]), row["proof"], row["at"]) for row in rows}
    return sorted(last.values(), key=lambda word: word.at)
