"""What customers were told: when the money of each refund made from here is expected, until it should have arrived."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from lib.payments.arrival import Arrival, arrival
from lib.payments.days import DAY_S, day_of
from lib.payments.record import Payment
from lib.people import policy
from lib.people.actor import Actor
from lib.store.engine import Store
from lib.store.statements import operations as statements

LOOK_BACK_S = 21 * DAY_S
"""Longer than five bank days around any Korean holiday."""
MOST = 500


@dataclass(frozen=True, slots=True)
class Promise:
    """One refund on its way: `expected` are KST days, `pay_method` i'mport's; `amount` in minor units."""

    imp_uid: str
    amount: int
    currency: str
    pay_method: str
    refunded_on: date
    expected: Arrival
    requested_by: str


def open_promises(store: Store, actor: Actor, now: float) -> list[Promise]:
    """Confirmed refunds whose money is expected today or later, what is due first at the top. Raises `NotAllowed`."""
    policy.require(actor, policy.SEE)
    today = day_of(int(now))
    with store.reading() as connection:
        rows = statements.confirmed_since(connection, int(now) - LOOK_BACK_S, MOST)
    found = []
    for row in rows:
        payment = Payment(
            imp_uid=row["imp_uid"], pay_method=row["pay_method"], amount=row["whole"], paid_at=row["paid_at"]
        )
        on = day_of(row["cancelled_at"])
        expected = arrival(payment, row["amount"], on)
        if expected.last >= today:
            found.append(
                Promise(
                    row["imp_uid"],
                    row["amount"],
                    row["currency"],
                    row["pay_method"],
                    on,
                    expected,
                    row["requested_by"],
                )
            )
    return sorted(found, key=lambda promise: (promise.expected.last, promise.expected.first, promise.imp_uid))
