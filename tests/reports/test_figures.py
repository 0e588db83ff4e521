"""What a chart shows at its edges: dates that stand apart, sums that can be checked."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import pytest

from lib.reports.figures.month import Cell, calendar
from lib.reports.figures.style import Palette
from lib.reports.figures.volume import by_day
from lib.text.language import language

FIRST = date(2026, 10, 1)


@pytest.mark.parametrize("days", [1, 7, 8, 15, 30, 31, 92, 366])
def test_no_more_dates_than_a_phone_shows_side_by_side(days: int) -> None:
    each = [FIRST + timedelta(days=n) for n in range(days)]
    zeros = dict.fromkeys(("paid_count", "paid_amount", "cancelled_count", "cancelled_amount"), 1)
    daily = pd.DataFrame([{"day": day.isoformat(), "method": "card", **zeros} for day in each])
    axis = by_day(daily, each, "amount", Palette(False), language("ko")).layout.xaxis
    assert min(days, 4) <= len(axis.ticktext) <= 7
    assert axis.ticktext[0] == "10.01"


def test_the_calendar_shows_a_days_sum_to_the_won() -> None:
    cells = {FIRST: Cell((3, 109_500), (0, 0), (1, 12_345_678))}
    figure = calendar(FIRST, cells, FIRST, None, Palette(False), language("ko"))
    told = " ".join(str(note.text) for note in figure.layout.annotations)
    assert "109,500" in told
    assert "1,235만" in told
