"""What people do in i'mport's console, at their bank and in a window, on order: payments made, deposits, cancellations,
billing keys, and how charges will go."""

from __future__ import annotations

import json
import random
from typing import Any

from lib.sandbox import charges, growth, keyed, merchant, orders, people, webhooks
from lib.sandbox.body import Body
from lib.sandbox.endpoints import certifications
from lib.sandbox.endpoints.cancel import execute
from lib.sandbox.state import State

FIRST_NUMBER = 800_000_000_000
STATUSES = ("ready", "paid", "cancelled", "failed")
FIRST = ("imp_uid", "pg_provider", "emb_pg_provider", "pg_id", "amount")
PERSON: Body = {
    "name": "홍길동",
    "gender": "male",
    "birthday": "1990-01-02",
    "foreigner": False,
    "phone": "01000001234",
    "carrier": "SKT",
}


class Wrong(Exception):
    """A control call that cannot be done; its text says why."""


def known(state: State, given: dict[str, Any]) -> tuple[Body, int]:
    """The payment that is meant, and its tax-free part. Raises Wrong."""
    found = state.payment(str(given.get("imp_uid")))
    if found is None:
        raise Wrong("no such imp_uid")
    return found


def create(state: State, given: dict[str, Any]) -> object:
    """Any fields of a payment, over sensible ones for its `pay_method` and `status`; `tax_free`, `notice_url` beside.

    A cancelled one is paid and then cancelled, by `cancel_amount` or in full.
    """
    tax_free = int(given.get("tax_free", 0))
    urls = given.pop("notice_url", [])
    body = _made(state, given, tax_free)
    if not 0 <= body["cancel_amount"] <= body["amount"] or not 0 <= tax_free <= body["amount"]:
        raise Wrong("amount, cancel_amount and tax_free do not fit each other")
    with state.changing():
        if state.payment(body["imp_uid"]):
            raise Wrong("this imp_uid is taken")
        webhooks.listen(state, body["imp_uid"], [urls] if isinstance(urls, str) else urls)
        if body["status"] != "cancelled" or body["cancel_history"]:
            state.put(body, tax_free, state.now())
            webhooks.send(state, body)
            return body
        amount = int(body["cancel_amount"] or body["amount"])
        at = int(body["cancelled_at"] or state.now())
        body |= {"status": "paid", "cancel_amount": 0, "cancelled_at": 0}
        state.put(body, tax_free, int(body["paid_at"]))
        reason = str(body["cancel_reason"] or "고객 변심")
        return execute(state, body, tax_free - min(tax_free, amount), amount, reason, at=at)


def _made(state: State, given: dict[str, Any], tax_free: int) -> Body:
    now, number = state.now(), FIRST_NUMBER + state.world.random_bits(36)
    rng = random.Random(number)
    method, status = str(given.get("pay_method", "card")), given.get("status", "paid")
    wish = orders.Wish(method, good=("주문", int(given.get("amount", 10_000)), 0), escrow=False, unmasked=False)
    paid_at = int(given.get("paid_at", now))
    started = int(given.get("started_at", paid_at))
    body, _ = orders.ordered(rng, number, started, wish)
    unknown = set(given) - set(body) - {"tax_free"}
    if unknown or status not in STATUSES:
        raise Wrong(f"not fields of a payment: {sorted(unknown)}; status is one of {STATUSES}")
    body |= {"pay_method": method, "emb_pg_provider": None}  # a phone payment above the limit too, when asked for
    body |= {name: given[name] for name in FIRST if name in given}
    if tax_free:
        body["custom_data"] = f'{{"tax_free": {tax_free}}}'
    if method == "vbank":
        body |= orders.account(rng, body)
    if status in ("paid", "cancelled"):
        body = orders.paid(rng, body, paid_at, wish)
    elif status == "failed":
        body |= {"failed_at": now, "fail_reason": people.FAILURES[0]}
    return body | {"status": status} | {name: value for name, value in given.items() if name != "tax_free"}


