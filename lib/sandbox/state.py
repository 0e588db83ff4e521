"""Everything the sandbox knows, in one SQLite file (or memory) behind one lock.

A payment is kept as the JSON that lists and answers send, beside the few columns they look it up by; so a page of 1,000
is served by joining texts.
"""

from __future__ import annotations

import json
import threading
from array import array
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, NamedTuple

import msgspec

from lib.sandbox.body import Body, last_change, status_time
from lib.world import World

try:
    from pysqlite3 import dbapi2 as sqlite3
except ImportError:  # no wheel for this platform
    import sqlite3

WAL_SAFE = (3, 51, 3)
SCHEMA = """
CREATE TABLE IF NOT EXISTS payments(
  imp_uid TEXT, merchant_uid TEXT, status TEXT, at INTEGER, started INTEGER, paid INTEGER, updated INTEGER,
  customer_uid TEXT, test INTEGER, tax_free INTEGER, before TEXT, body TEXT);
CREATE TABLE IF NOT EXISTS prepared(merchant_uid TEXT PRIMARY KEY, amount INTEGER);
CREATE TABLE IF NOT EXISTS customers(customer_uid TEXT PRIMARY KEY, body TEXT);
CREATE TABLE IF NOT EXISTS facts(name TEXT PRIMARY KEY, value TEXT);
CREATE TABLE IF NOT EXISTS schedules(
  merchant_uid TEXT PRIMARY KEY, customer_uid TEXT, schedule_at INTEGER, due INTEGER, status TEXT, body TEXT,
  asked TEXT);
CREATE INDEX IF NOT EXISTS schedules_due ON schedules(due) WHERE due IS NOT NULL;
CREATE INDEX IF NOT EXISTS schedules_at ON schedules(schedule_at);
CREATE TABLE IF NOT EXISTS kept(kind TEXT, key TEXT, body TEXT, PRIMARY KEY(kind, key)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS webhooks(
  id INTEGER PRIMARY KEY, at INTEGER, due INTEGER, url TEXT, body TEXT, attempts TEXT, state TEXT);
CREATE INDEX IF NOT EXISTS webhooks_due ON webhooks(due) WHERE state = 'waiting';
"""
INDEXES = """
CREATE UNIQUE INDEX IF NOT EXISTS by_imp_uid ON payments(imp_uid);
CREATE INDEX IF NOT EXISTS by_order ON payments(merchant_uid, started);
CREATE INDEX IF NOT EXISTS by_window ON payments(test, at, status, started, paid, updated, imp_uid);
CREATE INDEX IF NOT EXISTS by_status ON payments(test, status, at);
CREATE INDEX IF NOT EXISTS by_customer ON payments(customer_uid, started) WHERE customer_uid IS NOT NULL;
"""
WindowKey = tuple[str, str, int, int]
"""Status, order, and the inclusive bounds."""
KEPT_WINDOWS, MAPPED = 4, 1 << 33
INSERT = "INSERT OR REPLACE INTO payments VALUES (?,?,?,?,?,?,?,?,?,?,?,?)"


class Switches(NamedTuple):
    """Where the contract is not sure, what this i'mport does.

    `partly`: the status word while a balance remains. `schedules`: lists of schedules in pages or as a bare array.
    `deliveries`: whether KICC takes escrow deliveries, or is refused as it is not on the published list.
    """

    partly: Literal["cancelled", "paid"] = "cancelled"
    schedules: Literal["paged", "array"] = "paged"
    deliveries: Literal["kicc", "published"] = "kicc"


