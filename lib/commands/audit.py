"""`audit`: whether the record of who did what is whole."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from lib import audit as chain
from lib import settings
from lib.audit import Anchor
from lib.desk import close_desk, open_desk
from lib.world import World


@click.group()
def audit() -> None:
    """Verify the chain of who did what, and anchor it outside the database."""


@audit.command()
@click.option(
    "--anchor", "file", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="A file of `audit anchor`."
)
def verify(file: Path | None) -> None:
    """Walk the whole chain. Exit code 1 with the first number that is wrong.

    Without an anchor an older copy of the whole database cannot be told from the true one.
    """
    desk = open_desk(settings.load(), World(), inline=True)
    try:
        wrong = chain.verify(desk.store, desk.settings.secret, *desk.settings.earlier_secrets)
        if wrong is None and file:
            wrong = chain.broken_anchor(desk.store, _anchors(file))
        last = chain.anchor(desk.store).seq
    finally:
        close_desk(desk)
    if wrong is not None:
        click.echo(f"The chain is broken at entry {wrong:,}: it was changed, moved or removed.", err=True)
        sys.exit(1)
    click.echo(f"{last:,} entries, the chain is whole{'' if file else ' (no anchor was given)'}.")


@audit.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def anchor(file: Path) -> None:
    """Append the chain's last entry to FILE. Keep FILE on another machine, or send its line elsewhere."""
    desk = open_desk(settings.load(), World(), inline=True)
    try:
        last = chain.anchor(desk.store)
    finally:
        close_desk(desk)
    with file.open("a", encoding="utf-8") as out:
        out.write(json.dumps(last._asdict()) + "\n")
    click.echo(f"{file}: entry {last.seq:,}")


def _anchors(file: Path) -> list[Anchor]:
    try:
        lines = [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]
        return [Anchor(int(line["seq"]), str(line["mac"])) for line in lines]
    except (ValueError, KeyError, TypeError):
        raise click.BadParameter("is not a file of `audit anchor`.", param_hint="--anchor") from None
