"""The whole filtered result as a stream of masked rows: bounded memory, whatever its length."""

from __future__ import annotations

from collections.abc import Iterator

from lib.payments.days import moment
from lib.payments.state import State
from lib.payments.tax import tax_free_in
from lib.people import policy
from lib.people.actor import Actor
from lib.queries import finding
from lib.queries import rows as listed
from lib.queries.filters import Basis, Filter
from lib.queries.payments import Sums
from lib.queries.rows import FRAME
from lib.store.engine import Store
from lib.store.statements import listing
from lib.store.statements.listing import SHOWN, Key, Values

BATCH = 5_000
MORE = ("paid_at", "tax_free", "card_quota", "emb_pg_provider", "pg_tid", "cancel_reason", "cancel_pg_tid")
COLUMNS = (*(name for name in FRAME if name not in ("vbank_date", "expired")), *MORE)
"""Columns of the list and, behind them: when it was paid, the order's tax-free part as far as the merchant's own data
tell it, months of instalments (0 = one payment), the wallet, the gateway's number of the payment, why it was cancelled
(the last time) and the gateway's number of that cancellation.

On the basis `cancelled` a row is one cancellation, and `time`, `cancel_amount`, `cancel_reason` and `cancel_pg_tid` are
its own; else `cancel_pg_tid` is "".
"""
_WIDTH = len(COLUMNS) - len(MORE)
_ASKED = ("paid_at", "custom_data", "card_quota", "emb_pg_provider", "pg_tid", "cancel_reason")
_TIME = COLUMNS.index("time")
_STATE, _AMOUNT, _CANCELLED, _CURRENCY = (
    SHOWN.index(name) for name in ("state", "amount", "cancel_amount", "currency")
)


def rows(store: Store, actor: Actor, wanted: Filter, *, now: float, sums: Sums) -> Iterator[tuple[object, ...]]:
    """Every row of the filter, newest first, as values of `COLUMNS`; times as "2026-11-23 14:05:09" KST.

    `sums` is filled while they pass, in won alone, as the list's own sum. Each batch is read in a transaction of its
    own, so that a slow reader holds nothing up. Raises `NotAllowed` before the first row.
    """
    policy.require(actor, policy.EXPORT)
    events = wanted.basis is Basis.CANCELLED
    after: Key | None = None
    way = ""
    while True:
        with store.reading() as connection:
            plan = finding.plan(connection, wanted, now, way)
            found = plan.rows(connection, "newest", after, BATCH, SHOWN + _ASKED)
            entries = listing.entries_of(connection, [key for key, _ in found]) if events else {}
        for key, values in found:
            won = values[_CURRENCY] == "KRW"
            amount, cancelled = (0, key.event_amount) if events else (values[_AMOUNT], values[_CANCELLED])
            sums.add(State(values[_STATE]), amount * won, cancelled * won)
            row = listed.masked(key, values, wanted.basis, now)[:_WIDTH]
            more = _more(values, entries.get((key.id, key.cancellation_id)))
            yield (*row[:_TIME], stamp(key.at), *row[_TIME + 1 : -1], "test" if row[-1] else "", *more)
        if len(found) < BATCH:
            return
        way, after = plan.way, found[-1][0]


def _more(values: Values, entry: tuple[str, str] | None) -> tuple[object, ...]:
    """Values of `MORE`; `entry`: the reason and the number of the cancellation that the row is of."""
    paid_at, custom_data, quota, wallet, pg_tid, reason = values[len(SHOWN) :]
    reason, of_cancellation = entry or (reason, "")
    free = tax_free_in(custom_data, values[_AMOUNT])
    return (stamp(paid_at), free, quota, wallet, pg_tid, reason, of_cancellation)


def stamp(at: int) -> str:
    """An epoch second as "2026-11-23 14:05:09" KST; "" for 0."""
    when = moment(at)
    return when.strftime("%Y-%m-%d %H:%M:%S") if when else ""
