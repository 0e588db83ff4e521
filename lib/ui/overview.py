"""The parts of the overview: figures, charts, and what needs a person today."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from lib.operations import payment_links, refunds
from lib.payments.days import Compared, Period
from lib.people import policy
from lib.queries import totals
from lib.queries.totals import Sum
from lib.queries.vbanks import Group
from lib.reports.by_method import by_method
from lib.reports.figures import heat, volume
from lib.reports.figures.style import Palette
from lib.reports.headline import Figure, Headline, headline
from lib.sync import status
from lib.text.escaping import plain
from lib.text.language import Language
from lib.ui import address, approvals_queue, links, methods_table, navigation
from lib.ui.visit import Visit

QUIET = {"displayModeBar": False}
ISSUERS_NAMED = 8
MEASURES = {"amount": "Amount", "count": "Count"}


@dataclass(frozen=True, slots=True)
class Picture:
    """What the overview draws for one period, the same for everybody: made anew when the totals have changed.

    Charts are None where nothing was sold. `methods`: as `by_method`; `issuers`: as `totals.issuers`, the
    smaller ones as one row.
    """

    headline: Headline
    volume: dict[str, go.Figure]
    share: go.Figure | None
    methods: pd.DataFrame
    heat: go.Figure | None
    issuers: pd.DataFrame


def picture(visit: Visit, held: Compared, changes: int) -> Picture:
    """The picture of a period, with the totals that have changed so often."""
    return _drawn(id(visit.desk.store), changes, held, visit.t.code, visit.dark, visit)


@st.cache_resource(max_entries=200, show_spinner=False, hash_funcs={Compared: repr})
def _drawn(store: int, changes: int, held: Compared, language: str, dark: bool, _visit: Visit) -> Picture:
    """The key is whose totals, how often they changed, the days, the language and the colours; the visit brings the rest."""
    t, me, palette, parts, period = _visit.t, _visit.me, Palette(dark), _visit.desk.store, held.period
    daily, before = totals.daily(parts, me, period), totals.daily(parts, me, held.before)
    hours = totals.hours(parts, me, period)
    charts = () if daily.empty else MEASURES
    return Picture(
        headline(daily, before, period),
        {measure: volume.by_day(daily, period.each_day(), measure, palette, t) for measure in charts},
        None if daily.empty else volume.share(daily, palette, t),
        by_method(daily, before),
        None if hours.empty else heat.by_hour(hours, palette, t),
        named_issuers(totals.issuers(parts, me, period), t),
    )


def named_issuers(found: pd.DataFrame, t: Language) -> pd.DataFrame:
    """The largest by name and one row for all others, so that the rows add up."""
    named = found.head(ISSUERS_NAMED).assign(card_name=lambda f: f["card_name"].map(plain))
    others = found.iloc[ISSUERS_NAMED:]
    if others.empty:
        return named
    sums = others[["count", "amount", "share"]].sum()
    row = pd.DataFrame([{"card_name": t("Other"), **sums}]).astype({"count": "int64", "amount": "int64"})
    return pd.concat([named, row], ignore_index=True)


def _days(visit: Visit, days: Period) -> str:
    first, last = f"{days.first:%m.%d}", f"{days.last:%m.%d}"
    return first if days.first == days.last else visit.t("{first}–{last}", first=first, last=last)


def beside(visit: Visit, held: Compared) -> str:
    """Which days a figure is held against, in a few words."""
    t, days = visit.t, _days(visit, held.before)
    return t("vs {days}", days=days) if held.alike else t("all of {day}; today is not over", day=days)


def figures(visit: Visit, shown: Headline, held: Compared) -> None:
    """Eight figures with their change against the days before and a sparkline."""
    t = visit.t

    def won(title: str, figure: Figure, meaning: str, *, inverse: bool = False) -> None:
        told = f"{meaning} {t.money(round(figure.now))}"
        _tile(visit, held, title, figure, lambda v: t.short_money(round(v)), told, inverse=inverse)

    with st.grid(4, min_column_width=150):
        won(t("Net sales"), shown.net, t("Sales less cancellations of these days."))
        won(t("Sales"), shown.sales, t("All that was paid on these days, whatever became of it later."))
        won(
            t("Cancellations"),
            shown.cancelled,
            t("All that was cancelled on these days, whenever it was paid."),
            inverse=True,
        )
        _tile(visit, held, t("Payments"), shown.count, t.number, t("How many payments were paid."))
        won(t("Average payment"), shown.average, t("Sales divided by payments."))
        _tile(
            visit,
            held,
            t("Cancel rate"),
            shown.cancel_rate,
            t.percent,
            t("Cancelled amount divided by sales."),
            inverse=True,
            rate=True,
        )
        _tile(
            visit,
            held,
            t("Success rate"),
            shown.success_rate,
            t.percent,
            t("Paid divided by paid and failed, by count; windows left open do not count."),
            rate=True,
        )
        meaning = t("Virtual accounts issued on these days and not yet paid, whether or not their deadline has passed.")
        won(t("Awaiting deposit, expired ones too"), shown.waiting, meaning, inverse=True)


def _tile(
    visit: Visit,
    held: Compared,
    title: str,
    figure: Figure,
    told: Callable[[float], str],
    meaning: str,
    *,
    inverse: bool = False,
    rate: bool = False,
) -> None:
    """One figure as `told`. `inverse`: more of it is worse; `rate`: a share, whose change is in points."""
    delta, color = _change(visit, held, figure, told, rate)
    series = [value * 100 for value in figure.series] if rate else figure.series
    st.metric(
        title,
        told(figure.now),
        delta or None,
        delta_color="blue" if not color else "inverse" if inverse else "normal",
        delta_arrow="auto" if color else "off",
        delta_description=(_days(visit, held.before) if held.alike else visit.t("today is not over"))
        if delta
        else None,
        help=f"{meaning} · {beside(visit, held)}",
        border=True,
        chart_data=series if len(series) > 1 else None,
        chart_type="area",
        height="stretch",
    )


def _change(visit: Visit, held: Compared, figure: Figure, told: Callable[[float], str], rate: bool) -> tuple[str, bool]:
    """What stands below a figure, and whether it is better or worse; "" where there was nothing before.

    A day that is not over has no change, but the whole day before beside it.
    """
    if not held.alike:
        return visit.t("Yesterday {figure}", figure=told(figure.before)), False
    change = figure.difference if rate and figure.before else figure.change
    if change is None:
        return "", False
    points, unit = round(change * 100, 1), "%p" if rate else "%"
    return (f"{points:+.1f}{unit}", True) if points else (f"0.0{unit}", False)


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


def methods_card(visit: Visit, shown: Picture, held: Compared) -> None:
    """Each method's share of sales, and what was sold, cancelled and changed of it."""
    t = visit.t
    with st.container(border=True):
        st.subheader(t("Sales and cancellations by method"), anchor=False)
        if shown.share is None:
            st.caption(t("Nothing was paid or cancelled on these days."))
            return
        chart, table = st.columns([1, 2.4], vertical_alignment="center")
        with chart:
            st.plotly_chart(
                shown.share,
                theme=None,
                key="share",
                config={**QUIET, "staticPlot": True},
                alt=t("Share of sales by method"),
            )
        with table:
            methods_table.draw(visit, shown.methods, held, beside(visit, held))
        st.caption(
            t(
                "{beside} · cancel rate: cancelled on these days, divided by paid on these days",
                beside=beside(visit, held),
            )
        )


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
            issuers[["card_name", "count", "amount", "share"]].assign(share=issuers["share"] * 100),
            hide_index=True,
            row_height=32,
            height="content",
            column_config={
                "card_name": st.column_config.TextColumn(t("Issuer")),
                "count": st.column_config.NumberColumn(t("Count"), format="localized"),
                "amount": st.column_config.NumberColumn(t("Amount (KRW)"), format="localized"),
                "share": st.column_config.NumberColumn(t("Share"), format="%.1f%%"),
            },
            alt=t("Card sales by issuer"),
        )


