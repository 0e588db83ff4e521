"""What a person decides of a refund that could not be told by reading: it ran, or it did not; with the proof.

Above the limit of what they may refund alone, two people must say the same.
"""

from __future__ import annotations

from dataclasses import dataclass

from lib.errors import BadInput
from lib.journal.life import Operation, Overtaken, State, move
from lib.journal.parts import Journal
from lib.journal.recover import refreshed
from lib.operations import proof as evidence
from lib.operations.refunds import operation
from lib.people import policy
from lib.people.actor import Actor
from lib.store.engine import Connection, Store
from lib.store.statements import decisions as words
from lib.store.statements import operations as statements

WAITING = (State.NEEDS_HUMAN, State.LATE_REVIEW)
ACTION = "decide"
RAN, NOT_RUN = "ran", "did not run"


@dataclass(frozen=True, slots=True)
class Said:
    """What one person said of an operation as it stands, `at` epoch seconds."""

    by: str
    ran: bool
    proof: str
    at: int


def to_decide(operation: Operation) -> bool:
    """Whether an operation waits for a person: it cannot be told by reading, came late, or was seen twice."""
    doubled = operation.state is State.CONFIRMED and operation.code == statements.DOUBLE
    return operation.state in WAITING or doubled


def needs_two(journal: Journal, actor: Actor, operation: Operation) -> bool:
    """Whether this person's word is not enough for this amount."""
    alone = journal.limits.refund.get(actor.role.value, 0)
    return bool(alone) and operation.currency == "KRW" and operation.amount > alone


def said_of(store: Store, operation: Operation) -> list[Said]:
    """The last word of each person on the operation as it stands, oldest first."""
    with store.reading() as connection:
        return _last_words(connection, operation)


def decide(journal: Journal, actor: Actor, operation_id: str, *, ran: bool, proof: str) -> Operation:
    """Close an operation that waits for a person, or (`needs_two`) note the first of two words. `proof`: what was
    checked and found.

    With `ran`, the proof is the cancellation's id in i'mport, or the gateway's receipt number. Raises `NotAllowed`,
    `BadInput`: no_such_operation, not_to_decide, proof_needed.
    """
    policy.require(actor, policy.DECIDE)
    waiting = operation(journal.store, operation_id)
    said = evidence.checked(proof)
    if not to_decide(waiting):
        raise BadInput("not_to_decide")
    try:
        with journal.store.writing() as connection:
            if needs_two(journal, actor, waiting) and not _second(connection, journal, actor, waiting, ran, said):
                return waiting
            because, code, cancellation = _ending(waiting, ran, said)
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


def _ending(waiting: Operation, ran: bool, said: str) -> tuple[str, str, str]:
    """The edge to take, the code of its sentence, and the cancellation that it was."""
    if waiting.state not in WAITING:
        return "a person looked into it", "confirmed", waiting.cancellation_id
    if ran:
        return "a person found it", "confirmed", said
    return "a person ruled it out", "not_executed", ""


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
