"""One page of payments: keys decided inside a covering index, then only the rows of that page. Never OFFSET."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    bindparam,
    literal,
    literal_column,
    or_,
    select,
    tuple_,
    union_all,
)

from lib.store.tables.payments import STANDING_RECEIPT, WITHOUT_RECEIPT, cancellations, payments

ID_BITS = 20
P, C = payments.c, cancellations.c
_ONE = select(payments).where(P.imp_uid == bindparam("imp_uid"))
_MARK = select(P.state, P.status_at, P.amount, P.cancel_amount).where(P.imp_uid == bindparam("imp_uid"))
_HISTORY = (
    select(cancellations).where(C.payment_id == bindparam("payment_id")).order_by(C.cancelled_at, C.cancellation_id)
)
SHOWN = (
    "imp_uid",
    "merchant_uid",
    "state",
    "pay_method",
    "amount",
    "cancel_amount",
    "currency",
    "name",
    "buyer_name",
    "buyer_tel",
    "buyer_email",
    "card_name",
    "card_number",
    "apply_num",
    "pg_provider",
    "pg_id",
    "fail_reason",
    "vbank_date",
    "status",
)
"""What a list reads of a payment's row."""
Values = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """What to list, in plain values. `basis`: paid, cancelled, changed, requested or, with `due`, due; `since`, `until`
    epoch seconds.

    `states` is never empty. `methods` are i'mport's; `other_methods` adds all that are not in `known_methods`.
    `due`: only virtual accounts that wait, with their deadline in these bounds. `phone`: only phone payments with a
    balance, paid in these bounds. `issued`: only those that were given a virtual account. `without_receipt`: only cash
    without a receipt; `standing_receipt`: only receipts of cash that went back in full. `only` restricts to these keys
    (None = no restriction), `approval` to this approval number.
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
    phone: tuple[int, int] | None = None
    issued: bool = False
    without_receipt: bool = False
    standing_receipt: bool = False
    only: tuple[int, ...] | None = None
    approval: str = ""


class Key(NamedTuple):
    """One row of a list: `sort` is what it is ordered by, `at` its time on the basis' clock.

    On the basis `cancelled` a row is one cancellation: its `cancellation_id` and its own amount, `event_amount`.
    """

    sort: int
    id: int
    cancellation_id: str
    at: int
    event_amount: int


def conditions(q: Question, of: Any = P) -> list[ColumnElement[bool]]:
    """Everything but the period, all of it answerable inside the covering indexes (but for `due`).

    `of`: the columns asked, those of payments or of totals that have the same keys.
    """
    found: list[ColumnElement[bool]] = [_one_of(of.state, q.states)]
    if q.methods or q.other_methods:
        own = of.pay_method.in_(q.methods)
        found.append(or_(own, of.pay_method.not_in(q.known_methods)) if q.other_methods else own)
    if q.gateways:
        found.append(_one_of(of.pg_provider, q.gateways))
    if q.mids:
        found.append(_one_of(of.pg_id, q.mids))
    if q.amount_min is not None:
        found.append(of.amount >= q.amount_min)
    if q.amount_max is not None:
        found.append(of.amount <= q.amount_max)
    if q.due is not None:
        found += due(*q.due)
    if q.phone is not None:
        found += phone(*q.phone)
    if q.issued:
        found.append(P.vbank_num != "")
    if q.without_receipt:
        found.append(WITHOUT_RECEIPT)
    if q.standing_receipt:
        found.append(STANDING_RECEIPT)
    if q.only is not None:
        found.append(of.id.in_(q.only))
    if q.approval:
        found.append(of.apply_num == q.approval)
    return found


def _one_of(column: ColumnElement[str], values: Sequence[str]) -> ColumnElement[bool]:
    return column == values[0] if len(values) == 1 else column.in_(values)


def due(since: int, until: int) -> list[ColumnElement[bool]]:
    """Virtual accounts that wait, by deadline. The state is written out: only so the partial index is considered."""
    return [P.state == literal_column("'waiting'"), P.vbank_date.between(since, until)]


def phone(since: int, until: int) -> list[ColumnElement[bool]]:
    """Phone payments with a balance, by the time paid."""
    sold = P.state.in_(("paid", "partly"))
    return [sold, P.pay_method == "phone", P.amount > P.cancel_amount, P.sale_at.between(since, until)]


def clock(basis: str) -> ColumnElement[int]:
    """The column that a basis compares."""
    return {
        "paid": P.sale_at,
        "changed": P.status_at,
        "requested": P.started_at,
        "cancelled": C.cancelled_at,
        "due": P.vbank_date,
    }[basis]


def within(q: Question) -> ColumnElement[bool]:
    """The period on the basis' clock; requested goes by the key, which begins with the time started."""
    if q.basis == "requested":
        return P.id.between(q.since << ID_BITS, ((q.until + 1) << ID_BITS) - 1)
    return clock(q.basis).between(q.since, q.until)


