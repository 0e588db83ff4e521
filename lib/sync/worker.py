"""Brings for ever, in a thread: of many processes one works, the one that holds the lease.

Each step is short: what moved since the last one, then either one more window of the back-fill (newest first, so that
today is there in seconds) or the list by change and a little re-reading. Nothing is kept in memory between steps.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass

from lib.errors import DeskError
from lib.iamport.client import Iamport
from lib.payments.days import DAY_S, day_of, first_second
from lib.store.engine import Store
from lib.store.statements import lease, sync_state
from lib.store.statements.sync_state import Span
from lib.sync import feed, stale, unread, windows
from lib.sync.period import begin, expected, missing
from lib.sync.source import Source, index_all
from lib.world import World

log = logging.getLogger("paydesk.sync")

LEASE = "sync"
LEASE_S = 90
LISTEN_S = 1.0
SLICE_S = 5.0
WAIT_AFTER_PROBLEM_S = (2, 5, 15, 30, 60)
NIGHTLY_S = DAY_S


@dataclass(frozen=True, slots=True)
class Pace:
    """`every_s` between feeds, `since_days` of history, `empty_days` in a row that end it, `reread_calls` an hour, and
    `again_every_s` between attempts at what could not be understood."""

    every_s: float = 20.0
    since_days: int = 400
    empty_days: int = 120
    reread_calls: int = 20
    reread_every_s: float = 3600.0
    again_every_s: float = 600.0


PACE = Pace()


class Worker:
    """The thread. `start()` and `stop()` belong to the app's lifespan; `refresh()` asks for a reading now."""

    def __init__(self, store: Store, iamport: Iamport, world: World, pace: Pace = PACE) -> None:
        self._source = Source(store, iamport, world)
        self._pace = pace
        self._owner = world.new_id()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._length_s = 0
        self._empty_s = 0
        self.opened_at = world.now()
        """Epoch seconds."""

    def start(self) -> None:
        """Begin in the background."""
        self._thread = threading.Thread(target=self._run, name="sync", daemon=True)
        self._thread.start()

    def stop(self, seconds: float = 10.0) -> None:
        """Ask to end and wait for it; what is not finished is done again at the next start."""
        self._stopping.set()
        if self._thread:
            self._thread.join(seconds)
        with self._source.store.writing() as connection:
            lease.give_back(connection, LEASE, self._owner)

    def refresh(self) -> None:
        """Ask whichever process works to read now."""
        request_refresh(self._source.store, self._source.world)

    # -- the thread ------------------------------------------------------------------------------------------------

    def _run(self) -> None:
        failures = 0
        while not self._stopping.is_set():
            wait = self._pace.every_s
            try:
                if self._leased():
                    more = self.step()
                    wait = 0 if more else self._pace.every_s
                    failures = 0
                else:
                    wait = LISTEN_S
            except DeskError as error:
                failures, wait = self._problem(error.code, failures)
            except Exception:
                log.exception("sync stopped at an unexpected error")
                failures, wait = self._problem("error", failures)
            self._wait(wait)

    def _problem(self, code: str, failures: int) -> tuple[int, float]:
        """Publish what stopped the attempt; how long to wait grows with every failure in a row."""
        try:
            with self._source.store.writing() as connection:
                sync_state.put(connection, "problem", code)
                sync_state.put(connection, "progress", _progress(running=False))
        except Exception:
            log.exception("the problem could not be written down")
        return failures + 1, WAIT_AFTER_PROBLEM_S[min(failures, len(WAIT_AFTER_PROBLEM_S) - 1)]

    def _wait(self, seconds: float) -> None:
        """Wait, but listen for a request to read now."""
        world = self._source.world
        ends = world.monotonic() + seconds
        begun = world.now()
        while (left := ends - world.monotonic()) > 0 and not self._stopping.wait(min(left, LISTEN_S)):
            with self._source.store.reading() as connection:
                if sync_state.get(connection, "asked", 0) >= begun:
                    return

    def _leased(self) -> bool:
        now_ms = int(self._source.world.now() * 1000)
        with self._source.store.writing() as connection:
            return lease.take(connection, LEASE, self._owner, now_ms, now_ms + LEASE_S * 1000)

    # -- one step --------------------------------------------------------------------------------------------------

    def step(self) -> bool:
        """Bring a little; True when there is more to do at once. Raises `IamportError`."""
        source = self._source
        begun = begin(source)
        told = windows.Told()
        left = self._left(begun)
        due = not left or begun - self._as_of() >= self._pace.every_s
        if due and self._as_of():
            begun = feed.recent(source, told, index=not left)
            if told.whole:
                self._fresh(begun)
        if left:
            self._slice(left, told, begun)
            return True
        feed.follow(source, Span(max(begun - windows.LONGEST_S + 1, self._floor(begun)), begun), told)
        self._nightly(begun, told)
        index_all(source)
        with source.store.writing() as connection:
            sync_state.put(connection, "progress", _progress(running=False))
        return False

    def _slice(self, left: list[Span], told: windows.Told, begun: int) -> None:
        """Some windows of the back-fill, for as long as a slice may take."""
        source = self._source
        done, total = self._progress(left)
        told.empty_s = self._empty_s
        ends = source.world.monotonic() + SLICE_S

        def window_done(told: windows.Told) -> bool:
            with source.store.writing() as connection:
                so_far = done + told.rows
                sync_state.put(connection, "progress", _progress(running=True, done=so_far, total=max(total, so_far)))
                sync_state.put(connection, "problem", "")
            if not self._as_of():
                self._fresh(begun)
            return not self._stopping.is_set() and source.world.monotonic() < ends

        self._length_s = windows.read(source, left, told, go_on=window_done, length_s=self._length_s)
        self._empty_s = told.empty_s
        if self._empty_s >= self._pace.empty_days * DAY_S:
            with source.store.writing() as connection:
                sync_state.put(connection, "bottom", told.lowest)

    def _left(self, now: int) -> list[Span]:
        """What the back-fill still has to read."""
        return missing(self._source, Span(self._floor(now), self._through(now)))

    def _floor(self, now: int) -> int:
        """How far back: the settable number of days, or where long emptiness was found."""
        floor = first_second(day_of(now - self._pace.since_days * DAY_S))
        with self._source.store.reading() as connection:
            return max(floor, int(sync_state.get(connection, "bottom", floor)))

    def _through(self, now: int) -> int:
        with self._source.store.reading() as connection:
            return int(sync_state.get(connection, "through", now))

    def _as_of(self) -> int:
        with self._source.store.reading() as connection:
            return int(sync_state.get(connection, "as_of", 0))

    def _progress(self, left: list[Span]) -> tuple[int, int]:
        """Payments done, and about how many there are in all: asked once, when a back-fill begins."""
        with self._source.store.reading() as connection:
            progress = sync_state.get(connection, "progress", {})
        if progress.get("running"):
            return int(progress["done"]), int(progress["total"])
        return 0, sum(expected(self._source, gap) for gap in left)

    def _nightly(self, now: int, told: windows.Told) -> None:
        """Once a day the list by change over everything read; every hour a little re-reading; every ten minutes what could
        not be understood."""
        source = self._source
        with source.store.reading() as connection:
            deep = int(sync_state.get(connection, "followed_all", now))
            reread = float(sync_state.get(connection, "reread_at", 0))
            tried = float(sync_state.get(connection, "tried_at", 0))
        if now - tried >= self._pace.again_every_s:
            with source.store.writing() as connection:
                sync_state.put(connection, "tried_at", now)
            unread.again(source)
        if now - deep >= NIGHTLY_S:
            feed.follow(source, Span(self._floor(now), now), told)
        if now - reread >= self._pace.reread_every_s:
            stale.reread(source, self._pace.reread_calls)
            with source.store.writing() as connection:
                sync_state.put(connection, "reread_at", now)

    def _fresh(self, at: int) -> None:
        with self._source.store.writing() as connection:
            sync_state.put(connection, "as_of", at)
            sync_state.put(connection, "problem", "")


def request_refresh(store: Store, world: World) -> None:
    """Ask the process that works to read now."""
    with store.writing() as connection:
        sync_state.put(connection, "asked", world.now())


def _progress(*, running: bool, done: int = 0, total: int = 0) -> dict[str, object]:
    return {"running": running, "done": done, "total": total}
