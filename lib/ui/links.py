"""Going from a number to the rows behind it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NoReturn

import streamlit as st

from lib.payments.days import Period
from lib.ui import address, navigation
from lib.ui.visit import Visit


def to(visit: Visit, name: str, **query: str | list[str]) -> NoReturn:
    """Go to the page `name` with this query.

    Streamlit writes the new query into the history beside the page that is left, before it writes the new page: the
    browser's Back comes to this page with the query of that one. So what was here is kept for `returned`.
    """
    page = st.session_state.get("on_page", "")
    st.session_state.setdefault("left", {})[page, _written(query)] = address.query()
    st.switch_page(navigation.page(visit, name), query_params=query)


def returned(page: str) -> None:
    """Before the page of this address is drawn: when the browser's Back brought the query of the page that was gone to,
    put back the one that was left."""
    st.session_state.on_page = page
    before = st.session_state.get("left", {}).get((page, _written(address.query())))
    if before is not None and address.moved():
        st.query_params.from_dict(before)


def _written(query: Mapping[str, str | list[str]]) -> tuple[tuple[str, str], ...]:
    """The pairs of a query, in an order of their own."""
    return tuple(sorted((name, v) for name, vs in query.items() for v in ([vs] if isinstance(vs, str) else vs)))


def to_payments(
    visit: Visit,
    period: Period | None,
    *,
    basis: str = "",
    methods: tuple[str, ...] = (),
    tab: str = "",
    attention: str = "",
) -> NoReturn:
    """The payments list with these filters, all of them in its address."""
    query: dict[str, str | list[str]] = {}
    if period:
        query["days"] = [period.first.isoformat(), period.last.isoformat()]
    if basis:
        query["basis"] = basis
    if methods:
        query["method"] = list(methods)
    if tab:
        query["tab"] = tab
    if attention:
        query["attention"] = attention
    for key in ("days", "basis", "method", "tab", "attention", "gateway", "mid", "min", "max", "search", "pasted"):
        st.session_state.pop(key, None)
    to(visit, "payments", **query)


def back_to_payments(visit: Visit) -> NoReturn:
    """The list as it was left."""
    to(visit, "payments", **st.session_state.get("list_query", {}))


def to_payment(visit: Visit, imp_uid: str) -> NoReturn:
    """One payment's page."""
    st.session_state.imp_uid = imp_uid
    if st.session_state.get("on_page") == "payments":
        st.session_state.list_query = address.query()
    to(visit, "payment", imp_uid=imp_uid)


def to_key(visit: Visit, customer_uid: str, of: str = "") -> NoReturn:
    """One billing key's page. The address names a payment made with it (`of`), for the id may be personal data."""
    st.session_state.customer_uid = customer_uid
    to(visit, "billing_key", **({"of": of} if of else {}))


def row(visit: Visit, icon: str, title: str, figure: str, *, urgent: bool, key: str) -> bool:
    """One line of a list: icon and title, its figure at the right as a button; True when it was clicked."""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.markdown(f"{icon} {title}", width="content")
        return st.button(figure, key=f"row_{key}", type="primary" if urgent else "tertiary")
