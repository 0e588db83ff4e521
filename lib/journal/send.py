"""Sending: the SENDING row is committed, then one POST leaves, then the answer is classified and written down.

No transaction is held over HTTP. Whatever goes wrong after the row leaves an operation that recovery resolves by reading.
"""

from __future__ import annotations

import logging

from lib.errors import DeskError
from lib.iamport.answer import Answer
from lib.journal import permit
from lib.journal.classify import AGAIN, Meaning, classify
from lib.journal.life import Operation, Overtaken, State, move
from lib.journal.parts import CrashPoint, Journal
from lib.journal.recover import FIRST_CHECK_S, check
from lib.store.engine import Connection
from lib.store.statements import operations as statements

log = logging.getLogger("paydesk.journal")

TOKEN_S = 120
LEASE_S = 180
WRITE_TRIES_S = (0, 1, 2, 5, 10, 20, 20)


def send(journal: Journal, operation: Operation) -> Operation:
    """Carry a PREPARED operation to its first answer; returns it as it then stands."""
    try:
        journal.iamport.token_ready(TOKEN_S)
    except DeskError as error:
        code = {"wrong_key": "key_refused", "address_blocked": "address_refused"}.get(error.code, "not_reached")
        return _moved(journal, operation, "could not begin", code=code)
    journal.hit(CrashPoint.BEFORE_SENDING)
    try:
        sending = _begin(journal, operation, "permit granted")
    except Overtaken:
        return reread(journal, operation.id)
    journal.hit(CrashPoint.AFTER_SENDING)
    answer = journal.iamport.cancel(permit.mint(sending, journal.world))
    journal.hit(CrashPoint.AFTER_ANSWER)
    meaning = classify(answer, sending)
    if meaning.because == AGAIN:
        sending = _again(journal, sending, answer)
        if sending.state is not State.SENDING:
            return sending
        answer = journal.iamport.cancel(permit.mint(sending, journal.world))
        meaning = classify(answer, sending)
    done = _record(journal, sending, answer, meaning)
    journal.hit(CrashPoint.AFTER_VERDICT)
    return check(journal, done) if done.state is State.UNKNOWN else refreshed(journal, done)


def reread(journal: Journal, operation_id: str) -> Operation:
    """The operation as the journal has it now."""
    from lib.journal.life import of_row

    with journal.store.reading() as connection:
        row = statements.one(connection, operation_id)
    assert row is not None
    return of_row(row)


def refreshed(journal: Journal, operation: Operation) -> Operation:
    """Bring the payment into the store again after a verdict; a failure to read only delays what lists show."""
    try:
        journal.refresh(operation.imp_uid)
    except DeskError as error:
        log.warning("payment %s could not be read again: %s", operation.imp_uid, error.code)
    return operation


def _begin(journal: Journal, operation: Operation, because: str) -> Operation:
    """Commit SENDING with one attempt more."""
    now = int(journal.world.now())
    with journal.store.writing() as connection:
        sending = move(
            connection,
            journal.secret,
            operation,
            because,
            now,
            attempts=operation.attempts + 1,
            owner=journal.owner,
            lease_until=now + LEASE_S,
            first_sent_at=operation.first_sent_at or now,
            last_sent_at=now,
        )
        statements.attempt(connection, operation_id=operation.id, n=sending.attempts, step="sent", at=now)
        return sending


def _again(journal: Journal, sending: Operation, answer: Answer) -> Operation:
    """A 401 was answered before anything ran: once more with a fresh token, the same body."""
    _note(journal, sending, answer)
    try:
        journal.iamport.token_ready(TOKEN_S)
    except DeskError:
        return _moved(journal, sending, "never left", code="key_refused", message=answer.message)
    return _begin(journal, sending, "token renewed, sent again")


def _note(journal: Journal, sending: Operation, answer: Answer) -> None:
    with journal.store.writing() as connection:
        _attempt(connection, journal, sending, answer)


def _attempt(connection: Connection, journal: Journal, sending: Operation, answer: Answer) -> None:
    statements.attempt(
        connection,
        operation_id=sending.id,
        n=sending.attempts,
        step="answered",
        at=int(journal.world.now()),
        reached=answer.reached.value,
        http_status=answer.http_status,
        answer=answer.body or answer.why,
    )


def _record(journal: Journal, sending: Operation, answer: Answer, meaning: Meaning) -> Operation:
    """Write the verdict down; while the database is busy again and again, for recovery reads i'mport anyway."""
    now = int(journal.world.now())
    for wait in WRITE_TRIES_S:
        journal.world.sleep(wait)
        try:
            with journal.store.writing() as connection:
                _attempt(connection, journal, sending, answer)
                return move(
                    connection,
                    journal.secret,
                    sending,
                    meaning.because,
                    now,
                    detail=answer.why,
                    code=meaning.code,
                    message=meaning.message[:500],
                    cancellation_id=meaning.cancellation_id,
                    attribution=meaning.attribution,
                    answered=meaning.answered,
                    next_check_at=now + FIRST_CHECK_S,
                )
        except Overtaken:
            return reread(journal, sending.id)
        except Exception:
            log.exception("the answer to %s could not be written; trying again", sending.id)
    return reread(journal, sending.id)


def _moved(journal: Journal, operation: Operation, because: str, **changes: str) -> Operation:
    try:
        with journal.store.writing() as connection:
            return move(connection, journal.secret, operation, because, int(journal.world.now()), **changes)
    except Overtaken:
        return reread(journal, operation.id)
