"""One page of payments: keys decided inside a covering index, then only the rows of that page. Never OFFSET."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple
from unicodedata import normalize

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    and_,
    func,
    literal,
    literal_column,
    or_,
    select,
    tuple_,
    union_all,
)
from sqlalchemy import text as sql

from lib.store.tables.payments import cancellations, payments
from lib.store.tables.sync import search_pending

ID_BITS = 20
P = payments.c


@dataclass(frozen=True, slots=True)
class Question:
    """What to list, in plain values. `basis`: paid, cancelled, changed or requested; `since`, `until` epoch seconds.

    `states` is never empty. `methods` are i'mport's; `other_methods` adds all that are not in `known_methods`.
    `only` restricts to these keys (None = no restriction).
    """

    basis: str
    since: int
    until: int
    states: tuple[str, ...]
    methods: tuple[str, ...] = ()
    other_methods: bool = False
    known_methods: tuple[str, ...] = ()
    gateways: tuple[str, ...] = ()
    mids: tuple[str, ...] = ()
    amount_min: int | None = None
    amount_max: int | None = None
    due: tuple[int, int] | None = None
    only: tuple[int, ...] | None = None


class Key(NamedTuple):
    """One row of a page: `sort` is what it is ordered by, `at` its time on the basis' clock."""

    sort: int
    id: int
    cancellation_id: str
    at: int
    event_amount: int


def conditions(q: Question) -> list[ColumnElement[bool]]:
    """Everything but the period, all of it answerable inside the covering indexes (but for `due`)."""
    found: list[ColumnElement[bool]] = [P.state.in_(q.states)]
    if q.methods or q.other_methods:
        own = P.pay_method.in_(q.methods)
        found.append(or_(own, P.pay_method.not_in(q.known_methods)) if q.other_methods else own)
    if q.gateways:
        found.append(P.pg_provider.in_(q.gateways))
    if q.mids:
        found.append(P.pg_id.in_(q.mids))
    if q.amount_min is not None:
        found.append(P.amount >= q.amount_min)
    if q.amount_max is not None:
        found.append(P.amount <= q.amount_max)
    if q.due is not None:
        found.append(P.vbank_date.between(*q.due))
    if q.only is not None:
        found.append(P.id.in_(q.only))
    return found


def clock(basis: str) -> ColumnElement[int]:
    """The column that a basis compares."""
    return {
        "paid": P.sale_at,
        "changed": P.status_at,
        "requested": P.started_at,
        "cancelled": cancellations.c.cancelled_at,
    }[basis]


def within(q: Question) -> ColumnElement[bool]:
    """The period on the basis' clock; requested goes by the key, which begins with the time started."""
    if q.basis == "requested":
        return P.id.between(q.since << ID_BITS, ((q.until + 1) << ID_BITS) - 1)
    return clock(q.basis).between(q.since, q.until)


def keys(connection: Connection, q: Question, sort: str, after: Key | None, limit: int) -> list[Key]:
    """Up to `limit` keys after `after`. `sort`: newest, oldest or amount."""
    if q.basis == "cancelled":
        return _cancellation_keys(connection, q, sort, after, limit)
    if q.basis == "changed" and len(q.states) > 1 and sort != "amount" and q.only is None and q.due is None:
        branches = [_keys(_one_state(q, s), sort, after, limit).subquery() for s in q.states]
        whole = union_all(*(select(branch) for branch in branches)).subquery()
        ordered = _ordered(select(whole), whole.c.sort, whole.c.id, sort)
        rows = connection.execute(ordered.limit(limit))
    else:
        rows = connection.execute(_keys(q, sort, after, limit))
    return [Key(row.sort, row.id, "", row.at, 0) for row in rows]


def _one_state(q: Question, state: str) -> Question:
    return replace(q, states=(state,))


def _keys(q: Question, sort: str, after: Key | None, limit: int) -> Select[Any]:
    by = P.amount if sort == "amount" else clock(q.basis)
    wanted = select(by.label("sort"), P.id.label("id"), clock(q.basis).label("at")).where(within(q), *conditions(q))
    if after is not None:
        here, there = tuple_(by, P.id), tuple_(literal(after.sort), literal(after.id))
        wanted = wanted.where(here > there if sort == "oldest" else here < there)
    hint = {"paid": "ix_payments_sale", "changed": "ix_payments_state"}.get(q.basis)
    if q.only is None and q.due is None and hint:
        wanted = wanted.with_hint(payments, f"INDEXED BY {hint}", "sqlite")
    return _ordered(wanted, by, P.id, sort).limit(limit)


def _ordered(wanted: Select[Any], by: Any, key: Any, sort: str) -> Select[Any]:
    return wanted.order_by(by, key) if sort == "oldest" else wanted.order_by(by.desc(), key.desc())


def _cancellation_keys(connection: Connection, q: Question, sort: str, after: Key | None, limit: int) -> list[Key]:
    C = cancellations.c
    by = C.amount if sort == "amount" else C.cancelled_at
    wanted = (
        select(
            by.label("sort"),
            C.payment_id.label("id"),
            C.cancellation_id,
            C.cancelled_at.label("at"),
            C.amount.label("n"),
        )
        .join(payments, P.id == C.payment_id)
        .where(within(q), *conditions(q))
    )
    columns = (by, C.payment_id, C.cancellation_id)
    if after is not None:
        there = tuple_(literal(after.sort), literal(after.id), literal(after.cancellation_id))
        wanted = wanted.where(tuple_(*columns) > there if sort == "oldest" else tuple_(*columns) < there)
    order = columns if sort == "oldest" else tuple(column.desc() for column in columns)
    rows = connection.execute(wanted.order_by(*order).limit(limit))
    return [Key(row.sort, row.id, row.cancellation_id, row.at, row.n) for row in rows]


