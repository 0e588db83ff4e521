"""The access token, shared by every thread of a client.

i'mport hands out one token for 30 minutes and repeats it until it expires, so its remaining life is `expired_at - now`
of the answer, counted on the monotonic clock; the local wall clock plays no part.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from lib.world import World

EARLY_S = 20.0
"""A token with less life than this is renewed before it is used."""


class Token:
    """Holds the token; `fetch()` gives (token, remaining seconds) and is called by one thread at a time."""

    def __init__(self, fetch: Callable[[], tuple[str, float]], world: World) -> None:
        self._fetch = fetch
        self._world = world
        self._lock = threading.Lock()
        self._value = ""
        self._ends = 0.0

    def get(self, seconds: float = EARLY_S, *, refused: str = "") -> str:
        """A token that lives `seconds` more where i'mport gives one; `refused` is one that was just answered with 401.

        Several threads that come with the same refused token renew it once.
        """
        with self._lock:
            stale = not self._value or self._value == refused or self._ends - self._world.monotonic() < seconds
            if stale:
                asked = self._world.monotonic()
                self._value, life = self._fetch()
                self._ends = asked + life
            return self._value
