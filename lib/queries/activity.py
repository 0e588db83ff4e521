"""Who did what, as the audit chain has it: for those who may see it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pandas as pd

from lib import audit
from lib.payments.days import Period
from lib.people import policy
from lib.people.actor import Actor
from lib.store.engine import Store
from lib.store.statements import audit as statements
from lib.store.statements import listing, people

BATCH = 2_000


@dataclass(frozen=True, slots=True)
class Activity:
    """What to list: KST days, and where not "": the person, the action, the payment or account it was done to."""

    period: Period
    actor: str = ""
    action: str = ""
    object: str = ""


@dataclass(frozen=True, slots=True)
class Occurring:
    """The people and actions of the whole chain, for the filters."""

    actors: list[str]
    actions: list[str]


def entries(store: Store, me: Actor, wanted: Activity, *, below: int | None, limit: int) -> pd.DataFrame:
    """The newest entries first. Columns as `audit.FIELDS`: seq, at (int64, epoch s), the others str.

    `below`: entries before this number. Raises `NotAllowed`.
    """
    policy.require(me, policy.SEE_ACTIVITY)
    frame = pd.DataFrame(_read(store, wanted, below, limit), columns=list(audit.FIELDS))
    return frame.astype({"seq": "int64", "at": "int64"})


def batches(store: Store, me: Actor, wanted: Activity) -> Iterator[pd.DataFrame]:
    """Every entry of the filter, newest first, in frames as `entries` gives. Raises `NotAllowed` before the first."""
    below: int | None = None
    while len(found := entries(store, me, wanted, below=below, limit=BATCH)):
        yield found
        below = int(found["seq"].iloc[-1])


def account_names(store: Store, me: Actor) -> dict[str, str]:
    """The names of the accounts by their ids, which is how the chain names them. Raises `NotAllowed`."""
    policy.require(me, policy.SEE_ACTIVITY)
    with store.reading() as connection:
        return {row["id"]: row["name"] for row in people.everyone(connection)}


def currencies(store: Store, me: Actor, objects: Iterable[str]) -> dict[str, str]:
    """The currencies of those objects of entries that are payments, by imp_uid. Raises `NotAllowed`."""
    policy.require(me, policy.SEE_ACTIVITY)
    with store.reading() as connection:
        return {row["imp_uid"]: row["currency"] for row in listing.briefs(connection, sorted(set(objects)))}


def count(store: Store, me: Actor, wanted: Activity) -> int:
    """How many entries the filter holds. Raises `NotAllowed`."""
    policy.require(me, policy.SEE_ACTIVITY)
    named = {"actor": wanted.actor, "action": wanted.action, "object": wanted.object}
    equal = {name: value for name, value in named.items() if value}
    with store.reading() as connection:
        return statements.count(connection, equal, wanted.period.start, wanted.period.end)


def occurring(store: Store, me: Actor) -> Occurring:
    """Who and what occurs. Raises `NotAllowed`."""
    policy.require(me, policy.SEE_ACTIVITY)
    with store.reading() as connection:
        return Occurring(statements.occurring(connection, "actor"), statements.occurring(connection, "action"))


def _read(store: Store, wanted: Activity, below: int | None, limit: int) -> list[tuple[object, ...]]:
    found = audit.entries(
        store,
        limit=limit,
        below=below,
        since=wanted.period.start,
        until=wanted.period.end,
        actor=wanted.actor,
        action=wanted.action,
        object=wanted.object,
    )
    return [tuple(getattr(entry, name) for name in audit.FIELDS) for entry in found]
