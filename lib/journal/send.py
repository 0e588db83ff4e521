"""Sending: the SENDING row is committed, then one POST leaves, then the answer is classified and written down.

No transaction is held over HTTP. Whatever goes wrong after the row leaves an operation that recovery resolves by reading.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from lib.errors import DeskError
from lib.iamport.answer import Answer, Reached
from lib.journal import permit
from lib.journal.classify import AGAIN, Meaning, classify
from lib.journal.life import By, Operation, Overtaken, State, move
from lib.journal.parts import CrashPoint, Journal
from lib.journal.recover import FIRST_CHECK_S, MESSAGE_CHARS_MAX, check, refreshed, reread
from lib.store.engine import Connection
from lib.store.statements import operations as statements
from lib.store.statements.operations import Excluded, StoreError, trouble

log = logging.getLogger("paydesk.journal")

TOKEN_S = 120
LEASE_S = 180
WRITE_TRIES_S = (0, 1, 2, 5, 10, 20, 20)


def later(journal: Journal, operation: Operation) -> None:
    """Hand a PREPARED operation to the sender when its hold is over; a process that stops meanwhile sends nothing.

    Raises `RuntimeError` when the sender has been shut down.
    """
    assert journal.sender is not None
    if journal.hold_s <= 0:
        journal.sender.submit(in_background, journal, operation)
        return
    timer = threading.Timer(journal.hold_s, _after_hold, (journal, operation))
    timer.daemon = True
    timer.start()


def _after_hold(journal: Journal, operation: Operation) -> None:
    if journal.sender is None or journal.stopping.is_set():
        return
    try:
        journal.sender.submit(in_background, journal, operation)
    except RuntimeError:
        log.warning("operation %s was on hold when the desk stopped; it is not sent", operation.id)


def take_back(journal: Journal, operation: Operation, by: By) -> Operation:
    """Close an operation whose hold still runs: nothing was and nothing will be sent. Raises `Overtaken`."""
    with journal.store.writing() as connection:
        return move(
            connection,
            journal.secret,
            operation,
            "taken back",
            int(journal.world.now()),
            by=by,
            code="taken_back",
        )


def in_background(journal: Journal, operation: Operation) -> None:
    """`send` for a thread of its own: whatever stops it is logged; recovery takes over."""
    try:
        send(journal, operation)
    except Exception:
        log.exception("operation %s was left to recovery", operation.id)


def begin_again(journal: Journal, operation: Operation, allowed: Callable[[Connection], None]) -> Operation:
    """Commit SENDING for an operation that was sent before and did not run: the same frozen body, the same fence.

    `allowed` may refuse in the same transaction. Raises what it raises, `Overtaken`, `NotALegalMove`, and `Excluded`
    when another operation is open on the payment or was sent at this balance.
    """
    journal.iamport.token_ready(TOKEN_S)
    journal.hit(CrashPoint.BEFORE_SENDING)
    return _begin(journal, operation, "asked for again", allowed)


def send(journal: Journal, operation: Operation) -> Operation:
    """Carry a PREPARED operation, or one that `begin_again` made SENDING, to its answer; returns it as it then stands."""
    if operation.state is State.SENDING:
        return _sent(journal, operation)
    try:
        journal.iamport.token_ready(TOKEN_S)
    except DeskError as error:
        return _closed(journal, operation, "could not begin", _why(error))
    journal.hit(CrashPoint.BEFORE_SENDING)
    try:
        sending = _begin(journal, operation, "permit granted")
    except Overtaken:
        return reread(journal, operation.id)
    except Excluded:  # the same amount was already sent at this balance: what we had read was an older copy
        return _closed(journal, operation, "could not begin", "balance_moved")
    except StoreError as broken:
        log.exception("operation %s could not begin", operation.id)
        return _closed(journal, operation, "could not begin", trouble(broken))
    return _sent(journal, sending)


def _sent(journal: Journal, sending: Operation) -> Operation:
    """Send under the committed SENDING row, and write down what came of it."""
    answer, meaning = _once(journal, sending)
    if meaning.because == AGAIN:
        _note(journal, sending, answer)
        sending = _again(journal, sending, answer)
        if sending.state is not State.SENDING:
            return sending
        answer, meaning = _once(journal, sending)
    done = _record(journal, sending, answer, meaning)
    journal.hit(CrashPoint.AFTER_VERDICT)
    if done.state is State.UNKNOWN:
        return check(journal, done)
    return refreshed(journal, done) if done.state is not State.SENDING else done


def send_copies(journal: Journal, operation: Operation, copies: int) -> Operation:
    """Send one PREPARED operation so often at once, as a network that repeats itself would: i'mport must run it once.

    For probing i'mport on a test channel; the copies share a checksum, so that at most one is ever good. Raises as
    `Iamport.token_ready` does, with nothing sent.
    """
    journal.iamport.token_ready(TOKEN_S)
    sending = _begin(journal, operation, "permit granted")
    with ThreadPoolExecutor(copies) as pool:
        permits = [permit.mint(sending, journal.world) for _ in range(copies)]
        answers = list(pool.map(journal.iamport.send, permits))
    lost = Answer(Reached.NO_ANSWER, why=f"{copies} copies were sent")
    done = _record(journal, sending, lost, classify(lost, sending))
    log.info("%s: %d copies, %d answered well", operation.id, copies, sum(a.payment is not None for a in answers))
    return check(journal, done)


def _once(journal: Journal, sending: Operation) -> tuple[Answer, Meaning]:
    """One POST under a permit, and what its answer means."""
    granted = permit.mint(sending, journal.world)
    journal.hit(CrashPoint.AFTER_SENDING)
    answer = journal.iamport.send(granted)
    journal.hit(CrashPoint.AFTER_ANSWER)
    with journal.store.reading() as connection:
        others = statements.marks(connection, sending.imp_uid) - {sending.marker}
    return answer, classify(answer, sending, others)


def _why(error: DeskError) -> str:
    """The sentence for an i'mport that could not be asked, before anything was sent."""
    return {"wrong_key": "key_refused", "address_blocked": "address_refused"}.get(error.code, "not_reached")


