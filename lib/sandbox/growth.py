"""The shop goes on while the sandbox runs: caught up at each call, deterministic in the seed and the time."""

from __future__ import annotations

import random

from lib.sandbox import merchant, orders, subscriptions, webhooks
from lib.sandbox.body import Body, receipt
from lib.sandbox.clock import DAY_S, KST_S
from lib.sandbox.endpoints.cancel import execute
from lib.sandbox.state import State

EVERY_S = 20
OPEN_HOURS = range(8, 23)
MOST_AT_ONCE = 20_000
FRESH_S = 120
BY_CONSOLE = "관리자페이지취소"
FIRST_NUMBER = 900_000_000_000


def catch_up(state: State) -> None:
    """Write what happened since the last call: a payment each 20 s by day, fewer at night, now and then a deposit or a cancellation."""
    if not state.fact("growing", True):
        return
    subscriptions.plan(state)
    now, last = state.now(), int(state.fact("grown_to", 0))
    if now // EVERY_S <= last // EVERY_S:
        return
    with state.changing():
        last = int(state.fact("grown_to", 0))  # again under the lock: another call may have been first
        seed = int(state.fact("seed", 1))
        for tick in range(last // EVERY_S + 1, now // EVERY_S + 1)[-MOST_AT_ONCE:]:
            _happen(state, seed, tick)
        state.remember("grown_to", now)


def _happen(state: State, seed: int, tick: int) -> None:
    at = tick * EVERY_S
    rng = random.Random(f"{seed}:{tick}")
    hour = (at + KST_S) // 3600 % 24
    chance = 1.0 if hour in OPEN_HOURS else max(0.25, merchant.HOURS[hour] / 60)
    number = FIRST_NUMBER + tick
    if rng.random() < chance and state.payment(orders.imp_uid(number)) is None:
        body, tax_free = orders.one(rng, number, at - 90, at, state.switches.partly)
        state.put(body, tax_free, at)
        _tell(state, body, at)
    if rng.random() < 0.04:
        _cancel_some(state, rng, at)
    if rng.random() < 0.05:
        for imp_uid in state.oldest_ready(at - 3600, 40)[:: max(1, rng.randrange(1, 12))][:1]:
            paid = deposit(state, imp_uid, at)
            if paid:
                _tell(state, paid, at)


def _tell(state: State, body: Body, at: int, cancellation_id: str | None = None) -> None:
    """What happened while the sandbox was closed was told then, to nobody."""
    if at >= state.now() - FRESH_S:
        webhooks.send(state, body, cancellation_id=cancellation_id)


def deposit(state: State, imp_uid: str, at: int, late: bool = False) -> Body | None:
    """A deposit to a virtual account that waits and has not expired (or `late` all the same); None when there is none."""
    found = state.payment(imp_uid)
    if found is None or found[0]["status"] != "ready" or not found[0]["vbank_num"]:
        return None
    body, tax_free = found
    if body["vbank_date"] and body["vbank_date"] < at and not late:
        return None
    paid = body | {"status": "paid", "paid_at": at, "receipt_url": receipt(body, body["pg_tid"])}
    state.put(paid, tax_free, at)
    return paid


def _cancel_some(state: State, rng: random.Random, at: int) -> None:
    imp_uid = state.paid_after(at - 3600 - int(rng.random() * 20 * DAY_S), at - 3600)
    found = state.payment(imp_uid) if imp_uid else None
    if found is None or found[0]["pay_method"] in ("phone", "vbank") or found[0]["escrow"]:
        return
    body, tax_free = found
    balance = body["amount"] - body["cancel_amount"]
    amount = balance if rng.random() < 0.5 else max(100, balance // 3 // 100 * 100)
    if 0 < amount <= balance:
        reason = ("고객 변심", "품절", BY_CONSOLE)[int(rng.random() * 3)]
        bits = rng.getrandbits(128)
        after = execute(state, body, tax_free - min(tax_free, amount), amount, reason, at=at, bits=bits)
        if reason == BY_CONSOLE:
            _tell(state, after, at, after["cancel_history"][-1]["cancellation_id"])
