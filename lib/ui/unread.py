"""Payments that cannot be understood: which, why, and what to do about them."""

from __future__ import annotations

import streamlit as st

from lib.queries import unread as query
from lib.ui import rows
from lib.ui.visit import Visit


def panel(visit: Visit) -> None:
    """The payments set aside, above the list; nothing where there is none."""
    t, frame = visit.t, query.listed(visit.desk.store, visit.me)
    if frame.empty:
        return
    title = t.each("{n} payment could not be read", "{n} payments could not be read", len(frame))
    with st.expander(title, icon=":material/report:", expanded=True):
        st.markdown(
            t(
                "They are in no list and no total. Look the number up in i'mport's console and tell i'mport what is wrong"
                " with the record. The desk tries again every ten minutes; once it can be read it leaves this list."
            )
        )
        frame["imp_uid"] = [name or t("unknown") for name in frame["imp_uid"]]
        times = st.column_config.DatetimeColumn
        st.dataframe(
            frame,
            hide_index=True,
            row_height=rows.ROW_PX,
            height=rows.height(frame, 240),
            column_config={
                "imp_uid": st.column_config.TextColumn(t("PortOne ID"), width=150),
                "why": st.column_config.TextColumn(t("What cannot be read")),
                "first_at": times(t("First seen"), format="MM-DD HH:mm", timezone="Asia/Seoul", width=110),
                "last_at": times(t("Last tried"), format="MM-DD HH:mm", timezone="Asia/Seoul", width=110),
            },
            alt=title,
        )
