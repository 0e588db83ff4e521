"""What people recorded of escrow orders: what i'mport does not tell, or does not take. The newest record counts."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import BigInteger, Column, Index, String, Table, Text

from lib.store.tables.audit import append_only
from lib.store.tables.base import metadata

DELIVERY, CHANGED_DELIVERY = "escrow", "escrow_change"
"""The kinds of operation that register a delivery at i'mport, and change one."""
UNSUPPORTED = "escrow_unsupported"
"""The code of one that i'mport does not take for its gateway."""


class Said(StrEnum):
    """What a record says."""

    SHIPPED = "shipped"  # the delivery is registered: at the gateway's own site, or at i'mport by somebody else
    CONFIRMED = "confirmed"  # the buyer confirmed the purchase
    REJECTED = "rejected"  # the buyer refused it
    NOTHING = "nothing"  # the record before was taken back: the operations tell again


escrow_records = Table(
    "escrow_records",
    metadata,
    Column("id", String(26), primary_key=True),  # ULID; compared with those of operations, which is newer
    Column("imp_uid", String(40), nullable=False),
    Column("said", String(10), nullable=False),
    Column("at", BigInteger, nullable=False),  # epoch seconds
    Column("by", String(40), nullable=False),
    Column("proof", Text, nullable=False),
    Column("company", String(20), nullable=False, server_default=""),  # of SHIPPED: as of `codes.couriers`
    Column("invoice", String(20), nullable=False, server_default=""),
    Column("sent_at", BigInteger, nullable=False, server_default="0"),  # epoch seconds
)
Index("ix_escrow_records_imp_uid", escrow_records.c.imp_uid, escrow_records.c.id)
append_only("escrow_records")
