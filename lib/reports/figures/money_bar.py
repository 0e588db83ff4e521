"""Where a payment's money is: paid = cancelled + being checked + refunded another way + refundable."""

from __future__ import annotations

import plotly.graph_objects as go

from lib.reports.figures.style import Palette, figure
from lib.text.language import Language

PARTS = ("Cancelled", "Being checked", "Refunded another way", "Refundable")


def money_bar(
    cancelled: int, checking: int, elsewhere: int, refundable: int, currency: str, palette: Palette, t: Language
) -> go.Figure:
    """One stacked row of four parts in minor units of `currency`; parts of 0 are left out."""
    parts = (
        (PARTS[0], cancelled, palette["easy"], "#0F172A" if palette.dark else "#FFFFFF"),
        (PARTS[1], checking, palette["vbank"], "#0F172A" if palette.dark else "#FFFFFF"),
        (PARTS[2], elsewhere, palette["trans"], "#0F172A" if palette.dark else "#FFFFFF"),
        (PARTS[3], refundable, palette["card"], "#0B1220" if palette.dark else "#FFFFFF"),
    )
    whole = cancelled + checking + elsewhere + refundable
    return figure(
        [
            dict(
                type="bar",
                x=[amount],
                y=[""],
                orientation="h",
                name=t(title),
                marker=dict(color=colour),
                text=[f"{t(title)} {t.money(amount, currency)}" if amount > 0.28 * whole else ""],
                textposition="inside",
                insidetextanchor="middle",
                textangle=0,
                constraintext="none",
                textfont=dict(color=ink, size=13),
                hoverinfo="skip",
            )
            for title, amount, colour, ink in parts
            if amount
        ],
        palette,
        height=56,
        barmode="stack",
        showlegend=False,
        bargap=0,
        xaxis=dict(visible=False, range=[0, max(1, whole)]),
        yaxis=dict(visible=False),
    )
