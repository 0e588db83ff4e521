"""Bulk refunds: a file is tried out, asked for with its total typed, approved by a second person, and run at a pace.

Each row is an ordinary refund, written and sent by `refunds.submit`; a batch only says who wants which, and stops when
something is wrong (`breaker`). A run belongs to one process; when that dies, nothing goes on by itself.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

from lib.errors import BadInput
from lib.journal.life import State, told
from lib.journal.parts import Journal, is_gone
from lib.operations import wish
from lib.operations.approvals import WHY_CHARS_MAX
from lib.operations.batch_file import BatchFile
from lib.operations.batch_trial import Verdict, repeated
from lib.operations.refunds import Account, Ask
from lib.people import policy
from lib.people.actor import Actor
from lib.store.engine import Connection
from lib.store.statements import batches as statements
from lib.store.statements.approvals import lock_limits
from lib.store.statements.operations import StoreError, trouble
from lib.store.tables.batches import NOTHING_SENT, RowState
from lib.store.tables.batches import BatchState as BatchState

EXPIRES_S = 8 * 3600
_ENDED = dict(zip(NOTHING_SENT, ("batch_denied", "batch_withdrawn", "batch_expired"), strict=True))
"""The sentence for a row of a file that ended before anything was sent."""


class _Itself(NamedTuple):
    """The desk, where no person acts."""

    name: str = "Paydesk"
    session: str = ""


ITSELF = _Itself()


@dataclass(frozen=True, slots=True)
class Batch:
    """A file of refunds that was asked for. `total` in won, times in epoch seconds (0 for never), `pause_code` a
    sentence's code, `why` what was said by who denied it, `uncertain` how many rows were sent and are not certain yet."""

    id: str
    file_name: str
    rows: int
    total: int
    requested_by: str
    created_at: int
    expires_at: int
    state: BatchState
    approved_by: str
    decided_at: int
    owner: str
    pause_code: str
    denied_by: str
    why: str
    uncertain: int


@dataclass(frozen=True, slots=True)
class Result:
    """One row of a batch as it stands. `state` is the operation's once there is one, else WAITING or REFUSED; `code` the
    sentence's for how it ended; `message` the gateway's own words."""

    n: int
    imp_uid: str
    amount: int
    state: str
    code: str
    message: str
    operation_id: str
    cancellation_id: str
    reason: str
    account: Account | None


@dataclass(frozen=True, slots=True)
class Sums:
    """Rows and won by how they ended; the parts add up to what was asked for, to the won."""

    requested: tuple[int, int]
    confirmed: tuple[int, int]
    not_refunded: tuple[int, int]  # definite: refused, not executed, not sent
    uncertain: tuple[int, int]  # being checked, or waiting for a person
    waiting: tuple[int, int]


# -- asking and answering ----------------------------------------------------------------------------------------------


def request(journal: Journal, actor: Actor, file: BatchFile, verdicts: Iterable[Verdict], typed_total: int) -> Batch:
    """Ask a second person for the rows that a dry run found good; nothing is sent before they approve.

    Raises `NotAllowed`, `BadInput`: batch_empty, total_differs (total), batch_known (by, since), rows_known (rows).
    """
    policy.require(actor, policy.REFUND)
    good = [(verdict.line.n, verdict.ask) for verdict in verdicts if verdict.ask]
    total = sum(ask.amount for _, ask in good)
    batch_id, now = journal.world.new_id(), int(journal.world.now())
    rows = [_row(batch_id, n, ask) for n, ask in good]
    batch = {
        "id": batch_id,
        "file_name": file.name,
        "file_sha256": file.sha256,
        "content": _content(rows, total),
        "rows": len(rows),
        "total": total,
        "requested_by": actor.name,
        "created_at": now,
        "expires_at": now + EXPIRES_S,
    }
    with _writing(journal) as connection:
        lock_limits(connection)
        statements.expire(connection, now)
        _may_be_asked(connection, file, [ask for _, ask in good], now)
        if total != typed_total:
            raise BadInput("total_differs", total=total)
        if not statements.add(connection, batch, rows):
            raise BadInput("store_busy")  # another process wrote the same file down in this very moment
        journal.note(connection, actor, "ask_batch", batch_id, f"{len(rows)} refunds, {total}, {batch['content']}")
    return one(journal, actor, batch_id)


def _may_be_asked(connection: Connection, file: BatchFile, good: Sequence[Ask], now: int) -> None:
    known = statements.of_file(connection, file.sha256)
    if known is not None:
        raise BadInput("batch_known", by=known["requested_by"], since=known["created_at"])
    if not good:
        raise BadInput("batch_empty")
    again = sum(repeated(connection, ask, now) is not None for ask in good)
    if again:
        raise BadInput("rows_known", rows=again)


