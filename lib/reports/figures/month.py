"""A month as a calendar: what is due, was paid and failed on each day, to click on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

import plotly.graph_objects as go

from lib.reports.figures.style import Palette, figure
from lib.text.language import Language

HEAD_PX, NUMBER_PX, LINES_PX, WEEK_PX_MIN = 30, 22, 28, 64
FULL_BELOW = 1_000_000


class Cell(NamedTuple):
    """A day's figures: how many, and won."""

    due: tuple[int, int]
    paid: tuple[int, int]
    failed: tuple[int, int]


def calendar(
    first: date, cells: Mapping[date, Cell], today: date, chosen: date | None, palette: Palette, t: Language
) -> go.Figure:
    """The month that begins on `first`, Monday to Sunday, `chosen` framed. `customdata` of a day is [its ISO date]."""
    days = [first + timedelta(days=n) for n in range(31) if (first + timedelta(days=n)).month == first.month]
    weeks = (days[-1].day + first.weekday() - 1) // 7 + 1
    grid = [_background(days, cells, chosen, palette, t)]
    lines = {day: _lines(cells[day], palette, t) for day in days if day in cells}
    week_px = max(WEEK_PX_MIN, NUMBER_PX + LINES_PX * max(map(len, lines.values()), default=0) + 4)
    notes = [_number(day, today, palette) for day in days]
    notes += [_line(day, week_px, *line) for day, of_day in lines.items() for line in of_day]
    return figure(
        grid,
        palette,
        height=HEAD_PX + week_px * weeks,
        margin={"l": 0, "r": 0, "t": HEAD_PX - 6, "b": 0},
        annotations=notes,
        xaxis=dict(
            side="top",
            tickvals=list(range(7)),
            ticktext=t.weekdays(),
            range=[-0.5, 6.5],
            showgrid=False,
            ticks="",
        ),
        yaxis=dict(range=[weeks - 0.5, -0.5], showgrid=False, showticklabels=False),
        showlegend=False,
        clickmode="event+select",
    )


def _place(day: date) -> tuple[int, int]:
    """Column and row."""
    return day.weekday(), (day.day + day.replace(day=1).weekday() - 1) // 7


def _background(
    days: list[date], cells: Mapping[date, Cell], chosen: date | None, palette: Palette, t: Language
) -> dict[str, Any]:
    """A bar a day: only points can be selected."""
    return dict(
        type="bar",
        orientation="v",
        x=[_place(day)[0] for day in days],
        y=[0.94] * len(days),
        base=[_place(day)[1] - 0.47 for day in days],
        width=0.95,
        marker=dict(
            color=palette["empty"], line=dict(width=[2 if day == chosen else 0 for day in days], color=palette["card"])
        ),
        customdata=[[day.isoformat()] for day in days],
        text=[_told(day, cells.get(day), t) for day in days],
        textposition="none",
        hovertemplate="%{text}<extra></extra>",
        selected=dict(marker=dict(opacity=1)),
        unselected=dict(marker=dict(opacity=1)),
    )


def _told(day: date, cell: Cell | None, t: Language) -> str:
    if cell is None:
        return t.day(day)
    parts = [t.day(day)]
    for name, (count, won) in zip((t("due"), t("paid"), t("failed")), cell, strict=True):
        if count:
            parts.append(f"{name} {t.number(count)} · {t.money(won)}")
    return "<br>".join(parts)


def _number(day: date, today: date, palette: Palette) -> dict[str, Any]:
    x, y = _place(day)
    text = f"<b>{day.day}</b>" if day == today else str(day.day)
    colour = palette["card"] if day == today else palette["text"]
    return _note(x - 0.43, y - 0.43, text, colour, "left", "top", 12)


def _lines(cell: Cell, palette: Palette, t: Language) -> list[tuple[int, str, str]]:
    """(place, text, colour), failures first."""
    shown = [
        (f"<b>{sign} {t.number(count)}</b><br>{_won(won, t)}", palette[colour])
        for sign, colour, (count, won) in (
            ("✕", "cancelled", cell.failed),
            ("○", "card", cell.due),
            ("✓", "trans", cell.paid),
        )
        if count
    ]
    return [(n, text, colour) for n, (text, colour) in enumerate(shown)]


def _won(won: int, t: Language) -> str:
    """To the won as far as a narrow cell holds it: what stands in a calendar is checked against lists."""
    return t.number(won) if won < FULL_BELOW else t.short(won)


def _line(day: date, week_px: int, n: int, text: str, colour: str) -> dict[str, Any]:
    x, y = _place(day)
    return _note(x + 0.45, y - 0.47 + (NUMBER_PX + n * LINES_PX) / week_px, text, colour, "right", "top", 11)


def _note(x: float, y: float, text: str, colour: str, xanchor: str, yanchor: str, size: int) -> dict[str, Any]:
    return dict(
        x=x,
        y=y,
        text=text,
        showarrow=False,
        align=xanchor,
        xanchor=xanchor,
        yanchor=yanchor,
        font=dict(size=size, color=colour),
    )
