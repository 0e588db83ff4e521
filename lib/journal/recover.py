"""Finds out what became of operations that are not certain: by reading i'mport, never by sending.

At start-up before money may move, then in a loop, by any process, as often as one likes: each step is one
compare-and-set, so two at once cost a reading and nothing else.
"""

from __future__ import annotations

import logging
from typing import Any

from lib.errors import DeskError
from lib.journal import gate, kinds, resolve
from lib.journal.late import late
from lib.journal.life import Operation, Overtaken, State, move, of_row
from lib.journal.parts import CrashPoint, Journal, is_gone
from lib.journal.resolve import Known, Verdict
from lib.store.statements import operations as statements
from lib.store.statements.operations import StoreError
from lib.store.tables.moves import REFUND

log = logging.getLogger("paydesk.journal")

FIRST_CHECK_S = 2
MESSAGE_CHARS_MAX = 500
CHECKS_S = (2, 5, 15, 30, 60)
ALARM_S = 900
HUMAN_S = 86_400
SURE = ("found in history", "another took the balance", "found refused")
"""What a reading may say of an operation that waits for a person."""
HUMAN_AGAIN_S = 300
"""How often an operation that waits for a person is looked at: only a mark, or somebody else's use of the balance, may
end it without one."""


def recover(journal: Journal, *, now_all: bool = False, subject: str = "") -> list[Operation]:
    """One round over all that is unfinished (of one subject where it is named); returns how each stands.

    `now_all`: do not wait for the next check.
    """
    if not journal.recovered.is_set():
        gate.look_for_damage(journal)
    looked = []
    for operation in unfinished(journal, subject):
        journal.hit(CrashPoint.RECOVERING)
        try:
            looked.append(_one(journal, operation, now_all))
        except Overtaken:
            looked.append(reread(journal, operation.id))
        except Exception:  # one that cannot be looked at must not hide the others
            log.exception("operation %s could not be looked at", operation.id)
            looked.append(operation)
    journal.recovered.set()
    late(journal)
    return looked


def unfinished(journal: Journal, subject: str = "") -> list[Operation]:
    """Every open operation, oldest first; of one subject where it is named."""
    with journal.store.reading() as connection:
        return [of_row(row) for row in statements.unfinished(connection, subject)]


def reread(journal: Journal, operation_id: str) -> Operation:
    """The operation as the journal has it now."""
    with journal.store.reading() as connection:
        row = statements.one(connection, operation_id)
    assert row is not None
    return of_row(row)


def _one(journal: Journal, operation: Operation, now_all: bool) -> Operation:
    now = int(journal.world.now())
    abandoned = operation.lease_until < now or is_gone(operation.owner)
    due = now_all or operation.next_check_at <= now
    match operation.state:
        case State.PREPARED if abandoned:
            return _moved(journal, operation, Verdict("its process died before sending", "not_started"))
        case State.SENDING if abandoned:
            unknown = _moved(journal, operation, Verdict("its process died while sending"), next_check_at=now)
            return check(journal, unknown)
        case State.UNKNOWN | State.NEEDS_HUMAN if due:
            return check(journal, operation)
    return operation


