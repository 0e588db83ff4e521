"""The titles of the columns of payments, on the page and in files."""

from __future__ import annotations

from lib.queries.payments import Basis

TITLES = {
    "time": "Time (KST)",
    "state": "State",
    "merchant_uid": "Order number",
    "name": "Product",
    "buyer_name": "Buyer",
    "buyer_tel": "Phone",
    "method": "Method",
    "emb_pg_provider": "Wallet",
    "card": "Issuer and card",
    "card_name": "Issuer",
    "card_number": "Card",
    "card_quota": "Instalments",
    "cancel_amount": "Cancelled amount",
    "amount": "Amount",
    "balance": "Refundable",
    "tax_free": "Tax-free amount",
    "currency": "Currency",
    "apply_num": "Approval no.",
    "pg_provider": "Gateway",
    "pg_id": "MID",
    "pg_tid": "PG transaction no.",
    "imp_uid": "PortOne ID",
    "buyer_email": "E-mail",
    "paid_at": "Paid at (KST)",
    "cancel_reason": "Reason of cancellation",
    "cancel_pg_tid": "PG transaction no. of the cancellation",
    "fail_reason": "Reason of failure",
    "sandbox": "Test payment",
}
OF_CANCELLATIONS = {"time": "Cancelled at (KST)", "amount": "Amount of the payment"}
"""Titles on the basis `cancelled`, where a row is one cancellation."""
LISTED = (
    *("time", "state", "amount", "buyer_name", "name", "merchant_uid", "buyer_tel", "method", "card", "cancel_amount"),
    *("balance", "apply_num", "pg_id", "imp_uid", "buyer_email", "fail_reason"),
)
"""Those of the list on the page, in order: when, what became of it, how much and whose are what a phone shows of it."""
FILED = (
    *(
        "imp_uid",
        "merchant_uid",
        "state",
        "sandbox",
        "time",
        "paid_at",
        "amount",
        "cancel_amount",
        "balance",
        "tax_free",
    ),
    *("currency", "method", "emb_pg_provider", "card_name", "card_number", "card_quota", "apply_num"),
    *("pg_provider", "pg_id", "pg_tid", "cancel_pg_tid", "cancel_reason", "fail_reason"),
    *("name", "buyer_name", "buyer_tel", "buyer_email"),
)
"""Those of a file, in order; `cancel_pg_tid` on the basis `cancelled` alone."""


def messages() -> list[str]:
    """The messages in this module's tables."""
    return [*TITLES.values(), *OF_CANCELLATIONS.values()]


def title(name: str, basis: Basis) -> str:
    """The title (English message) of a column on this basis."""
    return OF_CANCELLATIONS.get(name, TITLES[name]) if basis is Basis.CANCELLED else TITLES[name]


def listed(basis: Basis) -> list[str]:
    """The columns of the list on this basis, in order: of a cancellation, when and how much come first."""
    first = ["time", "cancel_amount"] if basis is Basis.CANCELLED else []
    return first + [name for name in LISTED if name not in first]


def filed(basis: Basis) -> list[str]:
    """The columns of a file on this basis."""
    return [name for name in FILED if name != "cancel_pg_tid" or basis is Basis.CANCELLED]
