"""Which days a period is held against."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.payments.days import Compared, Period
from lib.ui.periods import PRESETS, ROLLING, period_of

TODAY = date(2026, 11, 26)


def period(text: str) -> Period:
    first, _, last = text.partition(" ")
    return Period(date.fromisoformat(first), date.fromisoformat(last or first))


@pytest.mark.parametrize(
    ("days", "before"),
    [
        ("2026-10-01 2026-10-31", "2026-09-01 2026-09-30"),  # a calendar month: the month before, however long
        ("2026-03-01 2026-03-31", "2026-02-01 2026-02-28"),
        ("2026-01-01 2026-01-31", "2025-12-01 2025-12-31"),
        ("2024-02-01 2024-02-29", "2024-01-01 2024-01-31"),
        ("2026-11-01 2026-11-26", "2026-10-01 2026-10-26"),  # still running: the same days
        ("2026-11-01 2026-11-30", "2026-10-01 2026-10-26"),  # what has passed of it
        ("2026-10-01 2026-10-15", "2026-09-16 2026-09-30"),  # part of a month that is over
        ("2026-11-25", "2026-11-24"),
        ("2026-11-01", "2026-10-31"),  # a day against the day before, on the 1st as well
        ("2026-11-20 2026-11-26", "2026-11-13 2026-11-19"),
        ("2026-11-20 2026-11-30", "2026-11-13 2026-11-19"),
        ("2026-09-01 2026-10-31", "2026-07-02 2026-08-31"),
    ],
)
def test_days_are_held_against_days_like_them(days: str, before: str) -> None:
    assert Compared.of(period(days), TODAY) == (period(days), period(before), True)


@pytest.mark.parametrize(
    ("days", "today", "before"),
    [
        ("2026-03-01 2026-03-30", "2026-03-30", "2026-02-01 2026-02-28"),  # as many as that month has
        ("2026-03-01 2026-03-31", "2026-03-31", "2026-02-01 2026-02-28"),
        ("2024-03-01 2024-03-29", "2024-03-29", "2024-02-01 2024-02-29"),
        ("2026-04-01 2026-04-30", "2026-04-30", "2026-03-01 2026-03-30"),  # its last day is not over
        ("2026-04-01 2026-04-30", "2026-05-01", "2026-03-01 2026-03-31"),
        ("2026-01-01 2026-01-02", "2026-01-02", "2025-12-01 2025-12-02"),
    ],
)
def test_a_running_month_is_held_against_what_the_month_before_has(days: str, today: str, before: str) -> None:
    assert Compared.of(period(days), date.fromisoformat(today)).before == period(before)


def test_a_day_that_is_not_over_has_no_equal() -> None:
    yesterday = period("2026-11-25")
    assert Compared.of(period("2026-11-26"), TODAY) == (period("2026-11-26"), yesterday, False)
    assert Compared.of(period("2026-11-26 2026-11-30"), TODAY)[1:] == (yesterday, False)
    first = date(2026, 12, 1)
    assert Compared.of(period_of("month", first), first)[1:] == (period("2026-11-30"), False)


def test_rolling_days_are_held_against_as_many_before_on_whatever_day_they_begin() -> None:
    seventh = date(2026, 11, 7)
    assert Compared.of(period_of("7d", seventh), seventh, rolling=True).before == period("2026-10-25 2026-10-31")


@given(st.dates(date(2000, 2, 1), date(2100, 1, 1)), st.sampled_from(sorted(set(PRESETS) - {"custom"})))
def test_no_day_is_on_both_sides_and_nothing_is_held_against_more(today: date, preset: str) -> None:
    held = Compared.of(period_of(preset, today), today, rolling=preset in ROLLING)
    assert held.before.first <= held.before.last < held.period.first
    if preset == "last_month":
        assert (held.before.first.day, held.before.last + timedelta(days=1)) == (1, held.period.first)
    else:
        assert held.before.days <= held.period.days
    assert held.alike == (held.period != (today, today))
