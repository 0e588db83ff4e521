"""Sales, cancellations and the cancel rate of each method beside those of the days before; a row opens its payments."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from lib.payments.days import Compared
from lib.reports.by_method import SUM
from lib.reports.figures.style import METHOD_TITLES, Palette
from lib.ui import links, rows
from lib.ui.visit import Visit

CHANGES = ("rate_change", "cancelled_change")
WHOLE = ("rate_before", "cancelled_before")
"""What stands beside a day that is not over: the whole day before, with no difference."""


def draw(visit: Visit, table: pd.DataFrame, held: Compared, beside: str) -> None:
    """The rows of `by_method`. `beside`: which days it is held against, in words."""
    t, last, tint = visit.t, len(table) - 1, Palette(visit.dark)["empty"]
    shown = table.assign(method=[t("Sum") if m == SUM else t(METHOD_TITLES[m]) for m in table["method"]])
    for name in ("cancel_rate", "rate_before", "rate_change"):
        shown[name] *= 100
    styled = shown.style.apply(lambda row: [f"background-color: {tint}" if row.name == last else ""] * len(row), axis=1)
    number = st.column_config.NumberColumn
    at = rows.clicked(
        styled,
        {
            "method": st.column_config.TextColumn(t("Method"), pinned=True),
            "paid_amount": number(t("Sales (KRW)"), format="localized"),
            "cancelled_amount": number(t("Cancelled (KRW)"), format="localized"),
            "cancel_rate": number(t("Cancel rate"), format="%.1f%%"),
            "rate_change": number(t("Change of rate"), format="%+.1f%%p", help=beside),
            "cancelled_change": number(t("Change (KRW)"), format="%+,d", help=beside),
            "rate_before": number(t("Rate, day before"), format="%.1f%%", help=beside),
            "cancelled_before": number(t("Cancelled, day before"), format="localized", help=beside),
            "paid_count": number(t("Count"), format="localized"),
        },
        key="methods",
        alt=t("Sales and cancellations by method"),
        column_order=[
            "method",
            "paid_amount",
            "cancelled_amount",
            "cancel_rate",
            *(CHANGES if held.alike else WHOLE),
            "paid_count",
        ],
        placeholder="–",
    )
    if at is not None:
        method = str(table["method"].iloc[at])
        links.to_payments(visit, held.period, methods=() if method == SUM else (method,), tab="sold")
