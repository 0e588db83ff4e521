"""What somebody typed, understood: which kind of thing it is and what else it could be."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from lib.payments.money import typed_won


class Understanding(NamedTuple):
    """`kind`: imp_uid, order, approval, phone, email, last4, amount, name, text, ids, or "" for nothing.

    `value` is the text in its clean form (for an amount the digits), `alternatives` what is searched as well. `beside`:
    an amount that was said beside the text (0 for none); a bare number may be something else, then the text with the
    number in it is an alternative.
    """

    kind: str
    value: str
    alternatives: tuple[str, ...] = ()
    beside: int = 0


_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: " "}
"""Full-width letters, digits and signs, as Korean keyboards and spreadsheets make them."""
_MONEY = re.compile(r"^[₩￦]?\s*([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)\s*(원|won|krw)?$", re.IGNORECASE)
_NUMBER = re.compile(r"^\+?[0-9][0-9\s.\-‐‑‒–—−]*$")
_HANGUL = re.compile(r"^[가-힣]{2,5}$")
_POLITE = re.compile(r"(?<=[가-힣])\s*(?:고객)?님$")
"""What agents type behind a name as they say it."""
_ID = re.compile(r"^imps?_[0-9]+$")
_LONG = 8
LEAST_BESIDE = 100
"""A smaller number beside a text belongs to the text (won)."""


def cleaned(text: str) -> str:
    """Trimmed, full-width signs made plain, control characters dropped."""
    plain = text.translate(_WIDE)
    return "".join(c if c.isprintable() else " " for c in plain if unicodedata.category(c) != "Cs").strip()


def understand(text: str) -> Understanding:
    """The likeliest reading of a search text; between quotation marks it is nothing but a text."""
    clean = cleaned(text)
    if not clean:
        return Understanding("", "")
    if len(clean) > 2 and clean[0] == clean[-1] == '"':
        return Understanding("text", clean[1:-1].strip())
    parts = ids_of(clean)
    if len(parts) > 1 and all(len(part) >= _LONG and any(c.isdigit() for c in part) for part in parts):
        return Understanding("ids", clean)
    if _ID.match(clean):
        return Understanding("imp_uid", clean)
    if "@" in clean:
        return Understanding("email", clean)
    if any(unit in clean for unit in "억만천백") and (won := typed_won(clean)) is not None:
        return Understanding("amount", str(won))
    money = _MONEY.match(clean)
    if money and (money.group(2) or "," in money.group(1) or clean[0] in "₩￦"):
        return Understanding("amount", money.group(1).replace(",", ""))
    return _number(clean) or _beside(clean) or _word(_POLITE.sub("", clean))


def _word(clean: str) -> Understanding:
    return Understanding("name", clean, ("text",)) if _HANGUL.match(clean) else _letters(clean)


def _beside(clean: str) -> Understanding | None:
    """A text and an amount, in either order: 박윤서 98,000원. The longest run of words at an end that is an amount."""
    words = clean.split()
    for n in range(1, len(words)):
        for said, rest in ((words[n:], words[:n]), (words[:-n], words[-n:])):
            run = " ".join(said)
            won = typed_won(run)
            if won is not None and won >= LEAST_BESIDE and not _NUMBER.match(" ".join(rest)):
                other = ("text",) if run.isdigit() else ()
                text = _POLITE.sub("", " ".join(rest))
                return Understanding(_word(text).kind, text, other, won)
    return None


def _number(clean: str) -> Understanding | None:
    if not _NUMBER.match(clean):
        return None
    digits = re.sub(r"[^0-9]", "", clean)
    if clean.startswith("+82"):
        return Understanding("phone", "0" + digits.removeprefix("82").removeprefix("0"))
    if digits.startswith("01") and 9 <= len(digits) <= 11:
        return Understanding("phone", digits)
    if len(digits) > _LONG:
        return Understanding("order", digits, ("phone",))
    kind = {4: "last4", _LONG: "approval"}.get(len(digits), "text")
    amount = () if re.search(r"[^0-9]", clean) else ("amount",)
    return Understanding(kind, digits, ("phone", "order", *amount))


def round_amount(digits: str) -> bool:
    """Digits that are likelier an amount than a piece of a number: 10,000 to 9,999,990 won in tens."""
    return 5 <= len(digits) <= 7 and digits[0] != "0" and digits[-1] == "0"


def _letters(clean: str) -> Understanding:
    if any(c.isdigit() for c in clean) and clean.isascii() and " " not in clean:
        return Understanding("order", clean, ("text",))
    return Understanding("text", clean)


def written(understood: Understanding, typed: str) -> list[str]:
    """The ways an exact id may be written: as typed, in its clean form, and with i'mport's prefix before bare digits."""
    value = understood.value
    prefixed = [f"imp_{value}"] if value.isdigit() and len(value) == 12 else []
    return list(dict.fromkeys((cleaned(typed), value, *prefixed)))


def ids_of(text: str) -> tuple[str, ...]:
    """A pasted column or row of numbers, in order and once each."""
    return tuple(dict.fromkeys(part for part in re.split(r"[\s,;]+", text.strip()) if part))
