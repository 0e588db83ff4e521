"""Who refunded how much from here on a KST day."""

from __future__ import annotations

from datetime import date

import pandas as pd

from lib.payments.days import first_second, last_second
from lib.people import policy
from lib.people.actor import Actor
from lib.store.engine import Store
from lib.store.statements import operations as statements

FRAME = ("person", "refunds", "amount", "approved", "uncertain")


def by_person(store: Store, actor: Actor, day: date) -> pd.DataFrame:
    """One row a person who asked for a refund that day, the largest sum first. Columns as `FRAME`: person str; the
    others int64: how many were made, their won, how much of it another person approved, and the won of those that are
    not certain yet. Raises `NotAllowed`."""
    policy.require(actor, policy.SEE)
    with store.reading() as connection:
        rows = statements.by_person(connection, first_second(day), last_second(day))
    frame = pd.DataFrame([tuple(row.values()) for row in rows], columns=list(FRAME))
    frame = frame.astype(dict.fromkeys(FRAME[1:], "int64"))
    return frame.sort_values(["amount", "person"], ascending=[False, True], ignore_index=True)
