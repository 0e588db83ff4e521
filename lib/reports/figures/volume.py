"""Volume by method: stacked per day, with cancellations below zero; and each method's share."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from lib.payments.methods import GROUPS
from lib.reports.figures.style import METHOD_TITLES, Palette, figure
from lib.text.language import Language

DATES = 7
"""As many dates as a phone shows side by side."""


def by_day(daily: pd.DataFrame, days: list[date], measure: str, palette: Palette, t: Language) -> go.Figure:
    """Stacked bars of sales per KST day and method, cancellations below zero.

    `daily`: columns day (str), method (group), paid_count, paid_amount, cancelled_count, cancelled_amount (int64).
    `measure`: "amount" (won) or "count". A bar's `customdata` is (day, method), "cancelled" for the bars below zero.
    """
    labels = [day.isoformat() for day in days]
    paid = daily.pivot_table(index="day", columns="method", values=f"paid_{measure}", aggfunc="sum")
    paid = paid.reindex(index=labels, columns=list(GROUPS), fill_value=0).fillna(0)
    cancelled = daily.groupby("day")[f"cancelled_{measure}"].sum().reindex(labels, fill_value=0)
    names = [t.short_day(day) for day in days]

    def shown(value: float) -> str:
        return t.money(int(value)) if measure == "amount" else t.number(int(value))

    def bar(name: str, title: str, values: list[float]) -> dict[str, Any]:
        return dict(
            type="bar",
            name=t(title),
            x=labels,
            y=values,
            marker=dict(color=palette[name], line=dict(width=0)),
            customdata=[[label, name] for label in labels],
            text=[f"{day} · {t(title)} {shown(abs(v))}" for day, v in zip(names, values, strict=True)],
            textposition="none",
            hovertemplate="%{text}<extra></extra>",
            unselected=dict(marker=dict(opacity=1)),
        )

    traces = [bar(m, METHOD_TITLES[m], paid[m].tolist()) for m in GROUPS]
    traces.append(bar("cancelled", "Cancelled", [-v for v in cancelled.tolist()]))
    top, bottom = float(paid.sum(axis=1).max() or 0), float(cancelled.max() or 0)
    ticks, every = _ticks(-bottom, top), -(-len(days) // DATES)
    return figure(
        traces,
        palette,
        height=340,
        barmode="relative",
        clickmode="event+select",
        xaxis=dict(
            type="category",
            tickvals=labels[::every],
            ticktext=[f"{day:%m.%d}" for day in days[::every]],
            tickangle=0,
            showgrid=False,
        ),
        yaxis=dict(
            tickvals=ticks,
            ticktext=[t.short(v) for v in ticks],
            zeroline=True,
            zerolinecolor=palette["zero"],
            gridcolor=palette["grid"],
        ),
    )


def _ticks(low: float, high: float) -> list[float]:
    """Four or five round values from `low` to `high`."""
    span = max(high - low, 1.0)
    size = 10 ** (len(str(int(span))) - 1)
    step = next(size * f for f in (0.2, 0.25, 0.5, 1, 2, 2.5, 5) if span / (size * f) <= 5)
    first = -(-low // step) * step
    return [first + step * n for n in range(int((high - first) // step) + 1)]


def share(by_method: pd.DataFrame, palette: Palette, t: Language) -> go.Figure:
    """Horizontal bars of each method's sales, name and share above them, where no width cuts them.

    `by_method`: columns method (group), paid_amount (int64).
    """
    sums = by_method.groupby("method")["paid_amount"].sum().reindex(list(GROUPS), fill_value=0).sort_values()
    whole = int(sums.sum()) or 1
    return figure(
        [
            dict(
                type="bar",
                x=sums.tolist(),
                y=list(sums.index),
                orientation="h",
                marker=dict(color=[palette[m] for m in sums.index]),
            )
        ],
        palette,
        height=240,
        showlegend=False,
        bargap=0.68,
        xaxis=dict(visible=False, range=[0, max(1, int(sums.max()))]),
        yaxis=dict(type="category", visible=False),
        annotations=[
            dict(
                text=f"{t(METHOD_TITLES[str(m)])}  <b>{t.percent(v / whole)}</b>",
                xref="paper",
                x=0,
                xanchor="left",
                y=m,
                yshift=16,
                showarrow=False,
            )
            for m, v in sums.items()
        ],
    )
