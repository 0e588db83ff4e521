"""The evidence that a person gives for what the desk cannot see itself."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lib.errors import BadInput

CHARS_MIN, CHARS_MAX = 4, 200
_NUMBER = re.compile(r"[0-9]{6,100}")
"""A receipt or approval number; shorter ones are days, amounts and telephone extensions."""
_PAYMENT = re.compile(r"imps?_[0-9]{6,40}")


def checked(typed: str) -> str:
    """The evidence in one line. Raises `BadInput` proof_needed when it is too short to be any, or too long to be kept."""
    said = " ".join(typed.split())
    if not CHARS_MIN <= len(said) <= CHARS_MAX:
        raise BadInput("proof_needed")
    return said


def number_in(said: str, cancellation_ids: Iterable[str]) -> str:
    """What evidence of a cancellation names: one of the payment's own cancellation ids, else its first number of at least
    six digits. Raises `BadInput` proof_without_number."""
    named = [known for known in cancellation_ids if known and known in said]
    if named:
        return max(named, key=len)
    number = _NUMBER.search(said)
    if number is None:
        raise BadInput("proof_without_number")
    return number.group()


def payment_in(said: str) -> str:
    """The imp_uid that evidence of a charge names. Raises `BadInput` proof_without_payment."""
    named = _PAYMENT.search(said)
    if named is None:
        raise BadInput("proof_without_payment")
    return named.group()
