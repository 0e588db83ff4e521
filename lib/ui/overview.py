"""The parts of the overview: figures, charts, and what needs a person today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from lib.operations import refunds
from lib.payments.days import Period
from lib.payments.methods import GROUPS
from lib.queries import totals
from lib.reports.figures import heat, volume
from lib.reports.figures.style import METHOD_TITLES, Palette
from lib.reports.headline import Figure, Headline, headline
from lib.sync import status
from lib.text.escaping import plain
from lib.ui import address, links
from lib.ui.visit import Visit

QUIET = {"displayModeBar": False}
MEASURES = {"amount": "Amount", "count": "Count"}


@dataclass(frozen=True, slots=True)
class Picture:
    """What the overview draws for one period, the same for everybody: made anew when the totals have changed.

    Charts are None where nothing was sold. `cancelled`: the line below the shares. `issuers`: as `totals.issuers`.
    """

    headline: Headline
    volume: dict[str, go.Figure]
    share: go.Figure | None
    cancelled: str
    heat: go.Figure | None
    issuers: pd.DataFrame


def picture(visit: Visit, period: Period) -> Picture:
    """The picture of a period as the totals stand now."""
    changes = totals.changes(visit.desk.store, visit.me)
    days = (period.first.isoformat(), period.last.isoformat())
    return _drawn(id(visit.desk.store), changes, days, visit.t.code, visit.dark, visit, period)


@st.cache_resource(max_entries=200, show_spinner=False)
def _drawn(
    store: int, changes: int, days: tuple[str, str], language: str, dark: bool, _visit: Visit, _period: Period
) -> Picture:
    """The key is whose totals, how often they changed, the days, the language and the colours; the visit brings the rest."""
    t, me, palette, parts = _visit.t, _visit.me, Palette(dark), _visit.desk.store
    daily, before = totals.daily(parts, me, _period), totals.daily(parts, me, _period.previous())
    hours = totals.hours(parts, me, _period)
    cancelled = daily.groupby("method")["cancelled_amount"].sum()
    told = [f"{t(METHOD_TITLES[m])} {t.short_money(int(cancelled[m]))}" for m in GROUPS if cancelled.get(m, 0)]
    charts = () if daily.empty else MEASURES
    return Picture(
        headline(daily, before, _period),
        {measure: volume.by_day(daily, _period.each_day(), measure, palette, t) for measure in charts},
        None if daily.empty else volume.share(daily, palette, t),
        t("Cancelled: {list}", list=" · ".join(told)) if told else t("Nothing was cancelled."),
        None if hours.empty else heat.by_hour(hours, palette, t),
        totals.issuers(parts, me, _period).head(8).assign(card_name=lambda f: f["card_name"].map(plain)),
    )


def figures(visit: Visit, shown: Headline, period: Period) -> None:
    """Eight figures with their change against the period before and a sparkline."""
    t = visit.t
    before = t(
        "against {first} to {last}", first=f"{period.previous().first:%m.%d}", last=f"{period.previous().last:%m.%d}"
    )
    money = (
        (t("Net sales"), shown.net, t("Sales less cancellations of these days."), False),
        (t("Sales"), shown.sales, t("All that was paid on these days, whatever became of it later."), False),
        (t("Cancellations"), shown.cancelled, t("All that was cancelled on these days, whenever it was paid."), True),
        (
            t("Awaiting deposit, expired ones too"),
            shown.waiting,
            t("Virtual accounts issued on these days and not yet paid, whether or not their deadline has passed."),
            True,
        ),
    )
    with st.grid(4, min_column_width=150):
        for title, figure, meaning, inverse in money[:3]:
            _metric(
                title, t.short_money(int(figure.now)), figure, f"{meaning} {t.money(int(figure.now))}", before, inverse
            )
        _metric(
            t("Payments"), t.number(int(shown.count.now)), shown.count, t("How many payments were paid."), before, False
        )
        divided = t("Sales divided by payments.")
        average = round(shown.average.now)
        _metric(
            t("Average payment"), t.short_money(average), shown.average, f"{divided} {t.money(average)}", before, False
        )
        _rate(visit, t("Cancel rate"), shown.cancel_rate, t("Cancelled amount divided by sales."), before, True)
        _rate(
            visit,
            t("Success rate"),
            shown.success_rate,
            t("Paid divided by paid and failed, by count; windows left open do not count."),
            before,
            False,
        )
        title, figure, meaning, inverse = money[3]
        _metric(title, t.short_money(int(figure.now)), figure, f"{meaning} {t.money(int(figure.now))}", before, inverse)


def _metric(title: str, value: str, figure: Figure, meaning: str, before: str, inverse: bool) -> None:
    change = figure.change
    st.metric(
        title,
        value,
        None if change is None else f"{change * 100:+.1f}%",
        delta_color="inverse" if inverse else "normal",
        delta_description=before if change is not None else None,
        help=meaning,
        border=True,
        chart_data=figure.series if len(figure.series) > 1 else None,
        chart_type="area",
        height="stretch",
    )


def _rate(visit: Visit, title: str, figure: Figure, meaning: str, before: str, inverse: bool) -> None:
    st.metric(
        title,
        visit.t.percent(figure.now),
        f"{figure.difference * 100:+.1f}%p" if figure.before else None,
        delta_color="inverse" if inverse else "normal",
        delta_description=before if figure.before else None,
        help=meaning,
        border=True,
        chart_data=[v * 100 for v in figure.series] if len(figure.series) > 1 else None,
        chart_type="area",
        height="stretch",
    )


def volume_card(visit: Visit, charts: dict[str, go.Figure]) -> None:
    """Volume by method, stacked by day; a click on a bar opens its payments."""
    t = visit.t
    with st.container(border=True, height="stretch"):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            st.subheader(t("Volume by method"), anchor=False, width="content")
            address.one("measure", MEASURES, "amount")
            measure = st.segmented_control(
                t("Measure"),
                list(MEASURES),
                required=True,
                key="measure",
                format_func=lambda m: t(MEASURES[m]),
                label_visibility="collapsed",
            )
            address.keep("measure", "amount")
        if not charts:
            st.caption(t("Nothing was paid or cancelled on these days."))
            return
        event = st.plotly_chart(
            charts[str(measure)],
            theme=None,
            key=f"volume{st.session_state.get('volume_clicks', 0)}",
            on_select="rerun",
            selection_mode="points",
            config=QUIET,
            alt=t("Sales per day, stacked by method, with cancellations below zero"),
        )
        st.caption(
            t("Sales by the day paid, cancellations by the day cancelled, KST. Click a bar to see its payments.")
        )
    if event.selection.points:
        st.session_state.volume_clicks = st.session_state.get("volume_clicks", 0) + 1
        day, method = event.selection.points[0]["customdata"][:2]
        on = Period(date.fromisoformat(day), date.fromisoformat(day))
        if method == "cancelled":
            links.to_payments(visit, on, basis="cancelled")
        links.to_payments(visit, on, methods=(method,), tab="sold")


def share_card(visit: Visit, chart: go.Figure | None, cancelled: str) -> None:
    """Each method's share of sales, and what was cancelled of it."""
    t = visit.t
    with st.container(border=True, height="stretch"):
        st.subheader(t("Share by method"), anchor=False)
        if chart is None:
            st.caption(t("Nothing was paid or cancelled on these days."))
            return
        st.plotly_chart(
            chart,
            theme=None,
            key="share",
            config={**QUIET, "staticPlot": True},
            alt=t("Share of sales by method"),
        )
        st.caption(cancelled)


