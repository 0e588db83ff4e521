"""Who refunded how much on a day, with its sum."""

from __future__ import annotations

import streamlit as st

from lib.payments.days import day_of
from lib.queries import refunded as query
from lib.text.escaping import plain
from lib.ui.rows import ROW_PX
from lib.ui.visit import Visit


def draw(visit: Visit) -> None:
    """A day to choose, and one row a person."""
    t = visit.t
    today = day_of(int(visit.desk.world.now()))
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom"):
        st.subheader(t("Refunds by person"), anchor=False, width="content")
        day = st.date_input(
            t("Day"),
            today,
            max_value=today,
            key="refunded_day",
            format="YYYY-MM-DD",
            label_visibility="collapsed",
            width=150,
        )
    frame = query.by_person(visit.desk.store, visit.me, day)
    if frame.empty:
        st.info(t("Nobody refunded anything from here on {day}.", day=t.day(day)), icon=":material/task_alt:")
        return
    frame["person"] = frame["person"].map(plain)
    uncertain = int(frame["uncertain"].sum())
    won = st.column_config.NumberColumn
    st.dataframe(
        frame if uncertain else frame.drop(columns="uncertain"),
        hide_index=True,
        row_height=ROW_PX,
        alt=t("Refunds by person"),
        column_config={
            "person": st.column_config.TextColumn(t("Who")),
            "refunds": won(t("Refunds"), format="localized"),
            "amount": won(t("Amount (KRW)"), format="localized"),
            "approved": won(t("Approved by another (KRW)"), format="localized"),
            "uncertain": won(t("Not certain yet (KRW)"), format="localized"),
        },
    )
    amount = t.money(int(frame["amount"].sum()))
    n = int(frame["refunds"].sum())
    st.caption(t.each("{n} refund, {amount} in all", "{n} refunds, {amount} in all", n, amount=amount))