class State:
    """The sandbox's shop. Every method takes the lock; `changing()` holds it over a read and its write."""

    def __init__(self, world: World, file: Path | None, switches: Switches) -> None:
        self.world = world
        self.switches = switches
        self.lock = threading.RLock()
        self.posted = threading.Event()
        """Set when something waits to be told by webhook, or the clock moved."""
        if file:
            file.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(str(file or ":memory:"), check_same_thread=False, isolation_level=None)
        self._careful()
        self._db.execute("PRAGMA cache_size=-65536")
        self._db.executescript(SCHEMA)
        self._windows: OrderedDict[WindowKey, array[int]] = OrderedDict()
        self.offset = float(self.fact("clock_offset", 0))

    def _careful(self) -> None:
        wal = sqlite3.sqlite_version_info >= WAL_SAFE
        self._db.execute(f"PRAGMA journal_mode={'WAL' if wal else 'TRUNCATE'}")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.execute(f"PRAGMA mmap_size={MAPPED}")

    def close(self) -> None:
        """Close the file."""
        with self.lock:
            self._db.close()

    # -- the clock and single facts --------------------------------------------------------------------------------

    def now(self) -> int:
        """The sandbox's time in epoch seconds: the world's, moved by the control API."""
        return int(self.world.now() + self.offset)

    def move_clock(self, offset: float) -> None:
        """Set how many seconds the sandbox's time is ahead of the world's; kept over a restart."""
        self.remember("clock_offset", offset)
        self.offset = offset
        self.posted.set()

    def fact(self, name: str, default: Any) -> Any:
        """A remembered value."""
        with self.lock:
            row = self._db.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return json.loads(row[0]) if row else default

    def remember(self, name: str, value: object) -> None:
        """Remember a value (JSON) under a name."""
        with self.lock:
            self._db.execute("INSERT OR REPLACE INTO facts VALUES (?,?)", (name, json.dumps(value)))

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """What a question finds; for modules that keep a table of their own."""
        with self.lock:
            return list(self._db.execute(sql, values))

    def write(self, sql: str, values: Sequence[object] = ()) -> int:
        """One change to such a table; how many rows it met."""
        with self.lock:
            return int(self._db.execute(sql, values).rowcount)

    def kept(self, kind: str, key: str) -> Any:
        """An object kept under its kind (escrow, receipt, notice, ...) and key; None when there is none."""
        found = self.rows("SELECT body FROM kept WHERE kind = ? AND key = ?", (kind, key))
        return json.loads(found[0][0]) if found else None

    def keep(self, kind: str, key: str, body: object) -> None:
        """Keep an object (JSON) under its kind and key."""
        self.write("INSERT OR REPLACE INTO kept VALUES (?,?,?)", (kind, key, json.dumps(body, ensure_ascii=False)))

    def drop(self, kind: str, key: str) -> None:
        """Forget a kept object."""
        self.write("DELETE FROM kept WHERE kind = ? AND key = ?", (kind, key))

    @contextmanager
    def changing(self) -> Iterator[None]:
        """One transaction under the lock: checks made inside still hold when the change is written."""
        with self.lock:
            if self._db.in_transaction:
                yield
                return
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    # -- payments --------------------------------------------------------------------------------------------------

    def fill(self, rows: Iterable[tuple[Body, int]], batch: int = 20_000) -> int:
        """Write many (body, tax-free part) at once, indexes last; returns how many."""
        count = 0
        pending: list[tuple[object, ...]] = []
        self._db.execute("PRAGMA journal_mode=TRUNCATE")  # a new file needs neither a log nor a sync for each step
        self._db.execute("PRAGMA synchronous=OFF")
        self._db.execute("PRAGMA mmap_size=0")
        with self.changing():
            self._db.execute("DELETE FROM payments")  # of a filling that was killed before it was declared whole
            for body, tax_free in rows:
                pending.append(_row(body, tax_free, last_change(body), None))
                if len(pending) >= batch:
                    self._db.executemany(INSERT, pending)
                    count += len(pending)
                    pending.clear()
            self._db.executemany(INSERT, pending)
            count += len(pending)
        self._db.executescript(INDEXES)
        self._db.execute("ANALYZE")
        self._careful()
        return count

    def put(self, body: Body, tax_free: int, updated: int) -> None:
        """Write one payment; its JSON until now is kept for answers of a stale replica."""
        with self.lock:
            was = self._db.execute("SELECT body FROM payments WHERE imp_uid = ?", (body["imp_uid"],)).fetchone()
            self._db.execute(INSERT, _row(body, tax_free, updated, was[0] if was else None))
            self._windows.clear()

    def payment(self, imp_uid: str, stale: bool = False) -> tuple[Body, int] | None:
        """A payment's body and its tax-free part; `stale`: as it was before its last change."""
        with self.lock:
            row = self._db.execute(
                "SELECT CASE WHEN ? THEN coalesce(before, body) ELSE body END, tax_free FROM payments WHERE imp_uid = ?",
                (stale, imp_uid),
            ).fetchone()
        return (json.loads(row[0]), row[1]) if row else None

    def attempts(self, merchant_uid: str, stale: bool = False) -> list[Body]:
        """All payments of an order, newest started first."""
        with self.lock:
            rows = self._db.execute(
                "SELECT CASE WHEN ? THEN coalesce(before, body) ELSE body END FROM payments WHERE merchant_uid = ? "
                "ORDER BY started DESC, imp_uid DESC",
                (stale, merchant_uid),
            ).fetchall()
        return [json.loads(row[0]) for row in rows]

    def of_customer(self, customer_uid: str) -> list[Body]:
        """All live payments of a billing key, newest first."""
        with self.lock:
            rows = self._db.execute(
                "SELECT body FROM payments WHERE customer_uid = ? AND test = 0 ORDER BY started DESC", (customer_uid,)
            ).fetchall()
        return [json.loads(row[0]) for row in rows]

    def count(self, status: str, since: int, until: int) -> int:
        """How many live payments have their final status's time within the bounds (inclusive)."""
        where, values = _window(status, since, until)
        with self.lock:
            row = self._db.execute(f"SELECT count(*) FROM payments WHERE {where}", values).fetchone()  # noqa: S608
        return int(row[0])

    def page(
        self, status: str, since: int, until: int, order: str, skip: int, limit: int, stale: bool = False
    ) -> tuple[int, list[str]]:
        """How many there are, and the JSON of one page. `order` is one of the allowed sortings (see the endpoint)."""
        with self.lock:
            found = self._window(status, since, until, order)
            return len(found), self._bodies(found[skip : skip + limit].tolist(), stale)

    def _window(self, status: str, since: int, until: int, order: str) -> array[int]:
        """The row numbers of a window in order, kept until the next change: paging through it sorts it once."""
        key = (status, order, since, until)
        found = self._kept(key)
        if found is None:
            where, values = _window(status, since, until)
            sql = f"SELECT rowid FROM payments WHERE {where} ORDER BY {order}"  # noqa: S608
            found = array("q", (row[0] for row in self._db.execute(sql, values)))
            while len(self._windows) >= KEPT_WINDOWS:
                self._windows.popitem(last=False)
            self._windows[key] = found
        self._windows.move_to_end(key)
        return found

    def _kept(self, key: WindowKey) -> array[int] | None:
        """A window kept under this key, or under bounds with no payment between them and these: now moves on."""
        for kept in [key, *self._windows]:
            if kept in self._windows and kept[:2] == key[:2] and not self._between(kept, key):
                found = self._windows[key] = self._windows.pop(kept)
                return found
        return None

    def _between(self, one: WindowKey, other: WindowKey) -> bool:
        """A live payment lies in one of two windows only, as far as their bounds tell."""
        (since, below), (above, until) = sorted((one[2], other[2])), sorted((one[3], other[3]))
        sql = "SELECT 1 FROM payments WHERE test = 0 AND at BETWEEN ? AND ? LIMIT 1"
        return any(self._db.execute(sql, bounds).fetchone() for bounds in ((since, below - 1), (above + 1, until)))

    def _bodies(self, rows: list[int], stale: bool) -> list[str]:
        sql = (
            "SELECT CASE WHEN ? THEN coalesce(p.before, p.body) ELSE p.body END "
            "FROM json_each(?) AS row CROSS JOIN payments AS p ON p.rowid = row.value ORDER BY row.key"
        )
        return [row[0] for row in self._db.execute(sql, (stale, json.dumps(rows)))]

    def oldest_ready(self, before: int, limit: int) -> list[str]:
        """imp_uids of virtual accounts that wait and were started before a time."""
        sql = "SELECT imp_uid FROM payments WHERE test=0 AND status='ready' AND at BETWEEN ? AND ? LIMIT ?"
        with self.lock:
            return [row[0] for row in self._db.execute(sql, (before - 5 * 86_400, before, limit))]

    def paid_after(self, since: int, until: int) -> str | None:
        """The imp_uid of the first paid payment within the bounds."""
        sql = "SELECT imp_uid FROM payments WHERE test=0 AND status='paid' AND at BETWEEN ? AND ? ORDER BY at LIMIT 1"
        with self.lock:
            row = self._db.execute(sql, (since, until)).fetchone()
        return row[0] if row else None

    # -- prepared amounts and billing keys ---------------------------------------------------------------------------

    def prepared(self, merchant_uid: str) -> int | None:
        """The amount fixed for an order."""
        with self.lock:
            row = self._db.execute("SELECT amount FROM prepared WHERE merchant_uid = ?", (merchant_uid,)).fetchone()
        return row[0] if row else None

    def prepare(self, merchant_uid: str, amount: int) -> None:
        """Fix an order's amount."""
        with self.lock:
            self._db.execute("INSERT OR REPLACE INTO prepared VALUES (?,?)", (merchant_uid, amount))

    def customer(self, customer_uid: str) -> Body | None:
        """A billing key."""
        with self.lock:
            row = self._db.execute("SELECT body FROM customers WHERE customer_uid = ?", (customer_uid,)).fetchone()
        return json.loads(row[0]) if row else None

    def put_customers(self, bodies: Iterable[Body]) -> None:
        """Register billing keys."""
        rows = [(body["customer_uid"], json.dumps(body, ensure_ascii=False)) for body in bodies]
        with self.changing():
            self._db.executemany("INSERT OR REPLACE INTO customers VALUES (?,?)", rows)

    def drop_customer(self, customer_uid: str) -> None:
        """Delete a billing key."""
        self.write("DELETE FROM customers WHERE customer_uid = ?", (customer_uid,))


def _row(body: Body, tax_free: int, updated: int, before: str | None) -> tuple[object, ...]:
    return (
        body["imp_uid"],
        body["merchant_uid"],
        body["status"],
        status_time(body),
        body["started_at"],
        body["paid_at"],
        updated,
        body["customer_uid"],
        int(body["sandbox"]),
        tax_free,
        before,
        msgspec.json.encode(body).decode(),
    )


def _window(status: str, since: int, until: int) -> tuple[str, tuple[object, ...]]:
    if status == "all":
        return "test = 0 AND at BETWEEN ? AND ?", (since, until)
    return "test = 0 AND status = ? AND at BETWEEN ? AND ?", (status, since, until)
