"""The accounts that refunds went to, and whose refunds they were."""

from __future__ import annotations

from sqlalchemy import insert, select

from lib.store.engine import Connection
from lib.store.tables import operations, payments, refund_accounts
from lib.store.tables.moves import State

_NOT_MOVED = (State.NOT_EXECUTED.value, State.ABORTED.value)
BUYERS_MOST = 50


def add(connection: Connection, operation_id: str, account: str) -> None:
    """Write down which account (its fingerprint) a refund goes to."""
    connection.execute(insert(refund_accounts).values(operation_id=operation_id, account=account))


def buyers(connection: Connection, account: str) -> list[str]:
    """The names of the buyers whose refunds went to this account, or may have; at most `BUYERS_MOST`."""
    joined = refund_accounts.join(operations, operations.c.id == refund_accounts.c.operation_id).join(
        payments, payments.c.imp_uid == operations.c.imp_uid
    )
    wanted = select(payments.c.buyer_name).distinct().select_from(joined)
    moved = wanted.where(refund_accounts.c.account == account, operations.c.state.not_in(_NOT_MOVED)).limit(BUYERS_MOST)
    return list(connection.execute(moved).scalars())
