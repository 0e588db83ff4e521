"""Who did what: a hash chain keyed by the desk's secret, appended in the transaction of each change.

Every row's MAC covers the row and the seal of the row before, a second MAC that only the head row keeps. A changed,
dropped or moved row breaks the chain from there on; so does a cut tail, for whoever cuts it cannot make the seal of the
row that is then last (only an older copy of the head row shows it). Rows hold ids and states, never a buyer's data.

A row names the secret that sealed it by an id, so that the secret can be changed: verifying takes the old ones too.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from lib.store.engine import Connection, Store
from lib.store.statements import audit as statements

FIELDS = ("seq", "at", "actor", "session", "action", "object", "before", "after", "reason")
SESSION_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Entry:
    """One row: `at` epoch seconds, `actor` a name, `session` the first 12 characters of its id, `object` an id."""

    seq: int
    at: int
    actor: str
    session: str
    action: str
    object: str
    before: str
    after: str
    reason: str


def append(
    connection: Connection,
    secret: bytes,
    *,
    at: int,
    actor: str,
    action: str,
    object: str,  # the field's own name
    session: str = "",
    before: str = "",
    after: str = "",
    reason: str = "",
) -> None:
    """Add a row in the caller's write transaction. `at` epoch seconds; `object` an id, such as an imp_uid."""
    last, seal = statements.locked_head(connection)
    row: dict[str, Any] = {
        "seq": last + 1,
        "at": at,
        "actor": actor,
        "session": session[:SESSION_SHOWN],
        "action": action,
        "object": object,
        "before": before,
        "after": after,
        "reason": reason,
    }
    mac = _mac(secret, seal, row)
    statements.append(connection, {**row, "mac": mac, "key": key_id(secret)}, _seal(secret, mac))


def record(store: Store, secret: bytes, **row: Any) -> None:
    """`append` in a transaction of its own, for what changes nothing else (a file that left the desk)."""
    with store.writing() as connection:
        append(connection, secret, **row)


class Anchor(NamedTuple):
    """A row's number and MAC, kept outside the database: the only thing that shows a cut tail and an older copy."""

    seq: int
    mac: str


def anchor(store: Store) -> Anchor:
    """The last row as it stands; `Anchor(0, "")` while there is none."""
    with store.reading() as connection:
        row = next(iter(statements.latest(connection, 1, None, {})), None)
        return Anchor(int(row["seq"]), str(row["mac"])) if row else Anchor(0, "")


def broken_anchor(store: Store, anchors: Iterable[Anchor]) -> int | None:
    """The first anchored number whose row is gone or another, or None."""
    with store.reading() as connection:
        for seq, mac in sorted(anchors):
            row = statements.one(connection, seq)
            if seq and (row is None or not hmac.compare_digest(str(row["mac"]), mac)):
                return seq
    return None


@cache
def key_id(secret: bytes) -> str:
    """What a row says of the secret that sealed it: enough to tell secrets apart, nothing to find one by."""
    return hmac.new(secret, b"key id", hashlib.sha256).hexdigest()[:8]


def head_holds(connection: Connection, secret: bytes) -> bool:
    """The last row is the one that the head seals: a quick look, where `verify` walks the whole chain."""
    seq, seal = statements.head(connection)
    row = statements.one(connection, seq)
    if row is None:
        return (seq, seal) == (0, "")
    known = not row["key"] or row["key"] == key_id(secret)
    return not known or hmac.compare_digest(_seal(secret, str(row["mac"])), seal)


def verify(store: Store, secret: bytes, *earlier: bytes) -> int | None:
    """Walk the chain; the first sequence number that is wrong or missing, or None when all is well.

    `earlier`: secrets that were in use before. Rows may only go on from an earlier secret to a later one, so that who
    has stolen an old secret cannot write on with it. Others may append meanwhile: the rows reach at least to the head
    read before them, at most to the one read after.
    """
    keys, named = [*earlier, secret], False
    seal, expected = "", 1
    with store.reading() as connection:
        first, sealed = statements.head(connection)
        if first == 0 and sealed:
            return expected
        for row in statements.chain(connection):
            if row["seq"] != expected:
                return expected
            while keys and not hmac.compare_digest(_mac(keys[0], seal, row), row["mac"]):
                keys.pop(0)
            named = named or bool(row["key"])  # rows older than the column name none
            if not keys or (named and row["key"] != key_id(keys[0])):
                return expected
            seal = _seal(keys[0], row["mac"])
            if row["seq"] == first and not hmac.compare_digest(seal, sealed):
                return expected
            expected += 1
        last, _ = statements.head(connection)
    return None if first < expected <= last + 1 else min(expected, last + 1)


def about(connection: Connection, action: str, object: str) -> list[Entry]:  # the field's own name
    """Every row of this action on this object, newest first. Asks no rights, as `entries`."""
    return [Entry(*(row[name] for name in FIELDS)) for row in statements.about(connection, action, object)]


def entries(
    store: Store,
    *,
    limit: int = 100,
    below: int | None = None,
    since: int = 0,
    until: int | None = None,
    actor: str = "",
    action: str = "",
    object: str = "",
) -> list[Entry]:
    """The newest rows first, at most `limit`; `below` a sequence number goes on from an earlier answer.

    `since`, `until`: epoch seconds, inclusive.

    Asks no rights: whoever shows them to a person asks the policy.
    """
    wanted = {name: value for name, value in (("actor", actor), ("action", action), ("object", object)) if value}
    with store.reading() as connection:
        rows = statements.latest(connection, limit, below, wanted, since, until)
        return [Entry(*(row[name] for name in FIELDS)) for row in rows]


def _mac(secret: bytes, seal: str, row: Mapping[Any, Any]) -> str:
    text = json.dumps([row[name] for name in FIELDS], ensure_ascii=False, separators=(",", ":"))
    return hmac.new(secret, (seal + text).encode(), hashlib.sha256).hexdigest()


def _seal(secret: bytes, mac: str) -> str:
    return hmac.new(secret, f"seal {mac}".encode(), hashlib.sha256).hexdigest()
