"""Money as integer minor units: 1,000 won is 1000, 10.50 dollars is 1050. i'mport sends numbers, at times 1000.0."""

from __future__ import annotations

import re
import unicodedata

DECIMALS = {"KRW": 0, "JPY": 0, "VND": 0}
"""Digits after the point, where they are not two (ISO 4217; the currencies that i'mport's gateways take)."""

LARGEST = 10**15
"""No single payment is larger: beyond it a float no longer holds every won."""


_FACTOR = {0: 1, 2: 100}


def decimals(currency: str) -> int:
    """How many digits stand after the point."""
    return DECIMALS.get(currency, 2)


def minor(value: float | None, currency: str) -> int:
    """i'mport's number in minor units; None is 0. Raises `ValueError` for a broken minor unit or an absurd size."""
    if value is None:
        return 0
    scaled = value * _FACTOR[decimals(currency)]
    if not abs(scaled) <= LARGEST:
        raise ValueError(f"{value!r} is no amount of {currency}")
    whole = round(scaled)
    if abs(scaled - whole) > 1e-6:
        raise ValueError(f"{value!r} is no whole amount of {currency}")
    return whole


def major(value: int, currency: str) -> int | float:
    """Minor units as the number i'mport expects in a request; an integer for won."""
    places = decimals(currency)
    return value / float(10**places) if places else value


_PLAIN = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,15}")
_SPOKEN = re.compile(r"(?:([0-9]{1,5})억)?(?:([0-9]{1,5})만)?(?:([0-9]{1,2})천)?(?:([0-9]{1,2})백)?([0-9]{1,4})?")
_UNITS = (100_000_000, 10_000, 1_000, 100, 1)


def typed_won(text: str) -> int | None:
    """Won as people write them: 36500, 36,500원, ₩36,500, 3만6천5백원. None for anything else, a sign or a point above all."""
    plain = unicodedata.normalize("NFKC", text).lower().replace(" ", "").removeprefix("₩")
    for unit in ("원", "won", "krw"):
        plain = plain.removesuffix(unit)
    if _PLAIN.fullmatch(plain):
        return int(plain.replace(",", ""))
    spoken = _SPOKEN.fullmatch(plain) if any(unit in plain for unit in "억만천백") else None
    if spoken is None:
        return None
    return sum(int(part) * unit for part, unit in zip(spoken.groups(), _UNITS, strict=True) if part)
