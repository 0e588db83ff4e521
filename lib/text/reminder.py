"""The reminder of a deposit that is awaited: one text to copy, for the customer, so nothing in it is masked."""

from __future__ import annotations

from lib.text.escaping import plain
from lib.text.language import Language


def reminder(
    t: Language, *, buyer: str, product: str, bank: str, number: str, holder: str, amount: str, deadline: str
) -> str:
    """The text in one language; `amount` and `deadline` already in its form ("" = no deadline).

    No Korean particle follows a name, so that every name reads right.
    """
    lines = (
        t("Dear {name},", name=plain(buyer)) if buyer.strip() else t("Dear customer,"),
        t(
            "Thank you for your order. Please transfer {amount} for {product} to the account below by {deadline}.",
            amount=amount,
            product=_product(t, product),
            deadline=deadline,
        )
        if deadline
        else t(
            "Thank you for your order. Please transfer {amount} for {product} to the account below.",
            amount=amount,
            product=_product(t, product),
        ),
        t("Account: {bank} {number}", bank=plain(bank), number=plain(number))
        + (" " + t("(holder: {name})", name=plain(holder)) if holder.strip() else ""),
        t("If you have already paid, please disregard this message. Thank you."),
    )
    return "\n".join(lines)


def _product(t: Language, product: str) -> str:
    return t("‘{name}’", name=plain(product)) if product.strip() else t("your order")
