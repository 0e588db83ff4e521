"""What must hold of a schedule, whatever happened in it: the invariants, each by its number.

I1 an operation runs at most once. I2 a customer's wish is served at most once. I3 no more comes back than was paid.
I4 confirmed is what ran once, with that cancellation. I5 nothing is called not executed that had run. I6 every refund
that ran is in the journal. I7 nothing stays open, every wish is served or refused. I8 the sums agree to the won. I9 the
audit chain verifies and has one entry for each move. I10 no call leaves without its row. I11 no limit is exceeded. I12
no secret in any row, and nothing of a buyer's in the journal, the chain or a log (the logs: `test_leaks`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Protocol

from lib import audit
from lib.journal.life import Operation, State
from lib.operations import refunds
from lib.payments.days import day_of, first_second
from lib.settings import Limits
from lib.store.engine import Connection, Store
from tests.faults.upstream import BUYER, OUTSIDE, Upstream

QUIET_S = 600
MOVED = "state NOT IN ('NOT_EXECUTED', 'ABORTED')"
WITHOUT_A_BUYER = ("operations", "operation_evidence", "audit", "audit_head")
"""What is written down of a refund: ids, states and the reason, never a buyer's data. What i'mport answered is kept
apart (`operation_attempts`), and a payment's own row is masked where it is shown."""


class Violation(AssertionError):
    """An invariant does not hold."""


class Wished(Protocol):
    """What one customer wants back, and what they were told: done, refused, waiting."""

    @property
    def number(self) -> int:
        """Stands at the end of the reason of its refunds."""

    @property
    def shown(self) -> str:
        """The answer."""


def hold(true: bool, what: str) -> None:
    if not true:
        raise Violation(what)


def judge(store: Store, upstream: Upstream, wishes: Sequence[Wished]) -> list[Operation]:
    """The invariants, when nothing moves any more; the operations that were judged. Raises `Violation`."""
    by_wish: Counter[int] = Counter()
    judged: list[Operation] = []
    for imp_uid, paid in upstream.paid.items():
        operations = refunds.of_payment(store, imp_uid)
        judged += operations
        for op in operations:
            ran = upstream.executed[op.id]
            by_wish[int(op.reason.rsplit(" ", 1)[1])] += ran
            hold(ran <= 1, "I1: an operation ran twice")
            hold(not op.open, "I7: an operation is still open")
            hold((op.state is State.CONFIRMED) == (ran == 1), f"I4/I5: {op.state} though it ran {ran} times")
            right = op.attribution == "human" or op.cancellation_id in upstream.made_by[op.id]
            hold(ran != 1 or right, "I4: confirmed by what is not its own cancellation")
            with store.reading() as connection:
                _written(connection, upstream, op)
        confirmed = sum(op.amount for op in operations if op.state is State.CONFIRMED)
        outside = sum(e["amount"] for e in paid.cancels if e["reason"] == OUTSIDE)
        total = sum(e["amount"] for e in paid.cancels)
        hold(total <= paid.amount, "I3: more came back than was paid")
        hold(total == confirmed + outside, f"I8: {total} upstream, {confirmed} confirmed, {outside} outside")
    hold(set(upstream.executed) <= {op.id for op in judged}, "I6: a refund ran that nobody knows of")
    for wish in wishes:
        hold(by_wish[wish.number] <= 1, "I2: a customer's wish was served twice")
        hold(wish.shown != "done" or by_wish[wish.number] == 1, "the customer was told it is done, and it is not")
        hold(wish.shown != "waiting", "I7: a wish was neither served nor refused")
    return judged


def _written(connection: Connection, upstream: Upstream, op: Operation) -> None:
    """What is written down of an operation: I5 (within A4), I9, I10."""
    evidence = connection.exec_driver_sql(
        "SELECT version, state, at FROM operation_evidence WHERE operation_id = ? ORDER BY version", (op.id,)
    ).all()
    ran_at = upstream.executed_at.get(op.id)
    sent = "SELECT at FROM operation_attempts WHERE operation_id = ? AND step = 'sent'"
    sendings = list(connection.exec_driver_sql(sent, (op.id,)).scalars())
    if ran_at is not None and ran_at - max((at for at in sendings if at <= ran_at), default=0) <= QUIET_S:
        denied = any(state in ("NOT_EXECUTED", "ABORTED") and int(ran_at) <= at for _, state, at in evidence)
        hold(not denied, "I5: called not executed while it had run")
    entries = connection.exec_driver_sql(
        "SELECT after FROM audit WHERE object = ? AND action = 'refund' AND reason LIKE ? ORDER BY seq",
        (op.imp_uid, f"{op.id} %"),
    ).scalars()
    states = [state for _, state, _ in evidence]
    hold([version for version, _, _ in evidence] == [*range(1, op.version + 1)], "I9: a move without evidence")
    hold(list(entries) == states, "I9: not one audit entry for each move")
    hold(len(sendings) == states.count("SENDING"), "I10: an attempt without its move")
    hold(upstream.posts[op.id] <= len(sendings), "I10: a call left without its row")
    posted_at = upstream.posted_at.get(op.id, 0.0)
    before = [
        state for _, state, at in evidence if at < int(posted_at) or (at == int(posted_at) and state == "SENDING")
    ]
    hold(before[-1:] not in (["NOT_EXECUTED"], ["ABORTED"]), "I10: a call left after its operation was closed")


def within_limits(store: Store, limits: Limits, now: int) -> None:
    """I11, at the instant at which an operation was written down by somebody in customer service."""
    if limits == Limits():
        return
    since = first_second(day_of(now))
    with store.reading() as connection:
        newest = connection.exec_driver_sql(
            "SELECT id, amount, requested_by, imp_uid FROM operations WHERE created_at = ? AND state = 'PREPARED'"
            " ORDER BY id DESC LIMIT 1",
            (now,),
        ).first()
        if newest is None:  # a second click, which wrote nothing down
            return
        by_person: Counter[str] = Counter()
        for person, amount in connection.exec_driver_sql(
            f"SELECT requested_by, amount FROM operations WHERE created_at >= ? AND {MOVED}",  # noqa: S608
            (since,),
        ):
            by_person[person] += amount
        sliced = connection.exec_driver_sql(
            f"SELECT SUM(amount) FROM operations WHERE imp_uid = ? AND requested_by = ? AND {MOVED}",  # noqa: S608
            (newest.imp_uid, newest.requested_by),
        ).scalar_one()
    alone, day = limits.refund.get("cs", 0), limits.day.get("cs", 0)
    hold(not alone or sliced <= alone, "I11: more of one payment than one may refund alone")
    hold(not day or by_person[newest.requested_by] <= day, "I11: a person's day is exceeded")
    hold(not limits.team_day or by_person.total() <= limits.team_day, "I11: the team's day is exceeded")


def chain_and_rows(store: Store, secret: bytes) -> None:
    """I9 and I12 of a whole database."""
    hold(audit.verify(store, secret) is None, "I9: the audit chain is broken")
    for table, rows in every_row(store).items():
        hold(secret.decode() not in repr(rows), f"I12: the secret stands in {table}")
        if table in WITHOUT_A_BUYER:
            hold(not any(word in repr(rows) for word in BUYER.values()), f"I12: a buyer's data stands in {table}")


def every_row(store: Store) -> dict[str, list[dict[str, object]]]:
    """All that a SQLite database holds, by table."""
    with store.reading() as connection:
        tables = connection.exec_driver_sql(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
        ).scalars()
        return {
            table: [dict(row) for row in connection.exec_driver_sql(f"SELECT * FROM {table}").mappings()]  # noqa: S608
            for table in list(tables)
        }
