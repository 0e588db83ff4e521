"""The shop's subscribers: the schedules behind what they were charged, and the next one of each while the shop grows.

The card of one in 25 has expired: its next charge will fail.
"""

from __future__ import annotations

import json

from lib.sandbox import charges, merchant, people, schedules
from lib.sandbox.body import Body
from lib.sandbox.charges import Asked
from lib.sandbox.clock import date_of, day_number
from lib.sandbox.schedules import Schedule
from lib.sandbox.state import State

EXPIRES_EACH = 25


def recall(state: State) -> None:
    """Write the schedules that the filled shop's monthly charges came from, and whose cards have expired since."""
    rows = state.rows("SELECT body FROM payments WHERE customer_uid IS NOT NULL AND test = 0")
    with state.changing():
        for body in (json.loads(row[0]) for row in rows):
            if body["customer_uid_usage"] == "payment.scheduled":
                schedules.put(state, _ran(body))
        year, month, _ = date_of(day_number(state.now()))
        last = f"{year - (month == 1)}-{(month - 2) % 12 + 1:02d}"
        for member, uid, _ in _members(state):
            if member % EXPIRES_EACH == EXPIRES_EACH - 1:
                charges.know(state, uid, expires=last)


def plan(state: State) -> None:
    """Schedule the next charge of every subscriber that has none ahead; looked into once a day."""
    today = day_number(state.now())
    if state.fact("planned_on", 0) == today:
        return
    with state.changing():
        for member, uid, text in _members(state):
            day = next(day for day in range(today + 1, today + 32) if merchant.is_charged_on(member, day))
            at = merchant.charged_at(member, day)
            order = merchant.monthly_order(at, uid)
            if schedules.get(state, order) is None:
                name, price = people.SUBSCRIPTIONS[member % len(people.SUBSCRIPTIONS)]
                schedules.put(state, schedules.new(json.loads(text), _asked(order, name, price), at))
        state.remember("planned_on", today)


def _members(state: State) -> list[tuple[int, str, str]]:
    """Number, customer_uid and billing key of each subscriber that still has one."""
    rows = state.rows("SELECT customer_uid, body FROM customers WHERE customer_uid GLOB 'member_[0-9][0-9][0-9][0-9]'")
    return [(int(uid[-4:]), uid, body) for uid, body in rows]


def _asked(order: str, name: str, price: int) -> Asked:
    texts = dict.fromkeys(charges.LENGTHS) | {"merchant_uid": order, "name": name}
    return Asked(texts | {"amount": price, "card_quota": 0, "custom_data": None}, 0, [])


def _ran(body: Body) -> Schedule:
    """The schedule of a payment that was made by one."""
    wanted = _asked(body["merchant_uid"], body["name"], body["amount"])
    customer = {name.replace("buyer_", "customer_"): body[name] for name in charges.BUYER}
    waiting = schedules.new(customer | {"customer_uid": body["customer_uid"]}, wanted, body["started_at"])
    return schedules.ran(waiting, body, body["started_at"])
