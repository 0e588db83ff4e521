"""Where simulated schedules are played: virtual time, actors who take turns, processes that die or pause anywhere.

Actors are greenlets. They hand over at every call to i'mport, every wait and every crash point that lies outside of a
transaction (inside one they may only die, for a real database would keep the others waiting). Times are virtual.
"""

from __future__ import annotations

import gc
import logging
import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from greenlet import getcurrent, greenlet

from lib.journal.parts import CrashPoint, Journal
from lib.settings import Limits
from lib.store.engine import Store
from lib.sync import intake
from lib.world import World
from tests.faults import judge
from tests.faults.upstream import Upstream

SECRET = b"a secret of thirty-two characters"
INSIDE = {CrashPoint.INSIDE_PREPARED, CrashPoint.INSIDE_SENDING, CrashPoint.INSIDE_VERDICT, CrashPoint.INSIDE_RECOVERY}
LIMITS = (
    Limits(),
    Limits(),
    Limits(),
    Limits({"cs": 10_000}, {"cs": 20_000}, 40_000),
    Limits({}, {"cs": 10_000}, 30_000),
)
"""What the refunds of a schedule are held to: mostly nothing."""


class Killed(BaseException):
    """kill -9 of the process at this instant."""


@dataclass
class Tally:
    """What a run went through; `story`, where it is kept, is every event in its order."""

    schedules: int = 0
    operations: int = 0
    crashes: int = 0
    pauses: int = 0
    late: int = 0
    repeats: int = 0
    people: int = 0
    over_limits: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    points: Counter[str] = field(default_factory=Counter)
    story: list[str] | None = None

    def __iadd__(self, other: Tally) -> Tally:
        for name in ("schedules", "operations", "crashes", "pauses", "late", "repeats", "people", "over_limits"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.faults += other.faults
        self.points += other.points
        return self


class Stage:
    """One schedule's clock, actors and dangers."""

    def __init__(self, seed: int, begins: float, store: Store, tally: Tally) -> None:
        self.chance = random.Random(seed)
        self.clock, self.store, self.tally = begins, store, tally
        self.dangerous = True
        self.killing = self.chance.choice((0.0, 0.02, 0.06))
        self.limits = self.chance.choice(LIMITS)
        self.actors: list[tuple[greenlet, float]] = []
        self.main = getcurrent()
        self.upstream = Upstream(
            self.chance,
            lambda: self.clock,
            self.switch,
            trouble=self.chance.choice((0.0, 0.2, 0.35, 0.6)),
            tell=self.tell,
        )
        self.uid = f"{seed:x}"
        self.processes = 0

    # -- time and turns --------------------------------------------------------------------------------------------

    def tell(self, *what: object) -> None:
        """Note an event, where the story is kept."""
        if self.tally.story is not None:
            self.tally.story.append(" ".join(map(str, (f"{self.clock:.3f}", self.uid, *what))))

    def switch(self, seconds: float = 0.0) -> None:
        """Let somebody else go on; come back no earlier than `seconds` from now."""
        if getcurrent() is self.main:
            self.clock += seconds
            return
        self.main.switch(seconds)

    def hit(self, point: str) -> None:
        """Pass a crash point: perhaps die, perhaps pause."""
        self.tally.points[point] += 1
        self.tell(point)
        if point == CrashPoint.AFTER_PREPARED:
            judge.within_limits(self.store, self.limits, int(self.clock))
        if getcurrent() is self.main:
            return
        if self.dangerous and self.chance.random() < self.killing:
            self.tally.crashes += 1
            self.tell("killed")
            raise Killed
        if point in INSIDE:
            return
        paused = self.dangerous and self.chance.random() < 0.02
        self.tally.pauses += paused
        self.switch(self.chance.choice((7.0, 200.0, 700.0)) if paused else 0.0)

    def add(self, act: Callable[[], None]) -> None:
        self.actors.append((greenlet(act), self.clock))

    def play(self) -> None:
        """Run the actors in a random order until all have ended."""
        while self.actors:
            ready = [n for n, (_, wakes) in enumerate(self.actors) if wakes <= self.clock]
            if not ready:
                self.clock = min(wakes for _, wakes in self.actors)
                continue
            n = self.chance.choice(ready)
            actor, _ = self.actors[n]
            wait = actor.switch()
            self.clock += self.chance.random() * 0.2
            if actor.dead:
                del self.actors[n]
            else:
                self.actors[n] = (actor, self.clock + (wait or 0.0))

    # -- processes -------------------------------------------------------------------------------------------------

    def process(self) -> Journal:
        """A fresh process with a journal of its own over the one database."""
        self.processes += 1
        world = World(
            now=lambda: self.clock,
            monotonic=lambda: self.clock,
            sleep=self.switch,
            random_bits=self.chance.getrandbits,
            hit=self.hit,
        )
        return journal_over(self.store, self.upstream, world, f"sim:{self.uid}-{self.processes}:", self.limits)


def journal_over(store: Store, upstream: Upstream, world: World, owner: str, limits: Limits = LIMITS[0]) -> Journal:
    """A process's journal over the one database, open for refunds."""
    iamport: Any = upstream
    refresh = partial(intake.refresh, store, iamport, world=world)
    journal = Journal(store, iamport, world, SECRET, refresh, None, owner, limits=limits)
    journal.recovered.set()
    return journal


def memory() -> str | None:
    """A folder in memory, where there is one."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


@contextmanager
def undisturbed() -> Iterator[None]:
    """No log of what is uncertain, which is the matter here; and no search for garbage among all modules again and
    again."""
    logging.disable(logging.CRITICAL)
    thresholds = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000)
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)
        gc.unfreeze()
        logging.disable(logging.NOTSET)
