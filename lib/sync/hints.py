"""What somebody says has changed: fetched at once, each payment at most once in two seconds and, going on, in ten.

A webhook carries no signature and may be anybody's, so only the id in it counts: i'mport is asked for the payment, and
its answer alone is believed. Whatever arrives, little happens and little is kept: hints of one payment become one fetch,
new ones pass a token bucket into a queue with an end, and an id that i'mport does not know is let be for a minute. What
is dropped is not lost, for the sync reads every change anyway.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import TypeVar

from lib.buckets import Bucket
from lib.iamport.client import Iamport
from lib.iamport.errors import IamportError, NotFound
from lib.store.engine import Store
from lib.sync import intake
from lib.world import World

log = logging.getLogger("paydesk.hints")
T = TypeVar("T")

AGAIN_S, EVERY_S, IN_A_ROW = 2.0, 10.0, 3
"""A payment is fetched again after two seconds, but no more than three times before it has to wait ten for each: an account
that is issued, paid and cancelled shows at once, and whoever replays one id for hours costs a call in ten seconds."""
UNKNOWN_S = 60.0
LONGEST_QUEUE = 1_000
REMEMBERED = 1_000
RATE, BURST = 5.0, 100.0
"""Payments that may join the queue in a second, and at once: ten times what a shop of ten million payments a year is told
of, and little enough that a stranger cannot spend the merchant's calls. What is left out the sync brings."""


@dataclass(frozen=True, slots=True)
class Hint:
    """What a webhook said, unproven; `at` epoch seconds when it came (set on arrival)."""

    imp_uid: str
    merchant_uid: str = ""
    status: str = ""
    at: float = 0.0


class Hints:
    """The queue and its thread. `start()` and `stop()` belong to the app's lifespan; `take()` never waits."""

    def __init__(self, store: Store, iamport: Iamport, world: World) -> None:
        self._store, self._iamport, self._world = store, iamport, world
        self._changed = threading.Condition()
        self._stopping = False
        self._thread: threading.Thread | None = None
        self._due: dict[str, float] = {}
        self._fetched: OrderedDict[str, tuple[float, float]] = OrderedDict()  # when, and until when its turns are used
        self._unknown: OrderedDict[str, float] = OrderedDict()
        self._heard: OrderedDict[str, Hint] = OrderedDict()
        self._bucket = Bucket(RATE, BURST, world.monotonic())
        self._dropped, self._told_at = 0, -EVERY_S

    def start(self) -> None:
        """Begin in the background."""
        self._thread = threading.Thread(target=self._run, name="hints", daemon=True)
        self._thread.start()

    def stop(self, seconds: float = 10.0) -> None:
        """Ask to end and wait for it; what still waits is left to the sync."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
        if self._thread:
            self._thread.join(seconds)

    def take(self, hint: Hint) -> bool:
        """Have the payment fetched; False when the hint was dropped. A hint too soon after a fetch waits for the
        payment's next turn, so that the last change is read too."""
        imp_uid = hint.imp_uid
        with self._changed:
            now = self._world.monotonic()
            if imp_uid not in self._due:
                if (
                    self._unknown.get(imp_uid, now) > now
                    or len(self._due) >= LONGEST_QUEUE
                    or not self._bucket.spend(now)
                ):
                    self._dropped += 1
                    return False
                self._due[imp_uid] = self._turn(imp_uid, now)
                self._changed.notify()
            heard = Hint(imp_uid, hint.merchant_uid, hint.status, self._world.now())
            _remember(self._heard, imp_uid, heard)
        return True

    def heard(self, imp_uid: str) -> Hint | None:
        """The last hint of a payment that this process took, or None."""
        with self._changed:
            return self._heard.get(imp_uid)

    @property
    def waiting(self) -> int:
        """How many payments wait to be fetched."""
        return len(self._due)

    def step(self) -> None:
        """Fetch what is due."""
        while not self._stopping:
            with self._changed:
                now = self._world.monotonic()
                imp_uid = self._next()
                if imp_uid is None or self._due[imp_uid] > now:
                    return self._tell(now)
                del self._due[imp_uid]  # before the fetch: a hint that comes during it may tell of a later change
                used = max(now, self._fetched.get(imp_uid, (now, now))[1]) + EVERY_S
                _remember(self._fetched, imp_uid, (now, used))
            self._fetch(imp_uid)
        return None

    def _turn(self, imp_uid: str, now: float) -> float:
        """When the payment may be fetched next: each fetch uses ten seconds of its time, of which it may borrow twenty."""
        if imp_uid not in self._fetched:
            return now
        last, used = self._fetched[imp_uid]
        return max(now, last + AGAIN_S, used - (IN_A_ROW - 1) * EVERY_S)

    def _next(self) -> str | None:
        return min(self._due, key=self._due.__getitem__, default=None)

    def _run(self) -> None:
        while not self._stopping:
            self.step()
            with self._changed:
                imp_uid = self._next()
                wait = None if imp_uid is None else self._due[imp_uid] - self._world.monotonic()
                if not self._stopping and (wait is None or wait > 0):
                    self._changed.wait(wait)

    def _fetch(self, imp_uid: str) -> None:
        try:
            intake.refresh(self._store, self._iamport, imp_uid, self._world)
        except NotFound:
            with self._changed:
                _remember(self._unknown, imp_uid, self._world.monotonic() + UNKNOWN_S)
        except IamportError as error:
            log.warning("a payment was not fetched at a webhook (%s); the sync will bring it", error.code)
        except Exception:
            log.exception("a payment was not stored at a webhook; the sync will bring it")

    def _tell(self, now: float) -> None:
        """One line for all that was dropped, at most every ten seconds: a flood must not fill the log."""
        if self._dropped and now - self._told_at >= EVERY_S:
            log.warning("%d webhooks were dropped (unknown payments, or too many); the sync goes on", self._dropped)
            self._dropped, self._told_at = 0, now


def _remember(kept: OrderedDict[str, T], key: str, value: T) -> None:
    kept[key] = value
    kept.move_to_end(key)
    while len(kept) > REMEMBERED:
        kept.popitem(last=False)
