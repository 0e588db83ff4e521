"""`totals`: sales and cancellations of days, from the database."""

from __future__ import annotations

import json
from datetime import datetime

import click

from lib.desk import open_desk
from lib.errors import BadInput
from lib.payments.days import Period
from lib.payments.money import major
from lib.settings import load
from lib.sync import books
from lib.world import World

DAY = click.DateTime(["%Y-%m-%d"])
HEADINGS = ("day", "gateway", "MID", "method", "", "sales", "amount", "cancelled", "amount")


@click.command()
@click.option("--from", "first", type=DAY, required=True, help="First KST day.")
@click.option("--to", "last", type=DAY, required=True, help="Last KST day, inclusive.")
@click.option("--json", "as_json", is_flag=True, help="A list of objects; amounts in minor units (KRW: won).")
def totals(first: datetime, last: datetime, as_json: bool) -> None:
    """Sales by the day paid, cancellations by the day cancelled, by gateway, MID, method and currency."""
    period = Period(first.date(), last.date())
    if period.first > period.last:
        raise BadInput("bad_period")
    desk = open_desk(load(), World())
    rows = books.daily(desk.store, period)
    desk.store.close()
    if as_json:
        click.echo(json.dumps([row._asdict() for row in rows], ensure_ascii=False, indent=1))
        return
    lines = [HEADINGS]
    for row in rows:
        paid, cancelled = (major(amount, row.currency) for amount in (row.paid_amount, row.cancelled_amount))
        figures = (f"{row.paid_count:,}", f"{paid:,}", f"{row.cancelled_count:,}", f"{cancelled:,}")
        lines.append((row.day, row.gateway, row.mid, row.method, row.currency, *figures))
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADINGS))]
    for line in lines:
        cells = [f"{c:<{w}}" if n < 5 else f"{c:>{w}}" for n, (c, w) in enumerate(zip(line, widths, strict=True))]
        click.echo("  ".join(cells).rstrip())
