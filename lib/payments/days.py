"""KST days. Every day on every screen is a calendar day of Asia/Seoul, which has had no summer time since 1988."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import NamedTuple

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

    def previous(self) -> Period:
        """The period of the same length that ends the day before."""
        return Period(self.first - timedelta(days=self.days), self.first - timedelta(days=1))

    def each_day(self) -> list[date]:
        """Its days in order."""
        return [self.first + timedelta(days=n) for n in range(self.days)]
