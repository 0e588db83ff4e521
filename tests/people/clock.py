"""A world whose clock stands until a test moves it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from lib.world import World

MORNING = 1_790_000_000


@dataclass
class Clock:
    """`at` epoch seconds; `world` reads it."""

    at: float = MORNING

    @cached_property
    def world(self) -> World:
        return World(now=lambda: self.at)

    def wait(self, seconds: float) -> None:
        self.at += seconds
