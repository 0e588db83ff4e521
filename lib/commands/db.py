"""`db`: the database itself."""

from __future__ import annotations

import sys

import click

from lib.desk import open_desk
from lib.settings import load
from lib.sync import books
from lib.world import World


@click.group()
def db() -> None:
    """Bring the database to the newest schema, or check its totals."""


@db.command()
def upgrade() -> None:
    """Bring the database to the newest schema; nothing to do is fine."""
    open_desk(load(), World()).store.close()
    click.echo("The database has the newest schema.")


@db.command()
def check() -> None:
    """Count every total again from the payments; exit code 1 when one differs, and where."""
    desk = open_desk(load(), World())
    differences = books.check(desk.store)
    desk.store.close()
    for difference in differences:
        key = " ".join(str(part) for part in difference.key)
        click.echo(f"{difference.table} {key}: kept {difference.kept}, counted {difference.counted}")
    if differences:
        click.echo(f"{len(differences):,} totals differ from the payments.", err=True)
        sys.exit(1)
    click.echo("Every total is what the payments add up to.")
