"""Choosing days: presets and a range, kept in the address."""

from __future__ import annotations

from datetime import date, timedelta

import streamlit as st

from lib.payments.days import Period, day_of
from lib.text.language import Language
from lib.ui import address

PRESETS = {
    "today": "Today",
    "7d": "7 days",
    "30d": "30 days",
    "month": "This month",
    "last_month": "Last month",
    "custom": "Custom",
}


def period_of(preset: str, today: date) -> Period:
    """The KST days of a preset ("custom" starts as 30 days)."""
    first_of_month = today.replace(day=1)
    match preset:
        case "today":
            return Period(today, today)
        case "7d":
            return Period(today - timedelta(days=6), today)
        case "month":
            return Period(first_of_month, today)
        case "last_month":
            last = first_of_month - timedelta(days=1)
            return Period(last.replace(day=1), last)
        case _:
            return Period(today - timedelta(days=29), today)


def choose(t: Language, now: float, *, default: str = "30d") -> Period:
    """The preset buttons and, for "custom", a range; the choice lives in the address as `range` and `days`."""
    today = day_of(int(now))
    with st.container(horizontal=True, width="content", vertical_alignment="center", gap="small"):
        address.one("range", PRESETS, default)
        preset = st.segmented_control(
            t("Days"),
            list(PRESETS),
            required=True,
            key="range",
            format_func=lambda code: t(PRESETS[code]),
            label_visibility="collapsed",
        )
        address.keep("range", default)
        if preset != "custom":
            return period_of(str(preset), today)
        return days(t, period_of("custom", today), key="days")


def days(t: Language, default: Period, *, key: str) -> Period:
    """A range of days, kept in the address; while only its first day is chosen, that day.

    An address whose days are none gives the default, and says so until others are chosen.
    """
    fresh, asked = address.unread(key), address.days(key)
    usual = (default.first, default.last)
    chosen = st.date_input(
        t("Days"),
        value=list(asked or usual),
        format="YYYY-MM-DD",
        key=key,
        label_visibility="collapsed",
        width=240,
    )
    picked = tuple(day for day in chosen if isinstance(day, date)) if isinstance(chosen, tuple) else ()
    unread = f"{key}_unread"
    if fresh:
        st.session_state[unread] = asked is None
    if picked in ((), usual):
        st.query_params.pop(key, None)
    else:
        st.query_params[key] = [day.isoformat() for day in picked]
        st.session_state[unread] = False
    if st.session_state.get(unread):
        st.caption(t("The days in the address cannot be read; these are the usual ones."), width="content")
    return Period(picked[0], picked[-1]) if picked else default
