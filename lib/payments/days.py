"""KST days. Every day on every screen is a calendar day of Asia/Seoul, which has had no summer time since 1988."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import NamedTuple, Self

KST = timezone(timedelta(hours=9), "KST")
OFFSET_S = 9 * 3600
DAY_S = 86_400
_EPOCH = date(1970, 1, 1)
EARLIEST, LATEST = 946_652_400, 7_258_085_999
"""No payment's time lies before 2000 or after 2199 KST (epoch seconds): what does is a broken record."""


def day_of(at: int) -> date:
    """The KST day of an epoch second."""
    return _EPOCH + timedelta(days=(at + OFFSET_S) // DAY_S)


def first_second(day: date) -> int:
    """The epoch second at which a KST day begins."""
    return (day - _EPOCH).days * DAY_S - OFFSET_S


def last_second(day: date) -> int:
    """The last whole epoch second of a KST day (23:59:59)."""
    return first_second(day) + DAY_S - 1


def moment(at: int) -> datetime | None:
    """An epoch second as an aware KST datetime; None for 0, which i'mport sends for an unset time."""
    return datetime.fromtimestamp(at, KST) if at else None


class Period(NamedTuple):
    """KST days from `first` to `last`, both inclusive."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days it holds."""
        return (self.last - self.first).days + 1

    @property
    def start(self) -> int:
        """Its first epoch second."""
        return first_second(self.first)

    @property
    def end(self) -> int:
        """Its last epoch second."""
        return last_second(self.last)

    def holds(self, day: date) -> bool:
        """Whether the day is one of its days."""
        return self.first <= day <= self.last

    def previous(self) -> Period:
        """The period of the same length that ends the day before."""
        return Period(self.first - timedelta(days=self.days), self.first - timedelta(days=1))

    def each_day(self) -> list[date]:
        """Its days in order."""
        return [self.first + timedelta(days=n) for n in range(self.days)]


class Compared(NamedTuple):
    """Days and those `before` that they are held against. `alike`: False for a day that is not over, against a whole one."""

    period: Period
    before: Period
    alike: bool = True

    @classmethod
    def of(cls, period: Period, today: date, *, rolling: bool = False) -> Self:
        """What a period is held against as of today; of one that is not over, what has passed of it.

        A calendar month that is over: the month before. A month from its 1st that still runs: the same days of the month before, or as
        many as that has. Any other, a single day and a `rolling` period always: as many days just before.
        """
        passed = Period(period.first, max(period.first, min(period.last, today)))
        if passed == (today, today):
            return cls(period, passed.previous(), alike=False)
        return cls(period, passed.previous() if rolling else _month_before(passed, today) or passed.previous())


def _month_before(passed: Period, today: date) -> Period | None:
    first, last = passed
    one_month = first.day == 1 and (first.year, first.month) == (last.year, last.month)
    if not one_month or passed.days == 1:
        return None
    end = first - timedelta(days=1)
    if last == today:
        return Period(end.replace(day=1), end.replace(day=min(last.day, end.day)))
    return Period(end.replace(day=1), end) if (last + timedelta(days=1)).day == 1 else None