def approve(journal: Journal, actor: Actor, batch_id: str) -> Batch:
    """Say yes, to exactly what was asked for: the batch is this process's to run (`running.start`).

    Raises, with nothing sent: `NotAllowed`, `BadInput` (approval_own, approval_gone, batch_changed).
    """
    policy.require(actor, policy.APPROVE)
    batch = one(journal, actor, batch_id)
    if batch.requested_by == actor.name:
        raise BadInput("approval_own")
    now = int(journal.world.now())
    with _writing(journal) as connection:
        row = statements.one(connection, batch_id)
        assert row is not None
        if row["expires_at"] <= now:
            raise BadInput("approval_gone")
        if _content(statements.contents(connection, batch_id), row["total"]) != row["content"]:
            raise BadInput("batch_changed")
        values: dict[str, Any] = {"approved_by": actor.name, "decided_at": now, "owner": journal.owner}
        if not statements.move(connection, batch_id, BatchState.WAITING, BatchState.RUNNING, **values):
            raise BadInput("approval_gone")
        journal.note(connection, actor, "approve_batch", batch_id, f"{row['rows']} refunds, {row['total']}")
    return one(journal, actor, batch_id)


def deny(journal: Journal, actor: Actor, batch_id: str, why: str = "") -> None:
    """Say no, and why; the one who asked may withdraw. Raises `NotAllowed`, `BadInput` approval_gone."""
    said = " ".join(why.split())[:WHY_CHARS_MAX]
    own = one(journal, actor, batch_id).requested_by == actor.name
    policy.require(actor, policy.REFUND if own else policy.APPROVE)
    end, by = (BatchState.WITHDRAWN, "") if own else (BatchState.DENIED, actor.name)
    with _writing(journal) as connection:
        now = int(journal.world.now())
        if not statements.move(connection, batch_id, BatchState.WAITING, end, decided_at=now, denied_by=by, why=said):
            raise BadInput("approval_gone")
        journal.note(connection, actor, "withdraw_batch" if own else "deny_batch", batch_id, said)


def pause(journal: Journal, actor: Actor, batch_id: str) -> None:
    """Send nothing more for now; what is on its way is waited for. Whoever may refund may stop a run.

    Raises `NotAllowed`, `BadInput` batch_not_running.
    """
    policy.require(actor, policy.REFUND)
    halt(journal, batch_id, "paused_by_hand", actor)


def go_on(journal: Journal, actor: Actor, batch_id: str) -> Batch:
    """Take up a paused run, or one whose process died; it is this process's from now on.

    Raises `NotAllowed`, `BadInput` batch_not_paused.
    """
    policy.require(actor, policy.APPROVE)
    batch = one(journal, actor, batch_id)
    with _writing(journal) as connection:
        start = BatchState.RUNNING if abandoned(batch) else BatchState.PAUSED
        if not statements.take_over(connection, batch_id, start, batch.owner, journal.owner):
            raise BadInput("batch_not_paused")
        journal.note(connection, actor, "continue_batch", batch_id, batch.pause_code)
    return one(journal, actor, batch_id)


def end(journal: Journal, actor: Actor, batch_id: str) -> None:
    """Give up the rows that are left: they are never sent. Raises `NotAllowed`, `BadInput` batch_not_paused."""
    policy.require(actor, policy.REFUND)
    batch = one(journal, actor, batch_id)
    with _writing(journal) as connection:
        start = BatchState.RUNNING if abandoned(batch) else BatchState.PAUSED
        if not statements.move(connection, batch_id, start, BatchState.DONE, held_by=batch.owner, pause_code=""):
            raise BadInput("batch_not_paused")
        left = statements.refuse(connection, batch_id, "given_up")
        journal.note(connection, actor, "end_batch", batch_id, f"{left} rows given up")


def halt(journal: Journal, batch_id: str, code: str, actor: Actor | None = None) -> None:
    """Pause a run, for the reason of this code; `actor` None is the desk itself. Raises `BadInput` batch_not_running."""
    with _writing(journal) as connection:
        if not statements.move(connection, batch_id, BatchState.RUNNING, BatchState.PAUSED, pause_code=code):
            raise BadInput("batch_not_running")
        journal.note(connection, actor or ITSELF, "pause_batch", batch_id, code)


# -- what stands -------------------------------------------------------------------------------------------------------