def _begin(
    journal: Journal, operation: Operation, because: str, allowed: Callable[[Connection], None] | None = None
) -> Operation:
    """Commit SENDING with one attempt more; what earlier attempts brought is forgotten, for it tells nothing of this one."""
    now = int(journal.world.now())
    with journal.store.writing() as connection:
        if allowed:
            allowed(connection)
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
            answered=False,
            code="",
            message="",
            attribution="",
        )
        statements.attempt(connection, operation_id=operation.id, n=sending.attempts, step="sent", at=now)
        journal.hit(CrashPoint.INSIDE_SENDING)
        return sending


def _again(journal: Journal, sending: Operation, answer: Answer) -> Operation:
    """A 401 was answered before anything ran: once more with a fresh token, the same body.

    Reading the payment renews the token, and shows whether the key is still good.
    """
    try:
        journal.iamport.payment(sending.imp_uid)
    except DeskError as error:
        return _closed(journal, sending, "never left", _why(error), answer.message)
    try:
        return _begin(journal, sending, "token renewed, sent again")
    except Overtaken:
        return reread(journal, sending.id)


def _note(journal: Journal, sending: Operation, answer: Answer) -> None:
    """Append what came back, whatever becomes of the operation."""
    with journal.store.writing() as connection:
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
    noted = False
    for wait in WRITE_TRIES_S:
        journal.world.sleep(wait)
        try:
            if not noted:
                _note(journal, sending, answer)
                noted = True
            return _verdict(journal, sending, answer, meaning)
        except Overtaken:
            return reread(journal, sending.id)
        except StoreError:
            log.exception("the answer to %s (%s) could not be written; trying again", sending.id, meaning.because)
    return sending


def _verdict(journal: Journal, sending: Operation, answer: Answer, meaning: Meaning) -> Operation:
    now = int(journal.world.now())
    with journal.store.writing() as connection:
        done = move(
            connection,
            journal.secret,
            sending,
            meaning.because,
            now,
            detail=answer.why,
            code=meaning.code,
            message=meaning.message[:MESSAGE_CHARS_MAX],
            cancellation_id=meaning.cancellation_id,
            attribution=meaning.attribution,
            answered=meaning.answered,
            next_check_at=now + FIRST_CHECK_S,
        )
        journal.hit(CrashPoint.INSIDE_VERDICT)
        return done


def _closed(journal: Journal, operation: Operation, because: str, code: str, message: str = "") -> Operation:
    """Close an operation of which nothing ran."""
    try:
        with journal.store.writing() as connection:
            now = int(journal.world.now())
            return move(
                connection, journal.secret, operation, because, now, code=code, message=message[:MESSAGE_CHARS_MAX]
            )
    except Overtaken:
        return reread(journal, operation.id)
