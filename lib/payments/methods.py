"""Ways to pay, as charts group them, and what each permits when money goes back.

Source: i'mport's cancellation guides and KICC's page. Windows other than the phone month are the practice of gateways
and issuers: they warn, they do not block.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from lib.payments.days import day_of
from lib.payments.record import Payment

GROUPS = ("card", "trans", "vbank", "phone", "easy")
"""What charts show, in this order; everything that i'mport may invent falls into "easy" (wallets and others)."""

WALLETS = {
    "samsungpay": "Samsung Pay",
    "kakaopay": "KakaoPay",
    "naverpay": "Naver Pay",
    "payco": "PAYCO",
    "lpay": "L.PAY",
    "ssgpay": "SSG PAY",
    "tosspay": "Toss Pay",
    "applepay": "Apple Pay",
}
"""Wallets by i'mport's `pay_method` or `emb_pg_provider`, as English messages."""
OWN = frozenset({"card", "trans", "vbank", "phone"})


def group_of(pay_method: str) -> str:
    """The chart group of i'mport's `pay_method`."""
    return pay_method if pay_method in OWN else "easy"


@dataclass(frozen=True, slots=True)
class Rules:
    """What a method permits: partial cancellation, the account it needs, and the usual window in days (0 = none known)."""

    partial: bool
    needs_account: bool
    same_month_only: bool
    usual_window_days: int


RULES = {
    "card": Rules(partial=True, needs_account=False, same_month_only=False, usual_window_days=365),
    "trans": Rules(partial=True, needs_account=False, same_month_only=False, usual_window_days=90),
    "vbank": Rules(partial=True, needs_account=True, same_month_only=False, usual_window_days=0),
    "phone": Rules(partial=False, needs_account=False, same_month_only=True, usual_window_days=0),
    "easy": Rules(partial=True, needs_account=False, same_month_only=False, usual_window_days=365),
}


def rules_of(payment: Payment) -> Rules:
    """The rules for this payment's method."""
    return RULES[group_of(payment.pay_method)]


def last_day_to_cancel(payment: Payment) -> date | None:
    """The last KST day on which a cancellation is possible at all: the end of the month paid for phone, else None."""
    if not rules_of(payment).same_month_only or not payment.paid_at:
        return None
    paid = day_of(payment.paid_at)
    return (paid.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def phone_month_over(payment: Payment, today: date) -> bool:
    """A phone payment whose month (KST) has ended can no longer be cancelled, not even in full."""
    last = last_day_to_cancel(payment)
    return last is not None and today > last


def beyond_usual_window(payment: Payment, today: date) -> bool:
    """Paid longer ago than issuers and banks usually accept a cancellation: the gateway may refuse it."""
    window = rules_of(payment).usual_window_days
    return bool(window and payment.paid_at and (today - day_of(payment.paid_at)).days > window)
