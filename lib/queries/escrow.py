"""Escrow orders by where they stand, masked.

i'mport tells no buyer's answer. In transit and waiting are told from the time a registered delivery was sent; a
confirmation or a rejection is what a person recorded.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import pandas as pd

from lib.errors import BadInput
from lib.payments.days import DAY_S, day_of
from lib.people import policy
from lib.people.actor import Actor
from lib.store.engine import Store
from lib.store.statements import escrow as statements
from lib.store.statements.escrow import Stage
from lib.store.tables.escrow import Said
from lib.text import masking

__all__ = ["COLUMNS", "LOOK_BACK_DAYS", "Board", "Order", "Place", "Record", "Said", "Stage", "board", "one", "page"]

TRANSIT_DAYS = 3
"""A delivery sent less long ago is taken to be on its way."""
LOOK_BACK_DAYS = 180
"""Orders paid before are not on the board: nobody ships them any more."""
COLUMNS = {
    "imp_uid": "str",
    "merchant_uid": "str",
    "name": "str",
    "buyer_name": "str",
    "balance": "int64",
    "paid_at": "int64",
    "days": "int64",
    "company": "str",
    "invoice": "str",
    "attempt": "str",
    "code": "str",
}
"""Of a page: `balance` in won is what is held, `paid_at` epoch seconds, `days` KST days since it came to stand so,
`company` of `codes.couriers`, `attempt` and `code` the state of the newest operation and the code of its sentence."""


class Sum(NamedTuple):
    """How many orders, and the won held in them."""

    orders: int = 0
    held: int = 0


Board = Mapping[Stage, Sum]


class Place(NamedTuple):
    """Where a page ended."""

    paid_at: int = 0
    id: int = 0


@dataclass(frozen=True, slots=True)
class Record:
    """What a person recorded, `at` epoch seconds."""

    said: Said
    at: int
    by: str
    proof: str


@dataclass(frozen=True, slots=True)
class Order:
    """One escrow order. `since` epoch seconds: how long it stands so; `operation` the newest of its delivery, "" while
    there is none, `told_by` the one whose delivery counts. `records`: newest first."""

    imp_uid: str
    merchant_uid: str
    name: str
    buyer_name: str
    balance: int
    paid_at: int
    stage: Stage
    since: int
    pg_provider: str
    company: str
    invoice: str
    sent_at: int
    operation: str
    told_by: str
    records: tuple[Record, ...]


def board(store: Store, actor: Actor, now: float) -> Board:
    """The sum of every stage, of orders that hold money. Raises `NotAllowed`."""
    policy.require(actor, policy.SEE)
    with store.reading() as connection:
        rows = statements.counts(connection, _oldest(now), _late(now))
    sums = {Stage(row["stage"]): Sum(int(row["count"]), int(row["held"])) for row in rows}
    return {stage: sums.get(stage, Sum()) for stage in Stage}


def page(
    store: Store, actor: Actor, stage: Stage, now: float, *, after: Place | None = None, limit: int = 100
) -> tuple[pd.DataFrame, Place | None]:
    """One page of a stage, paid longest ago first (`COLUMNS`), and where the next begins, None at the end.

    Raises `NotAllowed`."""
    policy.require(actor, policy.SEE)
    with store.reading() as connection:
        rows = statements.page(connection, stage, _oldest(now), _late(now), after or Place(), limit + 1)
    shown = rows[:limit]
    more = Place(shown[-1]["paid_at"], shown[-1]["id"]) if len(rows) > limit else None
    return _frame(shown, now), more


def one(store: Store, actor: Actor, imp_uid: str, now: float) -> Order:
    """One order, whether or not it still holds money. Raises `NotAllowed`, `BadInput` no_such_payment."""
    policy.require(actor, policy.SEE)
    with store.reading() as connection:
        row = statements.one(connection, imp_uid, _late(now))
        recorded = statements.records(connection, imp_uid)
    if row is None:
        raise BadInput("no_such_payment", imp_uid=imp_uid)
    company, invoice = _delivery(row)
    return Order(
        row["imp_uid"],
        row["merchant_uid"],
        row["name"],
        masking.name(row["buyer_name"]),
        row["balance"],
        row["paid_at"],
        Stage(row["stage"]),
        _since(row),
        row["pg_provider"],
        company,
        invoice,
        row["sent_at"],
        row["newest_id"] or "",
        row["told_by"] or "",
        tuple(Record(Said(r["said"]), r["at"], r["by"], r["proof"]) for r in recorded),
    )


def _oldest(now: float) -> int:
    return int(now) - LOOK_BACK_DAYS * DAY_S


def _late(now: float) -> int:
    return int(now) - TRANSIT_DAYS * DAY_S


def _since(row: Mapping[Any, Any]) -> int:
    """When it came to stand so: a delivery that was sent, from its sending."""
    return int(row["sent_at"] if row["heard"] == Said.SHIPPED else row["heard_at"])


def _delivery(row: Mapping[Any, Any]) -> tuple[str, str]:
    """Courier and invoice number of the delivery that counts."""
    if row["invoice"]:
        return row["company"], row["invoice"]
    facts = json.loads(row["facts"]) if row["facts"] else {}
    return facts.get("company", ""), facts.get("invoice", "")


def _frame(rows: Iterable[Mapping[Any, Any]], now: float) -> pd.DataFrame:
    today = day_of(int(now))
    found = [
        (
            row["imp_uid"],
            row["merchant_uid"],
            row["name"],
            masking.name(row["buyer_name"]),
            row["balance"],
            row["paid_at"],
            (today - day_of(_since(row))).days,
            *_delivery(row),
            row["newest_state"] or "",
            row["newest_code"] or "",
        )
        for row in rows
    ]
    return pd.DataFrame(found, columns=list(COLUMNS)).astype(COLUMNS)
