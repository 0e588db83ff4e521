"""Scheduled charges as i'mport tells them now, and what they come to on each KST day. None of it is stored here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from lib.iamport import schedules as upstream
from lib.iamport.client import Iamport
from lib.iamport.schedules import EXECUTED, REVOKED, SCHEDULED, Schedule
from lib.payments.days import DAY_S, day_of, first_second
from lib.people import policy
from lib.people.actor import Actor

BEHIND_S = 80 * DAY_S
"""How far back the schedules of one key are shown."""
MONTH_DAYS = range(26, 33)
"""How many days lie between two charges of a monthly series, one of them moved a little."""
DUE, PAID, FAILED, CANCELLED = "due", "paid", "failed", "cancelled"


@dataclass(frozen=True, slots=True)
class Day:
    """How many charges of one KST day are `due`, `paid` and `failed`, and how much in won; cancelled ones do not count."""

    due: int = 0
    due_amount: int = 0
    paid: int = 0
    paid_amount: int = 0
    failed: int = 0
    failed_amount: int = 0

    def __add__(self, other: Day) -> Day:
        """Both together."""
        return Day(
            self.due + other.due,
            self.due_amount + other.due_amount,
            self.paid + other.paid,
            self.paid_amount + other.paid_amount,
            self.failed + other.failed,
            self.failed_amount + other.failed_amount,
        )


def month(iamport: Iamport, actor: Actor, first: date) -> list[Schedule]:
    """All schedules whose time lies in the KST month that begins on `first`, by time. Raises `NotAllowed`,
    `IamportError`."""
    policy.require(actor, policy.SEE)
    return upstream.between(iamport, first_second(first), first_second(following(first)))


def of_key(iamport: Iamport, actor: Actor, customer_uid: str, now: float) -> list[Schedule]:
    """The schedules of one key from 80 days ago to 400 days ahead, by time. Raises `NotAllowed`, `IamportError`."""
    policy.require(actor, policy.SEE)
    return upstream.of_customer(iamport, customer_uid, int(now) - BEHIND_S, int(now) + upstream.AHEAD_S)


def following(first: date) -> date:
    """The first day of the month after."""
    return (first + timedelta(days=31)).replace(day=1)


def standing(schedule: Schedule) -> str:
    """How it stands: due (it has not run, or nothing is told of it yet), paid, failed or cancelled."""
    if schedule.status == REVOKED:
        return CANCELLED
    if schedule.failed:
        return FAILED
    return PAID if schedule.status == EXECUTED and schedule.payment_status else DUE


def days(schedules: Iterable[Schedule]) -> dict[date, Day]:
    """What each KST day comes to, by the time planned."""
    found: dict[date, Day] = {}
    for schedule in schedules:
        match standing(schedule):
            case "due":
                one = Day(due=1, due_amount=schedule.amount)
            case "paid":
                one = Day(paid=1, paid_amount=schedule.amount)
            case "failed":
                one = Day(failed=1, failed_amount=schedule.amount)
            case _:
                continue
        day = day_of(schedule.schedule_at)
        found[day] = found.get(day, Day()) + one
    return found


def monthly(listed: Sequence[Schedule]) -> list[Schedule]:
    """The ones that are due and have another, not called off, of the same name and amount a month before or after: a
    subscription that runs already."""
    stand = [schedule for schedule in listed if standing(schedule) != CANCELLED]
    return [
        one
        for one in stand
        if standing(one) == DUE
        and any(
            (one.name, one.amount) == (other.name, other.amount)
            and abs(one.schedule_at - other.schedule_at) // DAY_S in MONTH_DAYS
            for other in stand
        )
    ]


def upcoming(schedules: Iterable[Schedule], now: float) -> dict[str, Schedule]:
    """The next schedule of each key that waits, by customer_uid; `schedules` are by time."""
    found: dict[str, Schedule] = {}
    for schedule in schedules:
        if schedule.status == SCHEDULED and schedule.schedule_at >= now:
            found.setdefault(schedule.customer_uid, schedule)
    return found
