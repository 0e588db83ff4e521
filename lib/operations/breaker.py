"""When a run of many refunds pauses by itself: something is wrong that a person should see before more is sent."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

IN_A_ROW = 3
WINDOW, WINDOW_MOST = 20, 2  # of the last 20 more than 10 %
MOVED_SHARE, MOVED_LEAST = 0.05, 2


class Outcome(StrEnum):
    """How one refund of a run went."""

    CONFIRMED = "confirmed"
    UNCERTAIN = "uncertain"
    NOT_DONE = "not done"
    MOVED = "balance moved"


def tripped(outcomes: Sequence[Outcome], rows: int) -> str:
    """Why the run must pause after these outcomes (oldest first) of `rows` in all: breaker_uncertain, breaker_moved,
    breaker_failing; "" to go on."""
    last = outcomes[-IN_A_ROW:]
    if len(last) == IN_A_ROW and Outcome.CONFIRMED not in last:
        return "breaker_uncertain" if Outcome.UNCERTAIN in last else "breaker_failing"
    moved = outcomes.count(Outcome.MOVED)
    if moved >= MOVED_LEAST and moved > rows * MOVED_SHARE:
        return "breaker_moved"
    window = outcomes[-WINDOW:]
    if len(window) == WINDOW and WINDOW - window.count(Outcome.CONFIRMED) > WINDOW_MOST:
        return "breaker_failing"
    return ""
