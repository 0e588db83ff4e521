"""Who did what: a hash chain keyed by the desk's secret, appended in the transaction of each change.

Every row's MAC covers the row and the MAC before it; a changed, dropped or moved row breaks the chain from there on.
A cut tail shows against the head row. Rows hold ids and states, never personal data.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import TYPE_CHECKING, Any

from lib.store.engine import Store
from lib.store.statements import audit as statements

if TYPE_CHECKING:
    from sqlalchemy import Connection

FIELDS = ("seq", "at", "actor", "session", "action", "object", "before", "after", "reason")


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
    seq, mac = statements.head(connection)
    row: dict[str, Any] = {
        "seq": seq + 1,
        "at": at,
        "actor": actor,
        "session": session[:12],
        "action": action,
        "object": object,
        "before": before,
        "after": after,
        "reason": reason,
    }
    statements.append(connection, {**row, "mac": _mac(secret, mac, row)})


def verify(store: Store, secret: bytes) -> int | None:
    """Walk the chain; the first sequence number that is wrong or missing, or None when all is well."""
    mac, expected = "", 1
    with store.reading() as connection:
        for row in statements.chain(connection):
            facts = {name: row[name] for name in FIELDS}
            if row["seq"] != expected or not hmac.compare_digest(_mac(secret, mac, facts), row["mac"]):
                return expected
            mac, expected = row["mac"], expected + 1
        last, head = statements.head(connection)
    return None if (last, head) == (expected - 1, mac) else expected


def _mac(secret: bytes, before: str, row: dict[str, Any]) -> str:
    text = json.dumps([row[name] for name in FIELDS], ensure_ascii=False, separators=(",", ":"))
    return hmac.new(secret, (before + text).encode(), hashlib.sha256).hexdigest()
