"""Visits every state of a scope that can be reached, and holds the invariants in each."""

from __future__ import annotations

from collections import deque
from functools import cache

from lib.journal.life import State
from lib.store.tables.moves import OPEN
from tests.faults.model.state import (
    AMOUNT,
    CLOSED,
    IDLE,
    NOBODY,
    OUTSIDE,
    PAID,
    STALE,
    Moment,
    Page,
    Ran,
    Row,
    Scope,
    put,
    spent,
    waits_in,
)
from tests.faults.model.steps import Steps


class Violation(AssertionError):
    """An invariant does not hold; the message tells the shortest way there."""

    def __init__(self, what: str, trace: list[str]) -> None:
        self.trace = trace
        super().__init__("\n".join([what, *(f"{n}. {step}" for n, step in enumerate(trace, 1))]))


class Machine(Steps):
    """The search through one scope."""

    def __init__(self, scope: Scope) -> None:
        super().__init__(scope)
        self.healed = cache(self._healed)
        self.transitions = 0
        self.visited: set[Moment] = set()

    def plain(self, m: Moment) -> Moment:
        """One of all the moments that differ in nothing that can matter any more.

        A page older than the store is refused whatever it shows; a verdict that was overtaken is not written. Two agents
        are alike, and so are two wishes: the first operation serves wish 0.
        """
        for n, row in enumerate(m.rows):
            m = self._plain_row(m, n, row)
        m = self.edge(m)
        if m.resolver and m.rows[m.resolver.operation].state is not m.resolver.before:
            m = m._replace(resolver=None)
        one, other = pages = self._plain_pages(m)
        if self.scope.wishes[0] == self.scope.wishes[1] or not m.rows:
            pages = (other, one) if other < one else pages
        elif m.rows[0].wish:
            pages = other, one
            m = m._replace(rows=tuple(row._replace(wish=1 - row.wish) for row in m.rows))
        return m if pages == m.pages else m._replace(pages=pages)

    def edge(self, m: Moment) -> Moment:
        """Where the scope ends: what was given up unsent is forgotten, and after the last sending nobody asks again."""
        while m.rows and m.rows[-1].state is State.ABORTED and not m.rows[-1].attempts:
            m = m._replace(rows=m.rows[:-1], copies=m.copies[:-1], senders=m.senders[:-1])
        if spent(m) >= self.scope.sends and m.pages != (IDLE, IDLE):
            m = m._replace(pages=(IDLE, IDLE))
        return m

    def _plain_row(self, m: Moment, n: int, row: Row) -> Moment:
        """A request that cannot run any more is not under way, and two copies that exclude each other are one; a sender
        that was overtaken writes nothing; of a closed operation, and of one that waits for a person, the time matters
        only to a copy, and only whether it is more than the quiet time."""
        step, copies, state = m.senders[n], m.copies[n], row.state
        if copies and self.scope.checksum:
            copies = 0 if len(m.history) > row.seen else 1
        if step.at not in ("", "sending") and state is not waits_in(step):
            step = NOBODY
        age, heard = row.age, row.heard
        if state is State.PREPARED:
            age = min(age, 1)
        elif state is State.UNKNOWN:
            heard = heard if row.answered and age < 2 else -1
        elif state is not State.SENDING:
            age, heard = 2 if copies and age == 2 else 0, -1
        if (copies, step, age, heard) == (m.copies[n], m.senders[n], row.age, row.heard):
            return m
        if (age, heard) != (row.age, row.heard):
            row = row._replace(age=age, heard=heard, answered=row.answered and heard >= 0)
        return m._replace(rows=put(m.rows, n, row), copies=put(m.copies, n, copies), senders=put(m.senders, n, step))

    def _plain_pages(self, m: Moment) -> tuple[Page, ...]:
        if not self.scope.seen_balance:
            return m.pages
        return tuple(STALE if page.at in ("page", "dialog") and page.seen < m.stored else page for page in m.pages)

    # -- what must hold --------------------------------------------------------------------------------------------

    def broken(self, m: Moment) -> str:
        """The invariant that does not hold here; "" when all do."""
        executed = [ran.by for ran in m.history if ran.by != OUTSIDE]
        if len(set(executed)) < len(executed):
            return "I1: an operation ran twice"
        served = [m.rows[ran.by].wish for ran in m.history if ran.by != OUTSIDE and not ran.belated]
        if len(set(served)) < len(served):
            return "I2: a wish was served twice"
        if len(m.history) * AMOUNT > PAID:
            return "I3: more came back than was paid"
        for n, row in enumerate(m.rows):
            if row.state is State.CONFIRMED and (row.entry < 0 or m.history[row.entry].by != n):
                return f"I4: {n} is confirmed by what is not its own cancellation"
            if row.state in CLOSED and any(ran.by == n and not ran.belated for ran in m.history):
                return f"I5: {n} is called not executed, and ran"
        if sum(row.state in OPEN for row in m.rows) > 1:
            return "two operations are open"
        if not any(m.copies):
            return self.healed(m.history, m.stored, m.rows)
        return ""

    def _healed(self, history: tuple[Ran, ...], stored: int, rows: tuple[Row, ...]) -> str:
        """Everything dies, nothing is under way: what recovery and people make of it. "" when nothing stays open."""
        none = (0,) * len(rows)
        m = Moment(history, False, stored, rows, none, (NOBODY,) * len(rows))
        for _ in range(2 * len(rows) + 2):
            m = next((after for words, after in self._time(m) if words == "the quiet time passes"), m)
            m = m._replace(stored=len(history))
            for _, after in self._resolver(m):
                m = self._settled(after._replace(resolver=None), after.resolver) if after.resolver else after
                break
            for n in range(len(rows)):
                for _, after in self._person(m, n):
                    m = after
        for n, row in enumerate(m.rows):
            if row.state in OPEN or row.state is State.LATE_REVIEW:
                return f"I7: {n} stays {row.state}"
            if (row.state is State.CONFIRMED) != any(ran.by == n for ran in history):
                return f"I8: {n} ends {row.state}"
        return ""

    def search(self) -> int:
        """Visit every state that can be reached; how many there are. Raises `Violation` with the shortest trace."""
        begin = Moment()
        parents: dict[Moment, tuple[Moment, str] | None] = {begin: None}
        queue = deque([begin])
        while queue:
            m = queue.popleft()
            for words, after in self.following(m):
                self.transitions += 1
                after = self.plain(after)
                if after in parents:
                    continue
                parents[after] = (m, words)
                queue.append(after)
                wrong = self.broken(after)
                if wrong:
                    raise Violation(wrong, _trace(parents, after))
        self.visited = set(parents)
        return len(parents)


def _trace(parents: dict[Moment, tuple[Moment, str] | None], end: Moment) -> list[str]:
    steps = []
    while (before := parents[end]) is not None:
        end = before[0]
        steps.append(before[1])
    return steps[::-1]
