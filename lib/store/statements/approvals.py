"""Questions and changes to the queue of approvals, and what counts against a limit.

What every refund asks is composed once, at import.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, func, insert, select, update

from lib.store.statements.operations import OF_A_TEST
from lib.store.statements.rows import postgresql
from lib.store.tables.approvals import DENIED, USED, WAITING, approvals
from lib.store.tables.moves import REFUND, State
from lib.store.tables.operations import operations
from lib.store.tables.payments import payments

A, O = approvals.c, operations.c  # noqa: E741
_LOCK = 0x7061_796C  # "payl"
NOTHING_MOVED = (State.ABORTED.value, State.NOT_EXECUTED.value)
_WAITING = select(approvals).where(A.state == WAITING, A.expires_at > bindparam("now")).order_by(A.id)
_WAITING_HERE = _WAITING.where(A.imp_uid == bindparam("imp_uid"))
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


def last_denied(connection: Connection, imp_uid: str, since: int) -> RowMapping | None:
    """The last request about a payment that somebody denied since then."""
    wanted = select(approvals).where(A.imp_uid == imp_uid, A.state == DENIED, A.decided_at >= since)
    return connection.execute(wanted.order_by(A.decided_at.desc()).limit(1)).mappings().first()


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
