"""What must be well before money may move. Each reason is the code of a sentence; nothing is sent meanwhile."""

from __future__ import annotations

import shutil
from pathlib import Path

from lib.journal.parts import Journal
from lib.store.engine import Store
from lib.store.migrate import is_current
from lib.store.statements import operations as statements

FREE_BYTES_MIN = 64 * 1024 * 1024
CLOCK_S_MAX = 60


REASONS = ("stopping", "recovering", "disk_full", "clock_wrong", "schema_old", "double_refund", "store_busy")
"""Why nothing at all is sent, whatever the payment: `shut`, and a database that cannot be written to."""


def shut(journal: Journal) -> str:
    """Why money operations are refused now (`REASONS`): stopping, disk_full, clock_wrong, schema_old, recovering,
    double_refund (a refund ran twice and nobody has looked into it); "" when open."""
    if journal.stopping.is_set():
        return "stopping"
    if not journal.recovered.is_set():
        return "recovering"
    if disk_low(journal.store):
        return "disk_full"
    offset = journal.iamport.clock_offset()
    if offset is not None and abs(offset) > CLOCK_S_MAX:
        return "clock_wrong"
    if not is_current(journal.store):
        return "schema_old"
    with journal.store.reading() as connection:
        return "double_refund" if statements.doubled(connection) else ""


def disk_low(store: Store) -> bool:
    """Too little space is free beside a SQLite file for what a refund writes."""
    file = store.engine.url.database
    return not store.postgresql and bool(file) and shutil.disk_usage(Path(str(file)).parent).free < FREE_BYTES_MIN
