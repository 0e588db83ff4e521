"""A seeded, believable shop: the same seed and anchor day give the same payments, in order of time.

Days have a rhythm (few at night, most in the evening, less on Sundays), and the shop grows by a third. Each payment is drawn from its own seed, so a
day that is over looks the same at whichever moment of the anchor day the shop is made; only today and the first day,
which makes up the number asked for, depend on the moment. Beside the dice stand subscribers, charged monthly, and a
few payments (`PINNED`) that every shop has.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import NamedTuple

from lib.sandbox import people
from lib.sandbox.body import CUSTOMER, FIELDS, Body, receipt
from lib.sandbox.clock import DAY_S, date_of, day_number, start_of
from lib.sandbox.orders import (
    ANY,
    BILLING_MID,
    Wish,
    buyer_name,
    card_number,
    imp_uid,
    one,
    phone_number,
    transaction_number,
)

HOURS = (8, 5, 3, 2, 2, 3, 6, 12, 22, 32, 40, 42, 40, 36, 36, 38, 40, 42, 44, 50, 58, 60, 46, 22)
WEEKDAYS = (1.05, 1.0, 1.0, 1.02, 1.1, 0.95, 0.8)  # Monday first
GROWN = 0.35
"""How much more the last day sells than the first."""
A_DAY = 1_000_000
"""Numbers of payments kept for each day."""
MOST_DAYS = 40_000
NOON = 12 * 3600


class Pinned(NamedTuple):
    """A payment that every shop has: how many days ago, at which second of the KST day, and what it must be."""

    days_ago: int
    second: int
    wish: Wish


PINNED = (
    Pinned(2, DAY_S - 31, Wish("card", "paid", waited=30)),  # paid at 23:59:59
    Pinned(2, DAY_S - 10, Wish("card", "paid", waited=10)),  # paid at 00:00:00
    Pinned(3, NOON, Wish("vbank", "unpaid", escrow=False)),  # due today
    Pinned(9, NOON, Wish("vbank", "unpaid", escrow=False)),  # expired
    Pinned(1, NOON, Wish("vbank", "unpaid", escrow=False)),
    Pinned(12, NOON, Wish("vbank", "paid", escrow=False)),
    Pinned(20, NOON, Wish("vbank", "closed", escrow=False)),
    Pinned(15, NOON + 60, Wish("card", "partly")),
    Pinned(16, NOON + 60, Wish("card", "cancelled")),
    Pinned(5, NOON + 120, Wish("card", "paid", good=people.MIXED)),
    Pinned(6, NOON + 120, Wish("card", "paid", good=people.TAX_FREE)),
    Pinned(4, NOON + 180, Wish("trans", "paid", escrow=True)),
    Pinned(7, NOON + 180, Wish("card", "paid", unmasked=True)),
    Pinned(8, NOON + 240, Wish("card", "failed")),
    Pinned(8, NOON + 300, Wish("card", "left")),
    Pinned(0, 30, Wish("card", "paid", test=True)),
    *(Pinned(1 + n, NOON + 600, Wish("card", "paid", name=name)) for n, name in enumerate(people.HOSTILE)),
)


class Slot(NamedTuple):
    """A moment at which a payment is started, and what for."""

    at: int
    wish: Wish = ANY
    member: int = -1


def history(seed: int, anchor: int, payments: int, days: int, partly: str) -> Iterator[tuple[Body, int]]:
    """`payments` bodies, each with its tax-free part, over `days` KST days that end at `anchor` (epoch seconds).

    A payment of the test channel, which no list shows, comes on top.
    """
    rng = random.Random()
    for day, slots in _days(seed, anchor, payments, min(days, MOST_DAYS)):
        failed: Body | None = None
        for n, slot in enumerate(slots):
            number = day * A_DAY + n
            rng.seed((seed * MOST_DAYS + day) * A_DAY + n)
            if slot.member >= 0:
                yield _monthly(rng, number, slot, members_card(seed, slot.member)), 0
                continue
            body, free = one(rng, number, slot.at, anchor, partly, slot.wish)
            if slot.wish is ANY and not free:
                if failed:
                    body, failed = _again(body, failed), None
                elif body["status"] == "failed" and rng.random() < 0.5:
                    failed = body
            yield body, free


def customers(seed: int, anchor: int, payments: int) -> list[Body]:
    """The billing keys of the monthly subscribers."""
    at = start_of(day_number(anchor) - 300) + NOON
    return [members_card(seed, member) | {"inserted": at, "updated": at} for member in range(_members(payments))]


def members_card(seed: int, member: int) -> Body:
    """A subscriber's billing key."""
    rng = random.Random(f"{seed}:member:{member}")
    code, name, _, digits = people.ISSUERS[int(rng.random() * len(people.ISSUERS))]
    return CUSTOMER | {
        "customer_uid": f"member_{member:04d}",
        "pg_id": BILLING_MID,
        "card_name": name,
        "card_code": code,
        "card_number": card_number(rng, digits, False),
        "card_type": int(rng.random() < 0.3),
        "customer_name": buyer_name(rng),
        "customer_tel": phone_number(rng),
    }


