"""Brings what a range of KST days needs, so that the totals of those days are complete.

A sale is found by its final status's time, which lies between the day paid and now: everything from the first day to
now must have been read. A cancellation is found the same way, except at a gateway that leaves the word `paid` after a
partial cancellation: its payments stay where they were paid, so the 400 days before the range are read too, unless
what is stored shows that every gateway turns the word.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lib.payments.days import DAY_S, Period
from lib.store.statements import sync_state
from lib.store.statements.sync_state import Span
from lib.sync import feed, windows
from lib.sync.source import Source, index_all, server_now

LOOK_BACK_S = 400 * DAY_S


@dataclass(frozen=True, slots=True)
class Brought:
    """`complete`: the totals of the days are those of i'mport at `as_of` (epoch s); `rows` payments were read."""

    complete: bool
    rows: int
    as_of: int
    looked_back: bool


def bring(
    source: Source,
    period: Period,
    on_rows: Callable[[int], None] = lambda _rows: None,
    on_total: Callable[[int], None] = lambda _total: None,
) -> Brought:
    """Read what these days need; safe to kill and to repeat. `on_rows` and `on_total` hear of progress in payments.

    Raises `IamportError` when i'mport cannot be read; what came until then is kept.
    """
    begun = begin(source)
    told = windows.Told(on_rows=on_rows)
    wanted = Span(period.start, max(begun, period.start))
    on_total(expected(source, wanted))
    _fill(source, wanted, told)
    covered = wanted
    look_back = _words_stay(source)
    if look_back:
        covered = Span(period.start - LOOK_BACK_S, wanted.last)
        before = Span(covered.first, wanted.first - 1)
        total = expected(source, before)
        on_total(total)
        _fill(source, before, told, windows.fitting(LOOK_BACK_S, total))
    index_all(source)
    as_of = feed.recent(source, told)
    feed.follow(source, Span(covered.first, as_of), told)
    return Brought(told.whole, told.rows, as_of, look_back)


def begin(source: Source) -> int:
    """The server's time now; on an empty store also the time up to which changes are known."""
    now = server_now(source)
    with source.store.writing() as connection:
        for name in ("through", "followed", "followed_all"):
            if sync_state.get(connection, name) is None:
                sync_state.put(connection, name, now)
    return now


def missing(source: Source, wanted: Span) -> list[Span]:
    """The parts of a span that were never read whole."""
    with source.store.reading() as connection:
        return sync_state.gaps(sync_state.spans(connection), wanted)


def _fill(source: Source, wanted: Span, told: windows.Told, length_s: int = 0) -> None:
    windows.read(source, missing(source, wanted), told, length_s=length_s)


def expected(source: Source, wanted: Span) -> int:
    """How many payments the unread parts hold, by the lists' own totals."""
    total = 0
    for gap in missing(source, wanted):
        for piece in feed.chunks(gap):
            page = source.iamport.page(status="all", since=piece.first, until=piece.last, page=1, limit=1)
            total += page.total
    return total


def _words_stay(source: Source) -> bool:
    """Whether some gateway may leave `paid` after a partial cancellation: seen to, or never seen either way."""
    with source.store.reading() as connection:
        words = sync_state.partly_words(connection)
        gateways = sync_state.gateways(connection)
        return not gateways or any(words.get(gateway) != {"cancelled"} for gateway in gateways)
