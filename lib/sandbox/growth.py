"""The shop goes on while the sandbox runs: caught up at each call, deterministic in the seed and the time."""

from __future__ import annotations

import random

from lib.sandbox import merchant
from lib.sandbox.body import receipt
from lib.sandbox.endpoints.cancel import execute
from lib.sandbox.state import State

EVERY_S = 20
MOST_AT_ONCE = 3_000
FIRST_NUMBER = 50_000_000


def catch_up(state: State) -> None:
    """Write what happened since the last call: a payment each 20 s, now and then a deposit or a cancellation."""
    if not state.fact("growing", True):
        return
    now, last = state.now(), int(state.fact("grown_to", 0))
    ticks = range(last // EVERY_S + 1, now // EVERY_S + 1)
    if not ticks:
        return
    with state.changing():
        last = int(state.fact("grown_to", 0))  # again under the lock: another call may have been first
        for tick in range(last // EVERY_S + 1, now // EVERY_S + 1)[-MOST_AT_ONCE:]:
            _happen(state, tick, now)
        state.remember("grown_to", now)


def _happen(state: State, tick: int, now: int) -> None:
    at = tick * EVERY_S
    rng = random.Random(f"{state.fact('seed', 1)}:{tick}")
    quiet = merchant.HOURS[((at + merchant.KST_S) // 3600) % 24] / 60
    if rng.random() < max(0.25, quiet):
        started = max(at - 90, 0)
        body, tax_free = merchant.one(rng, FIRST_NUMBER + tick % 100_000_000, started, now, state.partly)
        state.put(body, tax_free, now)
    if rng.random() < 0.04:
        _cancel_some(state, rng, now)
    if rng.random() < 0.05:
        for imp_uid in state.oldest_ready(now - 3600, 40)[:: max(1, rng.randrange(1, 12))][:1]:
            deposit(state, imp_uid, now)


def deposit(state: State, imp_uid: str, at: int) -> bool:
    """A deposit to a virtual account that waits and has not expired; False when there is none."""
    found = state.payment(imp_uid)
    if found is None or found[0]["status"] != "ready" or not found[0]["vbank_num"]:
        return False
    body, tax_free = found
    if body["vbank_date"] and body["vbank_date"] < at:
        return False
    paid = body | {"status": "paid", "paid_at": at, "receipt_url": receipt(body, body["pg_tid"])}
    state.put(paid, tax_free, at)
    return True


def _cancel_some(state: State, rng: random.Random, now: int) -> None:
    imp_uid = state.sample_paid(now - 20 * merchant.DAY_S, now - 3600, rng.randrange(300))
    found = state.payment(imp_uid) if imp_uid else None
    if found is None or found[0]["pay_method"] in ("phone", "vbank") or found[0]["escrow"]:
        return
    body, tax_free = found
    balance = body["amount"] - body["cancel_amount"]
    amount = balance if rng.random() < 0.5 else max(100, balance // 3 // 100 * 100)
    execute(
        state, body, tax_free - min(tax_free, amount), amount, rng.choice(("고객 변심", "품절", "관리자페이지취소"))
    )
