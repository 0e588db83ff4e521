"""What the tables of the virtual accounts page share: titles, cells, the button that was clicked, and the line below."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from lib.queries.payments import Page
from lib.queries.totals import Sum
from lib.ui import listing
from lib.ui.visit import Visit

TEXTS = {
    "merchant_uid": "Order number",
    "name": "Product",
    "buyer_name": "Buyer",
    "vbank_name": "Bank",
    "vbank_num": "Account number",
    "left": "Time left",
}
PAGE_ROWS = 100


def cells(lists: list[list[str]]) -> pd.Series:
    """A column whose cells are lists."""
    return pd.Series(lists, dtype=object)


def time(title: str) -> object:
    """A column of KST times."""
    return st.column_config.DatetimeColumn(title, format="MM-DD HH:mm", timezone="Asia/Seoul")


def asked(key: str, frame: pd.DataFrame) -> tuple[str, str]:
    """The payment of the row whose button was just clicked, and the button; "" for none.

    Of the rows as they were drawn: the list may have moved since, and another account must not be closed for it.
    """
    before: list[str] = st.session_state.get(f"{key}_rows", [])
    st.session_state[f"{key}_rows"] = frame["imp_uid"].tolist()
    click = st.session_state.get(key)
    if not click or click["row"] >= len(before):
        return "", ""
    return before[click["row"]], click["label"]


def foot(visit: Visit, signature: object, page: Page, counted: Sum, meaning: str) -> None:
    """The sum of the whole list, its pages, and what it holds."""
    t = visit.t
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        told = t.each("{n} payment", "{n} payments", counted.count)
        st.markdown(f"**{told} · {t.money(counted.amount)}**", width="content")
        if page.next or listing.trail_of(signature):
            listing.turner(visit, signature, page.next)
    st.caption(t(meaning))
