"""What the window offers to pay with, all of it make-believe, and the payment's fields that a choice fills."""

from __future__ import annotations

from typing import Any

from lib import codes
from lib.sandbox import people
from lib.sandbox.endpoints.tables import card_name
from lib.sandbox.window.parameters import Order

CARRIERS = ("SKT", "KT", "LGU+", "MVNO")
APPROVE = "approve"
LEFT = "W002"
REASONS = {
    "card": ("8521", "8311", "8350", "8314", "8373", "VTIM"),
    "trans": ("8035", "8311", "VTIM"),
    "vbank": ("VTIM",),
    "phone": ("8521", "VTIM"),
}
"""KICC's codes of what may go wrong with each method."""
FAILURES = {text[1 : text.index("]")]: text for text in people.FAILURES}
FAILURES[LEFT] = FAILURES.pop("결제포기")
POPULAR = {code: (name, digits) for code, name, _, digits in people.ISSUERS}
RECEIPTS = ("", "person", "business")
Choice = dict[str, Any]


class NotOffered(Exception):
    """A choice that the window did not offer."""


def cards(order: Order) -> list[dict[str, str]]:
    """The cards of the window, the popular issuers first: names, and the masked numbers of a credit and a check card."""
    wanted = (order.direct[0],) if order.direct else order.cards
    listed = [code for code in POPULAR if code in wanted] + [code for code in wanted if code not in POPULAR]
    known = codes.cards()
    return [
        {"code": code, "ko": _name(code), "en": known[code].en, "credit": _number(code, 7), "check": _number(code, 13)}
        for code in listed
    ]


def banks() -> list[dict[str, str]]:
    """KICC's banks, those that the shop's customers use first."""
    known = codes.banks("kicc")
    first = [code for code, _ in people.BANKS]
    return [{"code": code, "ko": known[code].ko} for code in [*first, *(code for code in known if code not in first)]]


def reasons(order: Order) -> list[dict[str, str]]:
    """What the tester may let go wrong: KICC's code and i'mport's text."""
    return [{"code": code, "ko": FAILURES[code]} for code in REASONS[order.method]]


def fields(order: Order, choice: Choice) -> dict[str, Any]:
    """The fields of a payment that `choice` fills, before any approval; raises `NotOffered`."""
    match order.method:
        case "card":
            return _card(order, choice)
        case "trans":
            code, name = _bank(choice)
            if choice.get("receipt", "") not in RECEIPTS or (choice.get("receipt") and not order.cash_receipt):
                raise NotOffered("receipt")
            return {"bank_code": code, "bank_name": name, "cash_receipt_issued": bool(choice.get("receipt"))}
        case "vbank":
            code, name = _bank(choice)
            return {"vbank_code": code, "vbank_name": name}
        case _:
            if choice.get("carrier") not in CARRIERS:
                raise NotOffered("carrier")
            return {}


def _card(order: Order, choice: Choice) -> dict[str, Any]:
    offered = {card["code"]: card for card in cards(order)}
    quotas = (order.direct[1],) if order.direct else (0, *order.quotas)
    card, check = offered.get(str(choice.get("card"))), bool(choice.get("check"))
    if card is None or choice.get("quota", 0) not in quotas:
        raise NotOffered("card")
    return {
        "card_code": card["code"],
        "card_name": card["ko"],
        "card_number": card["check" if check else "credit"],
        "card_type": int(check),
        "card_quota": choice.get("quota", 0),
    }


def _bank(choice: Choice) -> tuple[str, str]:
    known = codes.banks("kicc")
    bank = known.get(str(choice.get("bank")))
    if bank is None:
        raise NotOffered("bank")
    return bank.code, bank.ko


def _name(code: str) -> str:
    return POPULAR[code][0] if code in POPULAR else card_name(code)


def _number(code: str, factor: int) -> str:
    """Masked but for the first six and last four digits; the same each time."""
    first = POPULAR[code][1] if code in POPULAR else f"9{int(code):05d}"
    return f"{first}******{(int(first) * factor) % 10_000:04d}"