def one(journal: Journal, actor: Actor, batch_id: str) -> Batch:
    """A batch. Raises `NotAllowed`, `BadInput` no_such_batch."""
    policy.require(actor, policy.REFUND)
    with journal.store.reading() as connection:
        row = statements.one(connection, batch_id)
        uncertain = statements.uncertain(connection, [batch_id])
    if row is None:
        raise BadInput("no_such_batch")
    return _of_row(row, journal, uncertain)


def latest(journal: Journal, actor: Actor, limit: int = 50) -> list[Batch]:
    """The newest batches."""
    policy.require(actor, policy.REFUND)
    with journal.store.reading() as connection:
        rows = statements.latest(connection, limit)
        uncertain = statements.uncertain(connection, [row["id"] for row in rows])
    return [_of_row(row, journal, uncertain) for row in rows]


def waiting(journal: Journal, actor: Actor) -> list[Batch]:
    """Those of the newest that wait for a second person."""
    return [batch for batch in latest(journal, actor) if batch.state is BatchState.WAITING]


def results(journal: Journal, actor: Actor, batch_id: str) -> list[Result]:
    """Every row as it stands now, in the order of the file; of a file that ended with nothing sent all are REFUSED."""
    policy.require(actor, policy.REFUND)
    with journal.store.reading() as connection:
        row = statements.one(connection, batch_id)
        rows = statements.results(connection, batch_id)
    if row is None:
        raise BadInput("no_such_batch")
    ended = _ENDED.get(_state(row, journal), "")
    return [
        Result(
            n=row["n"],
            imp_uid=row["imp_uid"],
            amount=row["amount"],
            state=row["operation_state"] or (RowState.REFUSED if ended else row["state"]),
            code=told(row["operation_state"], row["operation_code"])
            if row["operation_state"]
            else ended or row["code"],
            message=row["message"] or "",
            operation_id=row["operation_id"],
            cancellation_id=row["cancellation_id"] or "",
            reason=ask.reason,
            account=ask.account,
        )
        for row in rows
        for ask in [wish.read_back(row["ask"])]
    ]


def sums(found: Iterable[Result]) -> Sums:
    """What the rows add up to."""
    parts: dict[str, list[int]] = {"confirmed": [], "not_refunded": [], "uncertain": [], "waiting": []}
    for result in found:
        parts[_part(result.state)].append(result.amount)
    counted = {name: (len(amounts), sum(amounts)) for name, amounts in parts.items()}
    count, won = zip(*counted.values(), strict=True)
    return Sums(requested=(sum(count), sum(won)), **counted)


def abandoned(batch: Batch) -> bool:
    """It should run, but its process is no more."""
    return batch.state is BatchState.RUNNING and is_gone(batch.owner)


def _part(state: str) -> str:
    match state:
        case State.CONFIRMED:
            return "confirmed"
        case State.NOT_EXECUTED | State.ABORTED | RowState.REFUSED:
            return "not_refunded"
        case RowState.WAITING:
            return "waiting"
    return "uncertain"


@contextmanager
def _writing(journal: Journal) -> Iterator[Connection]:
    """A write transaction; a database that cannot be written to is `BadInput` store_busy or disk_full."""
    try:
        with journal.store.writing() as connection:
            yield connection
    except StoreError as broken:
        raise BadInput(trouble(broken)) from None


def _row(batch_id: str, n: int, ask: Ask) -> dict[str, Any]:
    key = hashlib.sha256(f"{batch_id} {n}".encode()).hexdigest()
    asked = Ask(ask.imp_uid, ask.amount, ask.seen_balance, ask.reason, key, ask.tax_free, ask.account)
    return {
        "batch_id": batch_id,
        "n": n,
        "imp_uid": asked.imp_uid,
        "amount": asked.amount,
        "ask": wish.written(asked),
        "content": wish.content_of(asked),
    }


def _content(rows: Iterable[Mapping[Any, Any]], total: int) -> str:
    """SHA-256 over every wish, its balance, account and reason, and the sum."""
    lines = [[row["n"], wish.content_of(wish.read_back(row["ask"])), row["content"]] for row in rows]
    return hashlib.sha256(json.dumps([total, lines]).encode()).hexdigest()


def _of_row(row: Mapping[Any, Any], journal: Journal, uncertain: Mapping[str, int]) -> Batch:
    stored = {name: row[name] for name in Batch.__slots__ if name in row}
    return Batch(**stored | {"state": _state(row, journal), "uncertain": uncertain.get(row["id"], 0)})


def _state(row: Mapping[Any, Any], journal: Journal) -> BatchState:
    state = BatchState(row["state"])
    return BatchState.EXPIRED if state is BatchState.WAITING and row["expires_at"] <= journal.world.now() else state
