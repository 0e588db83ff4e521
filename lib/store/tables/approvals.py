"""Refunds above a limit that wait for a second person."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, String, Table, Text, text

from lib.store.tables.base import metadata

WAITING, USED, DENIED, WITHDRAWN = "WAITING", "USED", "DENIED", "WITHDRAWN"

approvals = Table(
    "approvals",
    metadata,
    Column("id", String(26), primary_key=True),  # ULID
    Column("imp_uid", String(40), nullable=False),
    Column("amount", BigInteger, nullable=False),  # minor units
    Column("balance", BigInteger, nullable=False),  # what the requester saw
    Column("ask", Text, nullable=False),  # JSON: the whole wish, account and reason included; never changed
    Column("content", String(64), nullable=False),  # its SHA-256, to which the approval is bound
    Column("requested_by", String(40), nullable=False),
    Column("created_at", BigInteger, nullable=False),  # epoch seconds
    Column("expires_at", BigInteger, nullable=False),
    Column("state", String(10), nullable=False),
    Column("decided_by", String(40), nullable=False, server_default=""),
    Column("decided_at", BigInteger, nullable=False, server_default="0"),
    Column("operation_id", String(26), nullable=False, server_default=""),
    Column("why", String(200), nullable=False, server_default=""),  # said by who denied it
)
_WAITING = text(f"state = '{WAITING}'")
Index("ix_approvals_waiting", approvals.c.imp_uid, sqlite_where=_WAITING, postgresql_where=_WAITING)
