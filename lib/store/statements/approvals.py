"""Questions and changes to the queue of approvals, and what counts against a limit.

What every refund asks is composed once, at import.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, RowMapping, and_, bindparam, func, insert, or_, select, update

from lib.store.statements.operations import OF_A_TEST
from lib.store.statements.rows import postgresql
from lib.store.tables.approvals import DENIED, USED, WAITING, approvals
from lib.store.tables.moves import REFUND, State
from lib.store.tables.operations import operations
from lib.store.tables.payments import cancellations, payments

A, O, P = approvals.c, operations.c, payments.c  # noqa: E741
_LATER = approvals.alias()
_LOCK = 0x7061_796C  # "payl"
NOTHING_MOVED = (State.ABORTED.value, State.NOT_EXECUTED.value)
_WAITING = select(approvals).where(A.state == WAITING, A.expires_at > bindparam("now")).order_by(A.id)
_WAITING_HERE = _WAITING.where(A.imp_uid == bindparam("imp_uid"))
_OVERTAKEN = or_(
    select(_LATER.c.id)
    .where(_LATER.c.imp_uid == A.imp_uid, _LATER.c.id > A.id)
    .where(or_(_LATER.c.state == USED, and_(_LATER.c.state == WAITING, _LATER.c.expires_at > bindparam("now"))))
    .exists(),
    select(O.id)
    .where(O.kind == REFUND, O.imp_uid == A.imp_uid, O.id > A.id, O.state.not_in(NOTHING_MOVED))
    .correlate(approvals)
    .exists(),
    select(cancellations.c.payment_id)
    .join(payments, P.id == cancellations.c.payment_id)
    .where(P.imp_uid == A.imp_uid, cancellations.c.cancelled_at >= A.decided_at)
    .correlate(approvals)
    .exists(),
)
"""The payment was asked about again, or refunded from here or elsewhere, after this request was answered. Ids sort by
time, and while a request waits nothing else is begun on its payment."""
_DENIED = (
    select(approvals)
    .where(A.imp_uid == bindparam("imp_uid"), A.state == DENIED, A.decided_at >= bindparam("since"), ~_OVERTAKEN)
    .order_by(A.decided_at.desc(), A.id.desc())
    .limit(1)
)
_ANSWERED = (
    select(approvals, P.currency, O.state.label("went"))
    .outerjoin(payments, P.imp_uid == A.imp_uid)
    .outerjoin(operations, O.id == A.operation_id)
    .where(A.requested_by == bindparam("by"), A.id >= bindparam("first_id"))
    .where(
        or_(
            and_(A.state.in_((USED, DENIED)), A.decided_at >= bindparam("since")),
            and_(A.state == WAITING, A.expires_at.between(bindparam("since"), bindparam("now"))),
        )
    )
    .order_by(A.id.desc())
)
_REFUNDED = select(func.coalesce(func.sum(O.amount), 0)).where(
    O.kind == REFUND, O.state.not_in(NOTHING_MOVED), O.currency == "KRW", ~OF_A_TEST
)
_TEST = select(payments.c.id).where(payments.c.imp_uid == bindparam("imp_uid"), payments.c.state == "test")
_REFUNDED_BETWEEN = _REFUNDED.where(O.created_at.between(bindparam("since"), bindparam("until")))
_ALONE = (O.requested_by == bindparam("by"), O.approved_by == "")
_REFUNDED_ALONE = _REFUNDED_BETWEEN.where(*_ALONE)
_REFUNDED_HERE = _REFUNDED.where(O.imp_uid == bindparam("imp_uid"), *_ALONE)


def add(connection: Connection, **values: Any) -> None:
    """Write a request down."""
    connection.execute(insert(approvals).values(state=WAITING, **values))


def one(connection: Connection, approval_id: str) -> RowMapping | None:
    """A request."""
    return connection.execute(select(approvals).where(A.id == approval_id)).mappings().first()


def waiting(connection: Connection, now: int, imp_uid: str = "") -> list[RowMapping]:
    """Requests that wait and have not expired, oldest first; of one payment where it is named."""
    wanted = _WAITING_HERE if imp_uid else _WAITING
    return list(connection.execute(wanted, {"now": now, "imp_uid": imp_uid} if imp_uid else {"now": now}).mappings())


def last_denied(connection: Connection, imp_uid: str, since: int, now: int) -> RowMapping | None:
    """The last request about a payment that somebody denied since then, while nothing has come of the payment after it:
    no refund, and no other request that waits or was let through."""
    return connection.execute(_DENIED, {"imp_uid": imp_uid, "since": since, "now": now}).mappings().first()


def answered(connection: Connection, by: str, first_id: str, since: int, now: int) -> list[RowMapping]:
    """One person's requests that somebody answered, or that expired, since then, newest first; `first_id`: no such
    request has a lesser id. Beside their columns `currency` (None where the payment is not here) and `went`, the state of
    what was let through."""
    given = {"by": by, "first_id": first_id, "since": since, "now": now}
    return list(connection.execute(_ANSWERED, given).mappings())


def close(
    connection: Connection, approval_id: str, now: int, state: str, by: str, *, operation_id: str = "", why: str = ""
) -> bool:
    """Close a request that still waits; False when it does not, or has expired."""
    still = (A.id == approval_id, A.state == WAITING, A.expires_at > now)
    values = {"state": state, "decided_by": by, "decided_at": now, "operation_id": operation_id, "why": why}
    return connection.execute(update(approvals).where(*still).values(**values)).rowcount == 1


def use(connection: Connection, approval_id: str, now: int, by: str, operation_id: str, content: str) -> bool:
    """Spend a request on the operation it was for; False when it no longer waits, or was for something else."""
    row = one(connection, approval_id)
    if row is None or row["content"] != content or row["requested_by"] == by:
        return False
    return close(connection, approval_id, now, USED, by, operation_id=operation_id)


def lock_limits(connection: Connection) -> None:
    """Until the transaction ends nobody else adds to the sums (SQLite has one writer at a time anyway)."""
    if postgresql(connection):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")


def of_a_test(connection: Connection, imp_uid: str) -> bool:
    """Whether the payment was made on a test channel: what is refunded of it is no money."""
    return connection.execute(_TEST, {"imp_uid": imp_uid}).first() is not None


def refunded(connection: Connection, since: int, until: int, by: str = "") -> int:
    """What was refunded, or may have been, of operations asked for in these epoch seconds, in won.

    `by`: of one person, without what somebody else approved.
    """
    given = {"since": since, "until": until}
    if by:
        return int(connection.execute(_REFUNDED_ALONE, given | {"by": by}).scalar_one())
    return int(connection.execute(_REFUNDED_BETWEEN, given).scalar_one())


def refunded_of(connection: Connection, imp_uid: str, by: str) -> int:
    """What one person refunded of a payment, or may have, without what somebody else approved, in won."""
    return int(connection.execute(_REFUNDED_HERE, {"imp_uid": imp_uid, "by": by}).scalar_one())
