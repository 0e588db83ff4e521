"""The life of a money operation: its states, the moves between them, and how each looks to a person.

`LIFE` (in `lib.store.tables.moves`, for the database holds to it too) is the only table of moves; `move` refuses any
other. Terminal states end the sending, never the evidence.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from lib import audit
from lib.store.engine import Connection, RowMapping
from lib.store.statements import operations as statements
from lib.store.tables.moves import LIFE, OPEN, REFUND, State

__all__ = ["LIFE", "LOOK", "REFUND", "Look", "NotALegalMove", "Operation", "Overtaken", "State", "move", "of_row"]


_MOVES = {(start, because): end for start, because, end in LIFE}


class Look(NamedTuple):
    """A state for people: Korean and English words, the command's exit code, and whether one may refund again."""

    ko: str
    en: str
    exit_code: int
    again: bool

    def name(self, language: str) -> str:
        """The words in `language` ("ko" or "en")."""
        return self.ko if language == "ko" else self.en


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


WORK_LOOK: dict[str, Look] = {
    State.PREPARED: Look("준비", "Prepared", 4, False),
    State.SENDING: Look("보내는 중", "Sending", 4, False),
    State.CONFIRMED: Look("완료", "Done", 0, True),
    State.NOT_EXECUTED: Look("실행되지 않음", "Not done", 3, True),
    State.ABORTED: Look("보내지 않음", "Not sent", 3, True),
    State.UNKNOWN: Look("결과 확인 중", "Checking the result", 4, False),
    State.NEEDS_HUMAN: Look("사람 확인 필요", "Needs a person", 4, False),
    State.LATE_REVIEW: Look("뒤늦은 결과 확인 필요", "Late result to review", 4, False),
}
"""The same for every kind but refunds."""


class NotALegalMove(Exception):
    """The table knows no such move."""


class Overtaken(Exception):
    """Somebody else moved the operation first."""


def look_of(operation: Operation) -> Look:
    """How an operation looks to a person."""
    return (LOOK if operation.kind == REFUND else WORK_LOOK)[operation.state]


class By(Protocol):
    """Somebody, as the audit chain names them."""

    @property
    def name(self) -> str:
        """As others see them."""

    @property
    def session(self) -> str:
        """Their session."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One intent to change something upstream. `subject`: what no two open operations may share. `balance`, of a refund:
    what the person saw, sent as checksum. `method`, `path`, `body`: the frozen request. `facts`: JSON, its kind's own.
    Money in minor units, times in epoch seconds. `code` names the sentence for how it ended, `message` holds the
    gateway's own words, `cancellation_id` what came of it."""

    id: str
    kind: str
    subject: str
    imp_uid: str
    amount: int
    balance: int
    currency: str
    pg_provider: str
    method: str
    path: str
    body: bytes = field(repr=False)  # may hold a refund account
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
    attribution: str  # marker | fence | reading | human: how it was told, "" where it was not
    intent_key: str
    request_hash: str
    facts: str
    approved_by: str = ""

    @property
    def open(self) -> bool:
        """It is not certain: nobody may refund this payment meanwhile."""
        return self.state in OPEN


def told(state: str, code: str) -> str:
    """The code of the sentence that may be said of an operation now: a refusal is not certain before the payment was
    read again."""
    if state == State.CONFIRMED:
        return code if code == "done" else "confirmed"
    return code if code and (state not in OPEN or state == State.NEEDS_HUMAN) else "being_checked"


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
    by: By | None = None,
    **changes: Any,
) -> Operation:
    """Move along one edge of `LIFE` by compare-and-set, with its evidence and audit row in the caller's transaction.

    `by`: who moved it, where it is not the one who asked for the operation.

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
        actor=by.name if by else operation.requested_by,
        session=by.session if by else operation.session,
        action=operation.kind,
        object=operation.imp_uid or operation.subject,
        before=operation.state.value,
        after=end.value,
        reason=f"{operation.id} {because}",
    )
    row = statements.one(connection, operation.id)
    assert row is not None
    return of_row(row)
