"""The whole filtered result as a stream of masked rows: bounded memory, whatever its length."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lib.payments.days import moment
from lib.people import policy
from lib.people.actor import Actor
from lib.queries import payments as query
from lib.queries.payments import FRAME, Filter
from lib.store.engine import Store

BATCH = 5_000
COLUMNS = tuple(name for name in FRAME if name != "vbank_date")
MONEY = frozenset({"amount", "cancel_amount", "balance"})


@dataclass(slots=True)
class Sums:
    """What the rows add up to, in minor units; filled while they pass."""

    rows: int = 0
    amount: int = 0
    cancel_amount: int = 0


def rows(store: Store, actor: Actor, wanted: Filter, *, now: float, sums: Sums) -> Iterator[tuple[object, ...]]:
    """Every row of the filter, newest first, as values of `COLUMNS`; `time` as "2026-11-23 14:05:09" KST.

    Raises `NotAllowed` before the first row.
    """
    policy.require(actor, policy.EXPORT)
    for _key, row in query.stream(store, wanted, now=now, batch=BATCH):
        sums.rows += 1
        sums.amount += int(str(row["amount"]))
        sums.cancel_amount += int(str(row["cancel_amount"]))
        when = moment(int(str(row["time"])))
        row["time"] = when.strftime("%Y-%m-%d %H:%M:%S") if when else ""
        yield tuple(row[name] for name in COLUMNS)
