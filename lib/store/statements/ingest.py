"""Takes a page of payments into the store, in the caller's transaction: merge, not overwrite.

i'mport gives no version with a payment, so an answer counts as newer when its request *started* later. History is a
set that only grows; an answer that shrinks it, or lowers the cancelled amount, is stale or wrong: it is reported as a
finding and the stored content stays. A paid virtual account that falls back to waiting (the gateway took the deposit
back) is believed, and reported.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple
from zlib import crc32

from sqlalchemy import Connection

from lib.payments.record import Cancellation, Payment
from lib.payments.state import PAID_STATES, State
from lib.store.statements import billing_keys, search_index, unread
from lib.store.statements.deltas import Deltas
from lib.store.statements.rows import (
    AT,
    COLUMNS,
    CONTENT,
    HISTORY_COLUMNS,
    History,
    Row,
    histories,
    history_rows,
    insert,
    many,
    postgresql,
    replace,
    row_of,
    stored,
    taken,
)

HASH_BITS = 20
_HASH = (1 << HASH_BITS) - 1
_LOCK = 0x7061_7964  # "payd": one writer of the mirror at a time on PostgreSQL; SQLite has its file lock
_UNLISTED = "unlisted:"
_KEY = AT["customer_uid"]
_READ_AT, _CANCELLED, _STATE, _TEXT = AT["read_at"], AT["cancel_amount"], AT["state"], AT["search_text"]
_PAID_WORDS = frozenset(state.value for state in PAID_STATES)


class Finding(NamedTuple):
    """A contradiction: `kind`, and the two figures that disagree (minor units or counts).

    Kinds: "cancel_amount_fell", "history_shrunk", "history_sum" (entries do not add up to the cancelled amount),
    "deposit_taken_back", "amount_changed".
    """

    imp_uid: str
    kind: str
    stored: int
    answered: int


@dataclass(frozen=True, slots=True)
class Applied:
    """What a page did: payments `new`, `changed` and `unchanged` (an older answer counts as unchanged), `findings`."""

    new: int
    changed: int
    unchanged: int
    findings: tuple[Finding, ...]


def ingest(connection: Connection, payments: Sequence[Payment], asked_at: int, *, index: bool = True) -> Applied:
    """Merge payments read by a request that started at `asked_at` (ms); totals, billing keys and search index change with them.

    `index=False` (a back-fill) leaves new rows to `search_index.index_pending`.
    """
    if postgresql(connection):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
    incoming = {payment.imp_uid: payment for payment in payments}
    known = stored(connection, list(incoming))
    old_histories = histories(connection, [row[0] for row in known.values() if row[_CANCELLED]])
    deltas, findings = Deltas(), list[Finding]()
    changes: list[tuple[Row, Row]] = []
    confirmed: list[Row] = []
    for imp_uid, row in known.items():
        history = old_histories.get(row[0], {})
        verdict = _merged(row, history, incoming[imp_uid], asked_at, findings)
        if verdict is None:
            continue
        fresh, fresh_history = verdict
        if fresh[:CONTENT] == row[:CONTENT] and fresh_history == history:
            if fresh[AT["vbank_num"]] and asked_at > row[_READ_AT]:
                confirmed.append((asked_at, row[0]))  # the one kind that can swing back: remember the latest reading
            continue
        deltas.add(row, history, -1)
        deltas.add(fresh, fresh_history)
        _write_history(connection, row[0], history, fresh_history)
        changes.append((row, fresh))
    new = _insert_new(connection, [p for uid, p in incoming.items() if uid not in known], asked_at, deltas, findings)
    replace(connection, (fresh for _, fresh in changes))
    many(connection, "UPDATE payments SET read_at = ? WHERE id = ?", confirmed)
    deltas.write(connection)
    unread.clear(connection, incoming.keys())
    billing_keys.count(connection, {row[_KEY] for row in chain(new, *changes)})
    search_index.add(connection, [(row[0], row[_TEXT]) for row in new], now=index)
    search_index.change(connection, [(o[0], o[_TEXT], f[_TEXT]) for o, f in changes if o[_TEXT] != f[_TEXT]])
    _report(connection, findings, asked_at // 1000)
    return Applied(len(new), len(changes), len(known) - len(changes), tuple(findings))


def changes_nothing(connection: Connection, payments: Sequence[Payment], asked_at: int) -> bool:
    """Whether `ingest` would leave the store as it is: all known and equal, or not to be applied."""
    known = stored(connection, [payment.imp_uid for payment in payments])
    old = histories(connection, [row[0] for row in known.values() if row[_CANCELLED]])
    for payment in payments:
        row = known.get(payment.imp_uid)
        if row is None:
            return False
        history = old.get(row[0], {})
        verdict = _merged(row, history, payment, asked_at, [])
        if verdict and (verdict[0][:CONTENT] != row[:CONTENT] or verdict[1] != history):
            return False
    return True


def history_of(payment: Payment, findings: list[Finding]) -> History:
    """The payment's cancellations by id. What `cancel_amount` holds beyond them becomes one entry of its own.

    Some gateways cancel without history; the money is gone all the same, on the day of `cancelled_at`.
    """
    history = {entry.cancellation_id: entry for entry in payment.cancellations}
    if not history and not payment.cancel_amount:
        return history
    listed = sum(entry.amount for entry in history.values())
    if listed != payment.cancel_amount:
        findings.append(Finding(payment.imp_uid, "history_sum", payment.cancel_amount, listed))
        rest = payment.cancel_amount - listed
        if rest > 0:
            at = payment.cancelled_at or payment.status_at
            identity = f"{_UNLISTED}{rest}:{at}"
            history[identity] = Cancellation(cancellation_id=identity, amount=rest, cancelled_at=at)
    return history


def _merged(
    row: Row, history: History, payment: Payment, asked_at: int, findings: list[Finding]
) -> tuple[Row, History] | None:
    """What the payment becomes, or None when this answer must not be applied."""
    answered = history_of(payment, findings)
    if asked_at < row[_READ_AT]:
        if answered.keys() - history.keys() and payment.cancel_amount > row[_CANCELLED]:
            findings.append(Finding(payment.imp_uid, "cancel_amount_fell", payment.cancel_amount, row[_CANCELLED]))
        return None
    if payment.cancel_amount < row[_CANCELLED]:
        findings.append(Finding(payment.imp_uid, "cancel_amount_fell", row[_CANCELLED], payment.cancel_amount))
        return None
    missing = [
        entry for identity, entry in history.items() if identity not in answered and not _renamed(entry, answered)
    ]
    if missing:
        findings.append(Finding(payment.imp_uid, "history_shrunk", len(history), len(answered)))
        return None
    fresh = row_of(payment, row[0], asked_at)
    if row[_STATE] in _PAID_WORDS and fresh[_STATE] in (State.WAITING, State.UNFINISHED, State.FAILED):
        findings.append(Finding(payment.imp_uid, "deposit_taken_back", row[AT["paid_at"]], 0))
    if row[AT["amount"]] != payment.amount:
        findings.append(Finding(payment.imp_uid, "amount_changed", row[AT["amount"]], payment.amount))
    return fresh, answered


def _renamed(entry: Cancellation, answered: History) -> bool:
    """An entry we named ourselves that now comes with i'mport's own id, or is listed at last."""
    if entry.cancellation_id.startswith(_UNLISTED):
        return True
    if not entry.cancellation_id.startswith(f"{entry.pg_tid}:{entry.amount}:"):
        return False
    same = (entry.pg_tid, entry.amount, entry.cancelled_at)
    return any((other.pg_tid, other.amount, other.cancelled_at) == same for other in answered.values())


def _insert_new(
    connection: Connection, payments: Sequence[Payment], asked_at: int, deltas: Deltas, findings: list[Finding]
) -> list[Row]:
    rows: list[Row] = []
    entries: list[Row] = []
    for payment, key in zip(payments, _keys(connection, payments), strict=True):
        row = row_of(payment, key, asked_at)
        history = history_of(payment, findings)
        deltas.add(row, history)
        rows.append(row)
        entries += history_rows(key, history)
    insert(connection, "payments", COLUMNS, rows)
    insert(connection, "cancellations", HISTORY_COLUMNS, entries)
    return rows


def _keys(connection: Connection, payments: Sequence[Payment]) -> list[int]:
    """A free key for each: the second it was started and a hash of its `imp_uid`."""
    wanted = [payment.started_at << HASH_BITS | crc32(payment.imp_uid.encode()) & _HASH for payment in payments]
    used = taken(connection, wanted) if wanted else set()
    keys = []
    for key in wanted:
        keys.append(_free(connection, key, used))
        used.add(keys[-1])
    return keys


def _free(connection: Connection, key: int, used: set[int]) -> int:
    """`key`, or the next one within its second that neither `used` nor the store holds."""
    if key in used:
        while key in used or taken(connection, [key]):
            key = key & ~_HASH | (key + 1) & _HASH
    return key


def _write_history(connection: Connection, key: int, old: History, fresh: History) -> None:
    gone = [entry for identity, entry in old.items() if fresh.get(identity) != entry]
    many(
        connection,
        "DELETE FROM cancellations WHERE payment_id = ? AND cancellation_id = ?",
        ((key, entry.cancellation_id) for entry in gone),
    )
    added = {identity: entry for identity, entry in fresh.items() if old.get(identity) != entry}
    insert(connection, "cancellations", HISTORY_COLUMNS, history_rows(key, added))


def _report(connection: Connection, findings: Sequence[Finding], at: int) -> None:
    many(
        connection,
        "INSERT INTO sync_findings (imp_uid, kind, stored, answered, first_at, last_at) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (imp_uid, kind) DO UPDATE SET stored = excluded.stored, answered = excluded.answered,"
        " last_at = excluded.last_at",
        ((*finding, at, at) for finding in sorted(set(findings))),
    )
