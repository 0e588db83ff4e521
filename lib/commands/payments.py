"""`payments`: the filtered list, for scripts and notebooks. Personal data is masked here as everywhere."""

from __future__ import annotations

import csv
import json
import sys
from datetime import datetime
from pathlib import Path
from typing import TextIO

import click

from lib import settings
from lib.desk import Desk, open_desk
from lib.errors import BadInput
from lib.payments.days import Period
from lib.payments.methods import GROUPS
from lib.payments.state import PAID_STATES, REAL_STATES, State
from lib.people import accounts
from lib.people.actor import Actor, Role
from lib.queries.export import COLUMNS, rows
from lib.queries.payments import Filter, Sums
from lib.reports.workbooks.csv_file import harmless
from lib.world import World

WORDS = {  # i'mport's own words beside ours; its "cancelled" means partly too
    "ready": (State.WAITING, State.UNFINISHED),
    "cancelled": (State.PARTLY_CANCELLED, State.CANCELLED),
    "fully": (State.CANCELLED,),
    "sold": tuple(state for state in State if state in PAID_STATES),
    "all": REAL_STATES,
}
SERVER = Actor(accounts.SERVER, Role.FINANCE)


@click.command()
@click.option("--status", default="", help=f"One of {', '.join(sorted({*WORDS, *State}))}.")
@click.option("--from", "first", type=click.DateTime(["%Y-%m-%d"]), help="First KST day (by the day paid).")
@click.option("--to", "last", type=click.DateTime(["%Y-%m-%d"]), help="Last KST day, inclusive.")
@click.option("--method", type=click.Choice(list(GROUPS)), help="Only this method.")
@click.option("--query", "text", default="", help="What the search box takes: order id, name, phone, amount …")
@click.option("--format", "kind", type=click.Choice(["csv", "json"]), default="csv", show_default=True)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="A file instead of standard output.")
def payments(
    status: str,
    first: datetime | None,
    last: datetime | None,
    method: str | None,
    text: str,
    kind: str,
    output: Path | None,
) -> None:
    """The payments that match, newest first."""
    wanted = Filter(
        period=_period(first, last),
        states=_states(status),
        methods=(method,) if method else (),
        query=text,
    )
    desk = open_desk(settings.load(), World(), inline=True)
    if output is None:
        _write(desk, wanted, kind, sys.stdout)
        return
    with output.open("w", encoding="utf-8-sig" if kind == "csv" else "utf-8", newline="") as out:
        _write(desk, wanted, kind, out)


def _period(first: datetime | None, last: datetime | None) -> Period | None:
    if first is None and last is None:
        return None
    begin, end = (first or datetime(2000, 1, 1)).date(), (last or datetime(2200, 1, 1)).date()
    if begin > end:
        raise BadInput("bad_period")
    return Period(begin, end)


def _states(status: str) -> tuple[State, ...]:
    if not status:
        return ()
    if status in WORDS:
        return WORDS[status]
    try:
        return (State(status),)
    except ValueError:
        raise BadInput("bad_filter", value=status) from None


def _write(desk: Desk, wanted: Filter, kind: str, out: TextIO) -> None:
    now = desk.world.now()
    found = rows(desk.store, SERVER, wanted, now=now, sums=Sums())
    if kind == "csv":
        writer = csv.writer(out)
        writer.writerow(COLUMNS)
        writer.writerows([harmless(value) for value in row] for row in found)
        return
    out.write("[")
    for n, row in enumerate(found):
        out.write((",\n " if n else "\n ") + json.dumps(dict(zip(COLUMNS, row, strict=True)), ensure_ascii=False))
    out.write("\n]\n")
