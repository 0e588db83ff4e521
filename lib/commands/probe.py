"""`probe`: which of the assumptions about i'mport hold on this channel. For test channels: it refunds."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

import click

from lib import settings
from lib.desk import close_desk, open_desk
from lib.journal.recover import recover
from lib.operations import probe as measure
from lib.people import accounts
from lib.world import World

WORDS = {True: "holds", False: "DOES NOT HOLD", None: "not measured"}


@click.command()
@click.argument("imp_uid")
@click.option("--amount", default=100, show_default=True, help="How much of it to refund, in won.")
@click.option("--as", "name", required=True, help="Who refunds: the name of an account with the role cs or finance.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.confirmation_option(
    "--test-channel", prompt="This refunds the payment. Is it a test payment?", help="It is a test payment: do not ask."
)
def probe(imp_uid: str, amount: int, name: str, as_json: bool) -> None:
    """Refund a part of the test payment IMP_UID, sent twenty times at once, and say which assumptions A1 to A6 hold.

    A payment that i'mport does not call a test is refused. Exit code 0: none was found wrong; 1: one was.
    """
    desk = open_desk(settings.load(), World(), inline=True)
    try:
        actor = accounts.actor_named(desk.store, name)
        recover(desk.journal, subject=imp_uid)
        found = measure.probe(desk.journal, actor, imp_uid, amount, practice=desk.settings.sandboxed)
    finally:
        close_desk(desk)
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in found], ensure_ascii=False, indent=1))
    else:
        for finding in found:
            click.echo(f"{finding.name} {finding.assumed}: {WORDS[finding.holds]} ({finding.seen})")
    sys.exit(any(finding.holds is False for finding in found))
