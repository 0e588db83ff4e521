"""What the bringing-in remembers: what was read, how far the feed came, who works, and what looked wrong."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table, Text

from lib.store.tables.base import metadata
from lib.store.tables.payments import payments

# Every payment whose list time lay in [first, last] (epoch seconds, inclusive) when the window was read is stored.
sync_windows = Table(
    "sync_windows",
    metadata,
    Column("first", BigInteger, primary_key=True, autoincrement=False),
    Column("last", BigInteger, primary_key=True, autoincrement=False),
    Column("read_at", BigInteger, nullable=False),  # epoch seconds, the server's clock, before the first page
    Column("rows", BigInteger, nullable=False),
)

# Small facts by name: "through", "progress", "problem", "refresh", "reread" (see statements.sync_state).
sync_state = Table(
    "sync_state",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", Text, nullable=False),
)

sync_lease = Table(
    "sync_lease",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("owner", String(40), nullable=False),
    Column("until_ms", BigInteger, nullable=False),
)

# An answer that contradicts what is stored; one row per payment and kind, however often it is seen.
sync_findings = Table(
    "sync_findings",
    metadata,
    Column("imp_uid", Text, primary_key=True),
    Column("kind", String(40), primary_key=True),
    Column("stored", BigInteger, nullable=False),  # the two figures that disagree, minor units or epoch seconds
    Column("answered", BigInteger, nullable=False),
    Column("first_at", BigInteger, nullable=False),  # epoch seconds
    Column("last_at", BigInteger, nullable=False),
)

Index("ix_sync_findings_kind", sync_findings.c.kind, sync_findings.c.last_at, sync_findings.c.imp_uid)

# A record of i'mport that cannot be understood; see lib.payments.record.Unread. It leaves when it can be, or is gone.
sync_unread = Table(
    "sync_unread",
    metadata,
    Column("imp_uid", Text, primary_key=True),
    Column("why", String(200), nullable=False),
    Column("first", BigInteger, nullable=False),  # the span of the list that held it first, epoch seconds
    Column("last", BigInteger, nullable=False),
    Column("first_at", BigInteger, nullable=False),  # epoch seconds
    Column("last_at", BigInteger, nullable=False),
)

# Stored, but not yet in SQLite's search index; empty when the index is whole.
search_pending = Table(
    "search_pending",
    metadata,
    Column(
        "payment_id",
        BigInteger().with_variant(Integer, "sqlite"),
        ForeignKey(payments.c.id),
        primary_key=True,
        autoincrement=False,
    ),
)
