"""What people said of operations that reading cannot tell; above a limit two of them must say the same."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Integer, String, Table, Text

from lib.store.tables.audit import append_only
from lib.store.tables.base import metadata
from lib.store.tables.operations import operations

decisions = Table(
    "operation_decisions",
    metadata,
    Column("operation_id", ForeignKey(operations.c.id), primary_key=True),
    Column("version", Integer, primary_key=True),  # of the operation that the person looked at
    Column("by", String(40), primary_key=True),
    Column("at", BigInteger, primary_key=True, autoincrement=False),  # epoch seconds; the last word of a person counts
    Column("ran", Boolean, nullable=False),
    Column("proof", Text, nullable=False),  # what was checked and found
)
append_only("operation_decisions")
