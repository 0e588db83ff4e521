"""Questions and additions to what people said of operations."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select

from lib.store.tables.decisions import decisions

D = decisions.c


def add(connection: Connection, **values: Any) -> None:
    """Write down what a person said; raises `StoreError` when they said something in this very second."""
    connection.execute(insert(decisions), values)


def of_version(connection: Connection, operation_id: str, version: int) -> list[RowMapping]:
    """What was said of an operation as it stands, oldest first."""
    of_it = (D.operation_id == operation_id, D.version == version)
    return list(connection.execute(select(decisions).where(*of_it).order_by(D.at, D.by)).mappings())
