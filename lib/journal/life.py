"""The life of a money operation: its states, the moves between them, and how each looks to a person.

`LIFE` is the only table of moves; `move` refuses any other. Terminal states end the sending, never the evidence.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from lib import audit
from lib.store.engine import Connection, RowMapping
from lib.store.statements import operations as statements
from lib.store.tables.operations import OPEN


class State(StrEnum):
    """Where an operation stands."""

    PREPARED = "PREPARED"
    SENDING = "SENDING"
    CONFIRMED = "CONFIRMED"
    NOT_EXECUTED = "NOT_EXECUTED"
    ABORTED = "ABORTED"
    UNKNOWN = "UNKNOWN"
    NEEDS_HUMAN = "NEEDS_HUMAN"
    LATE_REVIEW = "LATE_REVIEW"


LIFE = (  # from, because, to
    (State.PREPARED, "permit granted", State.SENDING),
    (State.PREPARED, "could not begin", State.ABORTED),
    (State.PREPARED, "its process died before sending", State.ABORTED),
    (State.SENDING, "token renewed, sent again", State.SENDING),
    (State.SENDING, "i'mport says done", State.CONFIRMED),
    (State.SENDING, "never left", State.NOT_EXECUTED),
    (State.SENDING, "no usable answer", State.UNKNOWN),
    (State.SENDING, "its process died while sending", State.UNKNOWN),
    (State.UNKNOWN, "looked again", State.UNKNOWN),
    (State.UNKNOWN, "found in history", State.CONFIRMED),
    (State.UNKNOWN, "another took the balance", State.NOT_EXECUTED),
    (State.UNKNOWN, "absent after the quiet time", State.NOT_EXECUTED),
    (State.UNKNOWN, "cannot tell", State.NEEDS_HUMAN),
    (State.NEEDS_HUMAN, "found in history", State.CONFIRMED),
    (State.NOT_EXECUTED, "late evidence", State.CONFIRMED),
    (State.NOT_EXECUTED, "late, perhaps ours", State.LATE_REVIEW),
    (State.ABORTED, "late evidence", State.CONFIRMED),
    (State.ABORTED, "late, perhaps ours", State.LATE_REVIEW),
    (State.LATE_REVIEW, "late evidence", State.CONFIRMED),
)
_MOVES = {(start, because): end for start, because, end in LIFE}


class Look(NamedTuple):
    """A state for people: Korean and English words, the command's exit code, and whether one may refund again."""

    ko: str
    en: str
    exit_code: int
    again: bool


LOOK: dict[str, Look] = {
    State.PREPARED: Look("환불 준비", "Prepared", 4, False),
    State.SENDING: Look("환불 보내는 중", "Sending", 4, False),
    State.CONFIRMED: Look("환불 완료", "Refunded", 0, True),
    State.NOT_EXECUTED: Look("환불되지 않음", "Not refunded", 3, True),
    State.ABORTED: Look("보내지 않음", "Not sent", 3, True),
    State.UNKNOWN: Look("결과 확인 중", "Checking the result", 4, False),
    State.NEEDS_HUMAN: Look("사람 확인 필요", "Needs a person", 4, False),
    State.LATE_REVIEW: Look("뒤늦은 취소 확인 필요", "Late cancellation to review", 4, False),
}


class NotALegalMove(Exception):
    """The table knows no such move."""


class Overtaken(Exception):
    """Somebody else moved the operation first."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One intent to refund. `balance` is the balance the person saw, sent as checksum; money in minor units, times in
    epoch seconds. `code` names the sentence for how it ended, `message` holds the gateway's own words."""

    id: str
    imp_uid: str
    amount: int
    balance: int
    currency: str
    pg_provider: str
    body: bytes
    body_sha256: str
    known_ids: tuple[str, ...]
    marker: str
    reason: str
    requested_by: str
    session: str
    created_at: int
    state: State
    version: int
    attempts: int
    owner: str
    lease_until: int
    first_sent_at: int | None
    last_sent_at: int | None
    answered: bool
    next_check_at: int
    code: str
    message: str
    cancellation_id: str
    intent_key: str
    request_hash: str

    @property
    def open(self) -> bool:
        """It is not certain: nobody may refund this payment meanwhile."""
        return self.state in OPEN


def of_row(row: RowMapping) -> Operation:
    """The operation of a row of the journal."""
    names = {name: row[name] for name in Operation.__slots__ if name not in ("known_ids", "state", "body")}
    return Operation(
        **names, known_ids=tuple(json.loads(row["known_ids"])), state=State(row["state"]), body=bytes(row["body"])
    )


def move(
    connection: Connection,
    secret: bytes,
    operation: Operation,
    because: str,
    at: int,
    *,
    detail: str = "",
    **changes: Any,
) -> Operation:
    """Move along one edge of `LIFE` by compare-and-set, with its evidence and audit row in the caller's transaction.

    Raises `NotALegalMove`, or `Overtaken` when the operation is no longer what the caller read.
    """
    end = _MOVES.get((operation.state, because))
    if end is None:
        raise NotALegalMove(f"{operation.state} because {because!r}")
    if not statements.change(connection, operation.id, operation.version, state=end.value, **changes):
        raise Overtaken(operation.id)
    statements.note(
        connection,
        operation_id=operation.id,
        version=operation.version + 1,
        at=at,
        because=because,
        state=end.value,
        detail=detail,
    )
    audit.append(
        connection,
        secret,
        at=at,
        actor=operation.requested_by,
        session=operation.session,
        action="refund",
        object=operation.imp_uid,
        before=operation.state.value,
        after=end.value,
        reason=f"{operation.id} {because}",
    )
    row = statements.one(connection, operation.id)
    assert row is not None
    return of_row(row)
