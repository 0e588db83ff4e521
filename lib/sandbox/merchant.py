"""A seeded, believable shop: the same seed and anchor give the same payments, in order of time.

Days have a rhythm (few at night, most in the evening, less on Sundays); what happens later to a payment (deposit,
cancellation days after) is decided with it and written only if it lies before the anchor.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any

from lib.sandbox import people
from lib.sandbox.body import FIELDS, Body, cancelled, receipt
from lib.sandbox.endpoints.cancel import month_of, transaction_number

DAY_S, KST_S = 86_400, 9 * 3600
HOURS = (8, 5, 3, 2, 2, 3, 6, 12, 22, 32, 40, 42, 40, 36, 36, 38, 40, 42, 44, 50, 58, 60, 46, 22)
WEEKDAYS = (1.05, 1.0, 1.0, 1.02, 1.1, 0.95, 0.8)
METHODS = (("card", 66), ("trans", 9), ("vbank", 9), ("phone", 6), ("easy", 10))
SUBSCRIBERS = 60
AGENT = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
)
_NAMES, _WEIGHTS = [m for m, _ in METHODS], [w for _, w in METHODS]
_ISSUER_WEIGHTS = [w for _, _, w, _ in people.ISSUERS]


def history(seed: int, anchor: int, payments: int, days: int, partly: str) -> Iterator[tuple[Body, int]]:
    """`payments` bodies, each with its tax-free part, spread over `days` KST days that end at `anchor` (epoch s)."""
    rng = random.Random(f"{seed}:{anchor // DAY_S}")
    times = sorted(_times(rng, anchor, payments, days))
    for n, at in enumerate(times):
        drawn = one(rng, n, at, anchor, partly)
        while _edge(at) and drawn[0]["status"] != "paid":  # the midnight pair is always paid
            drawn = one(rng, n, at, anchor, partly)
        yield drawn


def _edge(at: int) -> bool:
    """Started so as to be paid at 23:59:59 or at 00:00:00 KST."""
    return (at + KST_S) % DAY_S in (DAY_S - 31, DAY_S - 1)


def _times(rng: random.Random, anchor: int, payments: int, days: int) -> list[int]:
    """Start times by the rhythm of days and hours; the last second and the first of a KST day are among them."""
    midnight = (anchor + KST_S) // DAY_S * DAY_S - KST_S
    first = [midnight - DAY_S * n for n in range(days)]
    weights = [WEEKDAYS[((day + KST_S) // DAY_S + 3) % 7] * (1 + 0.15 * rng.random()) for day in first]
    times: list[int] = [midnight - DAY_S - 31, midnight - DAY_S - 1][: max(0, payments)]
    today = anchor - midnight
    while len(times) < payments:
        chosen = rng.choices(first, weights, k=min(50_000, payments))
        hours = rng.choices(range(24), HOURS, k=len(chosen))
        for day, hour in zip(chosen, hours, strict=True):
            at = day + hour * 3600 + int(rng.random() * 3600)
            if at < anchor - 90 or (day != midnight and at <= anchor):
                times.append(at)
        if days <= 1 and today < 3600:
            times += [midnight + int(rng.random() * max(1, today)) for _ in range(payments - len(times))]
    return times[:payments]


def customers(seed: int, anchor: int) -> list[Body]:
    """The billing keys of the monthly subscribers."""
    rng = random.Random(f"{seed}:customers")
    found = []
    for n in range(SUBSCRIBERS):
        code, name, _, digits = rng.choice(people.ISSUERS)
        found.append(
            {
                "customer_uid": f"member_{n:04d}",
                "pg_provider": "kicc",
                "pg_id": "IM000998",
                "sandbox": False,
                "customer_id": None,
                "card_name": name,
                "card_code": code,
                "card_issuer_code": None,
                "card_issuer_name": None,
                "card_publisher_code": None,
                "card_publisher_name": None,
                "card_number": f"{digits}******{rng.randrange(10_000):04d}",
                "card_type": 0,
                "customer_name": _name(rng, n),
                "customer_tel": _phone(rng),
                "customer_email": None,
                "customer_addr": None,
                "customer_postcode": None,
                "inserted": anchor - 300 * DAY_S,
                "updated": anchor - 300 * DAY_S,
            }
        )
    return found


def one(rng: random.Random, n: int, at: int, until: int, partly: str) -> tuple[Body, int]:
    """The payment that was started at `at`, as it stands at `until`, and its tax-free part left."""
    body, tax_free = _ordered(rng, n, at)
    method = body["pay_method"]
    fate = rng.random()
    if method == "vbank":
        return _virtual_account(rng, body, tax_free, until, partly)
    if fate < 0.03:
        return body | {
            "status": "ready",
            "pg_tid": None,
            "apply_num": None,
            "card_number": None,
            "receipt_url": None,
        }, 0
    if fate < 0.09:
        return body | {
            "status": "failed",
            "failed_at": at + 20,
            "fail_reason": rng.choice(people.FAILURES),
            "pg_tid": None,
            "apply_num": None,
            "receipt_url": None,
        }, 0
    to_midnight = DAY_S - (at + KST_S) % DAY_S
    waited = {31: 30, 1: 1}.get(to_midnight, 8 + int(rng.random() * 70))
    body = body | {"status": "paid", "paid_at": min(at + waited, until)}
    return _later(rng, body, tax_free, until, partly)


def _ordered(rng: random.Random, n: int, at: int) -> tuple[Body, int]:
    method = rng.choices(_NAMES, _WEIGHTS)[0]
    good, price, free = people.GOODS[int(rng.random() * len(people.GOODS))]
    count = 1 if rng.random() < 0.78 else 2 + int(rng.random() * 3)
    amount, free = price * count, free * count
    if method == "phone" and amount > 300_000:
        method = "card"
    subscriber = method == "card" and rng.random() < 0.03
    tid = transaction_number(at, n * 7919 + 13)
    provider, mid = ("kicc", "IM000999") if rng.random() < 0.8 else ("html5_inicis", "MOIpaydesk")
    if subscriber or "정기" in good:
        provider, mid = "kicc", "IM000998"
    name = _name(rng, n)
    body: Body = FIELDS | {
        "imp_uid": f"imp_{(n * 387_420_489 + 104_395_301 + at % 997) % 10**12:012d}",
        "merchant_uid": f"ord{_day(at)}-{n:07d}",
        "pay_method": method,
        "channel": "mobile" if rng.random() < 0.62 else "pc",
        "pg_provider": provider,
        "pg_id": mid,
        "pg_tid": tid,
        "name": good if count == 1 else f"{good} 외 {count - 1}건",
        "amount": amount,
        "buyer_name": name,
        "buyer_email": f"{_handle(rng)}@{('example.com', 'example.net', 'example.org')[n % 3]}",
        "buyer_tel": _phone(rng),
        "buyer_addr": f"{rng.choice(people.STREETS)} {1 + int(rng.random() * 300)}" if rng.random() < 0.7 else "",
        "buyer_postcode": f"{1000 + int(rng.random() * 62_000):05d}",
        "custom_data": json.dumps({"tax_free": free}) if free else None,
        "user_agent": AGENT,
        "started_at": at,
    }
    body |= _by_method(rng, body, method, amount)
    if subscriber:
        body |= {
            "customer_uid": f"member_{int(rng.random() * SUBSCRIBERS):04d}",
            "customer_uid_usage": "payment",
            "channel": "api",
        }
    if body["pay_method"] in ("trans", "vbank") and rng.random() < 0.12:
        body["escrow"] = True
    return body, free


def _by_method(rng: random.Random, body: Body, method: str, amount: int) -> dict[str, Any]:
    if method == "card":
        code, issuer, _, digits = rng.choices(people.ISSUERS, _ISSUER_WEIGHTS)[0]
        last = f"{int(rng.random() * 10_000):04d}"
        middle = (
            f"{int(rng.random() * 1_000_000):06d}"
            if body["pg_provider"] == "kicc" and rng.random() < 0.05
            else "******"
        )
        quota = rng.choice((2, 3, 3, 6, 10, 12)) if amount >= 50_000 and rng.random() < 0.3 else 0
        number = f"{int(rng.random() * 10**8):08d}"
        return {
            "card_code": code,
            "card_name": issuer,
            "card_number": digits + middle + last,
            "card_quota": quota,
            "card_type": 1 if rng.random() < 0.3 else 0,
            "apply_num": number,
            "receipt_url": receipt(body, body["pg_tid"]),
        }
    if method == "trans":
        code, bank = rng.choice(people.BANKS)
        return {
            "bank_code": code,
            "bank_name": bank,
            "receipt_url": receipt(body, body["pg_tid"]),
            "cash_receipt_issued": rng.random() < 0.4,
        }
    if method == "vbank":
        code, bank = rng.choice(people.BANKS)
        return {
            "vbank_code": code,
            "vbank_name": bank,
            "vbank_num": f"{int(rng.random() * 10**13):013d}",
            "vbank_holder": "페이데스크상점",
            "vbank_issued_at": body["started_at"] + 15,
            "vbank_date": (body["started_at"] + KST_S) // DAY_S * DAY_S - KST_S + 4 * DAY_S - 1,
        }
    if method == "phone":
        return {"pg_provider": "kicc", "pg_id": "IM000999", "apply_num": ""}
    wallet, provider = rng.choice(people.WALLETS)
    return {"pay_method": wallet, "emb_pg_provider": provider, "apply_num": ""}


def _virtual_account(rng: random.Random, body: Body, tax_free: int, until: int, partly: str) -> tuple[Body, int]:
    waiting = body | {"status": "ready"}
    if rng.random() < 0.18:
        return waiting, tax_free
    paid_at = body["vbank_issued_at"] + int(rng.random() ** 2 * 2.8 * DAY_S) + 60
    if paid_at >= until:
        return waiting, tax_free
    paid = body | {"status": "paid", "paid_at": paid_at, "receipt_url": receipt(body, body["pg_tid"])}
    return _later(rng, paid, tax_free, until, partly)


def _later(rng: random.Random, body: Body, tax_free: int, until: int, partly: str) -> tuple[Body, int]:
    """Cancellations days later, full or in parts, as far as they lie before `until`."""
    if rng.random() > 0.085 or body["escrow"]:
        return body, tax_free
    phone = body["pay_method"] == "phone"
    whole = phone or rng.random() < 0.6
    at = body["paid_at"]
    for _ in range(1 if whole else rng.choice((1, 1, 2, 3))):
        at += int((0.02 + rng.random() ** 2 * 9) * DAY_S)
        balance = body["amount"] - body["cancel_amount"]
        if at >= until or balance < 2_000 or (phone and month_of(at) != month_of(body["paid_at"])):
            break
        amount = balance if whole else max(100, int(balance * rng.uniform(0.1, 0.6)) // 100 * 100)
        free = min(tax_free, amount)
        body = cancelled(
            body,
            amount=amount,
            at=at,
            reason=rng.choice(people.REASONS),
            partly=partly,
            tid=transaction_number(at, int(rng.random() * 10**8)),
            cancellation_id=f"{int(rng.random() * 2**32):08x}-0000-4000-8000-{int(rng.random() * 2**48):012x}",
        )
        tax_free -= free
    return body, tax_free


def _name(rng: random.Random, n: int) -> str:
    if n % 997 == 5:
        return people.HOSTILE[(n // 997) % len(people.HOSTILE)]
    family = people.FAMILY[min(int(rng.random() ** 2.2 * len(people.FAMILY)), len(people.FAMILY) - 1)]
    return family + people.GIVEN[int(rng.random() * len(people.GIVEN))]


def _phone(rng: random.Random) -> str:
    number = f"{int(rng.random() * 10**8):08d}"
    return f"010-{number[:4]}-{number[4:]}" if rng.random() < 0.7 else f"010{number}"


def _handle(rng: random.Random) -> str:
    return ("mint", "sky", "jimin", "happy", "coffee", "blue", "star", "lucky")[int(rng.random() * 8)] + str(
        int(rng.random() * 9999)
    )


def _day(at: int) -> str:
    return transaction_number(at, 0)[:6]
