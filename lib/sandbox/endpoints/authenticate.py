"""Tokens: 30 minutes, the same one until it expires, five minutes more when asked in its last minute."""

from __future__ import annotations

import hmac

from lib.sandbox import rules
from lib.sandbox.call import Call
from lib.sandbox.rules import Refusal
from lib.sandbox.state import State

KEY, SECRET = "sandbox_key", "sandbox_secret"
LIFE_S, LAST_S, MORE_S = 1800, 60, 300


def get_token(state: State, call: Call) -> object:
    """POST /users/getToken."""
    key, secret = call.body.get("imp_key"), call.body.get("imp_secret")
    if not key or not secret:
        raise Refusal(rules.KEY_MISSING)
    if not (
        hmac.compare_digest(str(key).encode(), KEY.encode())
        and hmac.compare_digest(str(secret).encode(), SECRET.encode())
    ):
        raise Refusal(rules.WRONG_PAIR)
    with state.changing():
        now, kept = state.now(), state.fact("token", None)
        if kept is None or kept["expired_at"] <= now:
            kept = {"access_token": f"{state.world.random_bits(160):040x}", "expired_at": now + LIFE_S}
        elif kept["expired_at"] - now <= LAST_S:
            kept["expired_at"] += MORE_S
        state.remember("token", kept)
    return {"access_token": kept["access_token"], "now": now, "expired_at": kept["expired_at"]}


def demand(state: State, call: Call) -> None:
    """Refuse a call without a token that lives."""
    kept = state.fact("token", None)
    if (
        kept is None
        or not hmac.compare_digest(call.token.encode(), kept["access_token"].encode())
        or kept["expired_at"] <= state.now()
    ):
        raise Refusal(rules.UNAUTHORIZED)
