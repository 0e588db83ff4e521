"""`recover`: find out what became of operations that are not certain, by reading i'mport."""

from __future__ import annotations

import json

import click

from lib import settings
from lib.commands.refund import facts, message
from lib.desk import close_desk, open_desk
from lib.journal.late import orphans
from lib.journal.recover import recover as recovery
from lib.world import World


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def recover(as_json: bool) -> None:
    """Look at every unfinished operation once. Sends nothing; may be run at any time, also beside a running desk."""
    desk = open_desk(settings.load(), World(), inline=True)
    try:
        looked = recovery(desk.journal, now_all=True)
        strange = orphans(desk.store)
    finally:
        close_desk(desk)
    for orphan in strange:
        click.echo(
            f"{orphan.imp_uid}: cancellation {orphan.cancellation_id} of {orphan.amount} carries {orphan.mark}, which is "
            "not in this journal: made by another installation, or before the journal was restored.",
            err=True,
        )
    if as_json:
        click.echo(json.dumps([facts(operation) for operation in looked], ensure_ascii=False, indent=1))
        return
    for operation in looked:
        click.echo(f"{operation.id} {operation.imp_uid} {operation.state.value}: {message(operation)}")
    if not looked:
        click.echo("Nothing is open.")