def check(journal: Journal, operation: Operation) -> Operation:
    """Read the payment afresh and judge; stays as it is, with a later next check, while it cannot be told."""
    known = _known(journal, operation)  # before the reading, which is then at least as new
    read_began = journal.world.now()
    waited = read_began - (operation.last_sent_at or operation.created_at)
    if operation.state is State.UNKNOWN and waited > ALARM_S:
        log.error("operation %s has not been certain for %d minutes", operation.id, waited // 60)
    try:
        verdict, detail = _judged(journal, operation, read_began, known)
    except DeskError as error:
        verdict = Verdict("looked again", operation.code)
        if waited > HUMAN_S:
            verdict = Verdict("cannot tell", "needs_human")
        return _settled(journal, operation, verdict, f"could not read: {error.code}")
    return _settled(journal, operation, verdict, detail)


def _judged(journal: Journal, operation: Operation, read_began: float, known: Known) -> tuple[Verdict, str]:
    """What i'mport shows now, and what it was judged by in a few words. Raises as the reading does."""
    if operation.kind != REFUND:
        sight = journal.kinds[operation.kind].see(journal.iamport, operation)
        journal.hit(CrashPoint.AFTER_READ)
        return kinds.judge(operation, sight, read_began, known), sight.detail
    payment = journal.iamport.payment(operation.imp_uid)
    journal.hit(CrashPoint.AFTER_READ)
    verdict = resolve.resolve(operation, payment, read_began, known)
    detail = f"balance {payment.balance}, {len(payment.cancellations)} cancellations"
    if verdict.because == "found in history":
        found = next(c for c in payment.cancellations if c.cancellation_id == verdict.cancellation_id)
        detail += "" if found.amount == operation.amount else f", amount {found.amount} differs"
    return verdict, detail


def _known(journal: Journal, operation: Operation) -> Known:
    """What earlier readings, answers and operations tell."""
    with journal.store.reading() as connection:
        return Known(
            markers_kept=statements.markers_kept(connection, operation.pg_provider),
            answered_at=statements.answered_at(connection, operation.id),
            stored_ids=frozenset(
                row["cancellation_id"] for row in statements.stored_history(connection, operation.imp_uid)
            ),
            other_marks=statements.marks(connection, operation.imp_uid) - {operation.marker},
        )


def _settled(journal: Journal, operation: Operation, verdict: Verdict, detail: str) -> Operation:
    now = int(journal.world.now())
    changes: dict[str, Any] = {}
    if operation.state is State.NEEDS_HUMAN and verdict.because not in SURE:
        return operation
    if verdict.because == "looked again":
        waited = now - (operation.last_sent_at or operation.created_at)
        later = now + next((step for step in CHECKS_S if step > waited / 2), CHECKS_S[-1])
        if operation.answered and operation.attempts == 1:  # a plain refusal: as soon as the lag is over
            sure = (operation.last_sent_at or now) + resolve.LAG_S + 1
            later = min(later, max(sure, now + CHECKS_S[1]))
        changes["next_check_at"] = later
    elif verdict.because in ("cannot tell", "seen twice"):
        changes["next_check_at"] = now + HUMAN_AGAIN_S
    try:
        done = _moved(journal, operation, verdict, detail=detail, **changes)
    except Overtaken:
        return reread(journal, operation.id)
    journal.hit(CrashPoint.AFTER_RECOVERY)
    if done.state is not State.UNKNOWN:
        refreshed(journal, done)
    return done


def refreshed(journal: Journal, operation: Operation) -> Operation:
    """Bring the payment into the store again after a verdict; a failure to read only delays what lists show."""
    made = kinds.makes_a_payment(journal.kinds, operation)
    imp_uid = operation.cancellation_id if made else operation.imp_uid
    try:
        if imp_uid:
            journal.refresh(imp_uid)
    except DeskError as error:
        log.warning("payment %s could not be read again: %s", imp_uid, error.code)
    except StoreError:
        log.warning("payment %s could not be stored again", imp_uid, exc_info=True)
    return operation


def _moved(journal: Journal, operation: Operation, verdict: Verdict, *, detail: str = "", **changes: Any) -> Operation:
    if verdict.message:
        changes["message"] = verdict.message[:MESSAGE_CHARS_MAX]
    with journal.store.writing() as connection:
        done = move(
            connection,
            journal.secret,
            operation,
            verdict.because,
            int(journal.world.now()),
            detail=detail,
            code=verdict.code,
            cancellation_id=verdict.cancellation_id if verdict.attribution else "",
            attribution=verdict.attribution,
            **changes,
        )
        journal.hit(CrashPoint.INSIDE_RECOVERY)
        return done
