"""Cash receipts of paid transfers and virtual accounts. KICC issues them, and takes none back through i'mport."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

from lib.errors import BadInput
from lib.iamport.client import Iamport
from lib.journal.kinds import Kind, Sight
from lib.journal.life import Operation, State
from lib.journal.parts import Journal
from lib.operations import submitting
from lib.operations.submitting import Request
from lib.payments.record import Payment
from lib.people import policy
from lib.people.actor import Actor

ISSUE, CANCEL = "receipt", "receipt_cancel"
IDENTIFIERS = {
    "phone": re.compile(r"010[0-9]{8}|01[1-9][0-9]{7,8}"),
    "business": re.compile(r"[0-9]{10}"),
    "taxcard": re.compile(r"[0-9]{13,19}"),
}
"""What a receipt may be issued for, and the form of its number. Never a resident's number."""
_BETWEEN = re.compile(r"[\s.\-‐‑‒–—−]")
"""What people write between the digits of a number."""
_WEIGHTS = (1, 3, 7, 1, 3, 7, 1, 3, 5)
METHODS = ("trans", "vbank")
UNASKED_FROM, UNASKED_DAYS = 100_000, 5
"""Trades that are obliged to issue receipts (which ones, the tax law lists) issue one for a payment of so many won or more
even unasked, within so many days of the day paid: 소득세법 제162조의3 제4항, 법인세법 제117조의2 제4항."""
NOT_CANCELLED_BY_API = frozenset({"kicc"})


@dataclass(frozen=True, slots=True)
class Receipt:
    """One that i'mport issued: `amount` in won, times epoch seconds, `cancelled_at` 0 while it stands."""

    amount: int
    apply_num: str
    receipt_url: str
    applied_at: int
    cancelled_at: int


def issued(iamport: Iamport, imp_uid: str) -> Receipt | None:
    """The receipt of a payment, cancelled or not; None when i'mport issued none."""
    found = iamport.read(f"/receipts/{quote(imp_uid, safe='')}")
    if not isinstance(found, dict):
        return None
    return Receipt(
        int(found.get("amount") or 0),
        str(found.get("apply_num") or ""),
        str(found.get("receipt_url") or ""),
        int(found.get("applied_at") or 0),
        int(found.get("cancelled_at") or 0),
    )


def subject_of(imp_uid: str) -> str:
    """What no two open operations on this payment's receipt may share."""
    return f"receipt:{imp_uid}"


def number_of(identifier_type: str, typed: str) -> str:
    """The digits of what somebody typed, full-width ones too; "" while they do not fit their kind."""
    digits, form = _BETWEEN.sub("", unicodedata.normalize("NFKC", typed)), IDENTIFIERS.get(identifier_type)
    fits = bool(form and form.fullmatch(digits)) and (identifier_type != "business" or _is_business(digits))
    return digits if fits else ""


def _is_business(digits: str) -> bool:
    """The last of the ten digits of a business number checks the others (the National Tax Service's rule)."""
    weighed = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=False))
    return (weighed + int(digits[8]) * 5 // 10 + int(digits[9])) % 10 == 0


def issued_for(operations: Sequence[Operation], apply_num: str) -> tuple[str, str]:
    """The kind of number and the number, unmasked, that the receipt of this approval was issued for from here; "", "" for
    one that was not. `operations`: those on a payment's receipt."""
    ours = (op for op in operations if op.kind == ISSUE and op.state is State.CONFIRMED)
    made = next((op for op in ours if op.cancellation_id == apply_num), None)
    body = json.loads(made.body) if made else {}
    return str(body.get("identifier_type", "")), str(body.get("identifier", ""))


def days_left(paid_on: date, today: date) -> int:
    """Days until an obliged trade must have issued a receipt, KST; 0 on the last of them, negative when it has passed."""
    return UNASKED_DAYS - (today - paid_on).days


def for_cash(payment: Payment) -> bool:
    """A transfer or virtual account that was paid."""
    return payment.pay_method in METHODS and payment.state.was_paid


def issue(
    journal: Journal, actor: Actor, imp_uid: str, identifier_type: str, identifier: str, intent_key: str
) -> Operation:
    """Issue a receipt over what is left of a payment: for a phone number (a person), a business or a tax card.

    Raises, with nothing sent: `NotAllowed`, `BadInput` (receipt_identifier, not_cash, receipt_there, or as
    `submitting.submit`), `Busy`, `IamportError`.
    """
    policy.require(actor, policy.CASH)
    digits = number_of(identifier_type, identifier)
    if not digits:
        raise BadInput("receipt_identifier")
    payment = journal.iamport.payment(imp_uid)
    if not for_cash(payment) or payment.balance <= 0:
        raise BadInput("not_cash")
    there = issued(journal.iamport, imp_uid)
    if payment.cash_receipt_issued or (there and not there.cancelled_at):
        raise BadInput("receipt_there")
    whose = "company" if identifier_type == "business" else "person"
    request = Request(
        kind=ISSUE,
        subject=subject_of(imp_uid),
        method="POST",
        path=f"/receipts/{quote(imp_uid, safe='')}",
        body={"identifier": digits, "identifier_type": identifier_type, "type": whose},
        reason=identifier_type,
        imp_uid=imp_uid,
        amount=payment.balance,
        pg_provider=payment.pg_provider,
    )
    return submitting.submit(journal, actor, intent_key, lambda _operation_id: request)


def cancel(journal: Journal, actor: Actor, imp_uid: str, intent_key: str) -> Operation:
    """Take a receipt back, where the gateway can. Raises as `issue`, and `BadInput` receipt_cancel_unsupported."""
    policy.require(actor, policy.CASH)
    payment = journal.iamport.payment(imp_uid)
    if payment.pg_provider in NOT_CANCELLED_BY_API:
        raise BadInput("receipt_cancel_unsupported")
    there = issued(journal.iamport, imp_uid)
    if there is None or there.cancelled_at:
        raise BadInput("not_cash")
    request = Request(
        kind=CANCEL,
        subject=subject_of(imp_uid),
        method="DELETE",
        path=f"/receipts/{quote(imp_uid, safe='')}",
        body=None,
        reason="",
        imp_uid=imp_uid,
        amount=there.amount,
        pg_provider=payment.pg_provider,
    )
    return submitting.submit(journal, actor, intent_key, lambda _operation_id: request)


def see_issued(iamport: Iamport, operation: Operation) -> Sight:
    """A receipt stands that was not there when it was asked for."""
    found = issued(iamport, operation.imp_uid)
    stands = found is not None and not found.cancelled_at
    return Sight(done=stands, result=found.apply_num if found and stands else "", detail="issued" if stands else "none")


def see_cancelled(iamport: Iamport, operation: Operation) -> Sight:
    """The receipt is cancelled."""
    found = issued(iamport, operation.imp_uid)
    gone = found is not None and found.cancelled_at > 0
    return Sight(done=gone, result=found.apply_num if found and gone else "", detail="cancelled" if gone else "stands")


KINDS = (Kind(ISSUE, see_issued), Kind(CANCEL, see_cancelled))
