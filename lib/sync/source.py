"""From where to where: i'mport, the store, and the clock that both are measured by."""

from __future__ import annotations

from dataclasses import dataclass

from lib.iamport.client import Iamport, Page
from lib.store.engine import Store
from lib.store.statements import search_index, unread
from lib.store.statements.ingest import Applied, ingest
from lib.store.statements.sync_state import Span
from lib.world import World

INDEX_ROWS = 2000


@dataclass(frozen=True, slots=True)
class Source:
    """The parts that bringing needs."""

    store: Store
    iamport: Iamport
    world: World


def server_now(source: Source) -> int:
    """The server's clock in epoch seconds: lists are asked up to it, whatever the local clock says."""
    if source.iamport.clock_offset() is None:
        source.iamport.token_ready(0)
    return int(source.world.now() + (source.iamport.clock_offset() or 0.0))


def take(source: Source, page: Page, listed: Span, *, index: bool) -> Applied:
    """Merge a page of the list of a span in a transaction of its own: short, so that a refund never waits for long.

    What cannot be understood is set aside by name.
    """
    with source.store.writing() as connection:
        applied = ingest(connection, page.payments, page.asked_at, index=index)
        unread.note(connection, page.unread, int(source.world.now()), listed)
    source.world.hit("page stored")
    return applied


def index_all(source: Source) -> None:
    """Bring the search index up to date, in slices."""
    with source.store.reading() as connection:
        if not search_index.behind(connection):
            return
    while True:
        with source.store.writing() as connection:
            if search_index.index_pending(connection, INDEX_ROWS) < INDEX_ROWS:
                return
