"""To which account each refund went that names one: only to find what went to the same account before.

The account itself stands in the frozen body alone; its fingerprint is no secret beside it.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, String, Table

from lib.store.tables.audit import append_only
from lib.store.tables.base import metadata
from lib.store.tables.operations import operations

refund_accounts = Table(
    "refund_accounts",
    metadata,
    Column("operation_id", ForeignKey(operations.c.id), primary_key=True),
    Column("account", String(64), nullable=False),  # SHA-256 of bank and number
)
Index("ix_refund_accounts_account", refund_accounts.c.account)

append_only("refund_accounts")
