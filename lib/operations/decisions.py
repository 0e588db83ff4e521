"""What a person decides of a refund that could not be told by reading: it ran, or it did not; with the proof."""

from __future__ import annotations

from lib.errors import BadInput
from lib.journal.life import Operation, Overtaken, State, move
from lib.journal.parts import Journal
from lib.journal.recover import refreshed
from lib.operations import proof as evidence
from lib.operations.refunds import operation
from lib.people import policy
from lib.people.actor import Actor
from lib.store.statements import operations as statements

WAITING = (State.NEEDS_HUMAN, State.LATE_REVIEW)


def to_decide(operation: Operation) -> bool:
    """Whether an operation waits for a person: it cannot be told by reading, came late, or was seen twice."""
    doubled = operation.state is State.CONFIRMED and operation.code == statements.DOUBLE
    return operation.state in WAITING or doubled


def decide(journal: Journal, actor: Actor, operation_id: str, *, ran: bool, proof: str) -> Operation:
    """Close an operation that waits for a person. `proof`: what was checked and found.

    With `ran`, the proof is the cancellation's id in i'mport, or the gateway's receipt number. Raises `NotAllowed`,
    `BadInput`: no_such_operation, not_to_decide, proof_needed.
    """
    policy.require(actor, policy.DECIDE)
    waiting = operation(journal.store, operation_id)
    said = evidence.checked(proof)
    if not to_decide(waiting):
        raise BadInput("not_to_decide")
    if waiting.state not in WAITING:
        because, code, cancellation = "a person looked into it", "confirmed", waiting.cancellation_id
    elif ran:
        because, code, cancellation = "a person found it", "confirmed", said
    else:
        because, code, cancellation = "a person ruled it out", "not_executed", ""
    try:
        with journal.store.writing() as connection:
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
