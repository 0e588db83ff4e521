"""What needs a person today, counted: few rows, by index."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, func, select

from lib.store.statements.listing import P, due, phone
from lib.store.tables.payments import payments


def due_sum(connection: Connection, since: int, until: int) -> tuple[int, int]:
    """(count, amount) of waiting virtual accounts whose deadline lies within the bounds (epoch seconds)."""
    wanted = select(func.count(), func.coalesce(func.sum(P.amount), 0)).where(*due(since, until))
    return _pair(connection, wanted.with_hint(payments, "INDEXED BY ix_payments_due", "sqlite"))


def phone_sum(connection: Connection, since: int, until: int) -> tuple[int, int]:
    """(count, balance) of phone payments paid within the bounds that have a balance."""
    balance = func.coalesce(func.sum(P.amount - P.cancel_amount), 0)
    wanted = select(func.count(), balance).where(*phone(since, until))
    return _pair(connection, wanted.with_hint(payments, "INDEXED BY ix_payments_sale", "sqlite"))


def _pair(connection: Connection, wanted: Any) -> tuple[int, int]:
    count, amount = connection.execute(wanted).one()
    return int(count), int(amount)
