"""Runs an approved batch: two refunds at a time, each by `refunds.submit`, until all are taken up or something is wrong.

The sends run in the journal's own pool, so that a desk that stops waits for their answers; a run that stops goes on only
when a person says so.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import replace
from typing import Any

from lib.errors import BadInput, DeskError, InProgress, NotAllowed, Stale
from lib.journal import gate
from lib.journal.life import State
from lib.journal.parts import Journal
from lib.operations import batches, refunds, wish
from lib.operations.batches import Batch
from lib.operations.breaker import Outcome, tripped
from lib.operations.refunds import Approved
from lib.people import accounts
from lib.people.actor import Actor
from lib.store.engine import Connection
from lib.store.statements import batches as statements
from lib.store.statements.operations import StoreError
from lib.store.tables.batches import BatchState

log = logging.getLogger("paydesk.batches")

IN_FLIGHT = 2
NOT_THE_ROWS_FAULT = (*gate.REASONS, "over_team_day", "over_approver_limit", "unknown_person", "disabled")
"""Codes for which the run pauses and the row keeps waiting."""

Waiting = Mapping[Any, Any]


class Paused(Exception):
    """The run must stop here; the row that met it still waits."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def start(journal: Journal, batch: Batch) -> None:
    """Run the batch in a thread of its own."""
    threading.Thread(target=run, args=(journal, batch), name=f"batch {batch.id}", daemon=True).start()


def run(journal: Journal, batch: Batch) -> None:
    """Send row after row until none waits, the batch is no longer this process's, or it pauses. Raises nothing."""
    try:
        requester = accounts.actor_named(journal.store, batch.requested_by)
        approver = accounts.actor_named(journal.store, batch.approved_by)
        _run(journal, batch, requester, approver)
    except Paused as why:
        _halt(journal, batch, why.code)
    except DeskError as wrong:
        _halt(journal, batch, str(wrong.facts.get("why", wrong.code)))
    except Exception:
        log.exception("batch %s stopped", batch.id)
        _halt(journal, batch, "run_broke")


def _run(journal: Journal, batch: Batch, requester: Actor, approver: Actor) -> None:
    alone = replace(journal, sender=None, hold_s=0.0)  # a batch was looked at by two people: it has no hold
    with journal.store.reading() as connection:
        left = statements.waiting(connection, batch.id)
    outcomes: list[Outcome] = []
    flying: list[Future[Outcome]] = []
    problem = ""
    while (left and not problem) or flying:
        while left and not problem and len(flying) < IN_FLIGHT:
            if journal.stopping.is_set():
                problem = "stopping"
                break
            flying.append(_begin(journal, alone, batch, left.pop(0), requester, approver))
        wait(flying, return_when=FIRST_COMPLETED)
        for future in [future for future in flying if future.done()]:
            flying.remove(future)
            try:
                outcomes.append(future.result())
            except Paused as why:
                problem = problem or why.code
            problem = problem or tripped(outcomes, batch.rows)
    if problem:
        raise Paused(problem)
    with journal.store.writing() as connection:
        if not statements.waiting(connection, batch.id):
            statements.move(connection, batch.id, BatchState.RUNNING, BatchState.DONE, held_by=journal.owner)


def _begin(
    journal: Journal, alone: Journal, batch: Batch, row: Waiting, requester: Actor, approver: Actor
) -> Future[Outcome]:
    if journal.sender is not None:
        try:
            return journal.sender.submit(_one, alone, batch, row, requester, approver)
        except RuntimeError:
            raise Paused("stopping") from None
    future: Future[Outcome] = Future()
    try:
        future.set_result(_one(alone, batch, row, requester, approver))
    except Paused as why:
        future.set_exception(why)
    return future


def _one(journal: Journal, batch: Batch, row: Waiting, requester: Actor, approver: Actor) -> Outcome:
    """One row, to its first verdict. Raises `Paused` when it could not be its fault; it still waits then."""

    def spend(connection: Connection, operation_id: str, content: str) -> bool:
        return statements.take(connection, batch.id, row["n"], journal.owner, operation_id, content)

    try:
        ask = wish.read_back(row["ask"])
        operation = refunds.submit(journal, requester, ask, Approved(approver, spend))
    except Stale:
        return _refused(journal, batch, row, "stale_in_batch", Outcome.MOVED)
    except InProgress:
        return _refused(journal, batch, row, "in_progress_here", Outcome.NOT_DONE)
    except NotAllowed:
        raise Paused("not_allowed") from None
    except BadInput as wrong:
        if wrong.why in NOT_THE_ROWS_FAULT:
            raise Paused(wrong.why) from None
        if wrong.why == "approval_gone":
            raise Paused("batch_changed") from None  # or paused or ended meanwhile, and then it stays so
        return _refused(journal, batch, row, wrong.why, Outcome.NOT_DONE)
    except DeskError as wrong:
        if wrong.code == "not_found":
            return _refused(journal, batch, row, "not_found", Outcome.NOT_DONE)
        raise Paused(wrong.code) from None
    except Exception:
        log.exception("row %d of batch %s", row["n"], batch.id)
        raise Paused("run_broke") from None
    if operation.state is State.CONFIRMED:
        return Outcome.CONFIRMED
    return Outcome.UNCERTAIN if operation.open else Outcome.NOT_DONE


def _refused(journal: Journal, batch: Batch, row: Waiting, code: str, outcome: Outcome) -> Outcome:
    with journal.store.writing() as connection:
        statements.refuse(connection, batch.id, code, row["n"])
    return outcome


def _halt(journal: Journal, batch: Batch, code: str) -> None:
    """Pause the batch, if it is still this process's to pause."""
    try:
        batches.halt(journal, batch.id, code)
    except BadInput:
        log.info("batch %s was stopped already", batch.id)
    except StoreError:
        log.exception("batch %s could not be paused; it pauses when this process ends", batch.id)
