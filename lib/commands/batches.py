"""`batches`: files of refunds, newest first, and how each stands."""

from __future__ import annotations

import json

import click

from lib import settings
from lib.commands._refund_file import facts, line
from lib.desk import close_desk, open_desk
from lib.operations import batches as operation
from lib.people import accounts
from lib.world import World


@click.command()
@click.argument("batch_id", default="")
@click.option("--as", "name", required=True, help="Who looks: the name of an account with the role cs or finance.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def batches(batch_id: str, name: str, as_json: bool) -> None:
    """Files of refunds (or the one named): who asked, who approved, and what became of them, in rows and won."""
    desk = open_desk(settings.load(), World(), inline=True)
    try:
        actor = accounts.actor_named(desk.store, name)
        one = [operation.one(desk.journal, actor, batch_id)] if batch_id else []
        found = one or operation.latest(desk.journal, actor)
        told = [facts(desk, actor, batch) for batch in found]
    finally:
        close_desk(desk)
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
        return
    for batch in told:
        click.echo(line(batch))
