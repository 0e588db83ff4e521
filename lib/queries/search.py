"""What somebody typed, understood: which kind of thing it is and what else it could be."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple


class Understanding(NamedTuple):
    """`kind`: imp_uid, order, approval, phone, email, last4, amount, name, text, ids, or "" for nothing.

    `value` is the text in its clean form (for an amount the digits), `alternatives` what is searched as well.
    """

    kind: str
    value: str
    alternatives: tuple[str, ...] = ()


_MONEY = re.compile(r"^[₩￦]?\s*(\d{1,3}(?:,\d{3})+|\d+)\s*(원|won|krw)?$", re.IGNORECASE)
_HANGUL = re.compile(r"^[가-힣]{2,5}$")


def understand(text: str) -> Understanding:
    """The likeliest reading of a search text. Full-width digits and letters count as plain ones."""
    clean = unicodedata.normalize("NFKC", text).strip()
    if not clean:
        return Understanding("", "")
    if len(ids_of(clean)) > 1 and all(len(part) >= 8 and any(c.isdigit() for c in part) for part in ids_of(clean)):
        return Understanding("ids", clean)
    if clean.startswith("imp_"):
        return Understanding("imp_uid", clean)
    if "@" in clean:
        return Understanding("email", clean)
    money = _MONEY.match(clean)
    if money and (money.group(2) or "," in money.group(1) or clean[0] in "₩￦"):
        return Understanding("amount", money.group(1).replace(",", ""))
    return _digits(clean) or (Understanding("name", clean) if _HANGUL.match(clean) else _letters(clean))


def _digits(clean: str) -> Understanding | None:
    digits = re.sub(r"[\s\-.]", "", clean)
    if not digits.isdigit():
        return None
    if digits.startswith("01") and 9 <= len(digits) <= 11:
        return Understanding("phone", digits)
    if len(digits) == 4:
        return Understanding("last4", digits, ("phone", "order", "amount"))
    if len(digits) == 8:
        return Understanding("approval", digits, ("phone", "order", "amount"))
    if len(digits) < 8:
        return Understanding("text", digits, ("phone", "order", "amount"))
    return Understanding("order", digits, ("phone",))


def _letters(clean: str) -> Understanding:
    if any(c.isdigit() for c in clean) and clean.isascii() and " " not in clean:
        return Understanding("order", clean, ("text",))
    return Understanding("text", clean)


def ids_of(text: str) -> tuple[str, ...]:
    """A pasted column or row of numbers, in order and once each."""
    return tuple(dict.fromkeys(part for part in re.split(r"[\s,;]+", text.strip()) if part))
