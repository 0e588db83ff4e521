"""The overview's figures and their series by day, against the period before."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from lib.payments.days import Period

MEASURES = (
    "paid_count",
    "paid_amount",
    "cancelled_count",
    "cancelled_amount",
    "failed_count",
    "waiting_amount",
)


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: `now`, `before` (the period before), `series` (one value a KST day, oldest first)."""

    now: float
    before: float
    series: list[float]

    @property
    def change(self) -> float | None:
        """Relative change against the period before; None when there was nothing."""
        return (self.now - self.before) / abs(self.before) if self.before else None

    @property
    def difference(self) -> float:
        """Absolute change, for rates (in points of share)."""
        return self.now - self.before


@dataclass(frozen=True, slots=True)
class Headline:
    """Amounts in minor units; rates between 0 and 1.

    sales = paid on these days · cancelled = cancelled on these days · net = sales - cancelled · count = payments paid ·
    average = sales / count · cancel_rate = cancelled / sales · success_rate = paid / (paid + failed), by count ·
    waiting = virtual accounts started on these days that still wait for their deposit.
    """

    net: Figure
    sales: Figure
    cancelled: Figure
    count: Figure
    average: Figure
    cancel_rate: Figure
    success_rate: Figure
    waiting: Figure


def headline(now: pd.DataFrame, before: pd.DataFrame, period: Period) -> Headline:
    """The figures of two frames of daily totals (columns day "YYYY-MM-DD" and the eight measures, int64)."""
    days = [day.isoformat() for day in period.each_day()]
    daily = now.groupby("day")[list(MEASURES)].sum().reindex(days, fill_value=0)
    series = {name: daily[name].to_numpy(dtype="float64") for name in MEASURES}
    total = {name: float(values.sum()) for name, values in series.items()}
    earlier = {name: float(before[name].sum()) for name in MEASURES}

    def figure(of: Callable[[Mapping[str, Any]], Any]) -> Figure:
        return Figure(float(of(total)), float(of(earlier)), np.asarray(of(series)).tolist())

    return Headline(
        net=figure(lambda m: m["paid_amount"] - m["cancelled_amount"]),
        sales=figure(lambda m: m["paid_amount"]),
        cancelled=figure(lambda m: m["cancelled_amount"]),
        count=figure(lambda m: m["paid_count"]),
        average=figure(lambda m: _share(m["paid_amount"], m["paid_count"])),
        cancel_rate=figure(lambda m: _share(m["cancelled_amount"], m["paid_amount"])),
        success_rate=figure(lambda m: _share(m["paid_count"], m["paid_count"] + m["failed_count"])),
        waiting=figure(lambda m: m["waiting_amount"]),
    )


def _share(part: Any, whole: Any) -> Any:
    """part / whole, 0 where there is nothing; for figures and for arrays of days alike."""
    return np.divide(part, whole, out=np.zeros_like(np.asarray(whole, dtype="float64")), where=np.asarray(whole) != 0)
