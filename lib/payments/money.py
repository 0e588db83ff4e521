"""Money as integer minor units: 1,000 won is 1000, 10.50 dollars is 1050. i'mport sends numbers, at times 1000.0."""

from __future__ import annotations

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
