"""Finds out what became of operations that are not certain: by reading i'mport, never by sending.

At start-up before money may move, then in a loop, by any process, as often as one likes: each step is one
compare-and-set, so two at once cost a reading and nothing else.
"""

from __future__ import annotations

import logging
from typing import Any

from lib.errors import DeskError
from lib.journal import marker, resolve
from lib.journal.life import Operation, Overtaken, State, move, of_row
from lib.journal.parts import CrashPoint, Journal, is_gone
from lib.journal.resolve import Verdict
from lib.store.statements import operations as statements

log = logging.getLogger("paydesk.journal")

FIRST_CHECK_S = 2
CHECKS_S = (2, 5, 15, 30, 60)
HUMAN_S = 86_400
LATE_S = 7 * 86_400


def recover(journal: Journal, *, now_all: bool = False) -> list[Operation]:
    """One round over all that is unfinished; returns how each stands. `now_all`: do not wait for the next check."""
    looked = []
    for operation in unfinished(journal):
        journal.hit(CrashPoint.RECOVERING)
        try:
            looked.append(_one(journal, operation, now_all))
        except Overtaken:
            continue
    late(journal)
    journal.recovered.set()
    return looked


def unfinished(journal: Journal) -> list[Operation]:
    """Prepared, sending and unknown operations, oldest first."""
    with journal.store.reading() as connection:
        return [of_row(row) for row in statements.unfinished(connection)]


def _one(journal: Journal, operation: Operation, now_all: bool) -> Operation:
    now = int(journal.world.now())
    abandoned = operation.lease_until < now or is_gone(operation.owner)
    match operation.state:
        case State.PREPARED if abandoned:
            return _moved(journal, operation, Verdict("its process died before sending", "not_started"))
        case State.SENDING if abandoned:
            unknown = _moved(journal, operation, Verdict("its process died while sending"), next_check_at=now)
            return check(journal, unknown)
        case State.UNKNOWN if now_all or operation.next_check_at <= now:
            return check(journal, operation)
    return operation


def check(journal: Journal, operation: Operation) -> Operation:
    """Read the payment afresh and judge; stays UNKNOWN, with a later next check, while it cannot be told."""
    read_began = journal.world.now()
    try:
        payment = journal.iamport.payment(operation.imp_uid)
    except DeskError as error:
        old = read_began - (operation.last_sent_at or operation.created_at) > HUMAN_S
        verdict = Verdict("cannot tell", "needs_human") if old else Verdict("looked again", operation.code)
        return _settled(journal, operation, verdict, f"could not read: {error.code}")
    journal.hit(CrashPoint.AFTER_READ)
    with journal.store.reading() as connection:
        kept = statements.markers_kept(connection, operation.pg_provider)
    verdict = resolve.resolve(operation, payment, read_began, kept)
    return _settled(
        journal, operation, verdict, f"balance {payment.balance}, {len(payment.cancellations)} cancellations"
    )


def _settled(journal: Journal, operation: Operation, verdict: Verdict, detail: str) -> Operation:
    now = int(journal.world.now())
    changes: dict[str, Any] = {}
    if verdict.because == "looked again":
        waited = now - (operation.last_sent_at or operation.created_at)
        changes["next_check_at"] = now + next((step for step in CHECKS_S if step > waited / 2), CHECKS_S[-1])
    try:
        done = _moved(journal, operation, verdict, detail=detail, **changes)
    except Overtaken:
        with journal.store.reading() as connection:
            row = statements.one(connection, operation.id)
        assert row is not None
        return of_row(row)
    if not done.open:
        try:
            journal.refresh(done.imp_uid)
        except DeskError as error:
            log.warning("payment %s could not be read again: %s", done.imp_uid, error.code)
    return done


def _moved(journal: Journal, operation: Operation, verdict: Verdict, *, detail: str = "", **changes: Any) -> Operation:
    with journal.store.writing() as connection:
        return move(
            connection,
            journal.secret,
            operation,
            verdict.because,
            int(journal.world.now()),
            detail=detail,
            code=verdict.code,
            cancellation_id=verdict.cancellation_id if verdict.because == "found in history" else "",
            attribution=verdict.attribution,
            **changes,
        )


def late(journal: Journal) -> list[Operation]:
    """Cancellations that came after an operation was closed as not moved: ours by the mark, else for a person to see."""
    found = []
    with journal.store.reading() as connection:
        candidates = statements.late_candidates(connection, int(journal.world.now()) - LATE_S)
    for row, cancellation_id, reason in candidates:
        operation = of_row(row)
        sure = marker.carries(reason, operation.marker)
        foreign = operation.marker and "#" in reason  # another operation's mark
        if not sure and (foreign or operation.code == "balance_moved"):
            continue
        because = "late evidence" if sure else "late, perhaps ours"
        try:
            with journal.store.writing() as connection:
                found.append(
                    move(
                        connection,
                        journal.secret,
                        operation,
                        because,
                        int(journal.world.now()),
                        code="confirmed" if sure else "late_review",
                        cancellation_id=cancellation_id if sure else "",
                        attribution="marker" if sure else "",
                    )
                )
        except Overtaken:
            continue
    return found
