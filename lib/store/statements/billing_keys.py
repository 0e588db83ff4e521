"""Billing keys, from the payments that were made with them.

A key is known by a registration that went through or by any charge. Payments are in order by their key, which begins
with the second they were started in.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import ColumnElement, Connection, RowMapping, Select, and_, case, func, literal_column, or_, select

from lib.store.statements.listing import ID_BITS
from lib.store.statements.rows import postgresql
from lib.store.tables.billing_keys import billing_keys
from lib.store.tables.moves import State
from lib.store.tables.operations import operations
from lib.store.tables.payments import payments

K, O, P = billing_keys.c, operations.c, payments.c  # noqa: E741
DELETED = "deleted"
_CHARGE = "customer_uid_usage <> 'issue'"
_PAID = f"{_CHARGE} AND paid_at > 0"
_FAILED = f"{_CHARGE} AND paid_at = 0 AND status = 'failed'"
_ISSUED = "customer_uid_usage = 'issue' AND paid_at > 0"
_OF_A_KEY: ColumnElement[bool] = literal_column(
    "payments.customer_uid <> ''"
)  # written out: only so the partial index is considered

_COUNT = f"""
INSERT INTO billing_keys (customer_uid, newest, issued, last_charge, state, charges, paid, failures,
  buyer_name, card_name, card_number)
SELECT k.customer_uid, k.newest, k.issued, k.last_charge,
  CASE WHEN k.issued >= k.last_charge THEN 'new' WHEN k.last_charge = k.last_paid THEN 'paid' ELSE 'failed' END,
  k.charges, k.paid,
  (SELECT COUNT(*) FROM payments WHERE customer_uid <> '' AND customer_uid = k.customer_uid AND id > k.last_paid
     AND {_FAILED}),
  p.buyer_name, p.card_name, p.card_number
