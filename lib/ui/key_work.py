"""What was asked for with a billing key within a day: what runs is followed, what is over is told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import streamlit as st

from lib.journal.life import Operation, State
from lib.operations import charges, keys, repeat
from lib.ui import scheduled, work
from lib.ui import work_words as words
from lib.ui.visit import Visit

SHOWN = 6


class Work(NamedTuple):
    """The operations of a key within a day: those that run, and those that are over."""

    running: list[Operation]
    over: list[Operation]

    @property
    def charging(self) -> bool:
        """A charge is not certain yet: no other may begin."""
        return any(operation.kind == charges.CHARGE and operation.open for operation in (*self.running, *self.over))


def gather(visit: Visit, customer_uid: str) -> Work:
    """Read first on the page: what is over by then shows in everything that is read after."""
    found = Work([], [])
    for operation in keys.operations_of(visit.desk.journal, visit.me, customer_uid):
        (found.running if work.runs(visit, operation) else found.over).append(operation)
    return found


def draw(visit: Visit, found: Work, told_elsewhere: str = "") -> None:
    """What is open, what was just asked for, and what may be sent again; but not the failed payment `told_elsewhere`."""
    if found.running:
        work.follow(visit, tuple(operation.id for operation in found.running), then=scheduled.forget)
    mine = [op for op in found.over if work.was_sent(op)]
    mine = [op for op in mine if op.code != "charge_failed" or op.cancellation_id != told_elsewhere]
    now = visit.desk.world.now()
    others = [
        op
        for op in found.over
        if op not in mine and (op.state in (State.NEEDS_HUMAN, State.LATE_REVIEW) or repeat.possible(op, visit.me, now))
    ]
    _together(visit, mine)
    for operation in others:
        work.outcome(visit, operation)


def _together(visit: Visit, mine: Sequence[Operation]) -> None:
    """One box for those that are done, one for each that is not."""
    t = visit.t
    done = [operation for operation in mine if operation.state is State.CONFIRMED]
    if len(done) > 1:
        kinds = {operation.kind for operation in done}
        told = words.ALL_DONE.get(kinds.pop(), "") if len(kinds) == 1 else ""
        st.success(t(told or "All {n} done.", n=t.number(len(done))), icon=":material/check_circle:")
    shown = [operation for operation in mine if len(done) == 1 or operation.state is not State.CONFIRMED]
    for operation in shown[:SHOWN]:
        work.outcome(visit, operation)
    if len(shown) > SHOWN:
        st.caption(t("and {n} more", n=t.number(len(shown) - SHOWN)))
