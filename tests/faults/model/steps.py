"""Who may do what at one moment, and what it becomes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lib.journal.life import LIFE, State
from lib.store.tables.moves import NOT_MOVED, OPEN
from tests.faults.model.desk import Desk
from tests.faults.model.state import (
    AMOUNT,
    IDLE,
    NOBODY,
    OUTSIDE,
    PAID,
    Checking,
    Moment,
    Page,
    Ran,
    Row,
    Scope,
    Step,
    put,
    spent,
    waits_in,
)

MOVES = {(start, because): end for start, because, end in LIFE}
Next = Iterator[tuple[str, Moment]]


class Steps:
    """All moves of one scope."""

    def __init__(self, scope: Scope) -> None:
        self.scope, self.desk = scope, Desk(scope.marks)

    def _kept(self, rows: tuple[Row, ...]) -> bool:
        told = [
            row.attribution for row in rows if row.state is State.CONFIRMED and row.attribution in ("marker", "fence")
        ]
        return all(word == "marker" for word in told) and (bool(told) or self.scope.learned)

    def moved(self, m: Moment, n: int, because: str, **changes: Any) -> Moment | None:
        """Along one edge of the table of moves; None where an index of the journal excludes it."""
        row = m.rows[n]
        end = MOVES[row.state, because]
        row = row._replace(state=end, **changes)
        if row.attempts and end not in NOT_MOVED:
            others = [other for i, other in enumerate(m.rows) if i != n and other.attempts]
            if any(other.seen == row.seen and other.state not in NOT_MOVED for other in others):
                return None
        if end not in OPEN:
            row = row._replace(age=row.age if m.copies[n] else 0, heard=-1, answered=False)
        return m._replace(rows=put(m.rows, n, row))

    def ran(self, m: Moment, n: int) -> Moment | None:
        """A copy of the request reaches i'mport, which holds to its own rules; None when it refuses."""
        row = m.rows[n]
        if len(m.history) * AMOUNT + AMOUNT > PAID or (self.scope.checksum and len(m.history) != row.seen):
            return None
        return m._replace(history=(*m.history, Ran(n, row.age == 2)), fresh=self.scope.lags)

    def readings(self, m: Moment) -> tuple[int, ...]:
        """How many cancellations a reading may bring now."""
        count = len(m.history)
        return (count, count - 1) if m.fresh else (count,)

    def late(self, m: Moment) -> tuple[Moment, bool]:
        """One look for late evidence, as recovery and every offer take it."""
        if not m.stored:
            return m, False
        taken = frozenset(row.entry for row in m.rows if row.state is State.CONFIRMED)
        busy = any(row.state in OPEN for row in m.rows)
        found = False
        for n, row in enumerate(m.rows):
            if row.state not in NOT_MOVED:
                continue
            because, entry = self.desk.lately(n, row, m.history[: m.stored], taken, busy, len(m.rows))
            if (row.state, because) not in MOVES:
                continue
            changes = {"entry": entry, "attribution": "marker"} if entry >= 0 else {}
            after = self.moved(m, n, because, **changes)
            m, found = (after, True) if after else (m, found)
        return m, found

    # -- who may do what -------------------------------------------------------------------------------------------

    def following(self, m: Moment) -> Next:
        """Every step that somebody may take now."""
        for who in (0, 1):
            yield from self._agent(m, who)
        for n in range(len(m.rows)):
            yield from self._under_way(m, n)
            yield from self._sender(m, n)
            yield from self._person(m, n)
        yield from self._resolver(m)
        if all(ran.by != OUTSIDE for ran in m.history) and len(m.history) * AMOUNT < PAID:
            yield "somebody cancels outside", m._replace(history=(*m.history, Ran(OUTSIDE)), fresh=self.scope.lags)
        for read in self.readings(m):
            if read > m.stored:
                yield f"sync reads {read}", m._replace(stored=read)
        yield from self._time(m)

    def _agent(self, m: Moment, who: int) -> Next:
        page, wish = m.pages[who], self.scope.wishes[who]

        def at(page: Page, m: Moment = m) -> Moment:
            return m._replace(pages=put(m.pages, who, page))

        if page.at != "idle":
            yield "an agent begins anew", at(IDLE)
        match page.at:
            case "idle":
                mine = [row.state for row in m.rows if row.wish == wish]
                if not any(state in OPEN or state in (State.CONFIRMED, State.LATE_REVIEW) for state in mine):
                    yield f"an agent opens the page, {m.stored} known", at(Page("page", m.stored))
                    yield from self._asks_again(m, who)
            case "again":
                begun = self._begun_again(m, page.seen)
                yield f"an agent has {page.seen} sent again", at(IDLE, begun or m)
            case "page" | "dialog":
                for read in self.readings(m):
                    ready, after = self._offered(m, page, read)
                    yield f"an agent goes on from the {page.at}, {read} read: {ready.at}", at(ready, after)
            case "checked":
                if any(row.state in OPEN for row in m.rows):
                    yield "an agent finds another in progress", at(IDLE)
                    return
                yield (
                    f"an agent writes {len(m.rows)} down at {page.seen}",
                    at(IDLE)._replace(
                        rows=(*m.rows, Row(wish, page.seen)),
                        copies=(*m.copies, 0),
                        senders=(*m.senders, Step("before")),
                    ),
                )

    def _asks_again(self, m: Moment, who: int) -> Next:
        """What was sent and did not run, as its page shows it: everything is read afresh before it is sent again."""
        for n, row in enumerate(m.rows):
            asked = row.wish == self.scope.wishes[who] and row.state is State.NOT_EXECUTED
            if not asked or row.code == "balance_moved":
                continue
            for read in self.readings(m):
                ready, after = self._offered(m, Page("page", row.seen), read)
                again = Page("again", n) if ready is not IDLE and read == row.seen else IDLE
                yield (
                    f"an agent wants {n} sent again, {read} read: {again.at}",
                    after._replace(pages=put(after.pages, who, again)),
                )

    def _begun_again(self, m: Moment, n: int) -> Moment | None:
        """SENDING once more, with one attempt more; None where the row has moved or an index excludes it."""
        row = m.rows[n]
        open_elsewhere = any(other.state in OPEN for other in m.rows)
        if row.state is not State.NOT_EXECUTED or open_elsewhere or spent(m) >= self.scope.sends:
            return None
        begun = self.moved(
            m, n, "asked for again", attempts=row.attempts + 1, age=0, answered=False, heard=-1, code="", attribution=""
        )
        return begun and begun._replace(senders=put(begun.senders, n, Step("sending")))

    def _offered(self, m: Moment, page: Page, read: int) -> tuple[Page, Moment]:
        """What was read is stored, late evidence is looked for, and the page goes on or is refused."""
        if read < m.stored:
            return IDLE, m
        after, found = self.late(m._replace(stored=read))
        waits = any(row.state in OPEN or row.state is State.LATE_REVIEW for row in after.rows)
        differs = read != page.seen and self.scope.seen_balance
        if found or waits or differs or read * AMOUNT >= PAID:
            return IDLE, after
        return Page("dialog" if page.at == "page" else "checked", read), after

    def _sender(self, m: Moment, n: int) -> Next:
        step, row = m.senders[n], m.rows[n]

        def at(step: Step, m: Moment = m) -> Moment:
            return m._replace(senders=put(m.senders, n, step))

        if step.at:
            yield f"the sender of {n} dies", at(NOBODY)
        if step.at not in ("", "sending") and row.state is not waits_in(step):
            return  # overtaken: whatever it would write is refused
        match step.at:
            case "before" | "renewing":
                because = "permit granted" if step.at == "before" else "token renewed, sent again"
                if spent(m) < self.scope.sends:
                    begun = self.moved(m, n, because, attempts=row.attempts + 1, age=0)
                    if begun:
                        yield f"{n} is about to be sent", at(Step("sending"), begun)
                    else:
                        aborted = self.moved(m, n, "could not begin", code="balance_moved")
                        yield f"{n} could not begin", at(NOBODY, aborted or m)
            case "expired":
                yield f"{n}: its permit is over", at(self._answer(m, n, "not sent"))
            case "sending":
                for what, answer, after in self._outcomes(m, n):
                    yield f"{n}: {what}", at(self._answer(after, n, answer), after)
            case "answered":
                changes: dict[str, Any] = {"answered": step.answered, "heard": 0 if step.answered else -1}
                if step.entry >= 0:
                    changes |= {"attribution": step.attribution, "entry": step.entry}
                done = self.moved(m, n, step.because, **changes)
                yield f"{n}: {step.because}", at(NOBODY, done or m)

    def _answer(self, m: Moment, n: int, answer: str) -> Step:
        row = m.rows[n]
        history = m.history if answer == "done" else ()
        return self.desk.meaning(n, row.attempts, row.seen, answer, history, len(m.rows))

    def _outcomes(self, m: Moment, n: int) -> Iterator[tuple[str, str, Moment]]:
        """What may become of a POST: in words, the answer, and the moment after it.

        A request without an answer is under way: that it ran at once, or was lost, are steps that may follow.
        """
        away = m._replace(copies=put(m.copies, n, m.copies[n] + 1))
        yield "not sent", "not sent", m
        yield "no answer", "no answer", away
        yield "a server error, perhaps under way", "server error", away
        yield "refused, unsure, perhaps under way", "unsure", away
        yield "refused", "refused", m
        yield "the token was refused", "token", m
        yield "too many calls", "too many", m
        done = self.ran(m, n)
        if done:
            yield "refused though it ran", "refused", done
            yield "it ran", "done", done
            twice = done._replace(copies=away.copies)
            yield "it ran, and a second copy is under way", "done", twice

    def _under_way(self, m: Moment, n: int) -> Next:
        if not m.copies[n]:
            return
        fewer = m._replace(copies=put(m.copies, n, m.copies[n] - 1))
        yield f"a copy of {n} is lost", fewer
        done = self.ran(fewer, n)
        if done:
            yield f"a copy of {n} runs", done

    def _resolver(self, m: Moment) -> Next:
        checking = m.resolver
        if checking:
            yield "the resolver dies", m._replace(resolver=None)
            yield "the resolver writes down", self._settled(m._replace(resolver=None), checking)
            return
        for n, row in enumerate(m.rows):
            abandoned = row.age > 0 or not m.senders[n].at
            if row.state is State.PREPARED and abandoned:
                yield f"{n} is given up unsent", self.moved(m, n, "its process died before sending") or m
            elif row.state is State.SENDING and abandoned:
                yield f"{n} is not certain", self.moved(m, n, "its process died while sending") or m
            elif row.state in (State.UNKNOWN, State.NEEDS_HUMAN):
                for read in self.readings(m):
                    found = self._judged(m, n, read)
                    if found:
                        yield f"the resolver reads {read} for {n}: {found.because}", m._replace(resolver=found)
        after, found_late = self.late(m)
        if found_late:
            yield "late evidence is found", after

    def _judged(self, m: Moment, n: int, read: int) -> Checking | None:
        row = m.rows[n]
        kept = self._kept(m.rows)
        verdict, entry = self.desk.verdict(n, row, m.history[:read], m.stored, kept, len(m.rows))
        sure = verdict.because in ("found in history", "another took the balance")
        if verdict.because == "looked again" or (row.state is State.NEEDS_HUMAN and not sure):
            return None
        code = verdict.code if verdict.code == "balance_moved" else ""
        return Checking(n, row.state, verdict.because, verdict.attribution, entry, code)

    def _settled(self, m: Moment, checking: Checking) -> Moment:
        if m.rows[checking.operation].state is not checking.before:
            return m
        changes = {"attribution": checking.attribution, "entry": checking.entry, "code": checking.code}
        return self.moved(m, checking.operation, checking.because, **changes) or m

    def _person(self, m: Moment, n: int) -> Next:
        """Finance looks into the gateway's own site, which tells the truth."""
        if m.rows[n].state not in (State.NEEDS_HUMAN, State.LATE_REVIEW):
            return
        entry = next((i for i, ran in enumerate(m.history) if ran.by == n), -1)
        because = "a person found it" if entry >= 0 else "a person ruled it out"
        decided = self.moved(m, n, because, attribution="human", entry=entry)
        if decided:
            yield f"of {n}, {because}", decided

    def _time(self, m: Moment) -> Next:
        """Minutes, past the lag and every lease; or more than the quiet time."""
        for age, words in ((1, "minutes pass"), (2, "the quiet time passes")):
            if age == 2 and any(m.copies) and not self.scope.belated:
                return
            rows = tuple(
                row._replace(
                    age=max(row.age, age) if row.state in OPEN or m.copies[n] else 0,
                    heard=min(row.heard, 0) if row.heard < 0 else 1,
                )
                for n, row in enumerate(m.rows)
            )
            senders = tuple(Step("expired") if step.at == "sending" else step for step in m.senders)
            after = m._replace(rows=rows, senders=senders, fresh=False)
            if after != m:
                yield words, after
