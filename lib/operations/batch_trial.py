"""The dry run of a file of refunds: each row's payment read afresh and held to its rules; writes and sends nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from lib.codes.bank_names import code_of
from lib.errors import BadInput, DeskError, InProgress, Stale
from lib.journal.parts import Journal
from lib.operations import offers, refunds
from lib.operations.batch_file import BatchFile, Line
from lib.operations.offers import Offer
from lib.operations.refunds import Account, Ask
from lib.payments.money import typed_won
from lib.payments.state import PAID_STATES
from lib.people import policy
from lib.people.actor import Actor
from lib.store.engine import Connection
from lib.store.statements import batches as statements
from lib.store.statements import listing
from lib.store.statements.batches import Earlier

WHOLE = ("전액", "all")
"""Words for all that is left of the payment."""
REPEAT_S = 14 * 86_400
"""Within this time a file does not refund the same amount of a payment that a file refunded: it is the same list again,
with a blank line more or its rows in another order."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a dry run found of one row: `ask` as it would be sent, or None and the sentence's `code` and `facts` for why
    it cannot be. `refundable`: what may still be refunded in won, where the payment was read."""

    line: Line
    imp_uid: str = ""
    ask: Ask | None = None
    code: str = ""
    facts: Mapping[str, object] | None = None
    refundable: int | None = None

    @property
    def amount(self) -> int | None:
        """What would be refunded, or what was typed, in won; None where that is no amount."""
        return self.ask.amount if self.ask else typed_won(self.line.amount)


def dry_run(journal: Journal, actor: Actor, file: BatchFile) -> Iterator[Verdict]:
    """Read every payment afresh and hold each row to the rules of its method; writes and sends nothing.

    Raises `NotAllowed`, `IamportError` when i'mport cannot be asked at all.
    """
    policy.require(actor, policy.REFUND)
    named = _named(journal, file.lines)
    rows = Counter(named.values())
    for line in file.lines:
        imp_uid, left = named[line.n], None
        try:
            if line.shifted:
                raise BadInput("row_shifted")
            if imp_uid is None:
                raise BadInput("order_ambiguous" if line.payment else "payment_needed")
            if rows[imp_uid] > 1:
                raise BadInput("twice_in_file")
            offered = offers.offer(journal, actor, imp_uid)
            left = offered.refundable if offered.payment.currency == "KRW" else None
            ask = _asked(journal, line, offered)
            yield Verdict(line, imp_uid, ask, refundable=left)
        except (BadInput, Stale, InProgress) as wrong:
            yield Verdict(line, imp_uid or "", None, _code(wrong), wrong.facts, left)
        except DeskError as wrong:
            if wrong.code != "not_found":
                raise
            yield Verdict(line, imp_uid or "", None, "not_found")


def _named(journal: Journal, lines: Iterable[Line]) -> dict[int, str | None]:
    """The payment of each row: by its own number, or the one paid payment of the order; None when it cannot be told."""
    typed = {line.n: line.payment for line in lines}
    known: dict[str, set[str]] = {}
    with journal.store.reading() as connection:
        for _, imp_uid, merchant_uid in listing.of_ids(connection, sorted({word for word in typed.values() if word})):
            for word in (imp_uid, merchant_uid):
                known.setdefault(word, set()).add(imp_uid)
        return {n: _one_of(connection, word, known.get(word, set())) for n, word in typed.items()}


def _one_of(connection: Connection, word: str, payments: set[str]) -> str | None:
    if len(payments) > 1:
        payments = {imp_uid for imp_uid in payments if _was_paid(connection, imp_uid)}
        return min(payments) if len(payments) == 1 else None
    return min(payments) if payments else word or None


def _was_paid(connection: Connection, imp_uid: str) -> bool:
    row = listing.by_imp_uid(connection, imp_uid)
    return row is not None and row["state"] in {state.value for state in PAID_STATES}


def _asked(journal: Journal, line: Line, offered: Offer) -> Ask:
    if offered.payment.sandbox:
        raise BadInput("test_in_file")
    if offered.payment.currency != "KRW":
        raise BadInput("won_only")
    whole = line.amount.casefold() in WHOLE
    amount = offered.refundable if whole else typed_won(line.amount)
    tax_free = typed_won(line.tax_free) if line.tax_free else 0 if offered.needs_tax_free else None
    if amount is None:
        raise BadInput("bad_amount", value=line.amount)
    if line.tax_free and tax_free is None:
        raise BadInput("bad_amount", value=line.tax_free)
    if offered.needs_tax_free and not line.tax_free:
        raise BadInput("tax_free_needed")
    ask = Ask(
        imp_uid=offered.payment.imp_uid,
        amount=amount,
        seen_balance=offered.balance,
        reason=line.reason,
        intent_key="dry run",
        tax_free=tax_free,
        account=_account(line.account, offered),
    )
    if offered.open is not None:
        raise offers.in_progress(offered.open)
    with journal.store.reading() as connection:
        earlier = repeated(connection, ask, int(journal.world.now()))
    if earlier is not None:
        raise BadInput("waits_in_file" if earlier.waits else "refunded_by_file", on=earlier.at, file=earlier.file_name)
    refunds.conform(offered, ask)
    return ask


def repeated(connection: Connection, ask: Ask, now: int) -> Earlier | None:
    """The file that refunded as much of this payment, or is about to; None where there is none in `REPEAT_S`."""
    return statements.earlier(connection, ask.imp_uid, ask.amount, now - REPEAT_S, now)


def _account(typed: Account | None, offered: Offer) -> Account | None:
    """With the gateway's code of a bank that was written by its name."""
    if typed is None:
        return None
    return Account(typed.holder, code_of(typed.bank, offered.banks) or typed.bank, typed.number)


def _code(wrong: DeskError) -> str:
    return str(wrong.facts["why"]) if isinstance(wrong, BadInput) else wrong.code


def total_of(verdicts: Iterable[Verdict]) -> int:
    """What the rows that can be refunded add up to, in won."""
    return sum(verdict.ask.amount for verdict in verdicts if verdict.ask)
