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
COLUMNS = tuple(name for name in FRAME if name not in ("vbank_date", "expired"))
MONEY = frozenset({"amount", "cancel_amount", "balance"})
_TEST = len(COLUMNS) - 1  # the last one
_TIME, _AMOUNT, _CANCELLED = (COLUMNS.index(name) for name in ("time", "amount", "cancel_amount"))


@dataclass(slots=True)
class Sums:
    """What the rows add up to, in minor units, test payments apart; filled while they pass."""

    rows: int = 0
    amount: int = 0
    cancel_amount: int = 0


def rows(store: Store, actor: Actor, wanted: Filter, *, now: float, sums: Sums) -> Iterator[tuple[object, ...]]:
    """Every row of the filter, newest first, as values of `COLUMNS`; `time` as "2026-11-23 14:05:09" KST, `sandbox` as
    "test" or "".

    Raises `NotAllowed` before the first row.
    """
    policy.require(actor, policy.EXPORT)
    for batch in query.stream(store, actor, wanted, now=now, batch=BATCH):
        for row in batch:
            sums.rows += 1
            if not row[_TEST]:
                sums.amount += row[_AMOUNT]  # type: ignore[operator]
                sums.cancel_amount += row[_CANCELLED]  # type: ignore[operator]
            yield (*row[:_TIME], stamp(row[_TIME]), *row[_TIME + 1 : _TEST], "test" if row[_TEST] else "")  # type: ignore[arg-type]


def stamp(at: int) -> str:
    """An epoch second as "2026-11-23 14:05:09" KST; "" for 0."""
    when = moment(at)
    return when.strftime("%Y-%m-%d %H:%M:%S") if when else ""
