"""How many payments stand how, and their sums: one bounded pass over a covering index."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, case, func, select
from sqlalchemy.sql.util import ClauseAdapter

from lib.store.statements.listing import P, Question, conditions, within
from lib.store.tables.payments import cancellations, payments

VISITED_MOST = 1_000_000


def by_state(connection: Connection, q: Question) -> tuple[dict[str, tuple[int, int, int]], bool]:
    """state -> (count, amount, cancelled) of KRW payments, and whether the pass ran out before the end.

    On the basis `cancelled` the unit is the cancellation: its own amount is summed as cancelled.
    """
    if q.basis == "cancelled":
        return _cancellations(connection, q), False
    if q.only is not None or q.due is not None:
        return _grouped(connection, q), False
    hint = {"paid": "ix_payments_sale", "changed": "ix_payments_state"}.get(q.basis)
    order = {"paid": P.sale_at, "changed": None, "requested": P.id}[q.basis]
    inner = select(payments).with_only_columns(
        P.state, P.pay_method, P.pg_provider, P.pg_id, P.amount, P.cancel_amount, P.currency
    )
    inner = inner.where(within(q))
    if q.basis == "changed":
        inner = inner.where(P.state.in_(q.states))
    if hint:
        inner = inner.with_hint(payments, f"INDEXED BY {hint}", "sqlite")
    visited = connection.execute(
        select(func.count()).select_from(inner.limit(VISITED_MOST + 1).subquery())
    ).scalar_one()
    if visited <= VISITED_MOST:
        return _grouped(connection, q, hint), False
    if order is not None:
        inner = inner.order_by(order.desc())
    some = inner.limit(VISITED_MOST).subquery()
    return _grouped_over(connection, q, some), True


def _sums(amount: Any, cancel_amount: Any, currency: Any) -> tuple[Any, ...]:
    """Count, amount and cancelled amount, money of KRW payments only."""
    won = [func.coalesce(func.sum(case((currency == "KRW", column), else_=0)), 0) for column in (amount, cancel_amount)]
    return func.count(), *won


_OWN = _sums(P.amount, P.cancel_amount, P.currency)


def _grouped(connection: Connection, q: Question, hint: str | None = None) -> dict[str, tuple[int, int, int]]:
    wanted = select(P.state, *_OWN).where(within(q), *conditions(q)).group_by(P.state)
    if hint:
        wanted = wanted.with_hint(payments, f"INDEXED BY {hint}", "sqlite")
    return {row[0]: (int(row[1]), int(row[2]), int(row[3])) for row in connection.execute(wanted)}


def _grouped_over(connection: Connection, q: Question, some: Any) -> dict[str, tuple[int, int, int]]:
    adapter = ClauseAdapter(some)
    filters = [adapter.traverse(condition) for condition in conditions(q)]
    wanted = (
        select(some.c.state, *_sums(some.c.amount, some.c.cancel_amount, some.c.currency))
        .where(*filters)
        .group_by(some.c.state)
    )
    return {row[0]: (int(row[1]), int(row[2]), int(row[3])) for row in connection.execute(wanted)}


def _cancellations(connection: Connection, q: Question) -> dict[str, tuple[int, int, int]]:
    C = cancellations.c
    won = case((P.currency == "KRW", C.amount), else_=0)
    wanted = (
        select(P.state, func.count(), func.coalesce(func.sum(won), 0))
        .join(cancellations, P.id == C.payment_id)
        .where(within(q), *conditions(q))
        .group_by(P.state)
    )
    return {row[0]: (int(row[1]), 0, int(row[2])) for row in connection.execute(wanted)}


def of_keys(connection: Connection, ids: Sequence[int]) -> dict[str, tuple[int, int, int]]:
    """The same for a list of keys (the hits of a search)."""
    found: dict[str, tuple[int, int, int]] = {}
    for start in range(0, len(ids), 5_000):
        part = select(P.state, *_OWN).where(P.id.in_(ids[start : start + 5_000])).group_by(P.state)
        for state, n, amount, cancelled in connection.execute(part):
            a, b, c = found.get(state, (0, 0, 0))
            found[state] = (a + int(n), b + int(amount), c + int(cancelled))
    return found