BY_KEY = "NOT INDEXED"
"""SQLite's words for: by the key alone."""


def hint(q: Question) -> str:
    """What SQLite must go by, whose planner knows no statistics."""
    if q.only is not None:
        return BY_KEY
    if q.due is not None:
        return "INDEXED BY ix_payments_due"
    if q.without_receipt:
        return "INDEXED BY ix_payments_without_receipt"
    if q.standing_receipt:
        return "INDEXED BY ix_payments_standing_receipt"
    if q.phone is not None or q.basis == "paid":
        return "INDEXED BY ix_payments_sale"
    return "INDEXED BY ix_payments_state" if q.basis == "changed" else BY_KEY


def hinted(wanted: Select[Any], q: Question) -> Select[Any]:
    """The statement with `hint`."""
    return wanted.with_hint(payments, hint(q), "sqlite")


# -- a page ------------------------------------------------------------------------------------------------------------


def page(
    connection: Connection, q: Question, sort: str, after: Key | None, limit: int, columns: Sequence[str] = SHOWN
) -> list[tuple[Key, Values]]:
    """Up to `limit` rows after `after`, in order: each its key and its values of `columns`. `sort`: newest, oldest, amount."""
    keys = keyed(q, sort, after, limit).subquery("k")
    p = payments.alias("p")
    wanted = select(keys, *(p.c[name] for name in columns)).join_from(keys, p, p.c.id == keys.c.id)
    width = len(Key._fields)
    found = [(Key(*row[:width]), row[width:]) for row in map(tuple, connection.execute(wanted))]
    return sorted(found, key=lambda row: row[0][:3], reverse=sort != "oldest")  # a join promises no order


def keyed(q: Question, sort: str, after: Key | None, limit: int) -> Select[Any]:
    """The statement for up to `limit` keys (columns of `Key`)."""
    if q.basis == "cancelled":
        return _of_cancellations(q, sort, after, limit)
    if len(q.states) > 1 and sort != "amount" and hint(q) == "INDEXED BY ix_payments_state":
        branches = (_of_payments(replace(q, states=(state,)), sort, after, limit).subquery() for state in q.states)
        whole = union_all(*(select(branch) for branch in branches)).subquery()
        return _ordered(select(whole), sort, whole.c.sort, whole.c.id).limit(limit)
    return _of_payments(q, sort, after, limit)


def _of_payments(q: Question, sort: str, after: Key | None, limit: int) -> Select[Any]:
    # The key begins with the second started: order by the key alone is order by the time requested.
    by = P.amount if sort == "amount" else P.id if q.basis == "requested" else clock(q.basis)
    order = (P.id,) if by is P.id else (by, P.id)
    if after is not None:
        q = _narrowed(q, sort, after)
    wanted = select(
        by.label("sort"),
        P.id.label("id"),
        literal_column("''").label("cancellation_id"),
        clock(q.basis).label("at"),
        literal_column("0").label("event_amount"),
    ).where(within(q), *conditions(q))
    if after is not None:
        wanted = wanted.where(_beyond(sort, order, (after.sort, after.id)[-len(order) :]))
    return _ordered(hinted(wanted, q), sort, *order).limit(limit)


