"""Questions and changes to the journal."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, RowMapping, and_, func, insert, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from lib.store.tables.moves import NOT_MOVED, OPEN, State
from lib.store.tables.operations import attempts, evidence, operations
from lib.store.tables.payments import cancellations, payments

O = operations.c  # noqa: E741
DOUBLE = "double_refund"
StoreError, Excluded = DBAPIError, IntegrityError
"""What the database raises: busy beyond its time, full, gone, or (`Excluded`) a row that an index or a guard refused."""


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
    wanted = select(operations).where(O.state.in_((*OPEN, State.LATE_REVIEW))).order_by(O.id)
    return list(connection.execute(wanted).mappings())


def latest(connection: Connection, limit: int) -> list[RowMapping]:
    """The newest operations."""
    return list(connection.execute(select(operations).order_by(O.id.desc()).limit(limit)).mappings())


def confirmed_since(connection: Connection, since: int, limit: int) -> list[RowMapping]:
    """Confirmed operations asked for since then, with what their payment tells of when the money arrives, newest first.

    Columns: imp_uid, amount, requested_by, pay_method, whole (the payment's amount), paid_at, cancelled_at (epoch s).
    """
    C, P = cancellations.c, payments.c
    wanted = (
        select(O.imp_uid, O.amount, O.requested_by, P.pay_method, P.amount.label("whole"), P.paid_at, C.cancelled_at)
        .join(payments, P.imp_uid == O.imp_uid)
        .join(cancellations, and_(C.payment_id == P.id, C.cancellation_id == O.cancellation_id))
        .where(O.state == State.CONFIRMED, O.created_at >= since)
        .order_by(O.id.desc())
        .limit(limit)
    )
    return list(connection.execute(wanted).mappings())


def unfinished(connection: Connection, imp_uid: str = "") -> list[RowMapping]:
    """What recovery looks at: the open ones, oldest first; of one payment only where it is named."""
    wanted = select(operations).where(O.state.in_(OPEN)).order_by(O.id)
    return list(connection.execute(wanted.where(O.imp_uid == imp_uid) if imp_uid else wanted).mappings())


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


def answered_at(connection: Connection, operation_id: str) -> int | None:
    """When the last answer to its call came, epoch seconds."""
    A = attempts.c
    wanted = select(func.max(A.at)).where(A.operation_id == operation_id, A.step == "answered")
    return connection.execute(wanted).scalar()


def marks(connection: Connection, imp_uid: str) -> frozenset[str]:
    """The marks of a payment's operations."""
    return frozenset(connection.execute(select(O.marker).where(O.imp_uid == imp_uid, O.marker != "")).scalars())


def stored_history(connection: Connection, imp_uid: str) -> list[RowMapping]:
    """A payment's cancellations as the store has them: cancellation_id, amount, cancelled_at, reason."""
    C, P = cancellations.c, payments.c
    wanted = (
        select(C.cancellation_id, C.amount, C.cancelled_at, C.reason)
        .join(payments, P.id == C.payment_id)
        .where(P.imp_uid == imp_uid)
        .order_by(C.cancelled_at, C.cancellation_id)
    )
    return list(connection.execute(wanted).mappings())


def sent_bodies(connection: Connection, imp_uid: str) -> list[bytes]:
    """The bodies of a payment's confirmed operations."""
    wanted = select(O.body).where(O.imp_uid == imp_uid, O.state == State.CONFIRMED)
    return [bytes(body) for body in connection.execute(wanted).scalars()]


def late_candidates(connection: Connection, since: int, imp_uid: str = "") -> list[RowMapping]:
    """Operations asked for since then and closed as not moved, on payments (or the one) that have any cancellation."""
    C, P = cancellations.c, payments.c
    cancelled = select(C.payment_id).join(payments, P.id == C.payment_id).where(P.imp_uid == O.imp_uid).exists()
    wanted = select(operations).where(O.state.in_(NOT_MOVED), O.created_at >= since, cancelled)
    wanted = wanted.where(O.imp_uid == imp_uid) if imp_uid else wanted
    return list(connection.execute(wanted).mappings())


def owned(connection: Connection, imp_uids: list[str]) -> set[tuple[str, str]]:
    """(imp_uid, cancellation_id) of cancellations that a confirmed operation of these payments made."""
    wanted = select(O.imp_uid, O.cancellation_id).where(
        O.imp_uid.in_(imp_uids), O.state == State.CONFIRMED, O.cancellation_id != ""
    )
    return {(row[0], row[1]) for row in connection.execute(wanted)}


def doubles(connection: Connection, since: int, imp_uid: str = "") -> list[tuple[RowMapping, str]]:
    """(operation, cancellation_id): confirmed since then, and a second cancellation carries its mark; not yet noted."""
    C, P = cancellations.c, payments.c
    twin = and_(C.payment_id == P.id, C.cancellation_id != O.cancellation_id, C.reason.contains(O.marker))
    wanted = (
        select(operations, C.cancellation_id.label("twin"))
        .join(payments, P.imp_uid == O.imp_uid)
        .join(cancellations, twin)
        .where(O.state == State.CONFIRMED, O.created_at >= since, O.marker != "")
        .where(O.code != DOUBLE, O.attribution != "human")
    )
    wanted = wanted.where(O.imp_uid == imp_uid) if imp_uid else wanted
    return [(row, row["twin"]) for row in connection.execute(wanted).mappings()]


def doubled(connection: Connection) -> bool:
    """Whether an operation is on record that ran twice and that nobody has looked into."""
    return connection.execute(select(O.id).where(O.code == DOUBLE).limit(1)).first() is not None


def unclaimed_marks(connection: Connection) -> list[RowMapping]:
    """Cancellations (imp_uid, id, amount, at, reason) whose reason may end in a mark that no operation has."""
    C, P = cancellations.c, payments.c
    known = select(O.id).where(O.imp_uid == P.imp_uid, O.marker != "", C.reason.contains(O.marker)).exists()
    wanted = (
        select(P.imp_uid, C.cancellation_id.label("id"), C.amount, C.cancelled_at.label("at"), C.reason)
        .join(payments, P.id == C.payment_id)
        .where(C.reason.like("%#________"), ~known)
        .order_by(C.cancelled_at)
    )
    return list(connection.execute(wanted).mappings())
