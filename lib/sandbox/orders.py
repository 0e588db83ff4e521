"""One make-believe order: what was bought by whom, how it was paid, and what became of it until a moment.

Everything is drawn from the given `random.Random`, so the same generator gives the same payment.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from lib.sandbox import people
from lib.sandbox.body import FIELDS, Body, cancelled, receipt
from lib.sandbox.clock import DAY_S, day_start, month_of, stamp

METHODS = ("card", "trans", "vbank", "phone", "easy")
_SHARES = tuple(accumulate((66, 9, 9, 6, 10)))
_ISSUER_SHARES = tuple(accumulate(share for _, _, share, _ in people.ISSUERS))
SHOP_MID, BILLING_MID, INICIS_MID, TEST_MID = "IM000999", "IM000998", "MOIpaydesk", "T5102001"
PHONE_LIMIT, INSTALMENTS_FROM = 300_000, 50_000
SPREAD, ROOM = 387_420_489, 10**12


@dataclass(frozen=True, slots=True)
class Wish:
    """What must hold for a payment; None and "" leave it to the dice."""

    method: str = ""
    fate: str = ""
    name: str | None = None
    good: tuple[str, int, int] | None = None
    waited: int | None = None
    escrow: bool | None = None
    unmasked: bool | None = None
    test: bool = False


ANY = Wish()


def imp_uid(number: int) -> str:
    """A payment's identifier; different numbers below 10**12 never meet."""
    return f"imp_{number * SPREAD % ROOM:012d}"


def transaction_number(at: int, n: int) -> str:
    """KICC's 20-digit number: YYMMDDhhmmss in KST and 8 digits."""
    return f"{stamp(at)}{n % 100_000_000:08d}"


def one(rng: random.Random, number: int, at: int, until: int, partly: str, wish: Wish = ANY) -> tuple[Body, int]:
    """The payment that was started at `at`, as it stands at `until`, and the tax-free part it still holds."""
    body, free = ordered(rng, number, at, wish)
    fate = wish.fate or _fate(rng, body["pay_method"])
    match fate:
        case "left":
            return body | {"status": "ready"}, free
        case "failed":
            reason = people.FAILURES[int(rng.random() * len(people.FAILURES))]
            shown = _shown_of_a_failure(rng, body)
            return body | shown | {"status": "failed", "failed_at": at + 20, "fail_reason": reason}, free
    if body["pay_method"] == "vbank":
        return _virtual_account(rng, body, free, until, partly, fate)
    waited = wish.waited if wish.waited is not None else 8 + int(rng.random() * 70)
    paid_at = max(at, min(at + waited, until))
    return later(rng, paid(rng, body, paid_at, wish), free, until, partly, fate)


def ordered(rng: random.Random, number: int, at: int, wish: Wish = ANY) -> tuple[Body, int]:
    """An order whose payment window has just been opened, and its tax-free part."""
    method = wish.method or rng.choices(METHODS, cum_weights=_SHARES)[0]
    good, price, free = wish.good or people.GOODS[int(rng.random() * len(people.GOODS))]
    count = 1 if wish.good or rng.random() < 0.78 else 2 + int(rng.random() * 3)
    amount, free = price * count, free * count
    if method == "phone" and amount > PHONE_LIMIT:
        method = "card"
    inicis = method != "phone" and rng.random() < 0.2 and not wish.method
    mobile = rng.random() < 0.62
    body: Body = FIELDS | {
        "imp_uid": imp_uid(number),
        "merchant_uid": f"ord{stamp(at)[:6]}-{number % 1_000_000:06d}",
        "pay_method": method,
        "channel": "mobile" if mobile else "pc",
        "pg_provider": "html5_inicis" if inicis else "kicc",
        "pg_id": TEST_MID if wish.test else INICIS_MID if inicis else SHOP_MID,
        "sandbox": wish.test,
        "name": good if count == 1 else f"{good} 외 {count - 1}건",
        "amount": amount,
        "buyer_name": buyer_name(rng) if wish.name is None else wish.name,
        "buyer_email": _address(rng) if rng.random() < 0.97 else "",
        "buyer_tel": phone_number(rng),
        "custom_data": json.dumps({"tax_free": free}) if free else None,
        "user_agent": people.MOBILE_AGENT if mobile else people.PC_AGENT,
        "started_at": at,
    }
    if rng.random() < 0.7:
        street = people.STREETS[int(rng.random() * len(people.STREETS))]
        body["buyer_addr"] = f"{street} {1 + int(rng.random() * 300)}"
        body["buyer_postcode"] = f"{1000 + int(rng.random() * 62_000):05d}"
    if method == "easy":
        body["pay_method"], body["emb_pg_provider"] = people.WALLETS[int(rng.random() * len(people.WALLETS))]
    if method in ("trans", "vbank"):
        body["escrow"] = rng.random() < 0.12 if wish.escrow is None else wish.escrow
    return body, free


