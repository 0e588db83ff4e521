"""The merchant's channels and sub-merchants, and the code tables."""

from __future__ import annotations

from lib import codes
from lib.sandbox import gateways, rules
from lib.sandbox.call import Call
from lib.sandbox.rules import Refusal
from lib.sandbox.state import State

TIERS = {"A01": "부산점", "B02": "제주점"}


def channels(_state: State, _call: Call) -> object:
    """GET /users/pg."""
    return [
        {
            "pg_provider": channel.pg_provider,
            "pg_id": channel.pg_id,
            "sandbox": channel.sandbox,
            "type": channel.type,
            "channel_name": channel.name,
            "channel_key": key,
        }
        for key, channel in gateways.KEYS.items()
    ]


def tier(_state: State, call: Call) -> object:
    """GET /tiers/{tier_code}: a sub-merchant of the agency."""
    code = call.path["tier_code"]
    if code not in TIERS:
        raise Refusal(rules.NO_SUCH_TIER)
    return {"tier_code": code, "tier_name": TIERS[code]}


def cards(_state: State, call: Call) -> object:
    """GET /cards[/{code}]."""
    return _table({code: card_name(code) for code in codes.cards()}, call)


def card_name(code: str) -> str:
    """The name of a card issuer as i'mport writes it."""
    name = codes.cards()[code].ko
    return name if name.endswith(("카드", "뱅크")) else f"{name}카드"


def banks(_state: State, call: Call) -> object:
    """GET /banks[/{code}]."""
    return _table({code: bank.ko for code, bank in codes.banks("kicc").items()}, call)


def _table(names: dict[str, str], call: Call) -> object:
    code = call.path.get("code")
    if code is None:
        return [{"code": c, "name": name} for c, name in names.items()]
    if code not in names:
        raise Refusal(rules.NO_SUCH_CODE)
    return {"code": code, "name": names[code]}
