"""Re-reads old payments that may still change, 100 a call: the last net under the lists.

A gateway that leaves the word `paid` after a partial cancellation moves no time, so a payment of long ago is in no
recent list; a waiting virtual account of long ago may be paid. The re-reading goes round for ever, a few calls at a
time, and remembers where it stopped.
"""

from __future__ import annotations

from lib.iamport.client import BATCH
from lib.store.statements import sync_state, unread
from lib.store.statements.ingest import ingest
from lib.store.statements.sync_state import Span
from lib.sync.source import Source, server_now
from lib.sync.windows import LONGEST_S


def reread(source: Source, calls: int) -> int:
    """Re-read up to `calls` hundreds of payments older than 89 days; how many were read. 0 at the end of a round."""
    before = server_now(source) - LONGEST_S
    read = 0
    for _ in range(calls):
        with source.store.reading() as connection:
            after = sync_state.get(connection, "reread", "")
            imp_uids = sync_state.open_payments(connection, before, after, BATCH)
        asked_at = int(source.world.now() * 1000)
        payments, odd = source.iamport.payments(imp_uids) if imp_uids else ([], [])
        at = asked_at // 1000
        with source.store.writing() as connection:
            ingest(connection, payments, asked_at)
            unread.note(connection, odd, at, Span(at, at))
            sync_state.put(connection, "reread", imp_uids[-1] if len(imp_uids) == BATCH else "")
        read += len(payments)
        if len(imp_uids) < BATCH:
            break
    return read
