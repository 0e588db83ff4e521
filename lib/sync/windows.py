"""Reads spans of time whole, newest first, several pages in flight.

A window's end is fixed, so rows can leave it while it is read (a cancellation moves a payment to now) but none can
come in. Rows that leave shift the following pages: when the pages disagree on `total`, or the payments seen are not as
many, the window is read again and then in halves; a window of one page is one answer and cannot drift.
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

IN_FLIGHT = 4
LONGEST_S = 89 * DAY_S
SHORTEST_S = 3600
GROWTH = 4
ROWS_WANTED = 8 * PAGE
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
    ahead: tuple[Span, Future[Page]] | None = None
    while left:
        span = left.pop()
        length_s = length_s or span.last - first_second(day_of(span.last)) + 1
        window = Span(max(span.first, span.last - length_s + 1), span.last)
        if window.first > span.first:
            left.append(Span(span.first, window.first - 1))
        read_at = server_now(source)
        first = ahead[1].result() if ahead and ahead[0] == window else _ask(source, window, 1)
        length_s = fitting(window.last - window.first + 1, first.total)
        ahead = _ahead(source, pool, left, length_s)
        _window(source, pool, window, first, read_at, told, index)
        told.empty_s = 0 if first.total else told.empty_s + window.last - window.first + 1
        told.lowest = window.first
        if not go_on(told):
            break
    return length_s


def fitting(length_s: int, rows: int) -> int:
    """The length of the next window, so that it holds about eight pages; it changes fourfold at most."""
    factor = ROWS_WANTED / rows if rows else GROWTH
    return int(min(LONGEST_S, max(SHORTEST_S, length_s * min(GROWTH, max(1 / GROWTH, factor)))))


def _ahead(
    source: Source, pool: ThreadPoolExecutor, left: list[Span], length_s: int
) -> tuple[Span, Future[Page]] | None:
    """The first page of the window to come, asked for while this one is still being written."""
    if not left:
        return None
    coming = Span(max(left[-1].first, left[-1].last - length_s + 1), left[-1].last)
    return coming, pool.submit(_ask, source, coming, 1)


def _ask(source: Source, window: Span, number: int) -> Page:
    return source.iamport.page(status="all", since=window.first, until=window.last, page=number)


def _window(
    source: Source, pool: ThreadPoolExecutor, window: Span, first: Page, read_at: int, told: Told, index: bool
) -> None:
    """One window, again if it drifted, then by halves; remembered when it is whole."""
    for attempt in range(TRIES):
        if attempt:
            first = _ask(source, window, 1)
        seen: set[str] = set()
        totals = set()
        for page in _pages(source, pool, window, first):
            take(source, page, index=index)
            totals.add(page.total)
            fresh = {payment.imp_uid for payment in page.payments} - seen
            seen |= fresh
            told.rows += len(fresh)
            told.on_rows(len(fresh))
        if totals == {len(seen)}:
            if not index:
                index_all(source)
            with source.store.writing() as connection:
                sync_state.remember(connection, window, read_at, len(seen))
            source.world.hit("window remembered")
            return
    if first.total > len(first.payments) and window.last > window.first:
        middle = (window.first + window.last) // 2
        for half in (Span(middle + 1, window.last), Span(window.first, middle)):
            _window(source, pool, half, _ask(source, half, 1), server_now(source), told, index)
        return
    told.whole = False


def _pages(source: Source, pool: ThreadPoolExecutor, window: Span, first: Page) -> Iterator[Page]:
    """The window's pages in order; a few are asked for ahead, never more, so that memory stays small."""
    yield first
    if first.total <= len(first.payments):
        return
    size = len(first.payments) or PAGE
    numbers = iter(range(2, -(-first.total // size) + 1))
    waiting: deque[Future[Page]] = deque()
    for number in numbers:
        waiting.append(pool.submit(_ask, source, window, number))
        if len(waiting) > IN_FLIGHT:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()
