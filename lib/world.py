"""What the desk takes from the world around it: time, randomness, waiting, and the instants at which it may die.

Everything that reads a clock or makes an identifier gets a `World`, so that a test can give it another.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def ulid(now: float, random_bits: int) -> str:
    """A ULID (26 characters of Crockford base 32): 48 bits of milliseconds, 80 random bits; sorts by time."""
    value = (int(now * 1000) << 80) | (random_bits & ((1 << 80) - 1))
    return "".join(CROCKFORD[(value >> shift) & 31] for shift in range(125, -1, -5))


def _pass_through(_name: str) -> None:
    """A crash point outside of tests: nothing happens."""


@dataclass(frozen=True, slots=True)
class World:
    """The seams: `now` epoch seconds, `monotonic` seconds, `sleep` seconds, `random_bits(n)`, `hit(crash_point)`."""

    now: Callable[[], float] = time.time
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    random_bits: Callable[[int], int] = secrets.randbits
    hit: Callable[[str], None] = _pass_through

    def new_id(self) -> str:
        """A fresh, time-ordered identifier."""
        return ulid(self.now(), self.random_bits(80))

    def nonce(self) -> str:
        """128 random bits as hex, for intent keys and sessions."""
        return f"{self.random_bits(128):032x}"
