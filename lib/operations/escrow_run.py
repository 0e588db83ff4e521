"""Registers a pasted column of deliveries one by one, each by `escrow.register`, with a pause between two.

A run lives in its process: each row that was taken up is an operation of the journal and goes on by itself, and where a
process ends, the rest is pasted again, for the dry run leaves out what is registered.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from lib.errors import BadInput, DeskError
from lib.iamport.errors import IamportError, NotFound
from lib.journal import gate
from lib.journal.life import Operation, State
from lib.journal.parts import Journal
from lib.operations import escrow
from lib.operations.breaker import Outcome, tripped
from lib.operations.escrow_paste import Line, Verdict
from lib.people import policy
from lib.people.actor import Actor
from lib.store.statements.operations import StoreError
from lib.store.tables.escrow import UNSUPPORTED

log = logging.getLogger("paydesk.escrow")

PACE_S = 0.2
KEPT = 50


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a row: its operation, or the code of why it became none, filled by `facts`."""

    operation: Operation | None = None
    code: str = ""
    facts: dict[str, object] = field(default_factory=dict)


@dataclass(slots=True)
class Run:
    """One run. `results` by place in `rows`; `left_out`: the rows that could not be sent; `halted`: the code of why the
    rest was not."""

    id: str
    by: str
    started_at: int
    rows: tuple[Verdict, ...]
    left_out: tuple[Verdict, ...] = ()
    results: list[Result] = field(default_factory=list)
    halted: str = ""
    ended: bool = False


_runs: dict[str, Run] = {}
_lock = threading.Lock()


def start(journal: Journal, actor: Actor, run_id: str, verdicts: Sequence[Verdict]) -> Run:
    """Begin to register the good rows; the same `run_id` again is the same run. A journal without a sender (a command)
    does it before this returns. Raises `NotAllowed`, `BadInput` paste_empty."""
    policy.require(actor, policy.SHIP)
    rows = tuple(verdict for verdict in verdicts if verdict.delivery)
    if not rows:
        raise BadInput("paste_empty")
    with _lock:
        if run_id in _runs:
            return _runs[run_id]
        left_out = tuple(verdict for verdict in verdicts if not verdict.delivery)
        run = _runs[run_id] = Run(run_id, actor.name, int(journal.world.now()), rows, left_out)
        for old in [kept.id for kept in _runs.values() if kept.ended][:-KEPT]:
            del _runs[old]
    if journal.sender is None:
        _go(journal, actor, run)
    else:
        threading.Thread(target=_go, args=(journal, actor, run), name=f"escrow {run_id}", daemon=True).start()
    return run


def to_paste_again(run: Run) -> list[Line]:
    """The rows of an ended run that are still to be worked off, in the paste's order: those that were left out, refused
    or not sent. What is certain or still being checked is not among them."""
    results: list[Result | None] = [*run.results, *[None] * (len(run.rows) - len(run.results))]
    failed = [
        row.line
        for row, result in zip(run.rows, results, strict=True)
        if result is None or result.operation is None or _outcome(result) is Outcome.NOT_DONE
    ]
    return sorted([*(row.line for row in run.left_out), *failed], key=lambda line: line.n)


def latest(actor: Actor) -> Run | None:
    """This person's newest run of this process. Raises `NotAllowed`."""
    policy.require(actor, policy.SHIP)
    with _lock:
        return next((run for run in reversed(_runs.values()) if run.by == actor.name), None)


def _go(journal: Journal, actor: Actor, run: Run) -> None:
    outcomes: list[Outcome] = []
    try:
        for place, row in enumerate(run.rows):
            if journal.stopping.is_set():
                run.halted = "stopping"
                break
            result = _in_turn(journal, actor, run, place, row)
            if result.operation is None and result.code in gate.REASONS:
                run.halted = result.code
                break
            run.results.append(result)
            outcomes.append(_outcome(result))
            run.halted = tripped(outcomes, len(run.rows)).replace("breaker_", "escrow_run_")
            if run.halted:
                break
            journal.world.sleep(PACE_S)
    except (IamportError, StoreError, RuntimeError):
        log.exception("run %s stopped", run.id)
        run.halted = "escrow_run_broke"
    finally:
        run.ended = True


def _in_turn(journal: Journal, actor: Actor, run: Run, place: int, row: Verdict) -> Result:
    """One row, sent by the journal's own pool so that a desk that stops waits for its answer."""
    if journal.sender is None:
        return _one(journal, actor, run, place, row)
    alone = replace(journal, sender=None)
    return journal.sender.submit(_one, alone, actor, run, place, row).result()


def _one(journal: Journal, actor: Actor, run: Run, place: int, row: Verdict) -> Result:
    """Raises `IamportError` where the row is not at fault, `StoreError`."""
    assert row.delivery is not None
    try:
        return Result(escrow.register(journal, actor, row.imp_uid, row.delivery, f"{run.id}-{place}"))
    except NotFound as wrong:
        return Result(code="not_found", facts=dict(wrong.facts))
    except IamportError:
        raise
    except DeskError as wrong:
        return Result(code=str(wrong.facts.get("why", wrong.code)), facts=dict(wrong.facts))


def _outcome(result: Result) -> Outcome:
    operation = result.operation
    if operation is None:
        return Outcome.NOT_DONE
    if operation.state is State.CONFIRMED or operation.code == UNSUPPORTED:
        return Outcome.CONFIRMED
    return Outcome.UNCERTAIN if operation.open else Outcome.NOT_DONE
