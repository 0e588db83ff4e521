"""Payments of i'mport that the desk cannot understand, and so counts nowhere."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import NamedTuple

import pandas as pd

from lib.payments.record import NAMELESS
from lib.people import policy
from lib.people.actor import Actor
from lib.queries.rows import ZONE
from lib.store.engine import Store
from lib.store.statements import unread

FRAME = ("imp_uid", "why", "first_at", "last_at")
MOST = 200
_FIELD = re.compile(r"^(\w+): |(?:- at|required field) ([A-Za-z_]\w*)")
"""Where a reason names the field: `amount: 1e99 is no …`, `Expected … - at card_quota`, `… required field imp_uid`."""


class Aside(NamedTuple):
    """A payment that is set aside: `why` in the words of the reading, English."""

    imp_uid: str
    why: str


def listed(store: Store, actor: Actor) -> pd.DataFrame:
    """The first 200, the one tried longest ago first. Columns as `FRAME`: imp_uid ("" where the record carries none),
    why (the field and what is wrong, English), when it was first and last seen (KST times). Raises `NotAllowed`."""
    policy.require(actor, policy.SEE)
    with store.reading() as connection:
        rows = unread.listed(connection, MOST)
    frame = pd.DataFrame([[row[name] for name in FRAME] for row in rows], columns=list(FRAME))
    frame["imp_uid"] = ["" if name.startswith(NAMELESS) else name for name in frame["imp_uid"]]
    for name in ("first_at", "last_at"):
        frame[name] = pd.to_datetime(frame[name], unit="s", utc=True).dt.tz_convert(ZONE)
    return frame


def among(store: Store, actor: Actor, imp_uids: Collection[str]) -> list[Aside]:
    """Those of these payments (the first 1,000) that could not be read. Raises `NotAllowed`."""
    policy.require(actor, policy.SEE)
    with store.reading() as connection:
        rows = unread.named(connection, [uid for uid in list(imp_uids)[:1_000] if not uid.startswith(NAMELESS)])
    return [Aside(row["imp_uid"], row["why"]) for row in rows]


def field_of(why: str) -> str:
    """i'mport's name of the field that a reason names, "" where it names none."""
    found = _FIELD.search(why)
    return (found[1] or found[2]) if found else ""
