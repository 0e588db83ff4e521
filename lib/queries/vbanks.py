"""Virtual accounts by how they stand: counted, listed by deadline, personal data masked."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import pandas as pd

from lib.errors import BadInput
from lib.payments.days import DAY_S
from lib.people import policy
from lib.people.actor import Actor
from lib.queries import cursors, totals
from lib.queries.cursors import Place
from lib.queries.filters import FOREVER
from lib.queries.payments import Page
from lib.queries.rows import MASKS, ZONE
from lib.queries.totals import Sum
from lib.store.engine import Connection, Store
from lib.store.statements import attention, counting, listing
from lib.store.statements.attention import TakenBack
from lib.store.statements.listing import Question, Values

DAYS = totals.PAST_DUE_DAYS
"""How far back expired and closed accounts are shown; an expired one is counted as the overview counts it."""
TAKEN_BACK_DAYS = 90
TAKEN_BACK_MOST = 200


class Group(StrEnum):
    """`WAITING`: not yet due, those `DUE` today among them. `EXPIRED`: the deadline has passed without a deposit.

    `TAKEN_BACK`: paid once, then the gateway took the deposit back, and it has not come in again.
    """

    WAITING = "waiting"
    DUE = "due"
    EXPIRED = "expired"
    CLOSED = "closed"
    TAKEN_BACK = "back"


COLUMNS = (
    "imp_uid",
    "merchant_uid",
    "state",
    "name",
    "buyer_name",
    "vbank_name",
    "vbank_num",
    "amount",
    "currency",
    "vbank_issued_at",
    "vbank_date",
)
FRAME = (*COLUMNS, "at", "deposited_at")
"""Columns of the list: `amount` in minor units; `vbank_issued_at`, `vbank_date` (the deadline), `at` (when it was closed or
taken back) and `deposited_at` (when a deposit that was taken back had come in) KST times, NaT where there is none; buyer
and account number masked."""
_TIMES = ("vbank_issued_at", "vbank_date", "at", "deposited_at")
_SOONEST_FIRST = (Group.WAITING, Group.DUE)


def counts(store: Store, actor: Actor, now: float) -> dict[Group, Sum]:
    """How many accounts stand how, and their amount in won."""
    policy.require(actor, policy.SEE)
    found: dict[Group, Sum] = {}
    with store.reading() as connection:
        for group in Group:
            if group is Group.TAKEN_BACK:
                back = _taken_back(connection, now)
                found[group] = Sum(len(back), sum(each.amount for each in back))
                continue
            by_state, _ = counting.by_state(connection, _question(group, now))
            found[group] = Sum(sum(s.n for s in by_state.values()), sum(s.amount for s in by_state.values()))
    return found


def page(store: Store, actor: Actor, group: Group, *, now: float, cursor: str | None = None, size: int = 100) -> Page:
    """One page of `FRAME`: of those that wait the soonest deadline first, of the others what happened last.

    Of those taken back there is one page of the latest 200. Raises `NotAllowed`, `BadInput` bad_filter for a strange cursor.
    """
    policy.require(actor, policy.SEE)
    after = cursors.opened(cursor)
    if after and after.way != group:
        raise BadInput("bad_filter", value=cursor)
    with store.reading() as connection:
        if group is Group.TAKEN_BACK:
            back = _taken_back(connection, now)
            values = listing.rows(connection, [each.id for each in back], COLUMNS)
            shown = [(values[each.id], each.noticed_at, each.paid_at) for each in back if each.id in values]
            return Page(_frame(shown), None)
        key = after.key if after else None
        order = "oldest" if group in _SOONEST_FIRST else "newest"
        found = listing.page(connection, _question(group, now), order, key, size + 1, COLUMNS)
        deposits = attention.taken_back_of(connection, [values[0] for _, values in found])
    following = cursors.closed(Place(group, found[size - 1][0])) if len(found) > size else None
    closed = group is Group.CLOSED
    rows = [(values, key.at if closed else 0, deposits.get(values[0], 0)) for key, values in found[:size]]
    return Page(_frame(rows), following)


def taken_back(store: Store, actor: Actor, imp_uid: str) -> tuple[int, int]:
    """When a payment's deposit had come in and when the desk noticed that it was taken back (epoch s); zeros for never."""
    policy.require(actor, policy.SEE)
    with store.reading() as connection:
        return attention.taken_back_at(connection, imp_uid)


def _question(group: Group, now: float) -> Question:
    if group is Group.CLOSED:
        since = int(now) - DAYS * DAY_S
        return Question("changed", since, FOREVER, ("failed",), methods=("vbank",), issued=True)
    due = {
        Group.WAITING: (int(now), FOREVER),
        Group.DUE: totals.due_today(now),
        Group.EXPIRED: totals.past_due(now),
    }[group]
    return Question("due", *due, ("waiting",), due=due)


def _taken_back(connection: Connection, now: float) -> list[TakenBack]:
    return attention.taken_back(connection, int(now) - TAKEN_BACK_DAYS * DAY_S, TAKEN_BACK_MOST)


def _frame(found: Sequence[tuple[Values, int, int]]) -> pd.DataFrame:
    rows = [(*_masked(values), *times) for values, *times in found]
    frame = pd.DataFrame(rows, columns=list(FRAME))
    for name in _TIMES:
        times = pd.to_datetime(frame[name].where(frame[name] > 0), unit="s", utc=True)
        frame[name] = times.dt.tz_convert(ZONE)
    return frame.astype({"amount": "int64"})


def _masked(values: Values) -> list[object]:
    return [MASKS[name](value) if name in MASKS else value for name, value in zip(COLUMNS, values, strict=True)]
