"""How many payments stand how, and their sums: from the totals of whole days, else by one bounded pass over an index."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from sqlalchemy import Connection, case, func, select

from lib.payments.days import DAY_S, OFFSET_S, day_of
from lib.store.statements.listing import BY_KEY, ID_BITS, C, P, Question, clock, conditions, hinted, within
from lib.store.tables.payments import cancellations, payments
from lib.store.tables.totals import state_totals

VISITED_MOST = 1_000_000
_COUNT = func.count()
T = state_totals.c
EVER = 7_258_118_399  # the last second of 2199 KST


class Sums(NamedTuple):
    """How many, and how much of it in won: amount, and what was cancelled."""

    n: int
    amount: int
    cancel_amount: int


def by_state(connection: Connection, q: Question, most: int = VISITED_MOST) -> tuple[dict[str, Sums], bool]:
    """Sums by state, and whether more than `most` entries lie in the period: then only the newest of them are summed.

    The bound is on entries visited, not on hits, or a rare filter over many years would not end. On the basis
    `cancelled` the unit is the cancellation: its own amount is summed as cancelled, and no other.
    """
    few = q.due is not None or q.phone is not None or q.without_receipt or q.standing_receipt
    if q.only is not None or few:
        return _grouped(connection, q), False
    if _by_days(q):
        return _totals(connection, q), False
    if q.basis == "changed":
        return _each_state(connection, q, most)
    edge = _edge(connection, q, most)
    if edge is not None:
        q = replace(q, since=edge)
    if "paid" not in q.states or q.basis == "cancelled":
        return _grouped(connection, q), edge is not None
    # Grouping sorts, and most payments are paid: summing those apart is four times as fast.
    rest = tuple(state for state in q.states if state != "paid")
    found = _grouped(connection, replace(q, states=rest)) if rest else {}
    return found | _one(connection, replace(q, states=("paid",))), edge is not None


def _by_days(q: Question) -> bool:
    """Whether the totals of days answer: the list's first clock, whole KST days, and nothing but their keys asked for."""
    whole = (q.since + OFFSET_S) % DAY_S == 0 and (q.until + 1 + OFFSET_S) % DAY_S == 0
    edges = whole or (q.since == 0 and q.until >= EVER)
    return q.basis == "paid" and edges and q.amount_min is None and q.amount_max is None and not q.approval


def _totals(connection: Connection, q: Question) -> dict[str, Sums]:
    days = (day_of(q.since).isoformat(), day_of(min(q.until, EVER)).isoformat())
    wanted = (
        select(T.state, func.sum(T["count"]), _won(T.amount, T), _won(T.cancel_amount, T))
        .where(T.day.between(*days), *conditions(q, T))
        .group_by(T.state)
    )
    found = {row[0]: Sums(*map(int, row[1:])) for row in connection.execute(wanted)}
    return {state: sums for state, sums in found.items() if sums.n}


def _each_state(connection: Connection, q: Question, most: int) -> tuple[dict[str, Sums], bool]:
    found: dict[str, Sums] = {}
    cut = False
    for state in q.states:
        part = replace(q, states=(state,))
        edge = _edge(connection, part, most)
        if edge is not None:
            part, cut = replace(part, since=edge), True
        found |= _one(connection, part)
    return found, cut


def _edge(connection: Connection, q: Question, most: int) -> int | None:
    """The epoch second at which the newest `most` entries of the period begin; None when there are no more."""
    by = P.id if q.basis == "requested" else clock(q.basis)
    wanted = select(by).where(within(q)).order_by(by.desc()).limit(1).offset(most)
    if q.basis == "changed":
        wanted = wanted.where(P.state == q.states[0])
    edge = connection.execute(hinted(wanted, q)).scalar()
    if edge is None:
        return None
    return int(edge) >> ID_BITS if q.basis == "requested" else int(edge)


def _won(column: Any, of: Any = P) -> Any:
    return func.coalesce(func.sum(case((of.currency == "KRW", column), else_=0)), 0)


def _one(connection: Connection, q: Question) -> dict[str, Sums]:
    """Sums of the only state of `q`."""
    wanted = select(_COUNT, _won(P.amount), _won(P.cancel_amount)).where(within(q), *conditions(q))
    sums = Sums(*map(int, connection.execute(hinted(wanted, q)).one()))
    return {q.states[0]: sums} if sums.n else {}


def _grouped(connection: Connection, q: Question) -> dict[str, Sums]:
    if q.basis == "cancelled":
        wanted = select(P.state, _COUNT, _won(0), _won(C.amount)).join_from(
            cancellations, payments, P.id == C.payment_id
        )
        wanted = wanted.with_hint(payments, BY_KEY, "sqlite")
        if q.only is None:
            wanted = wanted.with_hint(cancellations, "INDEXED BY ix_cancellations_at", "sqlite")
    else:
        wanted = hinted(select(P.state, _COUNT, _won(P.amount), _won(P.cancel_amount)), q)
    rows = connection.execute(wanted.where(within(q), *conditions(q)).group_by(P.state))
    return {row[0]: Sums(*map(int, row[1:])) for row in rows}


def standing(connection: Connection, ids: Sequence[int]) -> dict[int, tuple[str, int, int, bool]]:
    """(state, amount, cancelled amount, whether in won) by key."""
    found: dict[int, tuple[str, int, int, bool]] = {}
    for start in range(0, len(ids), 1_000):
        wanted = select(P.id, P.state, P.amount, P.cancel_amount, P.currency)
        for row in connection.execute(wanted.where(P.id.in_(ids[start : start + 1_000]))):
            found[row[0]] = (row[1], row[2], row[3], row[4] == "KRW")
    return found
