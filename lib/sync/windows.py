"""Reads spans of time whole, newest first, several pages in flight.

A window's end is fixed, so rows can leave it while it is read (a cancellation moves a payment to now) but none can
come in. Rows that leave shift the following pages: when the pages disagree on `total`, or the payments seen are not as
many, the window is read again and then in halves; a window of one page is one answer and cannot drift. A record that
cannot be understood is set aside and counts as seen.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

from lib.iamport.client import PAGE, Page
from lib.payments.days import DAY_S, day_of, first_second
from lib.store.statements import sync_state
from lib.store.statements.sync_state import Span
from lib.sync.source import Source, index_all, server_now, take

IN_FLIGHT = 8
LONGEST_S = 89 * DAY_S
SHORTEST_S = 3600
GROWTH = 4
ROWS_WANTED = 16 * PAGE
TRIES = 2


@dataclass(slots=True)
class Told:
    """What a reading says while it runs: `rows` read, whether every window was `whole`, how long it stood `empty_s`."""

    rows: int = 0
    whole: bool = True
    empty_s: int = 0
    lowest: int = 0
    on_rows: Callable[[int], None] = field(default=lambda _rows: None)


def read(
    source: Source,
    spans: Iterable[Span],
    told: Told,
    *,
    go_on: Callable[[Told], bool] = lambda _told: True,
    length_s: int = 0,
    index: bool = False,
) -> int:
    """Read the spans whole, newest first; each window is remembered when its last page is stored.

    `go_on` is asked between windows. `length_s` is the first window's length (0: the newest KST day); gives the length
    that suits the next one. Raises `IamportError`; what was read until then is kept.
    """
    with ThreadPoolExecutor(IN_FLIGHT, thread_name_prefix="pages") as pool:
        try:
            return _read(source, pool, spans, told, go_on, length_s, index)
        finally:
            pool.shutdown(cancel_futures=True)


def _read(
    source: Source,
    pool: ThreadPoolExecutor,
    spans: Iterable[Span],
    told: Told,
    go_on: Callable[[Told], bool],
    length_s: int,
    index: bool,
) -> int:
    left = sorted(spans)
    asked: _Asked | None = None
    while left or asked:
        if asked is None:
            asked = _next(source, pool, left, length_s)
        first = asked.pages[0].result()
        length_s = fitting(asked.window.last - asked.window.first + 1, first.total)
        coming = _next(source, pool, left, length_s) if left else None
        _window(source, asked, coming, told, index)
        told.empty_s = 0 if first.total else told.empty_s + asked.window.last - asked.window.first + 1
        told.lowest = asked.window.first
        if not go_on(told):
            break
        asked = coming
    return length_s


class _Asked:
    """A window's pages, asked for in order and a few ahead, never more, so that memory stays small.

    `read_at`: the server's time before the first request; `pages`: the requests whose answers were not taken yet.
    """

    def __init__(self, source: Source, pool: ThreadPoolExecutor, window: Span) -> None:
        self.window, self.read_at = window, server_now(source)
        self._source, self.pool = source, pool
        self._left: Iterator[int] | None = None
        self.pages: deque[Future[Page]] = deque([self._ask(1)])

    def _ask(self, number: int) -> Future[Page]:
        return self.pool.submit(_ask, self._source, self.window, number)

    def more(self, free: int) -> int:
        """Ask for up to `free` further pages, once the first has told how many there are; how many are under way."""
        if self._left is None and self.pages and self.pages[0].done():
            first = self.pages[0].result()
            size = first.size or PAGE
            self._left = iter(range(2, -(-first.total // size) + 1))
        while self._left is not None and len(self.pages) < free:
            number = next(self._left, 0)
            if not number:
                break
            self.pages.append(self._ask(number))
        return len(self.pages)

    def taken(self, coming: _Asked | None) -> Iterator[Page]:
        """The pages in order; what this window leaves free of the line, the `coming` one uses."""
        while self.pages:
            self.pages[0].result()
            under_way = self.more(IN_FLIGHT + 1)
            if coming:
                coming.more(IN_FLIGHT + 1 - under_way)
            yield self.pages.popleft().result()


def _next(source: Source, pool: ThreadPoolExecutor, left: list[Span], length_s: int) -> _Asked:
    """The newest window of what is left, its first page asked for."""
    span = left.pop()
    length_s = length_s or span.last - first_second(day_of(span.last)) + 1
    window = Span(max(span.first, span.last - length_s + 1), span.last)
    if window.first > span.first:
        left.append(Span(span.first, window.first - 1))
    return _Asked(source, pool, window)


def fitting(length_s: int, rows: int) -> int:
    """The length of the next window, so that it holds about sixteen pages; it changes fourfold at most."""
    factor = ROWS_WANTED / rows if rows else GROWTH
    return int(min(LONGEST_S, max(SHORTEST_S, length_s * min(GROWTH, max(1 / GROWTH, factor)))))


def _ask(source: Source, window: Span, number: int) -> Page:
    return source.iamport.page(status="all", since=window.first, until=window.last, page=number)


def _window(source: Source, asked: _Asked, coming: _Asked | None, told: Told, index: bool) -> None:
    """One window, again if it drifted, then by halves; remembered when it is whole."""
    window = asked.window
    for attempt in range(TRIES):
        if attempt:
            asked = _Asked(source, asked.pool, window)
        first = asked.pages[0].result()
        seen: set[str] = set()
        totals = set()
        for page in asked.taken(coming):
            take(source, page, window, index=index)
            totals.add(page.total)
            fresh = {payment.imp_uid for payment in page.payments}.union(odd.imp_uid for odd in page.unread) - seen
            seen |= fresh
            told.rows += len(fresh)
            told.on_rows(len(fresh))
        if totals == {len(seen)}:
            if not index:
                index_all(source)
            with source.store.writing() as connection:
                sync_state.remember(connection, window, asked.read_at, len(seen))
            source.world.hit("window remembered")
            return
    if first.total > first.size and window.last > window.first:
        middle = (window.first + window.last) // 2
        for half in (Span(middle + 1, window.last), Span(window.first, middle)):
            _window(source, _Asked(source, asked.pool, half), coming, told, index)
        return
    told.whole = False