def is_charged_on(member: int, day: int) -> bool:
    """Whether this KST day is the one of its month on which a subscriber is charged (the 1st to the 28th)."""
    return 1 + member * 7 % 28 == date_of(day)[2]


def charged_at(member: int, day: int) -> int:
    """When on that day (epoch seconds)."""
    return start_of(day) + 10 * 3600 + 3 * member


def monthly_order(at: int, customer_uid: str, prefix: str = "sub") -> str:
    """The order number of a subscriber's charge in the month of `at`."""
    year, month, _ = date_of(day_number(at))
    return f"{prefix}{year}{month:02d}-{customer_uid}"


def _members(payments: int) -> int:
    return min(400, payments // 100)


def _days(seed: int, anchor: int, payments: int, days: int) -> list[tuple[int, list[Slot]]]:
    """The slots of each day, oldest first. Counted from today backwards; the first day makes up the number."""
    today, open_until = day_number(anchor), anchor - 90
    first = today - days + 1
    weight = {day: _weight(seed, day) * (1 + GROWN * (day - first) / days) for day in range(first, today + 1)}
    share = payments / (sum(weight.values()) - weight[today] or weight[today])
    plan: list[tuple[int, list[Slot]]] = []
    left, due = payments, 0.0
    for day in range(today, first - 1, -1):
        due += share * weight[day]
        wanted = left if day == first else min(left, int(due))
        slots = _slots(seed, day, today, wanted, left, _members(payments))
        due = 0.0 if day == today else due - _shown(slots)
        if days == 1:
            slots = _squeezed(slots, start_of(today), open_until)
        slots = [slot for slot in slots if slot.at < open_until]
        left -= _shown(slots)
        plan.append((day, slots))
    return plan[::-1]


def _slots(seed: int, day: int, today: int, wanted: int, most: int, members: int) -> list[Slot]:
    """A day's slots in order of time: what every shop has, the subscribers, and dice up to `wanted`."""
    start = start_of(day)
    fixed = [Slot(start + second, wish) for ago, second, wish in PINNED if day == today - ago]
    if members and day == today - 25:
        fixed.append(Slot(start + NOON, Wish(fate="issue"), 0))
    if date_of(day + 1)[2] == 1:
        fixed.append(Slot(start + DAY_S - 4 * 3600, Wish("phone", "paid")))
    fixed += [Slot(charged_at(m, day), ANY, m) for m in range(members) if is_charged_on(m, day)]
    fixed = fixed[:most]
    rng = random.Random(f"{seed}:{day}:times")
    hours = rng.choices(range(24), HOURS, k=max(0, wanted - _shown(fixed)))
    return sorted([*fixed, *(Slot(start + hour * 3600 + int(rng.random() * 3600)) for hour in hours)], key=_at)


def _squeezed(slots: list[Slot], start: int, end: int) -> list[Slot]:
    """A shop of one day has all of it between midnight and now."""
    return [slot._replace(at=min(end - 1, start + (slot.at - start) * max(0, end - start) // DAY_S)) for slot in slots]


def _shown(slots: list[Slot]) -> int:
    """How many will be in lists: all but those of the test channel."""
    return sum(not slot.wish.test for slot in slots)


def _at(slot: Slot) -> int:
    return slot.at


def _monthly(rng: random.Random, number: int, slot: Slot, card: Body) -> Body:
    """A subscriber's charge of the month, or (nothing is charged) the card's registration."""
    good, price = people.SUBSCRIPTIONS[slot.member % len(people.SUBSCRIPTIONS)]
    issue = slot.wish.fate == "issue"
    tid = transaction_number(slot.at, number)
    body: Body = FIELDS | {
        "imp_uid": imp_uid(number),
        "merchant_uid": monthly_order(slot.at, card["customer_uid"], "key" if issue else "sub"),
        "channel": "pc" if issue else "api",
        "pg_id": BILLING_MID,
        **{name: card[name] for name in ("card_code", "card_name", "card_number", "card_type", "customer_uid")},
        "customer_uid_usage": "issue" if issue else "payment.scheduled",
        "name": "카드 등록" if issue else good,
        "amount": 0 if issue else price,
        "buyer_name": card["customer_name"],
        "buyer_tel": card["customer_tel"],
        "started_at": slot.at,
    }
    if not issue and rng.random() < 0.04:
        return body | {"status": "failed", "failed_at": slot.at + 2, "fail_reason": "[8314] 유효기간 오류"}
    body |= {"paid_at": slot.at + 2, "pg_tid": tid, "apply_num": None if issue else f"{int(rng.random() * 10**8):08d}"}
    return body | {"receipt_url": None if issue else receipt(body, tid)}


def _again(body: Body, failed: Body) -> Body:
    """The same order tried again: its number, buyer and goods over this attempt's means."""
    same = ("merchant_uid", "name", "buyer_name", "buyer_email", "buyer_tel", "buyer_addr", "buyer_postcode")
    return body | {name: failed[name] for name in same}


def _weight(seed: int, day: int) -> float:
    return WEEKDAYS[(day + 3) % 7] * (1 + 0.15 * random.Random(f"{seed}:{day}").random())
