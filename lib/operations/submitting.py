"""Writes an operation down and sends it: the one way for every kind but refunds, which have `refunds.submit`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field

from lib.errors import BadInput, Busy
from lib.journal import gate, send
from lib.journal.life import Operation, State, of_row
from lib.journal.parts import CrashPoint, Journal
from lib.people.actor import Actor
from lib.store.engine import Store
from lib.store.statements import operations as statements
from lib.store.statements.operations import StoreError, trouble

PREPARED_LEASE_S = 120
REASON_CHARS_MAX = 200
INTENT_CHARS_MAX = 64


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be sent. `subject`: what no two open operations may share. `amount` in minor units (0 where no money
    moves). `reason` is one line for people; `facts` is what the kind must remember to read its outcome."""

    kind: str
    subject: str
    method: str
    path: str
    body: Mapping[str, object] | None
    reason: str
    imp_uid: str = ""
    amount: int = 0
    currency: str = "KRW"
    pg_provider: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)


Make = Callable[[str], Request]
"""The request of an operation with this id: so that an order number can be made from it."""


def submit(journal: Journal, actor: Actor, intent_key: str, make: Make) -> Operation:
    """Write the operation down and hand it to the sender; returns at once (in a command: with the first verdict).

    Rights and the rules of the kind are its own module's. Raises, with nothing sent: `BadInput` (why the desk sends
    nothing now; intent_reused), `Busy` (operation, by, since).
    """
    written, ours = _write_down(journal, actor, intent_key, make)
    return hand_over(journal, [written])[0] if ours else written


def submit_all(journal: Journal, actor: Actor, intent_key: str, makes: Sequence[Make]) -> list[Operation]:
    """Write an operation down for each, then send one after the other; returns as `submit` does.

    Raises as `submit`: what was written down before is sent all the same, and the same click meets it again.
    """
    written, fresh = list[Operation](), list[Operation]()
    try:
        for n, make in enumerate(makes):
            operation, ours = _write_down(journal, actor, f"{intent_key}:{n}", make)
            written.append(operation)
            if ours:
                fresh.append(operation)
    finally:
        done = {operation.id: operation for operation in hand_over(journal, fresh)}
    return [done.get(operation.id, operation) for operation in written]


def asked(journal: Journal, intent_key: str, subject: str) -> Operation | None:
    """What the same click asked for before: looked for first by kinds whose own doing changes what they then check.

    Raises `BadInput` intent_reused when it was about something else.
    """
    with journal.store.reading() as connection:
        row = statements.of_intent(connection, intent_key)
    if row is not None and row["subject"] != subject:
        raise BadInput("intent_reused")
    return None if row is None else of_row(row)


def hand_over(journal: Journal, operations: Sequence[Operation]) -> Sequence[Operation]:
    """Let the sender carry operations that are written down, one after the other; in a command, carry them here.

    Raises `BadInput` stopping: nothing was sent, and recovery finds out once their lease has ended.
    """
    if journal.sender is None:
        return [send.send(journal, operation) for operation in operations]
    if operations:
        try:
            journal.sender.submit(_carry, journal, operations)
        except RuntimeError:
            raise BadInput("stopping") from None
        journal.wake.set()
    return operations


def _carry(journal: Journal, operations: Sequence[Operation]) -> None:
    for operation in operations:
        if not journal.stopping.is_set() or operation.state is State.SENDING:
            send.in_background(journal, operation)


def known(journal: Journal, intent_key: str) -> bool:
    """Whether an operation of this intent was written down: what it was checked against may have changed by it."""
    with journal.store.reading() as connection:
        return statements.of_intent(connection, intent_key) is not None


def of_subject(store: Store, subject: str) -> list[Operation]:
    """A subject's operations, newest first."""
    with store.reading() as connection:
        return [of_row(row) for row in statements.of_subject(connection, subject)]


def _write_down(journal: Journal, actor: Actor, intent_key: str, make: Make) -> tuple[Operation, bool]:
    """The PREPARED row with its frozen request, and whether it was written now."""
    if not 0 < len(intent_key) <= INTENT_CHARS_MAX:
        raise BadInput("intent_reused")
    content = _content(make(""))
    operation_id, now = journal.world.new_id(), int(journal.world.now())
    request = make(operation_id)
    body = b"" if request.body is None else json.dumps(request.body, ensure_ascii=False, sort_keys=True).encode()
    try:
        known = _same(journal, intent_key, content)
        if known:
            return known, False
        shut = gate.shut(journal)
        if shut:
            raise BadInput(shut)
        journal.hit(CrashPoint.BEFORE_PREPARED)
        with journal.store.writing() as connection:
            added = statements.add(
                connection,
                id=operation_id,
                kind=request.kind,
                subject=request.subject,
                imp_uid=request.imp_uid,
                intent_key=intent_key,
                request_hash=content,
                amount=request.amount,
                balance=request.amount,
                currency=request.currency,
                pg_provider=request.pg_provider,
                method=request.method,
                path=request.path,
                body=body,
                body_sha256=hashlib.sha256(body).hexdigest(),
                known_ids="[]",
                marker="",
                reason=" ".join(request.reason.split())[:REASON_CHARS_MAX],
                requested_by=actor.name,
                session=actor.session,
                created_at=now,
                state=State.PREPARED.value,
                version=1,
                owner=journal.owner,
                lease_until=now + PREPARED_LEASE_S,
                facts=json.dumps(request.facts, ensure_ascii=False, sort_keys=True),
            )
            if added:
                because, state = "asked for", State.PREPARED.value
                statements.note(connection, operation_id=operation_id, version=1, at=now, because=because, state=state)
                about = request.imp_uid or request.subject
                journal.note(connection, actor, request.kind, about, f"{operation_id} {request.amount}", after=state)
            journal.hit(CrashPoint.INSIDE_PREPARED)
        known = _same(journal, intent_key, content)
    except StoreError as broken:
        raise BadInput(trouble(broken)) from None
    if added:
        journal.hit(CrashPoint.AFTER_PREPARED)
    if known:
        return known, added
    raise _busy(journal, request.subject)


def _same(journal: Journal, intent_key: str, content: str) -> Operation | None:
    with journal.store.reading() as connection:
        row = statements.of_intent(connection, intent_key)
    if row is None:
        return None
    if row["request_hash"] != content:
        raise BadInput("intent_reused")
    return of_row(row)


def _busy(journal: Journal, subject: str) -> Busy | BadInput:
    with journal.store.reading() as connection:
        row = statements.open_of_subject(connection, subject)
    if row is None:  # it ended this very moment
        return BadInput("store_busy")
    return Busy(operation=row["id"], by=row["requested_by"], since=row["created_at"])


def _content(request: Request) -> str:
    """The SHA-256 of everything that was asked for, whatever its operation's id."""
    return hashlib.sha256(json.dumps(asdict(request), sort_keys=True, ensure_ascii=False).encode()).hexdigest()