def deposit(state: State, given: dict[str, Any]) -> object:
    """Money arrives at a virtual account. A wrong `amount` (KRW) or a late one goes back, and the payment waits on.

    `accepted`: the bank took it although it was late.
    """
    with state.changing():
        body, _ = known(state, given)
        at = int(given.get("at", state.now()))
        if body["status"] != "ready" or not body["vbank_num"]:
            raise Wrong("not a virtual account that waits")
        if given.get("amount", body["amount"]) == body["amount"]:
            paid = growth.deposit(state, body["imp_uid"], at, late=bool(given.get("accepted")))
            if paid:
                webhooks.send(state, paid)
        return known(state, given)[0]


def cancel(state: State, given: dict[str, Any]) -> object:
    """The console cancels, in full or by `amount`, and tells the merchant."""
    with state.changing():
        body, tax_free = known(state, given)
        balance = body["amount"] - body["cancel_amount"]
        amount = int(given.get("amount") or balance)
        if body["status"] not in ("paid", "cancelled") or not 0 < amount <= balance:
            raise Wrong(f"refundable is {balance}")
        after = execute(state, body, tax_free - min(tax_free, amount), amount, given.get("reason", growth.BY_CONSOLE))
        webhooks.send(state, after, cancellation_id=after["cancel_history"][-1]["cancellation_id"])
        return after


def take_back(state: State, given: dict[str, Any]) -> object:
    """The bank takes a deposit back: the payment waits again."""
    with state.changing():
        body, tax_free = known(state, given)
        if body["pay_method"] != "vbank" or body["status"] != "paid" or body["cancel_amount"]:
            raise Wrong("not a paid virtual account of which nothing is cancelled")
        after = body | {"status": "ready", "paid_at": 0, "receipt_url": None}
        state.put(after, tax_free, state.now())
        return after


def register(state: State, given: dict[str, Any]) -> object:
    """A billing key as the window makes it: any of its fields over sensible ones; no money moves.

    Beside them `expires` (YYYY-MM) and `fail_reason` ("" = none): what is known of its card, see `charges`.
    """
    sensible = merchant.members_card(0, 0) | {"customer_name": None, "customer_tel": None}
    if unknown := set(given) - set(sensible) - {"expires", "fail_reason"}:
        raise Wrong(f"not fields of a billing key: {sorted(unknown)}")
    uid = str(given["customer_uid"])
    if not 0 < len(uid) <= 80:
        raise Wrong("customer_uid has 1 to 80 characters")
    body = sensible | {name: given[name] for name in sensible if name in given}
    expires, reason = str(given.get("expires", "")), str(given.get("fail_reason", ""))
    return keyed.register(state, body, expires=expires, fail_reason=reason)


def order_failure(state: State, given: dict[str, Any]) -> object:
    """The next `count` charges of `customer_uid` (of any key, when left out) fail for `fail_reason`."""
    uid, reason = str(given.get("customer_uid", "*")), str(given.get("fail_reason", people.FAILURES[0]))
    for _ in range(int(given.get("count", 1))):
        charges.order_failure(state, uid, reason)
    return {"customer_uid": uid, "waiting": state.kept("failure", uid) or []}


def recover(state: State, given: dict[str, Any]) -> object:
    """The console's recovery: charges that fail from now on are tried daily at `hour` (KST, 1-23; null = not)."""
    hour = given.get("hour")
    if hour is not None and hour not in range(1, 24):
        raise Wrong("hour is 1 to 23, or null")
    state.remember("recovery_hour", hour)
    return {"hour": hour}


def passwords(state: State) -> object:
    """The one-time passwords that telephones show: {imp_uid: otp}."""
    return {"otp": {uid: json.loads(otp) for uid, otp in state.rows("SELECT key, body FROM kept WHERE kind = 'otp'")}}


def certify(state: State, given: dict[str, Any]) -> object:
    """A certification as its window makes it: of `name`, `gender`, `birthday`, `phone`, `carrier`, `foreigner`."""
    if unknown := set(given) - {"merchant_uid", *PERSON}:
        raise Wrong(f"not of a certification: {sorted(unknown)}")
    imp_uid = orders.imp_uid(certifications.FIRST_NUMBER + state.world.random_bits(36))
    order = str(given.get("merchant_uid", ""))
    with state.changing():
        certifications.certification(state, imp_uid, order, PERSON | {n: given[n] for n in PERSON if n in given})
        return certifications.certify(state, state.kept("certification", imp_uid))
