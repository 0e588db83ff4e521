"""The merchant's channels and the code tables."""

from __future__ import annotations

from lib import codes
from lib.sandbox import rules
from lib.sandbox.call import Call
from lib.sandbox.rules import Refusal
from lib.sandbox.state import State

CHANNELS = [
    {
        "pg_provider": provider,
        "pg_id": mid,
        "sandbox": mid.startswith("T"),
        "type": "payment",
        "channel_name": name,
        "channel_key": f"channel-key-00000000-0000-4000-8000-{n:012d}",
    }
    for n, (provider, mid, name) in enumerate(
        (
            ("kicc", "IM000999", "이지페이 일반"),
            ("kicc", "IM000998", "이지페이 정기"),
            ("html5_inicis", "MOIpaydesk", "KG이니시스"),
            ("kicc", "T5102001", "이지페이 테스트"),
        ),
        1,
    )
]
"""The first is the one that a window takes without `channelKey` and `pg`."""


def channels(_state: State, _call: Call) -> object:
    """GET /users/pg."""
    return CHANNELS


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
