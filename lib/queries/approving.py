"""What a second person sees of the payments they are asked about: the order and its buyer, masked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from lib.people import policy
from lib.people.actor import Actor
from lib.store.engine import Store
from lib.store.statements import listing
from lib.text import masking


class Brief(NamedTuple):
    """A payment in a line: `buyer` masked."""

    merchant_uid: str = ""
    buyer: str = ""
    product: str = ""
    pg_provider: str = ""


def briefs(store: Store, actor: Actor, imp_uids: Sequence[str]) -> dict[str, Brief]:
    """Those of these payments that are here, by imp_uid."""
    policy.require(actor, policy.SEE)
    with store.reading() as connection:
        found = listing.briefs(connection, imp_uids)
    return {
        row["imp_uid"]: Brief(row["merchant_uid"], masking.name(row["buyer_name"]), row["name"], row["pg_provider"])
        for row in found
    }


def tests_among(store: Store, actor: Actor, imp_uids: Sequence[str]) -> set[str]:
    """Those of these payments that were made on a test channel: nothing that was done with them moved money."""
    policy.require(actor, policy.SEE)
    with store.reading() as connection:
        return {row["imp_uid"] for row in listing.briefs(connection, imp_uids) if row["state"] == "test"}