@st.cache_resource(max_entries=4, show_spinner=False)
def _wanted(store: int, changes: int, minute: int, _visit: Visit) -> totals.Attention:
    return totals.attention(_visit.desk.store, _visit.me, _visit.desk.world.now())


def attention_card(visit: Visit, changes: int) -> None:
    """What needs a person today; each number leads to exactly those rows. Some lines are there only while there is any."""
    t, parts = visit.t, visit.desk
    wanted = _wanted(id(parts.store), changes, int(parts.world.now()) // 60, visit)
    with st.container(border=True, height="stretch"):
        st.subheader(t("To look at today"), anchor=False)
        unsure = Sum(len(refunds.open_operations(parts.store)), 0)
        if _line(visit, "open_operations", ":material/hourglass_top:", t("Refunds being checked"), unsure, urgent=True):
            links.to(visit, "operations")
        odd = payment_links.alarms(parts.journal, visit.me) if policy.may(visit.me, policy.ASK_PAYMENT) else ()
        if odd and _line(
            visit, "odd_links", ":material/report:", t("Payment links to look at"), Sum(len(odd), 0), urgent=True
        ):
            links.to(visit, "checkout")
        aside = Sum(status.freshness(parts.store).unread, 0)
        if aside.count and _line(
            visit, "unread", ":material/report:", t("Payments that could not be read"), aside, urgent=True
        ):
            links.to_payments(visit, None)
        waiting = Sum(_approvals(visit), 0)
        if waiting.count and _line(
            visit, "approvals", ":material/group:", t("Refunds that wait for approval"), waiting
        ):
            links.to(visit, "approvals")
        back = wanted.taken_back
        if back.count and _line(visit, "taken_back", ":material/undo:", t("Deposits taken back, 7 days"), back):
            links.to_group(visit, "virtual_accounts", "group", Group.TAKEN_BACK.value)
        for code, icon, title, sum_ in (
            ("vbank_due", ":material/event:", t("Virtual accounts due today"), wanted.vbank_due),
            ("vbank_past", ":material/event_busy:", t("Virtual accounts past due"), wanted.vbank_past),
            ("phone_month", ":material/smartphone:", t("Phone payments whose month ends"), wanted.phone_month),
        ):
            if _line(visit, code, icon, title, sum_):
                links.to_payments(visit, None, attention=code)
        failed = Sum(wanted.keys_failed, 0)
        if failed.count and _line(visit, "keys_failed", ":material/credit_card_off:", t("Failed billing keys"), failed):
            links.to_group(visit, "billing_keys", "keys", "failed")


def _approvals(visit: Visit) -> int:
    """How many refunds and files stand on the page of approvals; none for those who have no such page."""
    if not navigation.offered(visit, "approvals"):
        return 0
    return len(approvals_queue.asked_by(visit))


def _line(visit: Visit, key: str, icon: str, title: str, sum_: Sum, *, urgent: bool = False) -> bool:
    t = visit.t
    told = t.each("{n} case", "{n} cases", sum_.count) + (f" · {t.short_money(sum_.amount)}" if sum_.amount else "")
    return links.row(visit, icon, title, told, urgent=urgent and sum_.count > 0, key=key)