def rows(connection: Connection, ids: Sequence[int]) -> dict[int, RowMapping]:
    """Whole rows by key."""
    found = connection.execute(select(payments).where(P.id.in_(set(ids)))).mappings()
    return {row["id"]: row for row in found}


def by_imp_uid(connection: Connection, imp_uid: str) -> RowMapping | None:
    """One payment's row."""
    return connection.execute(select(payments).where(P.imp_uid == imp_uid)).mappings().first()


def cancellations_of(connection: Connection, payment_id: int) -> list[RowMapping]:
    """A payment's cancellations, oldest first."""
    C = cancellations.c
    wanted = select(cancellations).where(C.payment_id == payment_id).order_by(C.cancelled_at, C.cancellation_id)
    return list(connection.execute(wanted).mappings())


def of_ids(connection: Connection, ids: Sequence[str]) -> list[tuple[int, str, str]]:
    """(key, imp_uid, merchant_uid) of payments that carry one of these ids as imp_uid or order id."""
    found: set[tuple[int, str, str]] = set()
    for column in (P.imp_uid, P.merchant_uid):
        for start in range(0, len(ids), 500):
            wanted = select(P.id, P.imp_uid, P.merchant_uid).where(column.in_(ids[start : start + 500]))
            found |= {(row.id, row.imp_uid, row.merchant_uid) for row in connection.execute(wanted)}
    return sorted(found, reverse=True)


# -- search ----------------------------------------------------------------------------------------------------------

NEWEST = 20_000


def search(connection: Connection, q: Question, text: str, match: str, before: int | None, limit: int) -> list[Key]:
    """Keys of payments whose search text holds `text`, newest started first, in the other conditions of `q`.

    `match` narrows through the index (see lib.payments.searching.match); "" scans the newest 20,000.
    """
    bounds = [*conditions(q), *([] if q.basis == "cancelled" else [within(q)])]
    postgresql = connection.dialect.name == "postgresql"
    if not match or postgresql:
        found = _scan_newest(connection, bounds, q, text, before, limit)
        if not match or len(found) >= limit:
            return found
        return _by_gin(connection, bounds, q, text, before, limit)
    found = _by_fts(connection, bounds, q, text, match, before, limit)
    waiting = _scan_pending(connection, bounds, q, text, before, limit)
    return sorted({*found, *waiting}, key=lambda key: -key.id)[:limit] if waiting else found


def _holds(connection: Connection, text: str) -> ColumnElement[bool]:
    if connection.dialect.name == "postgresql":
        return func.position(literal(text).op("IN")(P.search_text)) > 0
    return func.instr(P.search_text, text) > 0


def _result(connection: Connection, wanted: Select[Any]) -> list[Key]:
    return [Key(row.id, row.id, "", row.at, 0) for row in connection.execute(wanted)]


def _time(q: Question) -> ColumnElement[int]:
    return P.cancelled_at if q.basis == "cancelled" else clock(q.basis)


def _by_fts(
    connection: Connection, bounds: list[Any], q: Question, text: str, match: str, before: int | None, limit: int
) -> list[Key]:
    rowid: ColumnElement[int] = literal_column("payment_search.rowid")
    narrow = and_(
        literal_column("payment_search").op("MATCH")(match), *([rowid < before] if before is not None else [])
    )
    wanted = (
        select(P.id.label("id"), _time(q).label("at"))
        .select_from(literal_table("payment_search CROSS JOIN payments ON payments.id = payment_search.rowid"))
        .where(narrow, _holds(connection, text), *bounds)
        .order_by(rowid.desc())
        .limit(limit)
    )
    return _result(connection, wanted)


def literal_table(text: str) -> Any:
    """A FROM clause written out, for joins whose order must stay."""
    return sql(text)


def _scan_newest(
    connection: Connection, bounds: list[Any], q: Question, text: str, before: int | None, limit: int
) -> list[Key]:
    floor = select(P.id).order_by(P.id.desc()).offset(NEWEST).limit(1).scalar_subquery()
    wanted = (
        select(P.id.label("id"), _time(q).label("at"))
        .where(P.id > func.coalesce(floor, -1), _holds(connection, text), *bounds)
        .order_by(P.id.desc())
        .limit(limit)
    )
    if before is not None:
        wanted = wanted.where(P.id < before)
    return _result(connection, wanted)


def _scan_pending(
    connection: Connection, bounds: list[Any], q: Question, text: str, before: int | None, limit: int
) -> list[Key]:
    if connection.execute(select(search_pending.c.payment_id).limit(1)).first() is None:
        return []
    newest = select(search_pending.c.payment_id).order_by(search_pending.c.payment_id.desc()).limit(NEWEST)
    wanted = (
        select(P.id.label("id"), _time(q).label("at"))
        .where(P.id.in_(newest), _holds(connection, text), *bounds)
        .order_by(P.id.desc())
        .limit(limit)
    )
    if before is not None:
        wanted = wanted.where(P.id < before)
    return _result(connection, wanted)


def _by_gin(
    connection: Connection, bounds: list[Any], q: Question, text: str, before: int | None, limit: int
) -> list[Key]:
    escaped = normalize("NFD", text).replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    decomposed = func.normalize(P.search_text, literal_column("NFD"))
    hits = select(P.id).where(decomposed.like(f"%{escaped}%"))
    if before is not None:
        hits = hits.where(P.id < before)
    cte = hits.cte("hits").prefix_with("MATERIALIZED", dialect="postgresql")
    wanted = (
        select(P.id.label("id"), _time(q).label("at"))
        .join(cte, cte.c.id == P.id)
        .where(_holds(connection, text), *bounds)
        .order_by(P.id.desc())
        .limit(limit)
    )
    return _result(connection, wanted)
