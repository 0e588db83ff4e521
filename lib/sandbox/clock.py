"""Korean days and months of epoch seconds: the sandbox's own arithmetic, no time zone table (KST has no summer time)."""

from __future__ import annotations

import calendar
import time
from functools import lru_cache

DAY_S, KST_S = 86_400, 9 * 3600


def day_number(at: int) -> int:
    """The KST day an instant lies in, counted from 1970-01-01."""
    return (at + KST_S) // DAY_S


def start_of(day: int) -> int:
    """The first second of a KST day."""
    return day * DAY_S - KST_S


def day_start(at: int) -> int:
    """The first second of the KST day an instant lies in."""
    return start_of(day_number(at))


def date_of(day: int) -> tuple[int, int, int]:
    """Year, month and day of a KST day."""
    there = time.gmtime(day * DAY_S)
    return there.tm_year, there.tm_mon, there.tm_mday


def month_of(at: int) -> tuple[int, int]:
    """The KST calendar month of an epoch second."""
    return date_of(day_number(at))[:2]


def months_later(at: int, months: int) -> int:
    """The same Korean day and hour so many months later; the month's last day when it has no such day."""
    year, month, of_month = date_of(day_number(at))
    year, month = year + (month - 1 + months) // 12, (month - 1 + months) % 12 + 1
    last = calendar.monthrange(year, month)[1]
    day = calendar.timegm((year, month, min(of_month, last), 0, 0, 0)) // DAY_S
    return start_of(day) + at - day_start(at)


def stamp(at: int) -> str:
    """YYMMDDhhmmss in KST."""
    second = (at + KST_S) % DAY_S
    return f"{_date_stamp(day_number(at))}{second // 3600:02d}{second // 60 % 60:02d}{second % 60:02d}"


@lru_cache(4_000)
def _date_stamp(day: int) -> str:
    year, month, of_month = date_of(day)
    return f"{year % 100:02d}{month:02d}{of_month:02d}"