def paid(rng: random.Random, body: Body, at: int, wish: Wish = ANY) -> Body:
    """The order paid at `at`: number of the transaction, and what its method tells."""
    tid = number_of(body, at, int(rng.random() * 10**8))
    tid = body["pg_tid"] or tid
    known = {"status": "paid", "paid_at": at, "pg_tid": tid, "receipt_url": receipt(body, tid)}
    return {**body, **known, **means(rng, body, wish)}


def means(rng: random.Random, body: Body, wish: Wish = ANY) -> dict[str, Any]:
    """The fields of the card or bank that paid; nothing for phones, wallets and virtual accounts."""
    method = body["pay_method"]
    if method == "card":
        code, issuer, _, digits = rng.choices(people.ISSUERS, cum_weights=_ISSUER_SHARES)[0]
        unmasked = rng.random() < 0.05 if wish.unmasked is None else wish.unmasked
        instalments = body["amount"] >= INSTALMENTS_FROM and rng.random() < 0.3
        return {
            "card_code": code,
            "card_name": issuer,
            "card_number": card_number(rng, digits, unmasked and body["pg_provider"] == "kicc"),
            "card_quota": (2, 3, 3, 6, 10, 12)[int(rng.random() * 6)] if instalments else 0,
            "card_type": 1 if rng.random() < 0.3 else 0,
            "apply_num": f"{int(rng.random() * 10**8):08d}",
        }
    if method == "trans":
        code, bank = people.BANKS[int(rng.random() * len(people.BANKS))]
        return {"bank_code": code, "bank_name": bank, "cash_receipt_issued": rng.random() < 0.4}
    return {"apply_num": ""} if body["emb_pg_provider"] else {}


def account(rng: random.Random, body: Body) -> dict[str, Any]:
    """A virtual account that was given out for the order."""
    code, bank = people.BANKS[int(rng.random() * len(people.BANKS))]
    issued = body["started_at"] + 15
    return {
        "pg_tid": number_of(body, issued, int(rng.random() * 10**8)),
        "vbank_code": code,
        "vbank_name": bank,
        "vbank_num": f"{int(rng.random() * 10**13):013d}",
        "vbank_holder": people.SHOP,
        "vbank_issued_at": issued,
        "vbank_date": deadline(body["started_at"]),
    }


def deadline(started: int) -> int:
    """Until when a virtual account waits, unless the shop says: the end of the third KST day after."""
    return day_start(started) + 4 * DAY_S - 1


def _fate(rng: random.Random, method: str) -> str:
    """left, failed, or paid: for a virtual account also unpaid and closed, for the rest with cancellations."""
    dice = rng.random()
    if method == "vbank":
        return "left" if dice < 0.02 else "closed" if dice < 0.04 else "unpaid" if dice < 0.2 else "paid"
    return "left" if dice < 0.03 else "failed" if dice < 0.09 else "paid"


def _shown_of_a_failure(rng: random.Random, body: Body) -> dict[str, Any]:
    """A failed payment shows whose card it was, and no approval."""
    known = means(rng, body)
    return {name: known[name] for name in ("card_code", "card_name", "bank_code", "bank_name") if name in known}


