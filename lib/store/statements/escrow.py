"""Escrow orders whose money is held, by what tells of their delivery: the newest record of a person or operation."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    Case,
    Connection,
    RowMapping,
    Select,
    Subquery,
    and_,
    bindparam,
    case,
    func,
    insert,
    or_,
    select,
    text,
    tuple_,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from lib.store.tables.escrow import CHANGED_DELIVERY, DELIVERY, UNSUPPORTED, Said, escrow_records
from lib.store.tables.moves import State
from lib.store.tables.operations import operations
from lib.store.tables.payments import payments

KINDS = (DELIVERY, CHANGED_DELIVERY)
P, R = payments.c, escrow_records.c
_OF_IT = (operations.c.imp_uid == P.imp_uid, operations.c.kind.in_(KINDS))
_HELD = text("payments.escrow AND payments.state IN ('paid', 'partly')")


class Stage(StrEnum):
    """Where an escrow order stands."""

    SHIP = "ship"  # paid, and no delivery is known
    TRANSIT = "transit"  # a delivery is registered, and was sent not long ago
    WAITING = "waiting"  # sent longer ago: the buyer's confirmation is awaited
    REJECTED = "rejected"  # a person recorded that the buyer refused it
    KICC = "kicc"  # i'mport does not take the delivery: it must be typed at the gateway's own site
    CONFIRMED = "confirmed"  # a person recorded that the buyer confirmed it


class _SentAt(FunctionElement[int]):
    """`sent_at` of an operation's facts."""

    type = BigInteger()
    inherit_cache = True


@compiles(_SentAt, "sqlite")
def _sqlite(element: _SentAt, compiler: Any, **given: Any) -> str:
    return f"json_extract({compiler.process(element.clauses, **given)}, '$.sent_at')"


@compiles(_SentAt, "postgresql")
def _postgresql(element: _SentAt, compiler: Any, **given: Any) -> str:
    return f"CAST(CAST({compiler.process(element.clauses, **given)} AS json) ->> 'sent_at' AS bigint)"


_tells = operations.alias("tells")
_newest = operations.alias("newest")
_TOLD = select(func.max(operations.c.id)).where(
    *_OF_IT, or_(operations.c.state == State.CONFIRMED, operations.c.code == UNSUPPORTED)
)
_RECORDED = select(func.max(R.id)).where(R.imp_uid == P.imp_uid)

_counts = and_(R.said != Said.NOTHING, or_(_tells.c.id.is_(None), R.id > _tells.c.id))
_HEARD = case(
    (_counts, R.said),
    (_tells.c.state == State.CONFIRMED, Said.SHIPPED.value),
    (_tells.c.id.is_not(None), UNSUPPORTED),
    else_="",
)
_SENT = case((_counts, R.sent_at), (_tells.c.state == State.CONFIRMED, _SentAt(_tells.c.facts)), else_=0)
_HEARD_AT = case((_counts, R.at), (_tells.c.id.is_not(None), _tells.c.created_at), else_=P.paid_at)


def _orders(*conditions: Any, hinted: bool = True) -> Subquery:
    """The escrow orders, each with what was heard of it last (of `Said`, UNSUPPORTED or nothing), when, and when it was
    sent."""
    joined = payments.outerjoin(_tells, _tells.c.id == _TOLD.correlate(payments).scalar_subquery())
    joined = joined.outerjoin(escrow_records, R.id == _RECORDED.correlate(payments).scalar_subquery())
    found = select(
        *(
            P[name]
            for name in ("id", "imp_uid", "merchant_uid", "name", "buyer_name", "pg_provider", "paid_at", "currency")
        ),
        (P.amount - P.cancel_amount).label("balance"),
        _HEARD.label("heard"),
        _HEARD_AT.label("heard_at"),
        _SENT.label("sent_at"),
        _tells.c.id.label("told_by"),
        _tells.c.facts,
        case((_counts, R.company), else_="").label("company"),
        case((_counts, R.invoice), else_="").label("invoice"),
    )
    found = found.select_from(joined).where(*conditions)
    if hinted:
        found = found.with_hint(payments, "INDEXED BY ix_payments_escrow", "sqlite")
    return found.subquery("orders")


