"""Payments of i'mport that the desk cannot understand, and so counts nowhere."""

from __future__ import annotations

import pandas as pd

from lib.payments.record import NAMELESS
from lib.people import policy
from lib.people.actor import Actor
from lib.queries.rows import ZONE
from lib.store.engine import Store
from lib.store.statements import unread

FRAME = ("imp_uid", "why", "first_at", "last_at")
MOST = 200


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
