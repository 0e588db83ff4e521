"""The payments list and one payment: rights asked, personal data masked before anything leaves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from lib.errors import BadInput
from lib.journal.life import Operation, of_row
from lib.payments.record import Cancellation, Payment
from lib.payments.state import State
from lib.people import policy
from lib.people.actor import Actor
from lib.queries import cursors, finding, rows
from lib.queries.cursors import Place
from lib.queries.filters import Basis as Basis
from lib.queries.filters import Filter as Filter
from lib.queries.filters import shown_states as shown_states
from lib.queries.rows import FRAME as FRAME
from lib.store.engine import Store
from lib.store.statements import listing, operations, summing

SORTS = ("newest", "oldest", "amount")
OUTSIDE_MOST = 1_000


@dataclass(frozen=True, slots=True)
class Page:
    """`frame` (see `FRAME`), `next` the cursor of the following page, `outside` how many match in other days (≤ 1,000)."""

    frame: pd.DataFrame
    next: str | None
    outside: int = 0


@dataclass(frozen=True, slots=True)
class Sum:
    """How many, and how much in won: amount and what was cancelled of it."""

    count: int = 0
    amount: int = 0
    cancel_amount: int = 0


@dataclass(slots=True)
class Sums:
    """What rows add up to, in won: `paid` came in, whatever became of it later, `cancelled` went back, and `waiting` is
    awaited on virtual accounts. What failed, was left or is a test counts among the rows alone.

    On the basis `cancelled` a row is one cancellation, and only `cancelled` is told.
    """

    rows: int = 0
    paid: int = 0
    cancelled: int = 0
    waiting: int = 0

    @property
    def net(self) -> int:
        """What stayed."""
        return self.paid - self.cancelled

    def add(self, state: State, amount: int, cancel_amount: int, rows: int = 1) -> None:
        """Count `rows` of this state, whose amounts in won are these together."""
        self.rows += rows
        if state is State.TEST:
            return
        self.cancelled += cancel_amount
        if state.was_paid:
            self.paid += amount
        elif state is State.WAITING:
            self.waiting += amount


@dataclass(frozen=True, slots=True)
class Counts:
    """Sums by shown state; `at_least` when there are more: a million entries in the period, or 1,000 hits of a text."""

    by_state: dict[State, Sum]
    at_least: bool

    def of(self, state: State) -> Sum:
        """The sum of one state."""
        return self.by_state.get(state, Sum())

    def over(self, states: Sequence[State]) -> Sums:
        """The sums of these states together; of all that a list shows when there are none."""
        sums = Sums()
        for state in states or shown_states():
            of = self.of(state)
            sums.add(state, of.amount, of.cancel_amount, of.count)
        return sums


@dataclass(frozen=True, slots=True)
class Choices:
    """What occurs, for the filters."""

    gateways: list[str]
    mids: list[str]


@dataclass(frozen=True, slots=True)
class Detail:
    """One payment, masked; `read_at` epoch seconds of the reading that brought it; its money operations, newest first."""

    payment: Payment
    read_at: int
    operations: list[Operation] = field(default_factory=list)

    def expired(self, now: float) -> bool:
        """A virtual account whose deadline has passed without a deposit."""
        return self.payment.state is State.WAITING and 0 < self.payment.vbank_date < int(now)


def page(
    store: Store,
    actor: Actor,
    wanted: Filter,
    *,
    now: float,
    sort: str = "newest",
    cursor: str | None = None,
    size: int = 100,
) -> Page:
    """One page. `sort`: newest, oldest, amount (a text search is always newest requested first).

    `now` (epoch seconds) decides what is due and expired. Raises `NotAllowed`, and `BadInput` bad_filter for a sort,
    a cursor or an attention that there is none of.
    """
    policy.require(actor, policy.SEE)
    if sort not in SORTS:
        raise BadInput("bad_filter", value=sort)
    after = cursors.opened(cursor)
    with store.reading() as connection:
        plan = finding.plan(connection, wanted, now, after.way if after else "")
        found = plan.rows(connection, sort, after.key if after else None, size + 1)
        outside = 0
        if not found and after is None and (wanted.query or wanted.ids) and wanted.period:
            everywhere = finding.plan(connection, replace(wanted, period=None), now)
            outside = len(everywhere.keys(connection, "newest", None, OUTSIDE_MOST))
    following = cursors.closed(Place(plan.way, found[size - 1][0])) if len(found) > size else None
    shown = [rows.masked(key, values, wanted.basis, now) for key, values in found[:size]]
    return Page(rows.frame(shown), following, outside)


def otherwise(store: Store, actor: Actor, wanted: Filter, *, now: float) -> tuple[str, int]:
    """The other reading of digits that were searched for: what to type for it, and how many it finds (at most 1,000);
    ("", 0) when it finds none. Raises `NotAllowed`."""
    policy.require(actor, policy.SEE)
    with store.reading() as connection:
        return finding.otherwise(connection, wanted, now, OUTSIDE_MOST)


def counts(store: Store, actor: Actor, wanted: Filter, *, now: float) -> Counts:
    """Sums by state of all that the filter holds, whatever its states. Raises as `page` does."""
    policy.require(actor, policy.SEE)
    with store.reading() as connection:
        plan = finding.plan(connection, replace(wanted, states=tuple(State)), now)
        by_state, at_least = plan.sums(connection)
    return Counts({State(state): Sum(*sums) for state, sums in by_state.items()}, at_least)


def one(store: Store, actor: Actor, imp_uid: str) -> Detail:
    """One payment with its cancellations and operations; raises `BadInput` no_such_payment."""
    policy.require(actor, policy.SEE)
    with store.reading() as connection:
        row = listing.by_imp_uid(connection, imp_uid.replace("\x00", ""))
        if row is None:
            raise BadInput("no_such_payment", imp_uid=imp_uid)
        cancelled = listing.cancellations_of(connection, row["id"])
        done = [of_row(r) for r in operations.of_payment(connection, row["imp_uid"])]
    values = {name: row[name] for name in Payment.__struct_fields__ if name in row}
    values |= {name: mask(row[name]) for name, mask in rows.MASKS.items()}
    history = tuple(Cancellation(**{name: c[name] for name in Cancellation.__struct_fields__}) for c in cancelled)
    return Detail(Payment(**values | {"extra": {}, "cancellations": history}), row["read_at"] // 1000, done)


def mark(store: Store, actor: Actor, imp_uid: str) -> tuple[object, ...] | None:
    """(state, time of it in epoch s, amount, cancelled amount), or None where it is not here: cheap, to be asked often."""
    policy.require(actor, policy.SEE)
    with store.reading() as connection:
        return listing.mark_of(connection, imp_uid.replace("\x00", ""))


def missing(store: Store, actor: Actor, ids: Sequence[str]) -> list[str]:
    """Those of the pasted ids (the first 1,000) that no payment carries, in their order."""
    policy.require(actor, policy.SEE)
    with store.reading() as connection:
        return finding.of_ids(connection, ids)[1]


def choices(store: Store, actor: Actor) -> Choices:
    """Gateways and MIDs that occur, each sorted; without the empty name."""
    policy.require(actor, policy.SEE)
    with store.reading() as connection:
        pairs = summing.channels(connection)
    return Choices(sorted({g for g, _ in pairs if g}), sorted({m for _, m in pairs if m}))