def _stage(orders: Subquery) -> Case[str]:
    heard = orders.c.heard
    return case(
        (heard == Said.CONFIRMED, Stage.CONFIRMED.value),
        (heard == Said.REJECTED, Stage.REJECTED.value),
        (and_(heard == Said.SHIPPED, orders.c.sent_at > bindparam("late")), Stage.TRANSIT.value),
        (heard == Said.SHIPPED, Stage.WAITING.value),
        (heard == UNSUPPORTED, Stage.KICC.value),
        else_=Stage.SHIP.value,
    )


def _rows(orders: Subquery) -> Select[Any]:
    newest = select(func.max(operations.c.id)).where(
        operations.c.imp_uid == orders.c.imp_uid, operations.c.kind.in_(KINDS)
    )
    joined = orders.outerjoin(_newest, _newest.c.id == newest.correlate(orders).scalar_subquery())
    latest = (_newest.c[name].label(f"newest_{name}") for name in ("id", "state", "code"))
    return select(*orders.c, _stage(orders).label("stage"), *latest).select_from(joined)


_held = _orders(_HELD, P.paid_at >= bindparam("since"))
_COUNTS = select(
    _stage(_held).label("stage"), func.count().label("count"), func.sum(_held.c.balance).label("held")
).group_by("stage")
_PAGE = (
    _rows(_held)
    .where(_stage(_held) == bindparam("stage"))
    .where(tuple_(_held.c.paid_at, _held.c.id) > tuple_(bindparam("after_at"), bindparam("after_id")))
    .order_by(_held.c.paid_at, _held.c.id)
    .limit(bindparam("limit"))
)
_ONE = _rows(_orders(P.imp_uid == bindparam("imp_uid"), text("payments.escrow"), hinted=False))
_OF_ORDER = select(P.imp_uid).where(P.merchant_uid == bindparam("merchant_uid"))
_RECORDS = select(escrow_records).where(R.imp_uid == bindparam("imp_uid")).order_by(R.id.desc())
_LATEST = (
    select(operations)
    .where(text(f"kind IN ('{DELIVERY}', '{CHANGED_DELIVERY}')"))  # in the words of its index
    .order_by(operations.c.id.desc())
    .limit(1)
)


def counts(connection: Connection, since: int, late: int) -> list[RowMapping]:
    """Columns stage, count, held (won) of orders paid since then that hold money; `late`: sent until then is no longer
    in transit (epoch seconds). A stage without an order has no row."""
    return list(connection.execute(_COUNTS, {"since": since, "late": late}).mappings())


def page(
    connection: Connection, stage: Stage, since: int, late: int, after: tuple[int, int], limit: int
) -> list[RowMapping]:
    """Orders of a stage, paid longest ago first, behind the place `after` (paid_at, id)."""
    given = {"stage": stage.value, "since": since, "late": late, "after_at": after[0], "after_id": after[1]}
    return list(connection.execute(_PAGE, given | {"limit": limit}).mappings())


def one(connection: Connection, imp_uid: str, late: int) -> RowMapping | None:
    """An escrow payment as `page` gives it, whether or not it holds money."""
    return connection.execute(_ONE, {"imp_uid": imp_uid, "late": late}).mappings().first()


def of_order(connection: Connection, merchant_uid: str) -> list[str]:
    """The imp_uid of every payment of an order."""
    return list(connection.execute(_OF_ORDER, {"merchant_uid": merchant_uid}).scalars())


def latest(connection: Connection) -> RowMapping | None:
    """The newest operation that registers or changes a delivery."""
    return connection.execute(_LATEST).mappings().first()


def record(connection: Connection, **values: Any) -> None:
    """Append a record."""
    connection.execute(insert(escrow_records), values)


def records(connection: Connection, imp_uid: str) -> list[RowMapping]:
    """The records of a payment, newest first."""
    return list(connection.execute(_RECORDS, {"imp_uid": imp_uid}).mappings())
