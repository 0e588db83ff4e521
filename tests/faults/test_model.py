"""T0: a small model of refunds on one payment, searched breadth-first and completely: every interleaving at this scope.

Two agents, somebody who cancels outside, the resolver, sync, a person who decides by the truth; at most as many sends as the scope says. Between
any two steps anything may die. What is judged is judged by the desk's own code: its table of moves, `classify`,
`resolve`, `late`. Only what stands around them is abstract: i'mport's history, who has which page, which copies of a
request are under way, and the time, which is told apart by the lag, the lease and the quiet time alone.

Copies may stay under way for ever: a second customer's money must be safe even then. That nothing was called "not
refunded" and had run is held for what ran within the quiet time (A4).

Every refund and the cancellation outside have the same amount, which is the case that is hardest to tell apart.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, NamedTuple

import pytest

from lib.iamport.answer import Answer, Reached
from lib.journal import classify, late, resolve
from lib.journal.classify import AGAIN
from lib.journal.life import LIFE, Operation, State
from lib.journal.resolve import Known, Verdict
from lib.payments.record import Cancellation, Payment
from lib.store.tables.moves import NOT_MOVED, OPEN

IMP_UID, PAID, AMOUNT = "imp_model", 30_000, 10_000
SENDS = 3
OUTSIDE = -1
NOW, FIRST_AT, APART_S = 1_000_000, 1_000, 60
MOVES = {(start, because): end for start, because, end in LIFE}
CLOSED = (State.NOT_EXECUTED, State.ABORTED)
SINCE_S = (1, 200, 700)
"""What the three ages stand for: at once; past the lag and the lease; past the quiet time."""


class Violation(AssertionError):
    """An invariant does not hold; the message tells the shortest way there."""

    def __init__(self, what: str, trace: list[str]) -> None:
        self.trace = trace
        super().__init__("\n".join([what, *(f"{n}. {step}" for n, step in enumerate(trace, 1))]))


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
    verdict: Verdict
    entry: int


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


Next = Iterator[tuple[str, Moment]]
IDLE, NOBODY = Page(), Step()


def _put(row: tuple[Any, ...], n: int, value: Any) -> tuple[Any, ...]:
    return (*row[:n], value, *row[n + 1 :])


def _spent(m: Moment) -> int:
    return sum(row.attempts for row in m.rows)


def _mark(n: int) -> str:
    return f"#MARK000{n}"


class Machine:
    """All moves of one scope, and the search through them."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.entry, self.payment, self.operation = cache(self._entry), cache(self._payment), cache(self._operation)
        self.verdict, self.meaning, self.lately = cache(self._verdict), cache(self._meaning), cache(self._lately)
        self.healed = cache(self._healed)
        self.transitions = 0

    # -- what the desk's own code is given -------------------------------------------------------------------------

    def _entry(self, n: int, by: int) -> Cancellation:
        reason = "관리자페이지취소" if by == OUTSIDE else f"고객 요청 {_mark(by)}" if self.scope.marks else "고객 변심"
        return Cancellation(cancellation_id=f"c{n}", amount=AMOUNT, cancelled_at=FIRST_AT + n * APART_S, reason=reason)

    def _payment(self, history: tuple[Ran, ...]) -> Payment:
        entries = tuple(self.entry(n, ran.by) for n, ran in enumerate(history))
        return Payment(
            imp_uid=IMP_UID, amount=PAID, cancel_amount=AMOUNT * len(history), cancellations=entries, paid_at=1
        )

    def _operation(self, n: int, row: Row) -> Operation:
        sent_at = NOW - SINCE_S[row.age]
        return Operation(
            id=f"operation {n}",
            imp_uid=IMP_UID,
            amount=AMOUNT,
            balance=PAID - AMOUNT * row.seen,
            currency="KRW",
            pg_provider="model",
            body=b"",
            body_sha256="",
            known_ids=tuple(f"c{known}" for known in range(row.seen)),
            marker=_mark(n),
            reason="",
            requested_by="",
            session="",
            created_at=sent_at,
            state=row.state,
            version=1,
            attempts=row.attempts,
            owner="",
            lease_until=0,
            first_sent_at=sent_at if row.attempts else None,
            last_sent_at=sent_at if row.attempts else None,
            answered=row.answered,
            next_check_at=0,
            code=row.code,
            message="",
            cancellation_id=f"c{row.entry}" if row.entry >= 0 else "",
            attribution=row.attribution,
            intent_key="",
            request_hash="",
        )

    def _others(self, n: int, count: int) -> frozenset[str]:
        return frozenset(_mark(other) for other in range(count) if other != n)

    def _verdict(
        self, n: int, row: Row, history: tuple[Ran, ...], stored: int, kept: bool, count: int
    ) -> tuple[Verdict, int]:
        """The resolver's verdict of one reading, and the entry it found."""
        known = Known(
            markers_kept=kept,
            answered_at=NOW - SINCE_S[row.heard] if row.heard >= 0 else None,
            stored_ids=frozenset(f"c{i}" for i in range(stored)),
            other_marks=self._others(n, count),
        )
        verdict = resolve.resolve(self.operation(n, row), self.payment(history), NOW, known)
        return verdict, int(verdict.cancellation_id[1:]) if verdict.attribution else -1

    def _meaning(self, n: int, attempts: int, seen: int, answer: str, history: tuple[Ran, ...], count: int) -> Step:
        """Where the sender stands after this answer."""
        whole = self.payment(history)
        given = {
            "not sent": Answer(Reached.NOT_SENT, why="ConnectError"),
            "no answer": Answer(Reached.NO_ANSWER, why="ReadTimeout"),
            "server error": Answer(Reached.ANSWERED, http_status=502),
            "done": Answer(Reached.ANSWERED, http_status=200, envelope=True, payment=whole),
            "refused": Answer(Reached.ANSWERED, http_status=200, envelope=True, code=-1, message="취소 실패"),
            "unsure": Answer(Reached.ANSWERED, http_status=200, envelope=True, code=-1, message="통신 오류"),
            "token": Answer(Reached.ANSWERED, http_status=401, envelope=True, code=-1, message="Unauthorized"),
            "too many": Answer(Reached.ANSWERED, http_status=429, envelope=True, code=-1, message="too many"),
        }[answer]
        sending = Row(0, seen, State.SENDING, attempts=attempts)
        meaning = classify.classify(given, self.operation(n, sending), self._others(n, count))
        if meaning.because == AGAIN:
            return Step("renewing")
        entry = int(meaning.cancellation_id[1:]) if meaning.cancellation_id else -1
        return Step("answered", meaning.because, meaning.answered, meaning.attribution, entry)

    def _lately(
        self, n: int, row: Row, stored: tuple[Ran, ...], taken: frozenset[int], busy: bool, count: int
    ) -> tuple[str, int]:
        """What late evidence there is of a closed operation: the edge to take and the entry found."""
        free = [self.entry(i, ran.by) for i, ran in enumerate(stored) if i not in taken]
        operation = self.operation(n, row)
        entries = resolve.marked(operation, free)
        if entries:
            return "late evidence", int(entries[0].cancellation_id[1:])
        marks = frozenset(_mark(i) for i in range(count))
        if not busy and late._perhaps_ours(operation, free, marks):
            return "late, perhaps ours", -1
        return "", -1

    # -- what everybody shares -------------------------------------------------------------------------------------

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
        return m._replace(rows=_put(m.rows, n, row))

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
            because, entry = self.lately(n, row, m.history[: m.stored], taken, busy, len(m.rows))
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
            return m._replace(pages=_put(m.pages, who, page))

        if page.at != "idle":
            yield "an agent begins anew", at(IDLE)
        match page.at:
            case "idle":
                mine = [row.state for row in m.rows if row.wish == wish]
                if not any(state in OPEN or state in (State.CONFIRMED, State.LATE_REVIEW) for state in mine):
                    yield f"an agent opens the page, {m.stored} known", at(Page("page", m.stored))
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
            return m._replace(senders=_put(m.senders, n, step))

        if step.at:
            yield f"the sender of {n} dies", at(NOBODY)
        match step.at:
            case "before" | "renewing":
                because = "permit granted" if step.at == "before" else "token renewed, sent again"
                if _spent(m) < self.scope.sends:
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
        return self.meaning(n, row.attempts, row.seen, answer, history, len(m.rows))

    def _outcomes(self, m: Moment, n: int) -> Iterator[tuple[str, str, Moment]]:
        """What may become of a POST: in words, the answer, and the moment after it.

        A request without an answer is under way: that it ran at once, or was lost, are steps that may follow.
        """
        away = m._replace(copies=_put(m.copies, n, m.copies[n] + 1))
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
        fewer = m._replace(copies=_put(m.copies, n, m.copies[n] - 1))
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
                        yield f"the resolver reads {read} for {n}: {found.verdict.because}", m._replace(resolver=found)
        after, found_late = self.late(m)
        if found_late:
            yield "late evidence is found", after

    def _judged(self, m: Moment, n: int, read: int) -> Checking | None:
        row = m.rows[n]
        kept = self._kept(m.rows)
        verdict, entry = self.verdict(n, row, m.history[:read], m.stored, kept, len(m.rows))
        sure = verdict.because in ("found in history", "another took the balance")
        if verdict.because == "looked again" or (row.state is State.NEEDS_HUMAN and not sure):
            return None
        return Checking(n, row.state, verdict, entry)

    def _settled(self, m: Moment, checking: Checking) -> Moment:
        if m.rows[checking.operation].state is not checking.before:
            return m
        verdict = checking.verdict
        code = verdict.code if verdict.code == "balance_moved" else ""
        changes = {"attribution": verdict.attribution, "entry": checking.entry, "code": code}
        return self.moved(m, checking.operation, verdict.because, **changes) or m

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

    def plain(self, m: Moment) -> Moment:
        """One of all the moments that differ in nothing that can matter any more.

        A sender that was overtaken writes nothing any more; what was given up unsent is forgotten; when nothing more may
        be sent, nobody's page counts; two agents are alike.
        """
        for n, (step, row) in enumerate(zip(m.senders, m.rows, strict=True)):
            waits = row.state is State.PREPARED if step.at == "before" else row.state is State.SENDING
            if step.at and step.at != "sending" and not waits:
                m = m._replace(senders=_put(m.senders, n, NOBODY))
        while m.rows and m.rows[-1].state is State.ABORTED and not m.rows[-1].attempts and not m.senders[-1].at:
            m = m._replace(rows=m.rows[:-1], copies=m.copies[:-1], senders=m.senders[:-1])
        if _spent(m) >= self.scope.sends:
            return m._replace(pages=(IDLE, IDLE)) if m.pages != (IDLE, IDLE) else m
        one, other = m.pages
        if m.rows and self.scope.wishes[0] != self.scope.wishes[1]:
            if m.rows[0].wish:
                m = m._replace(pages=(other, one), rows=tuple(row._replace(wish=1 - row.wish) for row in m.rows))
        elif other < one:
            m = m._replace(pages=(other, one))
        return m

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
        return len(parents)


def _trace(parents: dict[Moment, tuple[Moment, str] | None], end: Moment) -> list[str]:
    steps = []
    while (before := parents[end]) is not None:
        end = before[0]
        steps.append(before[1])
    return steps[::-1]


SCOPES = [
    Scope(wishes, marks, learned, sends=1, lags=lags, belated=belated)
    for wishes in ((0, 1), (0, 0))
    for marks, learned in ((True, True), (True, False), (False, False))
    for lags in (False, True)
    for belated in (False, True)
]


@pytest.mark.parametrize("scope", SCOPES, ids=str)
def test_every_state_of_one_send_holds(scope: Scope, record_property: Callable[[str, object], None]) -> None:
    machine = Machine(scope)
    record_property("states", machine.search())
    record_property("transitions", machine.transitions)


@pytest.mark.parametrize("ablation", [{"checksum": False}, {"seen_balance": False}], ids=str)
def test_without_a_guard_the_shortest_way_to_a_violation_is_told(ablation: dict[str, bool]) -> None:
    scope = Scope((0, 0), marks=True, learned=True, sends=2)._replace(**ablation)
    with pytest.raises(Violation) as found:
        Machine(scope).search()
    assert found.value.trace
