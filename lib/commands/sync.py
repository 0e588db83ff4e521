"""`sync`: bring payments here, now."""

from __future__ import annotations

import sys
from datetime import datetime, timedelta

import click

from lib.desk import open_desk
from lib.errors import BadInput
from lib.payments.days import Period, day_of, moment
from lib.settings import load
from lib.sync.period import bring
from lib.sync.source import Source
from lib.world import World

DAYS = 400
DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.option("--from", "first", type=DAY, help=f"First KST day; without it {DAYS} days ago.")
@click.option("--to", "last", type=DAY, help="Last KST day, inclusive; without it today.")
def sync(first: datetime | None, last: datetime | None) -> None:
    """Bring the payments that the totals of these days need.

    Exit code 0 only when the totals of the days are complete; run it again otherwise: nothing is lost or doubled.
    """
    world = World()
    today = day_of(int(world.now()))
    end = last.date() if last else today
    period = Period(first.date() if first else today - timedelta(days=DAYS), end)
    if period.first > period.last:
        raise BadInput("bad_period")
    desk = open_desk(load(), world)
    try:
        with click.progressbar(length=1, label="Bringing payments", file=sys.stderr, show_pos=True) as bar:
            bar.length = 0

            def more(total: int) -> None:
                bar.length = (bar.length or 0) + total

            brought = bring(Source(desk.store, desk.iamport, world), period, bar.update, more)
    finally:
        desk.iamport.close()
        desk.store.close()
    at = moment(brought.as_of)
    assert at is not None
    days = f"{period.first} to {period.last} (KST)"
    click.echo(f"{days}: {brought.rows:,} payments read, {'complete' if brought.complete else 'INCOMPLETE'} as of {at}")
    if not brought.complete:
        click.echo("i'mport's lists kept changing while they were read. Run the same command again.", err=True)
        sys.exit(1)
