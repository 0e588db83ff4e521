"""Payments for tests, made of a seed: histories of what a payment goes through, one version after the other."""

from __future__ import annotations

import random

from lib.payments.record import Payment

METHODS = ("card", "trans", "vbank", "phone", "kakaopay")


def made(number: int, started_at: int, chance: random.Random) -> Payment:
    """A fresh payment: a window that was opened."""
    method = chance.choice(METHODS)
    return Payment(
        imp_uid=f"imp_{number:012d}",
        merchant_uid=f"ORD-{number}",
        status="ready",
        pay_method=method,
        pg_provider=chance.choice(("kicc", "kakaopay")),
        pg_id=chance.choice(("T5102001", "IM000998")),
        card_code="366" if method == "card" else "",
        card_name="신한카드" if method == "card" else "",
        vbank_num="26100000123" if method == "vbank" else "",
        name="원목 의자",
        amount=chance.randrange(1, 400) * 100,
        buyer_name="김지민",
        buyer_tel="010-1234-5678",
        started_at=started_at,
    )
