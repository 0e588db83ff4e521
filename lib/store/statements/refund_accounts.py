"""The accounts that refunds went to, and whose refunds they were."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import insert, select

from lib.store.engine import Connection
from lib.store.tables import operations, payments, refund_accounts
from lib.store.tables.moves import State

_NOT_MOVED = (State.NOT_EXECUTED.value, State.ABORTED.value)


def add(connection: Connection, operation_id: str, account: str) -> None:
    """Write down which account (its fingerprint) a refund goes to."""
    connection.execute(insert(refund_accounts).values(operation_id=operation_id, account=account))


def buyers(connection: Connection, accounts: Collection[str]) -> dict[str, set[str]]:
    """By account, the names of the buyers whose refunds went to it, or may have; only of accounts that have any."""
    joined = refund_accounts.join(operations, operations.c.id == refund_accounts.c.operation_id).join(
        payments, payments.c.imp_uid == operations.c.imp_uid
    )
    wanted = select(refund_accounts.c.account, payments.c.buyer_name).distinct().select_from(joined)
    moved = wanted.where(refund_accounts.c.account.in_(accounts), operations.c.state.not_in(_NOT_MOVED))
    found: dict[str, set[str]] = {}
    for account, buyer in connection.execute(moved):
        found.setdefault(account, set()).add(buyer)
    return found
