"""Hour by weekday: when people pay."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from lib.reports.figures.style import Palette, figure
from lib.text.language import Language


def by_hour(hours: pd.DataFrame, palette: Palette, t: Language) -> go.Figure:
    """A heat map. `hours`: columns weekday (0 = Monday), hour (0-23), paid_count, paid_amount (int64)."""
    grid = hours.pivot_table(index="weekday", columns="hour", values="paid_count", aggfunc="sum")
    grid = grid.reindex(index=range(7), columns=range(24), fill_value=0).fillna(0)
    counts = [[int(n) for n in row] for row in grid.to_numpy().tolist()]
    strongest = sorted(n for row in counts for n in row)[-4]  # one busy hour must not pale the rest
    names = t.weekdays()
    return figure(
        [
            dict(
                type="heatmap",
                z=counts,
                zmin=0,
                zmax=max(1, strongest),
                x=list(range(24)),
                y=names,
                xgap=2,
                ygap=2,
                showscale=False,
                colorscale=[[0, palette["empty"]], [1, palette["card"]]],
                text=[
                    [
                        t("{day} {hour}:00 · {n} payments", day=names[d], hour=h, n=t.number(int(counts[d][h])))
                        for h in range(24)
                    ]
                    for d in range(7)
                ],
                hovertemplate="%{text}<extra></extra>",
            )
        ],
        palette,
        height=260,
        xaxis=dict(
            tickvals=list(range(0, 24, 3)), ticktext=[t("{hour}h", hour=h) for h in range(0, 24, 3)], showgrid=False
        ),
        yaxis=dict(autorange="reversed", showgrid=False),
    )
