"""Bulk refunds: a file of wishes, and what became of each of its rows.

A row becomes an operation like any other; these tables only say which rows were asked for and which were taken up.
"""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table, Text, text

from lib.store.tables.base import metadata


class BatchState(StrEnum):
    """Where a batch stands. Nothing is sent but while it is RUNNING."""

    WAITING = "WAITING"  # for a second person
    RUNNING = "RUNNING"
    PAUSED = "PAUSED"  # goes on only when somebody says so
    DONE = "DONE"  # no row is left to send
    DENIED = "DENIED"
    WITHDRAWN = "WITHDRAWN"
    EXPIRED = "EXPIRED"


class RowState(StrEnum):
    """Where a row stands; a TAKEN row is its operation from then on."""

    WAITING = "WAITING"
    TAKEN = "TAKEN"
    REFUSED = "REFUSED"


NOTHING_SENT = (BatchState.DENIED, BatchState.WITHDRAWN, BatchState.EXPIRED)
"""Ended before anything was sent: the same file may come again."""

batches = Table(
    "batches",
    metadata,
    Column("id", String(26), primary_key=True),  # ULID
    Column("file_name", String(200), nullable=False),
    Column("file_sha256", String(64), nullable=False),
    Column("content", String(64), nullable=False),  # SHA-256 of every row, its balance and the sum: what is approved
    Column("rows", Integer, nullable=False),
    Column("total", BigInteger, nullable=False),  # won
    Column("requested_by", String(40), nullable=False),
    Column("created_at", BigInteger, nullable=False),  # epoch seconds
    Column("expires_at", BigInteger, nullable=False),
    Column("state", String(10), nullable=False),
    Column("approved_by", String(40), nullable=False, server_default=""),
    Column("decided_at", BigInteger, nullable=False, server_default="0"),
    Column("owner", String(120), nullable=False, server_default=""),  # the process that sends
    Column("pause_code", String(40), nullable=False, server_default=""),  # of the sentence for why it paused
    Column("denied_by", String(40), nullable=False, server_default=""),
    Column("why", String(200), nullable=False, server_default=""),  # said by who denied it
)
_LIVE = text("state NOT IN (" + ", ".join(f"'{state.value}'" for state in NOTHING_SENT) + ")")
Index("one_batch_per_file", batches.c.file_sha256, unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE)

batch_rows = Table(
    "batch_rows",
    metadata,
    Column("batch_id", ForeignKey(batches.c.id), primary_key=True),
    Column("n", Integer, primary_key=True),  # the line of the file
    Column("imp_uid", String(40), nullable=False),
    Column("amount", BigInteger, nullable=False),  # won
    Column("ask", Text, nullable=False),  # JSON: the whole wish; never changed
    Column("content", String(64), nullable=False),  # its SHA-256
    Column("state", String(10), nullable=False),
    Column("operation_id", String(26), nullable=False, server_default=""),
    Column("code", String(40), nullable=False, server_default=""),  # of the sentence for why it was refused
)
Index("one_row_per_payment", batch_rows.c.batch_id, batch_rows.c.imp_uid, unique=True)