def _of_cancellations(q: Question, sort: str, after: Key | None, limit: int) -> Select[Any]:
    by = C.amount if sort == "amount" else C.cancelled_at
    order = (by, C.payment_id, C.cancellation_id)
    if after is not None:
        q = _narrowed(q, sort, after)
    wanted = (
        select(
            by.label("sort"),
            C.payment_id.label("id"),
            C.cancellation_id.label("cancellation_id"),
            C.cancelled_at.label("at"),
            C.amount.label("event_amount"),
        )
        .join_from(cancellations, payments, P.id == C.payment_id)
        .where(within(q), *conditions(q))
        .with_hint(payments, BY_KEY, "sqlite")
    )
    if after is not None:
        wanted = wanted.where(_beyond(sort, order, (after.sort, after.id, after.cancellation_id)))
    if q.only is None:
        wanted = wanted.with_hint(cancellations, "INDEXED BY ix_cancellations_at", "sqlite")
    return _ordered(wanted, sort, *order).limit(limit)


def _narrowed(q: Question, sort: str, after: Key) -> Question:
    """The period cut at the cursor, so that the index is entered there."""
    if sort == "amount":
        return q
    at = after.sort >> ID_BITS if q.basis == "requested" else after.sort
    return replace(q, since=max(q.since, at)) if sort == "oldest" else replace(q, until=min(q.until, at))


def _beyond(sort: str, columns: Sequence[Any], there: Sequence[Any]) -> ColumnElement[bool]:
    here, last = tuple_(*columns), tuple_(*(literal(value) for value in there))
    return here > last if sort == "oldest" else here < last


def _ordered(wanted: Select[Any], sort: str, *columns: Any) -> Select[Any]:
    return wanted.order_by(*(columns if sort == "oldest" else (column.desc() for column in columns)))


# -- single payments ---------------------------------------------------------------------------------------------------


def rows(connection: Connection, ids: Sequence[int], columns: Sequence[str] = SHOWN) -> dict[int, Values]:
    """Values of `columns` by key."""
    found = connection.execute(select(P.id, *(P[name] for name in columns)).where(P.id.in_(set(ids))))
    return {row[0]: tuple(row[1:]) for row in found}


def by_imp_uid(connection: Connection, imp_uid: str) -> RowMapping | None:
    """One payment's row."""
    return connection.execute(_ONE, {"imp_uid": imp_uid}).mappings().first()


def mark_of(connection: Connection, imp_uid: str) -> tuple[Any, ...] | None:
    """(state, time of it, amount, cancelled amount) of a payment; None where it is not here."""
    found = connection.execute(_MARK, {"imp_uid": imp_uid}).first()
    return tuple(found) if found else None


def cancellations_of(connection: Connection, payment_id: int) -> list[RowMapping]:
    """A payment's cancellations, oldest first."""
    return list(connection.execute(_HISTORY, {"payment_id": payment_id}).mappings())


def entries_of(connection: Connection, keys: Sequence[Key]) -> dict[tuple[int, str], tuple[str, str]]:
    """(reason, PG transaction number) of the cancellations that these keys are of, by payment and cancellation id."""
    found: dict[tuple[int, str], tuple[str, str]] = {}
    ids = sorted({key.id for key in keys})
    for start in range(0, len(ids), 1_000):
        wanted = select(C.payment_id, C.cancellation_id, C.reason, C.pg_tid)
        for row in connection.execute(wanted.where(C.payment_id.in_(ids[start : start + 1_000]))):
            found[row[0], row[1]] = (row[2], row[3])
    return found


def briefs(connection: Connection, imp_uids: Sequence[str]) -> list[RowMapping]:
    """imp_uid, merchant_uid, buyer_name, name, currency, pg_provider and state of these payments."""
    found: list[RowMapping] = []
    for start in range(0, len(imp_uids), 500):
        wanted = select(P.imp_uid, P.merchant_uid, P.buyer_name, P.name, P.currency, P.pg_provider, P.state)
        found += connection.execute(wanted.where(P.imp_uid.in_(imp_uids[start : start + 500]))).mappings()
    return found


def of_ids(connection: Connection, ids: Sequence[str]) -> list[tuple[int, str, str]]:
    """(key, imp_uid, merchant_uid) of payments that carry one of these ids as imp_uid or order id."""
    found: set[tuple[int, str, str]] = set()
    for column in (P.imp_uid, P.merchant_uid):
        for start in range(0, len(ids), 500):
            wanted = select(P.id, P.imp_uid, P.merchant_uid).where(column.in_(ids[start : start + 500]))
            found |= {(row.id, row.imp_uid, row.merchant_uid) for row in connection.execute(wanted)}
    return sorted(found, reverse=True)
