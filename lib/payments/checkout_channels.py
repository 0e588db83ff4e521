"""Where a payment window opens: the merchant's KICC channels, and the rules that depend on them."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Self
from urllib.parse import urlsplit

from lib.payments.checkout_finding import Finding, Params, advice, wrong

_PG = re.compile(r"kicc(\.(?P<mid>.+))?")
_RECURRING = ("정기", "빌링", "billing", "recurring")


class Channel(NamedTuple):
    """A KICC setting of the console: its `key` (channelKey), MID, name, and whether nothing is really paid there."""

    key: str
    mid: str
    name: str = ""
    test: bool = False

    @property
    def recurring(self) -> bool:
        """Whether it looks like one that KICC opened for billing keys; i'mport's list does not tell, its name may."""
        return self.test or any(word in self.name.lower() for word in _RECURRING)

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Self:
        """One entry of GET /users/pg."""
        key, mid, name = (str(told.get(part) or "") for part in ("channel_key", "pg_id", "channel_name"))
        return cls(key, mid, name, told.get("sandbox") is True)


@dataclass(frozen=True, slots=True)
class Place:
    """`channels` in the console's order, the first its default (None: not known); `practice`: a sandbox's window."""

    channels: tuple[Channel, ...] | None = None
    practice: bool = False

    def chosen(self, params: Params) -> Channel | None:
        """The channel that these parameters name, or the default where they name none."""
        return next(iter(self.fitting(params)), None)

    def fitting(self, params: Params) -> tuple[Channel, ...]:
        """Every channel that these parameters may mean: all of them where they name none."""
        channels, key, pg = self.channels or (), params.get("channelKey"), params.get("pg")
        if key is not None:
            return tuple(one for one in channels if one.key == key)
        if pg is None:
            return channels
        named = _PG.fullmatch(pg) if isinstance(pg, str) else None
        return tuple(one for one in channels if named and named["mid"] in (None, one.mid))


def of(listed: Iterable[Mapping[str, Any]]) -> tuple[Channel, ...]:
    """KICC's payment channels in i'mport's list."""
    return tuple(
        Channel.of(one)
        for one in listed
        if one.get("pg_provider") == "kicc" and one.get("type", "payment") == "payment"
    )


def check(given: Params, place: Place) -> Iterator[Finding]:
    """What is wrong with the channel named, and with what needs a channel of its kind."""
    pg, key = given.get("pg"), given.get("channelKey")
    known, found = place.channels is not None, place.chosen(given)
    if pg is not None and not _PG.fullmatch(pg):
        yield wrong("pg", "checkout_pg")
    elif pg is not None and key is None and known and not found:
        yield wrong("pg", "checkout_pg_unknown")
    if key is not None and (not key or (known and not found)):
        yield wrong("channelKey", "checkout_channel_unknown")
    if key is not None and pg is not None:
        yield advice("pg", "checkout_both_channels")
    if key is None and pg is None:
        yield advice("channelKey", "checkout_no_channel")
    elif not known:
        yield advice("channelKey", "checkout_channel_unread")
    if "customer_uid" in given:
        yield from _billing(place, found)
    if given.get("confirm_url") and place.practice and not _here(given["confirm_url"]):
        yield wrong("confirm_url", "checkout_confirm_here")


def _billing(place: Place, found: Channel | None) -> Iterator[Finding]:
    if found and not found.recurring:
        if place.practice:
            yield wrong("customer_uid", "checkout_billing_channel", mid=found.mid)
        else:
            yield advice("customer_uid", "checkout_billing_doubt", mid=found.mid)
    yield advice("customer_uid", "checkout_billing_mid")


def _here(url: str) -> bool:
    """An address of this machine, which is all that a sandbox calls."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
