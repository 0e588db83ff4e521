"""Questions and changes to bulk refunds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, RowMapping, and_, bindparam, exists, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from lib.store.tables.batches import NOTHING_SENT, BatchState, RowState, batch_rows, batches
from lib.store.tables.moves import State
from lib.store.tables.operations import operations

B, R, O = batches.c, batch_rows.c, operations.c  # noqa: E741
_RESULTS = (
    select(
        *(R[name] for name in ("n", "imp_uid", "amount", "state", "operation_id", "code", "ask")),
        O.state.label("operation_state"),
        O.code.label("operation_code"),
        O.message,
        O.cancellation_id,
    )
    .outerjoin(operations, O.id == R.operation_id)
    .order_by(R.n)
)

_NOTHING_MOVED = (State.NOT_EXECUTED.value, State.ABORTED.value)
_CERTAIN = (State.CONFIRMED.value, *_NOTHING_MOVED)
_ABOUT_TO = or_(
    and_(B.state == BatchState.WAITING, B.expires_at > bindparam("now")),
    B.state.in_((BatchState.RUNNING, BatchState.PAUSED)),
)
_RECENT = select(B.id).where(B.created_at >= bindparam("since"))  # named so that (batch_id, imp_uid)'s index serves
_EARLIER = (
    select(B.created_at, B.file_name, R.state)
    .join(batches, B.id == R.batch_id)
    .outerjoin(operations, O.id == R.operation_id)
    .where(R.imp_uid == bindparam("imp_uid"), R.amount == bindparam("amount"), R.batch_id.in_(_RECENT))
    .where(or_(O.state.not_in(_NOTHING_MOVED), and_(R.state == RowState.WAITING, _ABOUT_TO)))
    .order_by(B.id.desc())
    .limit(1)
)


class Earlier(NamedTuple):
    """A file that has refunded, or is about to refund (`waits`), the same amount of a payment; `at` epoch seconds."""

    at: int
    file_name: str
    waits: bool


def add(connection: Connection, batch: dict[str, Any], rows: Sequence[dict[str, Any]]) -> bool:
    """Write a batch down with its rows; False while the same file is on record."""
    try:
        with connection.begin_nested():
            connection.execute(insert(batches), {"state": BatchState.WAITING.value, **batch})
    except IntegrityError:
        return False
    connection.execute(insert(batch_rows), [{"state": RowState.WAITING.value, **row} for row in rows])
    return True


def expire(connection: Connection, now: int) -> None:
    """Close what nobody approved in time."""
    over = (B.state == BatchState.WAITING, B.expires_at <= now)
    connection.execute(update(batches).where(*over).values(state=BatchState.EXPIRED.value))


def one(connection: Connection, batch_id: str) -> RowMapping | None:
    """A batch."""
    return connection.execute(select(batches).where(B.id == batch_id)).mappings().first()


def of_file(connection: Connection, sha256: str) -> RowMapping | None:
    """The batch on record for a file that was, or may be, sent; none for one that ended before."""
    wanted = select(batches).where(B.file_sha256 == sha256, B.state.not_in(NOTHING_SENT))
    return connection.execute(wanted).mappings().first()


def earlier(connection: Connection, imp_uid: str, amount: int, since: int, now: int) -> Earlier | None:
    """The newest file since then whose row of this payment and amount moved money, may have, or still waits to."""
    given = {"imp_uid": imp_uid, "amount": amount, "since": since, "now": now}
    row = connection.execute(_EARLIER, given).first()
    return Earlier(row.created_at, row.file_name, row.state == RowState.WAITING) if row else None


def latest(connection: Connection, limit: int) -> list[RowMapping]:
    """The newest batches."""
    return list(connection.execute(select(batches).order_by(B.id.desc()).limit(limit)).mappings())


def results(connection: Connection, batch_id: str) -> list[RowMapping]:
    """Every row with how its operation stands: n, imp_uid, amount, state, operation_id, code, ask, operation_state,
    operation_code, message, cancellation_id."""
    return list(connection.execute(_RESULTS.where(R.batch_id == batch_id)).mappings())


def uncertain(connection: Connection, batch_ids: Iterable[str]) -> dict[str, int]:
    """How many rows of these batches were sent and are not certain yet; without those that have none."""
    wanted = (
        select(R.batch_id, func.count())
        .join(operations, O.id == R.operation_id)
        .where(R.batch_id.in_(list(batch_ids)), O.state.not_in(_CERTAIN))
        .group_by(R.batch_id)
    )
    return {row.batch_id: row[1] for row in connection.execute(wanted)}


def contents(connection: Connection, batch_id: str) -> list[RowMapping]:
    """Every row as it was asked for, in the order of the file: n, ask, content."""
    wanted = select(R.n, R.ask, R.content).where(R.batch_id == batch_id).order_by(R.n)
    return list(connection.execute(wanted).mappings())


def move(
    connection: Connection, batch_id: str, start: BatchState, end: BatchState, *, held_by: str = "", **values: Any
) -> bool:
    """Compare-and-set of the state (of the process that runs it, too, where it is named); False when it stood elsewhere."""
    still = [B.id == batch_id, B.state == start] + ([B.owner == held_by] if held_by else [])
    return connection.execute(update(batches).where(*still).values(state=end.value, **values)).rowcount == 1


def take_over(connection: Connection, batch_id: str, start: BatchState, held_by: str, owner: str) -> bool:
    """Let `owner` run what stood at `start` and was `held_by` another; False when it no longer is so."""
    still = (B.id == batch_id, B.state == start, B.owner == held_by)
    values = {"state": BatchState.RUNNING.value, "owner": owner, "pause_code": ""}
    return connection.execute(update(batches).where(*still).values(**values)).rowcount == 1


def waiting(connection: Connection, batch_id: str) -> list[RowMapping]:
    """Rows that nobody has taken up, in the order of the file: n, imp_uid, amount, ask."""
    wanted = select(R.n, R.imp_uid, R.amount, R.ask).where(R.batch_id == batch_id, R.state == RowState.WAITING)
    return list(connection.execute(wanted.order_by(R.n)).mappings())


def take(connection: Connection, batch_id: str, n: int, owner: str, operation_id: str, content: str) -> bool:
    """Give a row its operation, in the transaction that writes that down; False unless this process runs the batch,
    the row still waits, and the wish is the one that was approved."""
    running = exists().where(B.id == batch_id, B.state == BatchState.RUNNING, B.owner == owner)
    still = (R.batch_id == batch_id, R.n == n, R.state == RowState.WAITING, R.content == content, running)
    values = {"state": RowState.TAKEN.value, "operation_id": operation_id}
    return connection.execute(update(batch_rows).where(*still).values(**values)).rowcount == 1


def refuse(connection: Connection, batch_id: str, code: str, n: int | None = None) -> int:
    """Close a row (or every row) that still waits; how many."""
    still = [R.batch_id == batch_id, R.state == RowState.WAITING] + ([R.n == n] if n is not None else [])
    return connection.execute(update(batch_rows).where(*still).values(state=RowState.REFUSED.value, code=code)).rowcount
