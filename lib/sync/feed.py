"""Follows changes: the newest span again, and the list by time of change until nothing is new.

The list by change (`sorting=-updated`) is the only one that shows a partial cancellation at a gateway that leaves the
word `paid`. Its pages are taken in from the oldest change to the newest: killed half-way, the newest are still
different from what is stored, and the next pass does not stop before them.
"""

from __future__ import annotations

from lib.iamport.client import PAGE, Page
from lib.store.statements import sync_state, unread
from lib.store.statements.ingest import changes_nothing
from lib.store.statements.sync_state import Span
from lib.sync import windows
from lib.sync.source import Source, server_now, take

OVERLAP_S = 600
MARGIN_S = 60
SMALL = 200
GROW_AFTER = PAGE // SMALL
HELD_MAX = 30
QUIET_PAGES = 2
"""Pages in a row without anything new before a pass ends: one, and one of overlap."""


def recent(source: Source, told: windows.Told, *, index: bool = True) -> int:
    """Read [last time - 10 min, now]: everything whose list time moved since. Gives the time it is true for."""
    now = server_now(source)
    with source.store.reading() as connection:
        through = sync_state.get(connection, "through", now)
    whole = windows.Told(on_rows=told.on_rows)
    windows.read(source, [Span(min(through, now) - OVERLAP_S, now)], whole, length_s=windows.LONGEST_S, index=index)
    told.rows += whole.rows
    told.whole = told.whole and whole.whole
    if whole.whole:
        with source.store.writing() as connection:
            sync_state.put(connection, "through", max(now, through))
    return now


def catch_up(source: Source, span: Span, since: int) -> bool:
    """Follow the list by change in a span of at most 89 days that was read whole before; `since` is the last pass.

    Ends after two pages that hold nothing new and nothing that moved after `since`. False when so much changed that
    reading the span again is better.
    """
    held: list[Page] = []
    number, limit, quiet = 1, SMALL, 0
    while quiet < QUIET_PAGES:
        page = source.iamport.page(
            status="all", since=span.first, until=span.last, page=number, limit=limit, sorting="-updated"
        )
        if not page.size:
            break
        with source.store.reading() as connection:
            known = changes_nothing(connection, page.payments, page.asked_at)
            known = known and unread.on_record(connection, page.unread)
        moved = any(payment.status_at >= since - MARGIN_S for payment in page.payments)
        quiet = quiet + 1 if known and not moved else 0
        if not known:
            held.append(page)
        if not page.next:
            break
        if len(held) > HELD_MAX:
            return False
        number += 1
        if limit == SMALL and number > GROW_AFTER:
            number, limit = 2, PAGE  # five small pages are the first large one
    for page in reversed(held):
        take(source, page, span, index=True)
    return True


def chunks(span: Span) -> list[Span]:
    """The span in pieces of at most 89 days, newest first."""
    pieces = []
    last = span.last
    while last >= span.first:
        first = max(span.first, last - windows.LONGEST_S + 1)
        pieces.append(Span(first, last))
        last = first - 1
    return pieces


def follow(source: Source, span: Span, told: windows.Told) -> None:
    """Catch up over a span that ends now; a piece in which too much changed is read whole again.

    How far the list by change was followed is kept for the last 89 days ("followed") and for everything read
    ("followed_all"), and moves on when the span reaches as far down.
    """
    with source.store.reading() as connection:
        followed = sync_state.get(connection, "followed", span.last)
        followed_all = sync_state.get(connection, "followed_all", span.last)
        read = sync_state.spans(connection)
    pieces = chunks(span)
    for piece in pieces:
        since = followed if piece is pieces[0] else followed_all
        if not catch_up(source, piece, since):
            windows.read(source, [piece], told, length_s=windows.LONGEST_S)
    if not told.whole:
        return
    reaches_down = not read or span.first <= read[0].first
    with source.store.writing() as connection:
        if reaches_down or len(pieces) > 1:
            sync_state.put(connection, "followed", span.last)
        if reaches_down:
            sync_state.put(connection, "followed_all", span.last)
