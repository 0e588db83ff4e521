"""Card numbers, made harmless while an answer is decoded: nothing past this folder ever holds a whole one.

KICC has been seen to send all 16 digits. PCI DSS 3.4.1 permits the first 6 and the last 4 at most.
"""

from __future__ import annotations

import re

_SEPARATORS = re.compile(r"[\s-]")
_RUN = re.compile(r"(?<!\d)\d(?:[ -]?\d){12,18}(?!\d)")

IDENTIFIERS = frozenset(
    {
        "imp_uid",
        "merchant_uid",
        "pg_tid",
        "pg_id",
        "apply_num",
        "cancellation_id",
        "customer_uid",
        "vbank_num",
        "receipt_url",
        "cancel_receipt_urls",
    }
)
"""Fields that hold identifiers: a chance Luhn match there is no card, and masking it would lose the identifier."""


def card_number(value: str) -> str:
    """First 6 and last 4 of a number of more than 10 characters, the last 4 of a shorter one; separators dropped."""
    text = _SEPARATORS.sub("", value)
    if len(text) > 10:
        return f"{text[:6]}{'*' * (len(text) - 10)}{text[-4:]}"
    return "*" * (len(text) - 4) + text[-4:]


def _luhn(digits: str) -> bool:
    total = 0
    for place, character in enumerate(reversed(digits)):
        digit = int(character)
        if place % 2:
            digit = digit * 2 - 9 * (digit > 4)
        total += digit
    return total % 10 == 0


def _masked(run: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", run.group())
    return card_number(digits) if _luhn(digits) else run.group()


def text(value: str) -> str:
    """`value` with every run of 13 to 19 digits that passes the Luhn check masked like a card number."""
    return _RUN.sub(_masked, value) if len(value) >= 13 else value


def deep(value: object, field: str = "") -> object:
    """A decoded JSON value with every text scrubbed, `card_number` fields masked and NUL characters dropped.

    Integers that look like a card number become masked texts. Identifier fields stay as they are.
    """
    match value:
        case str():
            clean = value.replace("\x00", "")
            if field == "card_number":
                return card_number(clean)
            return clean if field in IDENTIFIERS else text(clean)
        case bool():
            return value
        case int() if abs(value) >= 10**12 and field not in IDENTIFIERS:
            scrubbed = text(str(value))
            return value if scrubbed == str(value) else scrubbed
        case dict():
            return {text(str(name)): deep(inner, str(name)) for name, inner in value.items()}
        case list():
            return [deep(inner, field) for inner in value]
        case _:
            return value
