"""The merchant's channels, and which gateways i'mport does what with: its published lists, one per act."""

from __future__ import annotations

from typing import NamedTuple

from lib.sandbox import rules
from lib.sandbox.call import Call
from lib.sandbox.rules import Refusal, Rule


class Channel(NamedTuple):
    """A gateway setting of the console: provider, MID, name, and what it is for."""

    pg_provider: str
    pg_id: str
    name: str
    type: str = "payment"

    @property
    def sandbox(self) -> bool:
        """A channel on which nothing is really paid."""
        return self.pg_id.startswith("T")


CHANNELS = (
    Channel("kicc", "IM000999", "이지페이 일반"),
    Channel("kicc", "IM000998", "이지페이 정기"),
    Channel("html5_inicis", "MOIpaydesk", "KG이니시스"),
    Channel("kicc", "T5102001", "이지페이 테스트"),
    Channel("danal", "A010000000", "다날 본인인증", "certification"),
)
KEYS = {f"channel-key-00000000-0000-4000-8000-{n:012d}": channel for n, channel in enumerate(CHANNELS, 1)}

ABLE = {
    act: frozenset(providers.split())
    for act, providers in {
        "key in": "daou kcp nice nice_v2 html5_inicis paymentwall settle tosspayments ksnet welcome",
        "register card": "nice kcp daou html5_inicis tosspayments ksnet nice_v2 welcome",
        "issue vbank": "settle nice nice_v2 html5_inicis ksnet smartro_v2 tosspayments welcome",
        "change vbank": "settle",
        "close vbank": (
            "html5_inicis uplus danal nice kicc settle smartro tosspayments ksnet smartro_v2 nice_v2 welcome"
        ),
        "ship": "html5_inicis kcp daou ksnet smartro_v2 nice_v2 welcome",
        "change shipping": "html5_inicis daou ksnet smartro_v2 welcome",
        "issue receipt": (
            "html5_inicis kcp nice kicc settle daou tosspayments ksnet smartro smartro_v2 nice_v2 welcome"
        ),
        "cancel receipt": "html5_inicis kcp settle nice daou tosspayments nice_v2 ksnet smartro_v2 welcome",
        "issue external receipt": (
            "html5_inicis kcp settle nice kicc tosspayments nice_v2 ksnet smartro smartro_v2 welcome"
        ),
        "cancel external receipt": "html5_inicis kcp settle nice tosspayments nice_v2 ksnet smartro_v2 welcome",
        "certify by api": "danal kcp_v2",
        "balance": "payco",
    }.items()
}
"""Source: the lists in i'mport's published schema."""


def demand(act: str, provider: str, rule: Rule = rules.UNSUPPORTED) -> None:
    """Refused when i'mport does not do this with that gateway."""
    if provider not in ABLE[act]:
        raise Refusal(rule)


def demand_named(call: Call) -> None:
    """Refused when a call names no channel, neither by `channel_key` nor, as older clients do, by `pg`."""
    if not call.text("pg"):
        call.need("channel_key")


def chosen(call: Call, kind: str = "payment") -> Channel:
    """The channel a call names by `channel_key`, or by `pg` ("{provider}" or "{provider}.{MID}").

    As with i'mport, a `pg` that is missing or unknown means the first channel; an unknown `channel_key` is refused, and
    so is a group of channels, for the merchant has none.
    """
    if call.text("channel_group_id") or call.text("channelGroupId"):
        raise Refusal(rules.NO_SUCH_CHANNEL)
    key = call.text("channel_key")
    if key:
        if key not in KEYS:
            raise Refusal(rules.NO_SUCH_CHANNEL)
        return KEYS[key]
    provider, _, mid = call.text("pg").partition(".")
    fitting = [channel for channel in CHANNELS if channel.type == kind]
    named = [one for one in fitting if one.pg_provider == provider and mid in ("", one.pg_id)]
    return (named or fitting)[0]
