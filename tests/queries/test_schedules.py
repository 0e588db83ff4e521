"""What a month of scheduled charges comes to, and which of them is next, as i'mport tells it."""

from __future__ import annotations

from datetime import date

import pytest

from lib.iamport.schedules import EXECUTED, REVOKED, SCHEDULED, Schedule
from lib.payments.days import first_second, last_second
from lib.people.actor import Actor, Role
from lib.queries import schedules as query
from lib.queries.schedules import Day
from tests.desks import VIEWER, Bench
from tests.faults.works import failed, key

FIRST = date(2027, 2, 1)


def one(at: int, status: str = SCHEDULED, payment_status: str = "", uid: str = "a", amount: int = 1_000) -> Schedule:
    return Schedule(f"o{at}{uid}", uid, at, amount, "구독", status, payment_status)


def test_days_are_korean_days_and_what_was_called_off_does_not_count() -> None:
    day, noon = date(2027, 2, 10), first_second(date(2027, 2, 10)) + 12 * 3600
    listed = [
        one(first_second(day)),
        one(last_second(day), amount=500),
        one(last_second(day) + 1),
        one(noon, EXECUTED, "paid"),
        one(noon, EXECUTED, "cancelled"),  # it was paid, and refunded since
        one(noon, EXECUTED, "failed", amount=700),
        one(noon, REVOKED),
        one(noon, EXECUTED),  # it has run, and nothing is told of it yet
    ]
    assert query.days(listed) == {
        day: Day(due=3, due_amount=2_500, paid=2, paid_amount=2_000, failed=1, failed_amount=700),
        date(2027, 2, 11): Day(due=1, due_amount=1_000),
    }
    assert sum(query.days(listed).values(), Day()).due == 4


def test_the_next_one_of_each_key_is_the_first_that_still_waits() -> None:
    listed = [one(100), one(200, REVOKED), one(300), one(400), one(350, uid="b"), one(50, EXECUTED, "paid", uid="c")]
    found = query.upcoming(sorted(listed, key=lambda s: s.schedule_at), 150)
    assert {uid: schedule.schedule_at for uid, schedule in found.items()} == {"a": 300, "b": 350}


@pytest.mark.parametrize(
    ("first", "after"), [(date(2027, 1, 1), date(2027, 2, 1)), (date(2027, 12, 1), date(2028, 1, 1))]
)
def test_the_month_after(first: date, after: date) -> None:
    assert query.following(first) == after


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_month_is_read_to_its_last_second_and_no_further(bench: Bench) -> None:
    uid = key(bench)
    times = [
        first_second(FIRST) - 1,
        first_second(FIRST),
        first_second(date(2027, 3, 1)) - 1,
        first_second(date(2027, 3, 1)),
    ]
    entries = [
        {"merchant_uid": f"{uid}-{n}", "schedule_at": at, "amount": 1_000, "name": "구독"} for n, at in enumerate(times)
    ]
    bench.post("/subscribe/payments/schedule", {"customer_uid": uid, "schedules": entries})
    found = [schedule for schedule in query.month(bench.iamport, VIEWER, FIRST) if schedule.customer_uid == uid]
    assert [schedule.schedule_at for schedule in found] == times[1:3]
    assert {s.schedule_at for s in query.of_key(bench.iamport, VIEWER, uid, bench.world.now())} == set(times)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_failed_one_stands_as_failed(bench: Bench) -> None:
    facts = failed(bench)
    (found,) = query.of_key(bench.iamport, Actor("이수연", Role.CS), facts["uid"], bench.world.now())
    assert query.standing(found) == query.FAILED
    assert found.fail_reason == "[8521] 한도초과"
