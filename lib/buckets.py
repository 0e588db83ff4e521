"""Token buckets: how often something may happen, at once and in the long run."""

from __future__ import annotations

import threading
from collections import OrderedDict

REMEMBERED = 10_000


class Bucket:
    """`rate` tokens a second, at most `burst` of them. Times are monotonic seconds; not safe for threads by itself."""

    def __init__(self, rate: float, burst: float, now: float) -> None:
        self._rate, self._burst = rate, burst
        self._tokens, self._at = burst, now

    def spend(self, now: float) -> bool:
        """Take a token; False when there is none."""
        self._tokens = min(self._burst, self._tokens + (now - self._at) * self._rate)
        self._at = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True


class Buckets:
    """A bucket for each key, such as an address; the 10,000 keys seen last. Safe for threads."""

    def __init__(self, rate: float, burst: float) -> None:
        self._rate, self._burst = rate, burst
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, Bucket] = OrderedDict()

    def spend(self, key: str, now: float) -> bool:
        """Take a token of this key; False when it has none."""
        with self._lock:
            bucket = self._kept.setdefault(key, Bucket(self._rate, self._burst, now))
            self._kept.move_to_end(key)
            while len(self._kept) > REMEMBERED:
                self._kept.popitem(last=False)
            return bucket.spend(now)