def _virtual_account(rng: random.Random, body: Body, free: int, until: int, partly: str, fate: str) -> tuple[Body, int]:
    waiting = body | account(rng, body) | {"status": "ready"}
    if fate == "unpaid":
        return waiting, free
    after = waiting["vbank_issued_at"] + int(rng.random() ** 2 * 2.8 * DAY_S) + 60
    if after >= until:
        return waiting, free
    if fate == "closed":
        return waiting | {"status": "failed", "failed_at": after, "fail_reason": "계좌말소"}, free
    return later(rng, paid(rng, waiting, after), free, until, partly, fate)


def later(rng: random.Random, body: Body, free: int, until: int, partly: str, fate: str) -> tuple[Body, int]:
    """Cancellations days later, in full or in parts, as far as they lie before `until`."""
    wished = fate in ("cancelled", "partly")
    if not wished and (rng.random() > 0.085 or body["escrow"]):
        return body, free
    phone = body["pay_method"] == "phone"
    whole = phone or (fate == "cancelled" if wished else rng.random() < 0.6)
    at = int(body["paid_at"])
    for _ in range(1 if whole or wished else (1, 1, 2, 3)[int(rng.random() * 4)]):
        at += int((0.02 + rng.random() ** 2 * 9) * DAY_S)
        balance = body["amount"] - body["cancel_amount"]
        if at >= until or balance < 2_000 or (phone and month_of(at) != month_of(body["paid_at"])):
            break
        amount = balance if whole else max(100, int(balance * (0.1 + rng.random() * 0.5)) // 100 * 100)
        body = cancelled(
            body,
            amount=amount,
            at=at,
            reason=people.REASONS[int(rng.random() * len(people.REASONS))],
            tid=number_of(body, at, int(rng.random() * 10**8)),
            cancellation_id=cancellation_id(rng.getrandbits(128)),
            partly=partly,
        )
        free -= min(free, amount)
    return body, free


def cancellation_id(bits: int) -> str:
    """A version 4 UUID of 128 random bits."""
    text = f"{bits:032x}"
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-8{text[17:20]}-{text[20:]}"


def number_of(body: Body, at: int, digits: int) -> str:
    """The gateway's number for what happened at `at`: KICC's form, or that of Inicis."""
    if body["pg_provider"] == "kicc":
        return transaction_number(at, digits)
    return f"Stdpay{body['pay_method'].upper():.5}{body['pg_id']}20{stamp(at)}{digits % 1_000_000:06d}"


def card_number(rng: random.Random, first: str, unmasked: bool) -> str:
    """Masked but for the first six and last four digits, or all sixteen with a right check digit."""
    last = int(rng.random() * 10_000)
    if not unmasked:
        return f"{first}******{last:04d}"
    digits = f"{first}{int(rng.random() * 10**6):06d}{last // 10:03d}"
    doubled = sum(
        sum(divmod(2 * int(digit), 10)) if place % 2 == 0 else int(digit) for place, digit in enumerate(digits)
    )
    return f"{digits}{-doubled % 10}"


def buyer_name(rng: random.Random) -> str:
    """A Korean name; one in a thousand is one that breaks pages and spreadsheets."""
    if rng.random() < 0.001:
        return people.HOSTILE[int(rng.random() * len(people.HOSTILE))]
    family = people.FAMILY[min(int(rng.random() ** 2.2 * len(people.FAMILY)), len(people.FAMILY) - 1)]
    return family + people.GIVEN[int(rng.random() * len(people.GIVEN))]


def phone_number(rng: random.Random) -> str:
    """A mobile number, mostly with hyphens."""
    number = f"{int(rng.random() * 10**8):08d}"
    return f"010-{number[:4]}-{number[4:]}" if rng.random() < 0.7 else f"010{number}"


def _address(rng: random.Random) -> str:
    word = people.HANDLES[int(rng.random() * len(people.HANDLES))]
    return f"{word}{int(rng.random() * 9999)}@{('example.com', 'example.net', 'example.org')[int(rng.random() * 3)]}"
