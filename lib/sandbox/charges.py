"""Charging a card without a window: with a billing key, by schedule, or with a card typed into the API.

Whether a charge is paid or fails is decided by what was ordered for the key (or for any: "*"), then by what is known
of its card: a standing reason to fail, or an expiry that has passed.
"""

from __future__ import annotations

import json
import random
from typing import Any, NamedTuple

from lib.sandbox import orders, rules, webhooks
from lib.sandbox.body import FIELDS, Body, receipt
from lib.sandbox.call import Call
from lib.sandbox.clock import month_of
from lib.sandbox.orders import INSTALMENTS_FROM
from lib.sandbox.rules import Refusal
from lib.sandbox.state import State

FIRST_NUMBER = 700_000_000_000
LENGTHS = {
    "merchant_uid": 40,
    "name": 40,
    "buyer_name": 16,
    "buyer_email": 64,
    "buyer_tel": 16,
    "buyer_addr": 128,
    "buyer_postcode": 8,
}
BUYER = tuple(name for name in LENGTHS if name.startswith("buyer_"))
CARD = ("card_code", "card_name", "card_number", "card_type")
EXPIRED = "[8314] 유효기간이 지난 카드입니다."


class Asked(NamedTuple):
    """What is to be paid: `fields` of the payment, its tax-free part (KRW), and its own webhook addresses."""

    fields: Body
    tax_free: int
    notice_url: list[str]


def asked(call: Call, provider: str) -> Asked:
    """The order in a call (or in one schedule of it), checked as i'mport and the gateway check it."""
    call.need("merchant_uid", "amount", "name")
    amount, free = call.money("amount") or 0, call.money("tax_free") or 0
    quota = call.money("card_quota") or 0
    call.at_most(LENGTHS)
    call.one_of("product_type", "real", "digital")
    call.one_of("cash_receipt_type", "person", "company", "anonymous")
    if amount <= 0 or not 0 <= free <= amount or call.text("currency", "KRW") != "KRW":
        raise Refusal(rules.BAD_PARAMETER)
    if quota not in (0, *range(2, 37)) or (quota and amount < INSTALMENTS_FROM):
        raise Refusal(rules.BAD_PARAMETER)
    if provider == "kicc" and call.money("vat_amount") is not None:
        raise Refusal(rules.BAD_PARAMETER)
    custom = call.body.get("custom_data")
    data = custom if custom is None or isinstance(custom, str) else json.dumps(custom, ensure_ascii=False)
    texts = {name: call.text(name) or None for name in LENGTHS}
    return Asked(texts | {"amount": amount, "card_quota": quota, "custom_data": data}, free, call.texts("notice_url"))


def demand_new(state: State, merchant_uid: str) -> None:
    """Refused when this order number was used before: a failed charge has used it up, too."""
    if state.attempts(merchant_uid):
        raise Refusal(rules.PAID_ALREADY)
    if state.rows("SELECT 1 FROM schedules WHERE merchant_uid = ?", (merchant_uid,)):
        raise Refusal(rules.SCHEDULED_ALREADY)


def order_failure(state: State, customer_uid: str, reason: str) -> None:
    """The next charge of this key ("*": of any) fails for this reason."""
    with state.changing():
        waiting: list[str] = state.kept("failure", customer_uid) or []
        state.keep("failure", customer_uid, [*waiting, reason])


def know(state: State, customer_uid: str, **facts: str) -> None:
    """What is known of a key's card: `expires` (YYYY-MM), `fail_reason` (every charge fails for it; "" = none)."""
    state.keep("card", customer_uid, (state.kept("card", customer_uid) or {}) | facts)


def charge(state: State, key: Body, wanted: Asked, usage: str | None, at: int, refused: str = "") -> Body:
    """Charge a card now (epoch seconds `at`); the payment, paid or failed, as it was written and told.

    `key` holds the card and its channel, as a billing key does; `usage` is the payment's customer_uid_usage, None for
    a card that was typed and not kept. `refused`: it fails for this reason, whatever is known of the card.
    """
    order = wanted.fields["merchant_uid"]
    rng = random.Random(f"{state.fact('seed', 1)}:{order}:{len(state.attempts(order))}")
    reason = refused or _failure(state, key, wanted, at)
    body: Body = FIELDS | wanted.fields | {name: key[name] for name in (*CARD, "pg_provider", "pg_id", "sandbox")}
    body |= {
        "imp_uid": fresh(state, FIRST_NUMBER + rng.getrandbits(36)),
        "channel": "api",
        "started_at": at,
        "customer_uid": key["customer_uid"] if usage else None,
        "customer_uid_usage": usage,
    }
    for name in BUYER:
        body[name] = body[name] or key.get(name.replace("buyer_", "customer_"))
    if reason:
        body |= {"status": "failed", "failed_at": at, "fail_reason": reason}
    else:
        tid = orders.number_of(body, at, rng.getrandbits(32))
        body |= {"status": "paid", "paid_at": at, "pg_tid": tid, "apply_num": f"{rng.randrange(10**8):08d}"}
        body["receipt_url"] = receipt(body, tid)
    state.put(body, wanted.tax_free, at)
    webhooks.listen(state, body["imp_uid"], wanted.notice_url)
    webhooks.send(state, body)
    return body


def fresh(state: State, number: int) -> str:
    """An imp_uid that no payment has, from this number on."""
    while state.payment(orders.imp_uid(number)):
        number += 1
    return orders.imp_uid(number)


def _failure(state: State, key: Body, wanted: Asked, at: int) -> str | None:
    if any(body["status"] in ("paid", "cancelled") for body in state.attempts(wanted.fields["merchant_uid"])):
        return rules.PAID_ALREADY.message
    for uid in (key["customer_uid"], "*"):
        waiting: list[str] = (state.kept("failure", uid) if uid else None) or []
        if waiting:
            state.keep("failure", uid, waiting[1:])
            return waiting[0]
    known: dict[str, Any] = (state.kept("card", key["customer_uid"]) if key["customer_uid"] else None) or {}
    if known.get("fail_reason"):
        return str(known["fail_reason"])
    return EXPIRED if past(str(known.get("expires", "")), at) else None


def past(expires: str, at: int) -> bool:
    """A card's last month (YYYY-MM; "" = unknown) is over."""
    year, _, month = expires.partition("-")
    return bool(expires) and (int(year), int(month)) < month_of(at)
