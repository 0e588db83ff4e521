"""Evidence that comes after an operation was closed: read from the store, which sync keeps true.

Ours by its mark: the operation is CONFIRMED after all. Perhaps ours, by fence and amount alone: a person must look. A
mark seen twice: one refund ran twice, and all sending stops. A mark that the journal does not know: a refund of another
installation, or of a journal that was restored from an older copy.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

from lib.journal import marker, resolve
from lib.journal.life import Operation, Overtaken, State, move, of_row
from lib.journal.parts import Journal
from lib.payments.record import Cancellation
from lib.store.engine import Store
from lib.store.statements import operations as statements
from lib.store.statements.operations import StoreError

log = logging.getLogger("paydesk.journal")

LATE_S = 30 * 86_400
"""How long an operation is watched after it was asked for."""


@dataclass(frozen=True, slots=True)
class Orphan:
    """A cancellation with a mark that this journal does not know. `amount` in minor units, `at` in epoch seconds."""

    imp_uid: str
    cancellation_id: str
    amount: int
    at: int
    mark: str


def late(journal: Journal, imp_uid: str = "") -> list[Operation]:
    """One look at everything that was closed lately (of one payment where it is named); the operations that changed."""
    since = int(journal.world.now()) - LATE_S
    with journal.store.reading() as connection:
        closed = [of_row(row) for row in statements.late_candidates(connection, since, imp_uid)]
        doubles = [(of_row(row), twin) for row, twin in statements.doubles(connection, since, imp_uid)]
        histories = {op.imp_uid: _history(connection, op.imp_uid) for op in closed}
        taken = statements.owned(connection, list(histories)) if histories else set()
        marks = {op.imp_uid: statements.marks(connection, op.imp_uid) for op in closed}
        busy = {op.imp_uid for op in closed if statements.open_of(connection, op.imp_uid) is not None}
    moved = []
    for operation in closed:
        free = [c for c in histories[operation.imp_uid] if (operation.imp_uid, c.cancellation_id) not in taken]
        entries = resolve.marked(operation, free)
        if entries:
            found = entries[0].cancellation_id
            moved += _move(
                journal, operation, "late evidence", "confirmed", cancellation_id=found, attribution="marker"
            )
        elif operation.imp_uid not in busy and _perhaps_ours(operation, free, marks[operation.imp_uid]):
            moved += _move(journal, operation, "late, perhaps ours", "late_review")
    for operation, result in _found_later(journal, since, imp_uid):
        moved += _move(journal, operation, "late evidence", "done", cancellation_id=result, attribution="reading")
    for operation, twin in doubles:
        log.critical("operation %s ran twice: %s and %s", operation.id, operation.cancellation_id, twin)
        moved += _move(journal, operation, "seen twice", "double_refund", detail=twin)
    return moved


def _found_later(journal: Journal, since: int, imp_uid: str) -> list[tuple[Operation, str]]:
    """Operations of other kinds that were closed as not executed, and what the store shows of them after all."""
    seen = {name: kind.found_later for name, kind in journal.kinds.items() if kind.found_later}
    if imp_uid or not seen:
        return []
    with journal.store.reading() as connection:
        closed = [of_row(row) for row in statements.sent_in_vain(connection, list(seen), since)]
        found = [(operation, seen[operation.kind](connection, operation)) for operation in closed]
    return [(operation, result) for operation, result in found if result]


def orphans(store: Store) -> list[Orphan]:
    """Cancellations that carry a mark of ours which no operation of this journal has."""
    with store.reading() as connection:
        rows = statements.unclaimed_marks(connection)
    found = [Orphan(r["imp_uid"], r["id"], r["amount"], r["at"], marker.any_in(r["reason"])) for r in rows]
    return [orphan for orphan in found if orphan.mark]


def _history(connection: Any, imp_uid: str) -> list[Cancellation]:
    return [Cancellation(**row) for row in statements.stored_history(connection, imp_uid)]


def _perhaps_ours(operation: Operation, history: list[Cancellation], other_marks: frozenset[str]) -> bool:
    """Sent, closed as absent, and now the fence entry has its amount and nobody's mark."""
    if operation.state is not State.NOT_EXECUTED or operation.first_sent_at is None:
        return False
    if operation.code == "balance_moved" or operation.attribution == "human":
        return False
    others = other_marks - {operation.marker}
    return any(
        entry.amount == operation.amount and not resolve.foreign(entry, others)
        for entry in resolve.fence(operation, history)
    )


def _move(
    journal: Journal, operation: Operation, because: str, code: str, *, detail: str = "", **changes: Any
) -> list[Operation]:
    """The move in a transaction of its own; nothing when somebody was first, or another operation holds the fence."""
    now = int(journal.world.now())
    try:
        with journal.store.writing() as connection:
            return [move(connection, journal.secret, operation, because, now, detail=detail, code=code, **changes)]
    except (Overtaken, StoreError):
        log.warning("operation %s could not be moved (%s); looked at again in the next round", operation.id, because)
        return []
