"""Questions and changes to the journal."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, RowMapping, and_, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from lib.store.tables.operations import NOT_MOVED, OPEN, attempts, evidence, operations
from lib.store.tables.payments import cancellations, payments

O = operations.c  # noqa: E741


def add(connection: Connection, **values: Any) -> bool:
    """Insert an operation; False when an index excludes it (an open one, the same intent, a sent twin)."""
    try:
        with connection.begin_nested():
            connection.execute(insert(operations).values(**values))
    except IntegrityError:
        return False
    return True


def change(connection: Connection, operation_id: str, version: int, **values: Any) -> bool:
    """Compare-and-set: change the row only while it has this version, which grows by one."""
    done = connection.execute(
        update(operations).where(O.id == operation_id, O.version == version).values(version=version + 1, **values)
    )
    return bool(done.rowcount == 1)


def note(connection: Connection, **values: Any) -> None:
    """Append evidence."""
    connection.execute(insert(evidence).values(**values))


def attempt(connection: Connection, **values: Any) -> None:
    """Append a step of an attempt."""
    connection.execute(insert(attempts).values(**values))


def one(connection: Connection, operation_id: str) -> RowMapping | None:
    """An operation."""
    return connection.execute(select(operations).where(O.id == operation_id)).mappings().first()


def of_intent(connection: Connection, intent_key: str) -> RowMapping | None:
    """The operation of an intent."""
    return connection.execute(select(operations).where(O.intent_key == intent_key)).mappings().first()


def open_of(connection: Connection, imp_uid: str) -> RowMapping | None:
    """The open operation on a payment."""
    wanted = select(operations).where(O.imp_uid == imp_uid, O.state.in_(OPEN))
    return connection.execute(wanted).mappings().first()


def of_payment(connection: Connection, imp_uid: str) -> list[RowMapping]:
    """A payment's operations, newest first."""
    wanted = select(operations).where(O.imp_uid == imp_uid).order_by(O.id.desc())
    return list(connection.execute(wanted).mappings())


def all_open(connection: Connection) -> list[RowMapping]:
    """Every operation that is not certain or waits for a person, oldest first."""
    wanted = select(operations).where(O.state.in_((*OPEN, "LATE_REVIEW"))).order_by(O.id)
    return list(connection.execute(wanted).mappings())


def latest(connection: Connection, limit: int) -> list[RowMapping]:
    """The newest operations."""
    return list(connection.execute(select(operations).order_by(O.id.desc()).limit(limit)).mappings())


def unfinished(connection: Connection) -> list[RowMapping]:
    """What recovery looks at: prepared, sending and unknown ones, oldest first."""
    wanted = select(operations).where(O.state.in_(("PREPARED", "SENDING", "UNKNOWN"))).order_by(O.id)
    return list(connection.execute(wanted).mappings())


def markers_kept(connection: Connection, pg_provider: str) -> bool:
    """Whether this gateway hands the reason back: its last confirmed operations were all known by their marker."""
    wanted = (
        select(O.attribution)
        .where(
            O.pg_provider == pg_provider, O.state == "CONFIRMED", O.marker != "", O.attribution.in_(("marker", "fence"))
        )
        .order_by(O.id.desc())
        .limit(5)
    )
    told = list(connection.execute(wanted).scalars())
    return bool(told) and all(word == "marker" for word in told)


def late_candidates(connection: Connection, since: int) -> list[tuple[RowMapping, str, str]]:
    """(operation, cancellation_id, reason) where a cancellation of an operation's amount came after it was closed as
    not moved, and no other operation owns it. `since`: operations sent after this epoch second."""
    C, P = cancellations.c, payments.c
    owner = operations.alias("owner")
    wanted = (
        select(operations, C.cancellation_id.label("late_id"), C.reason.label("late_reason"))
        .join(payments, P.imp_uid == O.imp_uid)
        .join(cancellations, and_(C.payment_id == P.id, C.amount == O.amount, C.cancelled_at >= O.first_sent_at - 120))
        .where(O.state.in_(NOT_MOVED), O.first_sent_at.is_not(None), O.first_sent_at >= since)
        .where(~select(owner.c.id).where(owner.c.cancellation_id == C.cancellation_id).exists())
    )
    return [(row, row["late_id"], row["late_reason"]) for row in connection.execute(wanted).mappings()]


def unresolved(connection: Connection) -> bool:
    """Whether anything is unfinished: cheap, for a loop."""
    wanted = select(O.id).where(or_(O.state == "PREPARED", O.state == "SENDING", O.state == "UNKNOWN")).limit(1)
    return connection.execute(wanted).first() is not None
