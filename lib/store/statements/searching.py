"""Payments whose search text holds what somebody typed, newest first: an index narrows, the text itself decides.

SQLite's full-text index hands its hits over newest first, so a common word ends early and a rare one has few. The index
of PostgreSQL has no order and its planner guesses badly, so there the newest rows are looked at first, without it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from unicodedata import normalize

from sqlalchemy import ColumnElement, Connection, Select, column, func, literal_column, select, table

from lib.payments.days import DAY_S
from lib.store.statements.listing import BY_KEY, ID_BITS, C, Key, P, Question, clock, conditions, hinted, within
from lib.store.tables.payments import cancellations, payments
from lib.store.tables.sync import search_pending

SEARCH = table("payment_search", column("rowid"), column("payment_search"))
NEWEST = 20_000
SLOW_S = 7 * DAY_S
"""What came to its time within so long of its start is found by the key; the few others by their time."""
SHORT_S = 31 * DAY_S
"""In a period so long the few others are found by their time, in a longer one by the text."""
EARLY_S = DAY_S
"""So much a clock may run ahead of the start."""


@dataclass(frozen=True, slots=True)
class Needle:
    """`words`: each must occur in the search text (normal form); `match`: their trigrams, "" when there is none."""

    words: tuple[str, ...]
    match: str


@dataclass(frozen=True, slots=True)
class _Range:
    """Keys from `low` to `high`, inclusive."""

    low: int
    high: int


def hits(connection: Connection, q: Question, needle: Needle, after: Key | None, limit: int) -> list[Key]:
    """Up to `limit` keys after `after`, newest started first, in the other conditions of `q`.

    A needle without trigrams is sought in the newest 20,000 payments of the period alone. On the basis `cancelled`
    each cancellation in the period is a key of its own.
    """
    high = (q.until + EARLY_S + 1 << ID_BITS) - 1
    low = (q.since - SLOW_S << ID_BITS) if q.since > SLOW_S else -1
    if q.basis == "requested":
        low, high = q.since << ID_BITS, (q.until + 1 << ID_BITS) - 1
    last = _floor(connection, high) if not needle.match else -1
    events = q.basis == "cancelled"
    if after is not None:
        high = min(high, after.id if events else after.id - 1)
        limit += events  # the payment of the cursor may have no cancellation left
    found = _hits(connection, q, needle, _Range(max(low, last), high), limit)
    if len(found) < limit and low > 0 and q.basis != "requested":
        found += _slow(connection, q, needle, _Range(last, min(low - 1, high)), limit - len(found))
    return _events(connection, q, found, after, limit) if events else found


def approved(connection: Connection, q: Question, numbers: Sequence[tuple[str, str]]) -> list[tuple[int, str]]:
    """(key, approval number) of payments with these approval numbers, each given with its trigrams; 20 each at most."""
    found: list[tuple[int, str]] = []
    for number, match in numbers:
        keys = _hits(connection, replace(q, approval=number), Needle((number,), match), _Range(-1, 1 << 62), 20)
        found += [(key.id, number) for key in keys]
    return found


def _hits(connection: Connection, q: Question, needle: Needle, keys: _Range, limit: int) -> list[Key]:
    if connection.dialect.name == "postgresql":
        found = _scan(connection, q, needle, _Range(max(keys.low, _floor(connection, keys.high)), keys.high), limit)
        if not needle.match or len(found) >= limit:
            return found
        return _by_gin(connection, q, needle, keys, limit)
    if not needle.match:
        return _scan(connection, q, needle, keys, limit)
    found = _by_fts(connection, q, needle, keys, limit)
    waiting = _pending(connection, q, needle, keys, limit)
    return sorted({*found, *waiting}, key=_newest)[:limit] if waiting else found


def _newest(key: Key) -> int:
    return -key.id


def _keyed(q: Question, needle: Needle, postgresql: bool) -> Select[Any]:
    """Keys of payments in the conditions, whose text holds the words."""
    at = literal_column("0") if q.basis == "cancelled" else clock(q.basis)
    bounds = conditions(q)
    if q.basis == "cancelled":
        bounds.append(select(C.payment_id).where(C.payment_id == P.id, within(q)).exists())
    else:
        bounds.append(within(q))
    wanted = select(P.id.label("id"), at.label("at")).where(*bounds, *(_holds(w, postgresql) for w in needle.words))
    return wanted.with_hint(payments, BY_KEY, "sqlite")


def _holds(word: str, postgresql: bool) -> ColumnElement[bool]:
    if postgresql:
        return func.strpos(P.search_text, word) > 0
    return func.instr(P.search_text, word) > 0


def _run(connection: Connection, wanted: Select[Any]) -> list[Key]:
    return [Key(row.id, row.id, "", row.at, 0) for row in connection.execute(wanted)]


def _floor(connection: Connection, high: int) -> int:
    """The key below which the newest 20,000 up to `high` end."""
    wanted = select(P.id).where(P.id <= high).order_by(P.id.desc()).offset(NEWEST).limit(1)
    return int(connection.execute(wanted).scalar() or -1)


def _scan(connection: Connection, q: Question, needle: Needle, keys: _Range, limit: int) -> list[Key]:
    """By looking at every row of the range."""
    wanted = _keyed(q, needle, connection.dialect.name == "postgresql").where(P.id.between(keys.low, keys.high))
    return _run(connection, wanted.order_by(P.id.desc()).limit(limit))


def _by_fts(connection: Connection, q: Question, needle: Needle, keys: _Range, limit: int) -> list[Key]:
    rowid = SEARCH.c.rowid
    wanted = (
        _keyed(q, needle, postgresql=False)
        # The plus bars SQLite from asking the index once per payment: it must lead, for it brings the hits in order.
        .join_from(SEARCH, payments, P.id == literal_column("+payment_search.rowid"))
        .where(SEARCH.c.payment_search.op("MATCH")(needle.match), rowid.between(keys.low, keys.high))
        .order_by(rowid.desc())
        .limit(limit)
    )
    return _run(connection, wanted)


def _pending(connection: Connection, q: Question, needle: Needle, keys: _Range, limit: int) -> list[Key]:
    """Among the newest that are stored but not indexed yet."""
    waits = search_pending.c.payment_id
    within_range = waits.between(keys.low, keys.high)
    if connection.execute(select(waits).where(within_range).limit(1)).first() is None:
        return []
    newest = select(waits).where(within_range).order_by(waits.desc()).limit(NEWEST)
    wanted = _keyed(q, needle, postgresql=False).where(P.id.in_(newest))
    return _run(connection, wanted.order_by(P.id.desc()).limit(limit))


def _by_gin(connection: Connection, q: Question, needle: Needle, keys: _Range, limit: int) -> list[Key]:
    decomposed = func.normalize(P.search_text, literal_column("NFD"))
    ids = select(P.id).where(
        *(decomposed.like(f"%{_escaped(word)}%") for word in needle.words), P.id.between(keys.low, keys.high)
    )
    cte = ids.cte("hits").prefix_with("MATERIALIZED", dialect="postgresql")
    wanted = _keyed(q, needle, postgresql=True).join(cte, cte.c.id == P.id)
    return _run(connection, wanted.order_by(P.id.desc()).limit(limit))


def _escaped(word: str) -> str:
    return normalize("NFD", word).replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")


def _slow(connection: Connection, q: Question, needle: Needle, keys: _Range, limit: int) -> list[Key]:
    """Those whose time lies in the period though they were started long before it: few."""
    postgresql = connection.dialect.name == "postgresql"
    if keys.high < keys.low:
        return []
    if needle.match and q.until - q.since > SHORT_S:
        return _hits(connection, q, needle, keys, limit)
    if q.basis == "cancelled":
        ids = select(C.payment_id.label("id")).where(within(q), C.payment_id.between(keys.low, keys.high)).distinct()
        ids = ids.with_hint(cancellations, "INDEXED BY ix_cancellations_at", "sqlite")
    else:
        ids = hinted(select(P.id).where(within(q), P.id.between(keys.low, keys.high), *conditions(q)), q)
    late = ids.subquery("late")
    wanted = _keyed(q, needle, postgresql).join(late, late.c.id == P.id)
    return _run(connection, wanted.order_by(P.id.desc()).limit(limit))


def _events(connection: Connection, q: Question, found: Sequence[Key], after: Key | None, limit: int) -> list[Key]:
    """The cancellations of the found payments that lie in the period, newest payment first."""
    ids = [key.id for key in found]
    wanted = select(C.payment_id, C.cancellation_id, C.cancelled_at, C.amount).where(C.payment_id.in_(ids), within(q))
    rows = sorted(connection.execute(wanted), key=lambda row: (row[0], row[1]), reverse=True)
    keys = [Key(row[0], row[0], row[1], row[2], row[3]) for row in rows]
    if after is not None:
        keys = [key for key in keys if (key.id, key.cancellation_id) < (after.id, after.cancellation_id)]
    return keys[:limit]
