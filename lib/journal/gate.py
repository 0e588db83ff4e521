"""What must be well before money may move. Each reason is the code of a sentence; nothing is sent meanwhile."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path

from lib import audit
from lib.journal.parts import Journal
from lib.store.engine import Store
from lib.store.migrate import is_current
from lib.store.statements import operations as statements
from lib.store.statements.operations import StoreError

log = logging.getLogger("paydesk.journal")

FREE_BYTES_MIN = 64 * 1024 * 1024
CLOCK_S_MAX = 60


REASONS = (
    "stopping",
    "recovering",
    "store_damaged",
    "chain_broken",
    "disk_full",
    "clock_wrong",
    "schema_old",
    "double_refund",
    "store_busy",
)
"""Why nothing at all is sent, whatever the payment: `shut`, and a database that cannot be written to."""


def shut(journal: Journal) -> str:
    """Why money operations are refused now (`REASONS`): stopping, what was found damaged at the start, recovering,
    disk_full, clock_wrong, schema_old, double_refund (a refund ran twice and nobody has looked into it); "" when open."""
    if journal.stopping.is_set():
        return "stopping"
    if journal.damage:  # first, for what is damaged may keep recovery from ending
        return journal.damage[0]
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


def look_for_damage(journal: Journal) -> None:
    """Before money may move: the journal's tables are whole, and the audit chain ends in the seal that was kept.

    Of the tables only the irreplaceable ones: what i'mport can tell again may be large. What is found stands in
    `journal.damage` as long as the process lives.
    """
    try:
        with journal.store.reading() as connection:
            broken = statements.damaged(connection)
            forged = not audit.head_holds(connection, journal.secret)
    except StoreError as error:
        broken, forged = str(error), False
    if broken:
        log.critical("the database is damaged: %s", broken)
    if forged:
        log.critical("the audit chain does not end in its seal")
    journal.damage[:] = ["store_damaged"] if broken else ["chain_broken"] if forged else []


def disk_low(store: Store) -> bool:
    """Too little space is free beside a SQLite file for what a refund writes."""
    file = store.engine.url.database
    return not store.postgresql and bool(file) and shutil.disk_usage(Path(str(file)).parent).free < FREE_BYTES_MIN
