"""The calendar of scheduled charges: a month with what is due, paid and failed, and one day's schedules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import streamlit as st

from lib.errors import DeskError
from lib.iamport.schedules import Schedule
from lib.payments.days import day_of
from lib.queries import schedules as query
from lib.queries.schedules import Day
from lib.reports.figures.month import Cell, calendar
from lib.reports.figures.style import Palette
from lib.text.sentences import sentence
from lib.ui import links, scheduled
from lib.ui.visit import Visit

QUIET = {"displayModeBar": False}


def month(visit: Visit) -> date:
    """The first day of the month that is shown, kept in the address, with the buttons to go on and back."""
    t = visit.t
    this = day_of(int(visit.desk.world.now())).replace(day=1)
    try:
        first = date.fromisoformat(f"{st.query_params.get('month', '')}-01")
    except ValueError:
        first = this
    before, after = (first - timedelta(days=1)).replace(day=1), query.following(first)
    with st.container(horizontal=True, width="content", vertical_alignment="center", gap="small"):
        if st.button("", icon=":material/chevron_left:", help=t("Month before"), key="month_before"):
            _go(before, this)
        st.markdown(f"**{first:%Y-%m}**", width="content")
        if st.button("", icon=":material/chevron_right:", help=t("Month after"), key="month_after"):
            _go(after, this)
        if st.button(t("This month"), disabled=first == this, key="month_now"):
            _go(this, this)
        if st.button("", icon=":material/refresh:", help=t("Read from i'mport again"), key="month_read"):
            scheduled.forget()
            st.rerun()
    return first


def _go(first: date, this: date) -> None:
    st.query_params.pop("day", None)
    st.session_state.pop("calendar_day", None)
    if first == this:
        st.query_params.pop("month", None)
    else:
        st.query_params["month"] = f"{first:%Y-%m}"
    st.rerun()


def read(visit: Visit, first: date) -> list[Schedule]:
    """The month's schedules; what is wrong and what to do ends the page."""
    t = visit.t
    try:
        with st.spinner(t("Asking i'mport …")):
            return scheduled.month(visit, first)
    except DeskError as wrong:
        st.error(sentence(wrong, t), icon=":material/cloud_off:")
        if st.button(t("Look again"), icon=":material/refresh:", key="month_again"):
            st.rerun()
        st.stop()


def sums(visit: Visit, days: Mapping[date, Day]) -> None:
    """What the month comes to."""
    t = visit.t
    whole = sum(days.values(), Day())
    shown = (
        (t("Due"), whole.due, whole.due_amount),
        (t("Paid"), whole.paid, whole.paid_amount),
        (t("Failed"), whole.failed, whole.failed_amount),
    )
    with st.container(horizontal=True):
        for title, count, won in shown:
            st.metric(f"{title} {t.number(count)}", t.money(won), border=True)


def grid(visit: Visit, first: date, days: Mapping[date, Day]) -> date | None:
    """The month; the day that is chosen, by a click or from the list beside it."""
    t = visit.t
    today = day_of(int(visit.desk.world.now()))
    cells = {
        day: Cell((of.due, of.due_amount), (of.paid, of.paid_amount), (of.failed, of.failed_amount))
        for day, of in days.items()
    }
    chosen = _chosen(sorted(days), first, today)
    event = st.plotly_chart(
        calendar(first, cells, today, chosen, Palette(visit.dark), t),
        theme=None,
        key=f"calendar_{first}_{st.session_state.get('calendar_clicks', 0)}",
        on_select="rerun",
        selection_mode="points",
        config=QUIET,
        alt=t("The month with the number and sum of charges due, paid and failed on each day"),
    )
    st.caption(t("✕ failed · ○ due · ✓ paid, with the sum in won. Click a day to see its charges. KST."))
    if event.selection.points:
        st.session_state.calendar_clicks = st.session_state.get("calendar_clicks", 0) + 1
        st.query_params["day"] = event.selection.points[0]["customdata"][0]
        st.session_state.pop("calendar_day", None)
        st.rerun()
    if chosen is None:
        return None
    st.selectbox(
        t("Day"),
        sorted({*days, chosen}),
        key="calendar_day",
        format_func=t.day,
        width=200,
        label_visibility="collapsed",
    )
    st.query_params["day"] = chosen.isoformat()
    return chosen


def _chosen(busy: Sequence[date], first: date, today: date) -> date | None:
    """The day that was chosen, else the one of the address, the next one with a charge, or the last; kept for the list."""
    last = query.following(first)
    chosen = st.session_state.get("calendar_day")
    if chosen is None or not first <= chosen < last:
        chosen = _day(st.query_params.get("day", ""))
    if chosen is None or not first <= chosen < last:
        chosen = next((day for day in busy if day >= today), busy[-1] if busy else None)
    st.session_state.calendar_day = chosen
    return chosen


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def of_day(visit: Visit, day: date, listed: Sequence[Schedule]) -> None:
    """The schedules of one day; a click on one opens its key."""
    t = visit.t
    found = [schedule for schedule in listed if day_of(schedule.schedule_at) == day]
    found.sort(key=lambda schedule: not schedule.failed)  # what needs somebody first
    if not found:
        st.info(t("Nothing is scheduled on this day."), icon=":material/event_available:")
        return
    of = query.days(found).get(day, Day())
    shown = (
        (t("due"), of.due, of.due_amount),
        (t("paid"), of.paid, of.paid_amount),
        (t("failed"), of.failed, of.failed_amount),
    )
    st.markdown(" · ".join(f"{name} **{t.number(n)}** {t.money(won)}" for name, n, won in shown if n))
    clicked = scheduled.table(visit, found, key=f"schedules_{day}", whose=True)
    if clicked:
        links.to_key(visit, clicked.customer_uid)
