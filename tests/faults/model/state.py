"""What the model is made of: a scope, and all there is at one moment."""

from __future__ import annotations

from typing import Any, NamedTuple

from lib.journal.life import State

PAID, AMOUNT = 30_000, 10_000
SENDS = 3
OUTSIDE = -1
CLOSED = (State.NOT_EXECUTED, State.ABORTED)


class Scope(NamedTuple):
    """`wishes`: whose wish each agent serves. `marks`: the gateway hands reasons back. `learned`: the desk knows it."""

    wishes: tuple[int, int]
    marks: bool
    learned: bool
    sends: int = SENDS
    lags: bool = False
    belated: bool = False
    checksum: bool = True
    seen_balance: bool = True


class Ran(NamedTuple):
    """An entry of i'mport's history: whose it is, and whether it ran later than A4 allows."""

    by: int
    belated: bool = False


class Row(NamedTuple):
    """An operation in the journal. `seen`: how many cancellations its page knew, which is its balance; `age` since it
    was sent, or written down; `heard` since i'mport refused; `entry`: which cancellation it was found to be."""

    wish: int
    seen: int
    state: State = State.PREPARED
    age: int = 0
    attempts: int = 0
    answered: bool = False
    heard: int = -1
    code: str = ""
    attribution: str = ""
    entry: int = -1


class Step(NamedTuple):
    """Where a sender stands: before | sending | expired | answered | renewing, or "" where there is none.

    The rest is what the answer meant.
    """

    at: str = ""
    because: str = ""
    answered: bool = False
    attribution: str = ""
    entry: int = -1


class Page(NamedTuple):
    """Where an agent stands: idle | page | dialog | checked; `seen`: how many cancellations the page shows."""

    at: str = "idle"
    seen: int = 0


class Checking(NamedTuple):
    """A verdict that the resolver has come to and not written yet."""

    operation: int
    before: State
    because: str
    attribution: str
    entry: int
    code: str


class Moment(NamedTuple):
    """Everything there is. `stored`: how many cancellations the desk's store knows; `fresh`: the last one is so new that
    an older copy may answer a reading."""

    history: tuple[Ran, ...] = ()
    fresh: bool = False
    stored: int = 0
    rows: tuple[Row, ...] = ()
    copies: tuple[int, ...] = ()
    senders: tuple[Step, ...] = ()
    pages: tuple[Page, ...] = (Page(), Page())
    resolver: Checking | None = None


IDLE, NOBODY, STALE = Page(), Step(), Page("page", -1)


def put(row: tuple[Any, ...], n: int, value: Any) -> tuple[Any, ...]:
    return (*row[:n], value, *row[n + 1 :])


def spent(m: Moment) -> int:
    return sum(row.attempts for row in m.rows)


def waits_in(step: Step) -> State:
    """The state in which an operation stands while its sender stands at this step."""
    return State.PREPARED if step.at == "before" else State.SENDING
