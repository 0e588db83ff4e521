"""`refund --file`: the dry run of a file of refunds, and asking for it; a second person approves it in the desk."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from lib import settings
from lib.desk import Desk, close_desk, open_desk
from lib.operations import batch_file, batch_trial, batches
from lib.operations.batch_trial import Verdict
from lib.operations.batches import Batch, BatchState, Sums
from lib.people import accounts
from lib.people.actor import Actor
from lib.text.language import language
from lib.text.sentences import sentence_of, shown_facts
from lib.world import World

WAIT_S, LOOK_EVERY_S = 90, 1.0
DONE, REFUSED, UNCERTAIN = 0, 3, 4
NEVER_SENT = (BatchState.DENIED, BatchState.WITHDRAWN, BatchState.EXPIRED)


def run(path: Path, name: str, total: int | None, as_json: bool) -> int:
    """Try the file out (`total` None), or ask for it and wait for what becomes of it; the exit code."""
    desk = open_desk(settings.load(), World(), inline=True)
    try:
        actor = accounts.actor_named(desk.store, name)
        file = batch_file.read(path.name, path.read_bytes())
        desk.journal.recovered.set()  # nothing is sent from here
        verdicts = list(batch_trial.dry_run(desk.journal, actor, file))
        if total is None:
            return _tell_verdicts(verdicts, as_json)
        batch = batches.request(desk.journal, actor, file, verdicts, total)
        return _tell_batch(desk, actor, _waited(desk, actor, batch), as_json)
    finally:
        close_desk(desk)


def facts(desk: Desk, actor: Actor, batch: Batch) -> dict[str, Any]:
    """A batch as the commands print it: each sum as rows and won."""
    sums = batches.sums(batches.results(desk.journal, actor, batch.id))
    return {
        "batch": batch.id,
        "file": batch.file_name,
        "state": "INTERRUPTED" if batches.abandoned(batch) else batch.state.value,
        "by": batch.requested_by,
        "approved_by": batch.approved_by or None,
        "denied_by": batch.denied_by or None,
        "why": batch.why,
        **{name: dict(zip(("rows", "won"), getattr(sums, name), strict=True)) for name in Sums.__slots__},
        "message": sentence_of(batch.pause_code, language("en")) if batch.pause_code else "",
    }


def line(told: dict[str, Any]) -> str:
    """The facts of a batch in one line, sums in won."""
    parts = ", ".join(f"{name} {told[name]['won']}" for name in Sums.__slots__)
    return f"{told['batch']} {told['file']} {told['state']} by {told['by']}: {parts} {told['message']}".rstrip()


def _waited(desk: Desk, actor: Actor, batch: Batch) -> Batch:
    ends = desk.world.monotonic() + WAIT_S
    while batch.state in (BatchState.WAITING, BatchState.RUNNING) and desk.world.monotonic() < ends:
        desk.world.sleep(LOOK_EVERY_S)
        batch = batches.one(desk.journal, actor, batch.id)
    return batch


def _tell_batch(desk: Desk, actor: Actor, batch: Batch, as_json: bool) -> int:
    told = facts(desk, actor, batch)
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        click.echo(line(told))
    if batch.state in NEVER_SENT:
        return REFUSED
    if batch.state is not BatchState.DONE or told["uncertain"]["rows"]:
        return UNCERTAIN
    return DONE if told["confirmed"] == told["requested"] else REFUSED


def _tell_verdicts(verdicts: list[Verdict], as_json: bool) -> int:
    t = language("en")
    rows = [
        {
            "line": verdict.line.n,
            "imp_uid": verdict.imp_uid or verdict.line.payment,
            "amount": verdict.amount,
            "balance": verdict.ask.seen_balance if verdict.ask else None,
            "code": verdict.code or "can_be_refunded",
            "message": sentence_of(verdict.code, t, **shown_facts(verdict.facts or {}, t)) if verdict.code else "",
        }
        for verdict in verdicts
    ]
    good, total = sum(verdict.ask is not None for verdict in verdicts), batch_trial.total_of(verdicts)
    if as_json:
        click.echo(json.dumps({"rows": rows, "good": good, "total": total}, ensure_ascii=False))
    else:
        for row in rows:
            click.echo(f"{row['line']}: {row['imp_uid']} {row['amount'] or ''} {row['message'] or 'can be refunded'}")
        click.echo(f"{good} of {len(rows)} can be refunded, {total} in all")
    return DONE if good == len(rows) else REFUSED
