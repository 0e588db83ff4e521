"""`operations`: the journal, newest first."""

from __future__ import annotations

import json

import click

from lib import settings
from lib.commands.refund import facts, message
from lib.desk import close_desk, open_desk
from lib.operations import refunds
from lib.world import World

MOST = 10_000


@click.command()
@click.option("--open", "only_open", is_flag=True, help="Only those that are not certain yet.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def operations(only_open: bool, as_json: bool) -> None:
    """Money operations: what was asked, by whom, and how it stands."""
    desk = open_desk(settings.load(), World(), inline=True)
    try:
        found = refunds.open_operations(desk.store) if only_open else refunds.latest(desk.store, MOST)
    finally:
        close_desk(desk)
    if as_json:
        click.echo(json.dumps([facts(operation) for operation in found], ensure_ascii=False, indent=1))
        return
    for op in found:
        click.echo(
            f"{op.id} {op.imp_uid} {op.amount} of {op.balance} {op.state.value} by {op.requested_by}: {message(op)}"
        )