def heat_card(visit: Visit, chart: go.Figure | None) -> None:
    """Payments by hour and weekday."""
    t = visit.t
    with st.container(border=True, height="stretch"):
        st.subheader(t("Hour and weekday"), anchor=False)
        if chart is None:
            st.caption(t("Nothing was paid or cancelled on these days."))
            return
        st.plotly_chart(
            chart,
            theme=None,
            key="heat",
            config=QUIET,
            alt=t("Number of payments by hour and weekday"),
        )
        st.caption(t("Number of payments by the time paid, KST."))


def issuer_card(visit: Visit, issuers: pd.DataFrame) -> None:
    """Card sales by issuer."""
    t = visit.t
    with st.container(border=True, height="stretch"):
        st.subheader(t("Card issuers"), anchor=False)
        if issuers.empty:
            st.caption(t("No card payments on these days."))
            return
        st.dataframe(
            issuers[["card_name", "count", "amount", "share"]],
            hide_index=True,
            row_height=32,
            height="content",
            column_config={
                "card_name": st.column_config.TextColumn(t("Issuer")),
                "count": st.column_config.NumberColumn(t("Count"), format="localized"),
                "amount": st.column_config.NumberColumn(t("Amount (KRW)"), format="localized"),
                "share": st.column_config.NumberColumn(t("Share"), format="percent"),
            },
            alt=t("Card sales by issuer"),
        )


@st.cache_resource(max_entries=4, show_spinner=False)
def _wanted(store: int, changes: int, minute: int, _visit: Visit) -> totals.Attention:
    return totals.attention(_visit.desk.store, _visit.me, _visit.desk.world.now())


def attention_card(visit: Visit) -> None:
    """What needs a person today; each number leads to exactly those rows."""
    t, parts = visit.t, visit.desk
    wanted = _wanted(id(parts.store), totals.changes(parts.store, visit.me), int(parts.world.now()) // 60, visit)
    unsure = len(refunds.open_operations(parts.store))
    aside = status.freshness(parts.store).unread
    rows = (
        ("vbank_due", ":material/event:", t("Virtual accounts due today"), wanted.vbank_due),
        ("vbank_past", ":material/event_busy:", t("Virtual accounts past due"), wanted.vbank_past),
        ("phone_month", ":material/smartphone:", t("Phone payments whose month ends"), wanted.phone_month),
    )
    with st.container(border=True, height="stretch"):
        st.subheader(t("To look at today"), anchor=False)
        if links.row(
            visit,
            ":material/hourglass_top:",
            t("Refunds being checked"),
            t.each("{n} case", "{n} cases", unsure),
            urgent=unsure > 0,
            key="open_operations",
        ):
            links.to(visit, "operations")
        if aside and links.row(
            visit,
            ":material/report:",
            t("Payments that could not be read"),
            t.each("{n} case", "{n} cases", aside),
            urgent=True,
            key="unread",
        ):
            links.to_payments(visit, None)
        for code, icon, title, sum_ in rows:
            told = t.each("{n} case", "{n} cases", sum_.count) + (
                f" · {t.short_money(sum_.amount)}" if sum_.count else ""
            )
            if links.row(visit, icon, title, told, urgent=False, key=code):
                links.to_payments(visit, None, attention=code)
