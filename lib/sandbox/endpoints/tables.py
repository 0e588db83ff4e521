"""The merchant's channels and the code tables."""

from __future__ import annotations

from lib import codes
from lib.sandbox import rules
from lib.sandbox.call import Call
from lib.sandbox.rules import Refusal
from lib.sandbox.state import State

CHANNELS = (
    ("kicc", "IM000999", "이지페이 일반"),
    ("kicc", "IM000998", "이지페이 정기"),
    ("html5_inicis", "MOIpaydesk", "KG이니시스"),
    ("kicc", "T5102001", "이지페이 테스트"),
)


def channels(_state: State, _call: Call) -> object:
    """GET /users/pg."""
    return [
        {
            "pg_provider": provider,
            "pg_id": mid,
            "sandbox": mid.startswith("T"),
            "type": "payment",
            "channel_name": name,
            "channel_key": f"channel-key-00000000-0000-4000-8000-{n:012d}",
        }
        for n, (provider, mid, name) in enumerate(CHANNELS, 1)
    ]


def cards(_state: State, call: Call) -> object:
    """GET /cards[/{code}]."""
    return _table(
        {code: c.ko if c.ko.endswith(("카드", "뱅크")) else f"{c.ko}카드" for code, c in codes.cards().items()}, call
    )


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
