"""Which courier a parcel goes with: by the name that somebody wrote, else by what the form of its number allows."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NamedTuple

from lib import codes

NAMES = {
    "CJGLS": ("cj", "대한통운", "씨제이"),
    "HYUNDAI": ("롯데", "lotte", "현대"),
    "HANJIN": ("한진", "hanjin"),
    "EPOST": ("우체국", "우편", "epost", "koreapost"),
    "KGB": ("로젠", "logen"),
    "DAESIN": ("대신", "daesin"),
    "DONGBU": ("동부", "dongbu"),
    "YELLOWCAP": ("옐로우캡", "yellowcap"),
    "HANARO": ("하나로", "hanaro"),
    "SAGAWA": ("사가와", "sc로지스", "sclogis"),
    "ETC": ("기타", "other"),
}
"""How people write a courier's name: what its beginning, without spaces, may be."""
LENGTHS = {
    "CJGLS": (10, 12),
    "HYUNDAI": (10, 12),
    "HANJIN": (10, 12),
    "KGB": (11,),
    "EPOST": (13,),
    "DAESIN": (13,),
}
"""How many digits a courier's numbers have, as its own tracking form asks for; of the others nothing is known."""
_NOT_IN_A_NAME = re.compile(r"\(주\)|㈜|주식회사|[\s()\-_.·]")


class How(StrEnum):
    """How the courier of a row is known."""

    ROW = "row"  # it stands in the row
    FORM = "form"  # only one courier's numbers look so: a guess
    LAST = "last"  # the one chosen or used last, whose numbers may look so: a guess


class Guess(NamedTuple):
    """A courier's code and how it is known; "" when it is not."""

    company: str
    how: How | None


def named(written: str) -> str:
    """The code of the courier that this names, "" for none."""
    text = _NOT_IN_A_NAME.sub("", written).casefold()
    if not text:
        return ""
    for code, courier in codes.couriers().items():
        if text in (code.casefold(), *(_NOT_IN_A_NAME.sub("", name).casefold() for name in (courier.ko, courier.en))):
            return code
    return next((code for code, names in NAMES.items() if text.startswith(names)), "")


def guess(written: str, invoice: str, last: str) -> Guess:
    """The courier of a parcel. `written`: what the row says of it; `invoice`: digits; `last`: what to fall back on."""
    if written.strip():
        code = named(written)
        return Guess(code, How.ROW if code else None)
    fitting = [code for code, lengths in LENGTHS.items() if len(invoice) in lengths]
    if len(fitting) == 1 and (last in LENGTHS or not last):
        return Guess(fitting[0], How.FORM)
    if last and (last in fitting or last not in LENGTHS):
        return Guess(last, How.LAST)
    return Guess("", None)