FROM (
  SELECT customer_uid, MAX(id) AS newest,
    MAX(CASE WHEN {_ISSUED} THEN id ELSE 0 END) AS issued,
    MAX(CASE WHEN {_CHARGE} THEN id ELSE 0 END) AS last_charge,
    MAX(CASE WHEN {_PAID} THEN id ELSE 0 END) AS last_paid,
    MAX(CASE WHEN card_number <> '' THEN id ELSE 0 END) AS carded,
    SUM(CASE WHEN {_CHARGE} THEN 1 ELSE 0 END) AS charges,
    SUM(CASE WHEN {_PAID} THEN 1 ELSE 0 END) AS paid
  FROM payments WHERE customer_uid <> '' AND (({_ISSUED}) OR ({_PAID}) OR ({_FAILED})) AND (/*which*/)
  GROUP BY customer_uid
) k JOIN payments p ON p.id = CASE WHEN k.carded > 0 THEN k.carded ELSE k.newest END
"""  # noqa: S608 - constants of this module


class Question(NamedTuple):
    """Which keys. `text` occurs in the id or the holder's name, or ends the card number; `state`: paid, failed, new,
    deleted, or "" for all that were not deleted."""

    text: str = ""
    state: str = ""


def count(connection: Connection, customer_uids: Collection[str]) -> None:
    """Count these keys anew from their payments; the empty id is left out."""
    wanted = sorted(set(customer_uids) - {""})
    if not wanted:
        return
    given: tuple[object]
    if postgresql(connection):
        which, given = "customer_uid = ANY(%s)", (wanted,)
    else:
        which, given = "customer_uid IN (SELECT value FROM json_each(?))", (msgspec.json.encode(wanted).decode(),)
    connection.exec_driver_sql(f"DELETE FROM billing_keys WHERE {which}", given)  # noqa: S608
    connection.exec_driver_sql(_COUNT.replace("/*which*/", which), given)


def fill(connection: Connection) -> None:
    """Count every key, into the empty table."""
    connection.exec_driver_sql(_COUNT.replace("/*which*/", "1 = 1"))


_GONE: ColumnElement[bool] = (
    select(O.id)
    .where(
        O.subject == "key:" + K.customer_uid,
        O.kind == "delete_key",
        O.state == State.CONFIRMED,
        O.created_at * (1 << ID_BITS) > K.issued,
    )
    .exists()
)
"""It was deleted from here, and no card was registered since."""
_DELETED_AT = (
    select(O.subject, func.max(O.created_at).label("at"))
    .where(O.imp_uid == "", O.kind == "delete_key", O.state == State.CONFIRMED)
    .group_by(O.subject)
    .subquery()
)
"""When each key was last deleted from here, read in one go: a deletion is about no payment, and those are indexed."""
_FAILING = (
    select(func.count())
    .select_from(billing_keys)
    .outerjoin(_DELETED_AT, _DELETED_AT.c.subject == "key:" + K.customer_uid)
    .where(K.state == "failed", func.coalesce(_DELETED_AT.c.at, 0) * (1 << ID_BITS) <= K.issued)
)
_STATE = case((_GONE, DELETED), else_=K.state)
_last, _newest = payments.alias("last_one"), payments.alias("newest_one")
_ROW = (
    select(
        billing_keys,
        _STATE.label("shown_state"),
        _newest.c.imp_uid.label("of"),
        *(_last.c[name] for name in ("imp_uid", "started_at", "amount", "currency", "fail_reason", "name")),
    )
    .join(_newest, _newest.c.id == K.newest)
    .outerjoin(_last, _last.c.id == K.last_charge)
)


def page(connection: Connection, q: Question, after: int | None, limit: int) -> list[RowMapping]:
    """Up to `limit` keys, latest payment first, below `after` (the `newest` of the row before).

    Beside the key's columns: `shown_state`, `of` (imp_uid of the latest payment), and of the last charge imp_uid,
    started_at, amount, currency, fail_reason, name (null where there is none).
    """
    wanted = _ROW.where(*_fits(q))
    if after is not None:
        wanted = wanted.where(K.newest < after)
    return list(connection.execute(wanted.order_by(K.newest.desc()).limit(limit)).mappings())


def one(connection: Connection, customer_uid: str) -> RowMapping | None:
    """One key, with the columns of `page`."""
    return connection.execute(_ROW.where(K.customer_uid == customer_uid)).mappings().first()


def counts(connection: Connection, q: Question) -> dict[str, int]:
    """How many keys in each shown state, deleted among them; the question's own state is not asked for."""
    found = select(_STATE, func.count()).where(*_fits(q._replace(state="any"))).group_by(_STATE)
    return {row[0]: row[1] for row in connection.execute(found)}


def failing(connection: Connection) -> int:
    """How many keys stand in "failed": what `counts` says of it, at the cost of those alone."""
    return int(connection.execute(_FAILING).scalar_one())


def of_payment(connection: Connection, imp_uid: str) -> str:
    """The key a payment was made with, "" for none."""
    return str(connection.execute(select(P.customer_uid).where(P.imp_uid == imp_uid)).scalar() or "")


def payments_of(connection: Connection, customer_uid: str, limit: int) -> list[RowMapping]:
    """A key's latest payments: its registrations and charges, newest first."""
    names = ("imp_uid", "merchant_uid", "state", "name", "amount", "cancel_amount", "currency", "started_at")
    wanted: Select[Any] = select(*(P[name] for name in (*names, "fail_reason", "customer_uid_usage")))
    wanted = wanted.where(_OF_A_KEY, P.customer_uid == customer_uid).order_by(P.id.desc()).limit(limit)
    return list(connection.execute(wanted).mappings())


def most_paid(connection: Connection, customer_uid: str) -> int:
    """The largest won payment ever made with a key, 0 for none."""
    paid = (P.customer_uid == customer_uid, P.paid_at > 0, P.currency == "KRW")
    return int(connection.execute(select(func.coalesce(func.max(P.amount), 0)).where(*paid)).scalar_one())


def _fits(q: Question) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if q.state == DELETED:
        found.append(_GONE)
    elif q.state != "any":
        found.append(and_(~_GONE, K.state == q.state) if q.state else ~_GONE)
    if q.text:
        inside = [column.icontains(q.text, autoescape=True) for column in (K.customer_uid, K.buyer_name)]
        found.append(or_(*inside, K.card_number.endswith(q.text, autoescape=True)))
    return found
