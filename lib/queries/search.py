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
_QUOTED = re.compile("""["“”„‟「」『』'‘’‚‛](.+)["“”„‟「」『』'‘’‚‛]""")
"""Quotation marks as keyboards, phones and Macs make them."""
_MONEY = re.compile(r"^[₩￦]?\s*([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)\s*(원|won|krw)?$", re.IGNORECASE)
_NUMBER = re.compile(r"^\+?[0-9][0-9\s.\-‐‑‒–—−]*$")
_HANGUL = re.compile(r"^[가-힣]{2,5}$")
_PARTING = re.compile(r"(?<![0-9]),|,(?![0-9]{3}(?![0-9]))|(?<=\s)[/|·:;](?=\s)")
"""Signs that part words: a comma that parts no thousands, others that stand alone."""
_POLITE = re.compile(r"(?<=[가-힣])(?:\s*(?:고객|회원|구매자)?님|\s+(?:고객|회원|구매자|씨)|(?<=[가-힣]{2})씨)(?=\s|$)")
"""What agents type behind a name as they say it."""
_BEHIND = re.compile(
    r"(?<=[0-9원])\s*(?:짜리|(?:결제|주문|구매|입금|취소|환불)?\s?건|결제|주문|구매|입금|취소|환불)(?=\s|$)"
)
"""What they type behind an amount or a number."""
_NAMED = re.compile(
    r"(?:(?:카드|전화|휴대폰|핸드폰|폰)?\s?(?:번호)?\s?(?:뒷|뒤|끝)\s?(?:(?:4|네)\s?)?(?:자리|번호)|전화\s?번호|연락처|휴대폰|핸드폰"
    r"|카드\s?번호|승인\s?번호|주문\s?번호)(?:[가는은이]|\s?:)?\s*(?=[+0-9A-Za-z])"
)
"""What they type before a number to say which one it is; the number is no amount then."""
_TWO_NUMBERS = re.compile(r"[0-9] [0-9]")
_ID = re.compile(r"^imps?_[0-9]+$")
_LONG = 8
LEAST_BESIDE = 100
"""A smaller number beside a text belongs to the text (won)."""
_TAIL = 4
"""A number as short as this may be the end of a phone's or a card's; a shorter one beside an amount is nothing by itself."""


def cleaned(text: str) -> str:
    """Trimmed, full-width signs made plain, control characters dropped."""
    plain = text.translate(_WIDE)
    return "".join(c if c.isprintable() else " " for c in plain if unicodedata.category(c) != "Cs").strip()


def understand(text: str) -> Understanding:
    """The likeliest reading of a search text; between quotation marks it is nothing but a text."""
    clean = cleaned(text)
    if quoted := _QUOTED.fullmatch(clean):
        inner = quoted[1].strip()
        return Understanding("text" if inner else "", inner)
    if not clean:
        return Understanding("", "")
    parts = ids_of(clean)
    if len(parts) > 1 and all(_like_an_id(part) for part in parts):
        return Understanding("ids", clean)
    if _ID.match(clean):
        return Understanding("imp_uid", clean)
    plain, named = _without_talk(clean)
    found = _amount(plain) or _beside(plain, named) or _number(plain) or _word(plain)
    return found._replace(alternatives=_but_amount(found.alternatives)) if named else found


def _like_an_id(part: str) -> bool:
    return len(part) >= _LONG and any(c.isdigit() for c in part) and not part.endswith("원")


def _without_talk(clean: str) -> tuple[str, bool]:
    """The text without what is said around a name, an amount or a number, and whether a number was said to be one.

    Every word of a text must be found, so that a word less finds no payment less.
    """
    said = _BEHIND.sub("", _POLITE.sub("", _PARTING.sub(" ", clean)))
    plain = _NAMED.sub(" ", said)
    return " ".join(plain.split()) or clean, plain != said


def _but_amount(kinds: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(kind for kind in kinds if kind != "amount")


def _amount(plain: str) -> Understanding | None:
    if any(unit in plain for unit in "억만천백") and (won := typed_won(plain)) is not None:
        return Understanding("amount", str(won))
    money = _MONEY.match(plain)
    if money and (money.group(2) or "," in money.group(1) or plain[0] in "₩￦"):
        return Understanding("amount", money.group(1).replace(",", ""))
    return None


def _word(plain: str) -> Understanding:
    if "@" in plain:
        return Understanding("email", plain)
    return Understanding("name", plain, ("text",)) if _HANGUL.match(plain) else _letters(plain)


def _beside(plain: str, named: bool) -> Understanding | None:
    """A text or a number and an amount, in either order: 박윤서 98,000원, 5512 98000. The longest run of words at an end
    that is an amount; `named`: a bare number was said to be something else."""
    words = plain.split()
    for n in range(1, len(words)):
        for said, rest in ((words[n:], words[:n]), (words[:-n], words[-n:])):
            run, text = " ".join(said), " ".join(rest)
            won, number = typed_won(run), _number(text)
            if won is None or won < LEAST_BESIDE or _TWO_NUMBERS.search(run):
                continue
            if number:
                if len(number.value) >= _TAIL and (not run.isdigit() or round_amount(run)):
                    return number._replace(alternatives=_but_amount(number.alternatives), beside=won)
            elif not run.isdigit() or not (named or run.startswith("0")):
                if quoted := _QUOTED.fullmatch(text):
                    return Understanding("text", quoted[1].strip(), (), won)
                return Understanding(_word(text).kind, text, ("text",) if run.isdigit() else (), won)
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
