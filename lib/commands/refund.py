"""`refund`: one refund from the command line, by the same path as the page. Waits for the outcome, at most 90 s."""

from __future__ import annotations

import json
import logging
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import click

from lib import settings
from lib.commands import _refund_file
from lib.commands._refund_file import REFUSED, UNCERTAIN, WAIT_S
from lib.desk import Desk, close_desk, open_desk, said
from lib.errors import BadInput, DeskError
from lib.journal.life import LOOK, Operation, State, told
from lib.journal.recover import recover
from lib.operations import refunds
from lib.operations.refunds import Account, Ask
from lib.operations.wish import account_number
from lib.payments.holders import typed_holder
from lib.people import accounts, policy
from lib.text.language import language
from lib.text.sentences import sentence_of
from lib.world import World

LOOK_EVERY_S = 0.5
_WON = re.compile(r"-?[0-9]{1,3}(,[0-9]{3})+|-?[0-9]+")
WAITS_FOR_PEOPLE = (State.NEEDS_HUMAN, State.LATE_REVIEW)


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed, before it is read; `intent_key` is this run's own."""

    imp_uid: str
    amount: str
    balance: str
    reason: str
    name: str
    tax_free: str | None
    bank: str
    account: str
    holder: str
    intent_key: str

    def ask(self) -> Ask:
        """As an `Ask`; raises `BadInput` bad_amount."""
        given = self.bank or self.account or self.holder
        return Ask(
            imp_uid=self.imp_uid,
            amount=_won(self.amount),
            seen_balance=_won(self.balance),
            reason=self.reason,
            intent_key=self.intent_key,
            tax_free=None if self.tax_free is None else _won(self.tax_free),
            account=Account(typed_holder(self.holder), self.bank.strip(), account_number(self.account))
            if given
            else None,
        )


@click.command()
@click.argument("imp_uid", default="")
@click.option("--amount", default="", help="How much to refund, in won.")
@click.option("--balance", default="", help="The refundable balance that you saw, in won.")
@click.option("--reason", default="", help="Why; sent to i'mport.")
@click.option("--file", "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A file of refunds.")
@click.option("--dry-run", is_flag=True, help="With --file: every row's verdict; nothing is asked for.")
@click.option("--total", default="", help="With --file: what its good rows add up to, in won.")
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
    file: Path | None,
    dry_run: bool,
    total: str,
    name: str,
    tax_free: str | None,
    bank: str,
    account: str,
    holder: str,
    as_json: bool,
) -> None:
    """Refund IMP_UID, or ask for the refunds of a file, which a second person then approves in the desk.

    Exit code 0: confirmed; 3: refused, nothing was moved; 4: not certain yet, or a file waits for its approval.
    """
    if (file is None) == (not imp_uid) or (file is None and not (amount and balance and reason)):
        raise click.UsageError("Give IMP_UID with --amount, --balance and --reason, or --file.")
    if file is not None and not (dry_run or total):
        raise click.UsageError("Give --dry-run, or --total with what the good rows of the file add up to.")
    logging.basicConfig(level=logging.ERROR, format="%(message)s", stream=sys.stderr)
    world = World()
    if file is not None:
        try:
            sys.exit(_refund_file.run(file, name, None if dry_run else _won(total), as_json))
        except DeskError as wrong:
            click.echo(said(wrong), err=True)
            sys.exit(REFUSED)
    typed = Typed(imp_uid, amount, balance, reason, name, tax_free, bank, account, holder, world.nonce())
    try:
        desk = open_desk(settings.load(), world, inline=True)
    except DeskError as wrong:
        _refuse(typed, wrong, as_json)
    try:
        operation = _refund(desk, typed)
    except DeskError as wrong:
        _refuse(typed, wrong, as_json)
    except (Exception, KeyboardInterrupt) as broken:
        left = _left(desk, typed)
        if left is None:
            raise
        click.echo(f"{type(broken).__name__}: run `recover` to learn the outcome.", err=True)
        operation = left
    finally:
        close_desk(desk)
    _tell(operation, as_json)
    sys.exit(LOOK[operation.state].exit_code)


def _refund(desk: Desk, typed: Typed) -> Operation:
    ask = typed.ask()
    actor = accounts.actor_named(desk.store, typed.name)
    policy.require(actor, policy.REFUND)
    recover(desk.journal, subject=typed.imp_uid)
    ends = desk.world.monotonic() + WAIT_S
    operation = refunds.submit(desk.journal, actor, ask)
    while LOOK[operation.state].exit_code == UNCERTAIN and operation.state not in WAITS_FOR_PEOPLE:
        if desk.world.monotonic() >= ends:
            break
        desk.world.sleep(LOOK_EVERY_S)
        recover(desk.journal, subject=typed.imp_uid)
        operation = refunds.operation(desk.store, operation.id)
    return operation


def _left(desk: Desk, typed: Typed) -> Operation | None:
    """The operation that this run wrote down before it broke; None: nothing was written, so nothing was sent."""
    mine = [op for op in refunds.of_payment(desk.store, typed.imp_uid) if op.intent_key == typed.intent_key]
    return mine[0] if mine else None


def _won(text: str) -> int:
    digits = text.strip().removesuffix("원").strip()
    if not _WON.fullmatch(digits) or len(digits) > 20:
        raise BadInput("bad_amount", value=text[:40])
    return int(digits.replace(",", ""))


def _refuse(typed: Typed, wrong: DeskError, as_json: bool) -> NoReturn:
    """Nothing was sent: one sentence, and exit code 3."""
    click.echo(said(wrong), err=True)
    if as_json:
        facts = {
            "operation": None,
            "state": "REFUSED",
            "imp_uid": typed.imp_uid,
            "amount": _number(typed.amount),
            "balance": _number(typed.balance),
            "cancellation_id": None,
            "message": said(wrong),
        }
        click.echo(json.dumps(facts, ensure_ascii=False))
    sys.exit(REFUSED)


def _number(text: str) -> int | str:
    try:
        return _won(text)
    except BadInput:
        return text


def facts(operation: Operation) -> dict[str, object]:
    """An operation as the commands print it: money in won, `created_at` epoch seconds."""
    return {
        "operation": operation.id,
        "state": operation.state.value,
        "imp_uid": operation.imp_uid,
        "amount": operation.amount,
        "balance": operation.balance,
        "cancellation_id": operation.cancellation_id or None,
        "by": operation.requested_by,
        "reason": operation.reason,
        "created_at": operation.created_at,
        "message": message(operation),
    }


def message(operation: Operation) -> str:
    """How it stands, in a sentence, with the gateway's own words behind it."""
    sentence = sentence_of(told(operation.state, operation.code), language("en"))
    shown = operation.message and operation.state is not State.CONFIRMED
    return f"{sentence} ({operation.message})" if shown else sentence


def _tell(operation: Operation, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(facts(operation), ensure_ascii=False))
    else:
        click.echo(f"{operation.id} {operation.state.value}: {message(operation)}")
