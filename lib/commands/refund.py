"""`refund`: one refund from the command line, by the same path as the page. Waits for the outcome, at most 90 s."""

from __future__ import annotations

import json
import sys
import time

import click

from lib import settings
from lib.desk import Desk, close_desk, open_desk, said
from lib.errors import DeskError
from lib.journal.life import LOOK, Operation
from lib.journal.recover import recover
from lib.operations import refunds
from lib.operations.refunds import Account, Ask
from lib.people import accounts
from lib.text.language import language
from lib.text.sentences import sentence_of
from lib.world import World

WAIT_S = 90
REFUSED = 3


@click.command()
@click.argument("imp_uid")
@click.option("--amount", required=True, help="How much to refund, in won.")
@click.option("--balance", required=True, help="The refundable balance that you saw, in won.")
@click.option("--reason", required=True, help="Why; sent to i'mport.")
@click.option("--as", "name", required=True, help="Who refunds: the name of an account with the role cs or finance.")
@click.option("--tax-free", help="The tax-free part of this refund, in won.")
@click.option("--bank", default="", help="Refund account's bank, the gateway's code (paid virtual accounts).")
@click.option("--account", default="", help="Refund account's number.")
@click.option("--holder", default="", help="Refund account's holder.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def refund(
    imp_uid: str,
    amount: str,
    balance: str,
    reason: str,
    name: str,
    tax_free: str | None,
    bank: str,
    account: str,
    holder: str,
    as_json: bool,
) -> None:
    """Refund IMP_UID. Exit code 0: confirmed; 3: refused, nothing was moved; 4: not certain yet."""
    world = World()
    desk = open_desk(settings.load(), world, inline=True)
    try:
        ask = Ask(
            imp_uid=imp_uid,
            amount=_won(amount),
            seen_balance=_won(balance),
            reason=reason,
            intent_key=world.nonce(),
            tax_free=None if tax_free is None else _won(tax_free),
            account=Account(holder, bank, account) if bank or account or holder else None,
        )
        recover(desk.journal)
        actor = accounts.actor_named(desk.store, name)
        operation = _wait(desk, refunds.submit(desk.journal, actor, ask))
    except DeskError as wrong:
        click.echo(said(wrong), err=True)
        if as_json:
            facts = {"operation": None, "state": "REFUSED", "imp_uid": imp_uid, "amount": amount, "balance": balance}
            click.echo(json.dumps({**facts, "cancellation_id": None, "message": said(wrong)}, ensure_ascii=False))
        sys.exit(REFUSED)
    finally:
        close_desk(desk)
    _tell(operation, as_json)
    sys.exit(LOOK[operation.state].exit_code)


def _won(text: str) -> int:
    from lib.errors import BadInput

    digits = text.replace(",", "").removesuffix("원").strip()
    try:
        return int(digits)
    except ValueError:
        raise BadInput("bad_amount", value=text) from None


def _wait(desk: Desk, operation: Operation) -> Operation:
    """Read again until it is certain, or the time is up."""
    ends = time.monotonic() + WAIT_S
    while LOOK[operation.state].exit_code == 4 and operation.state not in ("NEEDS_HUMAN", "LATE_REVIEW"):
        if time.monotonic() >= ends:
            break
        desk.world.sleep(0.5)
        recover(desk.journal)
        operation = refunds.operation(desk.store, operation.id)
    return operation


def facts(operation: Operation) -> dict[str, object]:
    """An operation as the commands print it."""
    return {
        "operation": operation.id,
        "state": operation.state.value,
        "imp_uid": operation.imp_uid,
        "amount": operation.amount,
        "balance": operation.balance,
        "cancellation_id": operation.cancellation_id or None,
        "by": operation.requested_by,
        "created_at": operation.created_at,
        "message": message(operation),
    }


def message(operation: Operation) -> str:
    """How it stands, in a sentence, with the gateway's own words behind it."""
    t = language("en")
    said_ = (
        sentence_of(operation.code or "being_checked", t)
        if operation.state != "CONFIRMED"
        else sentence_of("confirmed", t)
    )
    return f"{said_} ({operation.message})" if operation.message and operation.state != "CONFIRMED" else said_


def _tell(operation: Operation, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(facts(operation), ensure_ascii=False))
    else:
        click.echo(f"{operation.id} {operation.state.value}: {message(operation)}")
