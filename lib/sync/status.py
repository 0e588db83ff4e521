"""How fresh everything is, for every page and for a watchman."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from lib.payments.days import day_of, first_second
from lib.store.engine import Store
from lib.store.statements import search_index, sync_state, unread

LATE_S = 900
"""A feed runs every 20 seconds and waits a minute after a failure: a quarter of an hour is a dozen failures in a row."""


@dataclass(frozen=True, slots=True)
class Freshness:
    """`as_of`: epoch s, 0 before the first reading. `complete_from`: the first KST day that is wholly here, or None.

    While `running`, `done` of about `total` payments have come. `problem`: code of the error that stopped the last
    attempt, or "". `indexing`: searches do not find everything yet. `findings`: contradictions on record. `unread`:
    records that could not be understood and count nowhere.
    """

    as_of: int
    complete_from: date | None
    running: bool
    done: int
    total: int
    problem: str
    indexing: bool
    findings: int
    unread: int

    def late(self, now: float, since: float) -> bool:
        """Nothing was read whole for a quarter of an hour, nor since the desk opened at `since` (epoch seconds)."""
        return now - max(self.as_of, since) > LATE_S


def freshness(store: Store) -> Freshness:
    """The state of the data as the last process left it."""
    with store.reading() as connection:
        facts = sync_state.facts(connection)
        progress = facts.get("progress", {})
        spans = sync_state.spans(connection)
        return Freshness(
            as_of=facts.get("as_of", 0),
            complete_from=_first_whole_day(spans[-1].first) if spans else None,
            running=bool(progress.get("running")),
            done=int(progress.get("done", 0)),
            total=int(progress.get("total", 0)),
            problem=str(facts.get("problem", "")),
            indexing=search_index.behind(connection),
            findings=sync_state.findings(connection),
            unread=unread.count(connection),
        )


def _first_whole_day(first: int) -> date:
    day = day_of(first)
    return day if first_second(day) == first else day + timedelta(days=1)
