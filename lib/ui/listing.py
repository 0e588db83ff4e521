"""The payments list: tabs, filters, the search box, the table, its sum and its pages.

Filters live in the address; what somebody typed into the search box or pasted never does, for it may be personal data.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pandas as pd
import streamlit as st

from lib.payments.days import Period, day_of
from lib.payments.methods import GROUPS
from lib.payments.state import PAID_STATES, REAL_STATES, State
from lib.queries import payments as query
from lib.queries import search
from lib.queries.payments import Basis, Counts, Filter
from lib.reports.figures.style import METHOD_TITLES
from lib.text.escaping import markdown
from lib.ui import address, columns, file_words, periods, rows, unread
from lib.ui.states import LOOKS
from lib.ui.visit import Visit

SOLD = tuple(state for state in State if state in PAID_STATES)
TABS: dict[str, tuple[str, tuple[State, ...]]] = {
    "all": ("All", ()),
    "sold": ("Sold", SOLD),
    **{state.value: (LOOKS[state].title, (state,)) for state in REAL_STATES},
    State.WAITING.value: ("Awaiting deposit, expired ones too", (State.WAITING,)),
    State.TEST.value: ("Test payments", (State.TEST,)),
}
BASES = {
    Basis.PAID: "Paid on",
    Basis.CANCELLED: "Cancelled on",
    Basis.CHANGED: "Last change",
    Basis.REQUESTED: "Requested on",
}
SORTS = {"newest": "Newest first", "oldest": "Oldest first", "amount": "Largest amount first"}
OF_CANCELLATIONS = ("all", State.PARTLY_CANCELLED.value, State.CANCELLED.value, State.TEST.value)
ATTENTION = {
    "vbank_due": "Virtual accounts due today",
    "vbank_past": "Virtual accounts past due",
    "phone_month": "Phone payments whose month ends",
    "no_receipt": "Paid in cash without a receipt",
    "standing_receipt": "Receipts of cancelled payments",
}
KINDS = {
    "imp_uid": "PortOne ID",
    "order": "Order number",
    "approval": "Approval number",
    "phone": "Phone number",
    "email": "E-mail",
    "last4": "Card's last four",
    "amount": "Amount",
    "name": "Name",
    "text": "Text",
    "ids": "List of numbers",
}
SHOWN = ["time", "state", "amount", "buyer_name", "name", "merchant_uid", "method", "card", "balance", "apply_num"]
PAGE_ROWS = 100
IN_ADDRESS = ("tab", "basis", "method", "gateway", "mid", "min", "max", "sort", "attention")


def messages() -> list[str]:
    """The messages in this module's tables."""
    titles = [title for title, _ in TABS.values()]
    return [*titles, *BASES.values(), *SORTS.values(), *ATTENTION.values(), *KINDS.values()]


def default_period(visit: Visit) -> Period:
    """The last 30 KST days."""
    today = day_of(int(visit.desk.world.now()))
    return Period(today - timedelta(days=29), today)


def search_box(visit: Visit) -> tuple[str, tuple[str, ...]]:
    """The box and the pasted column. Returns (text, ids); a box that holds many numbers counts as a column."""
    t = visit.t
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        typed = st.text_input(
            t("Search"),
            key="search",
            placeholder=t("Order no., approval no., name, phone, card's last four, amount"),
            icon=":material/search:",
            label_visibility="collapsed",
            persist_state="session",
        )
        with st.popover(t("Paste a column"), icon=":material/content_paste:", type="tertiary"):
            pasted = st.text_area(
                t("One order number, PortOne ID or approval number a line"),
                key="pasted",
                height=220,
                persist_state="session",
            )
    ids = search.ids_of(pasted or "")
    understood = search.understand(typed or "")
    if understood.kind == "ids":
        return "", tuple(dict.fromkeys((*search.ids_of(typed or ""), *ids)))
    if understood.kind:
        also = ", ".join(t(KINDS[kind]) for kind in understood.alternatives)
        kind = t(KINDS[understood.kind])
        if understood.beside:
            kind = t("{kind} and the amount {amount}", kind=kind, amount=t.money(understood.beside))
        told = t("Searched as: {kind}", kind=kind)
        tried = t("also tried: {kinds}", kinds=also)
        st.caption(f"{told} · {tried}" if also else told)
    return (typed or "") if understood.kind else "", ids


def otherwise(visit: Visit, wanted: Filter) -> None:
    """Digits may be an amount or a piece of a number: the way to the reading that was not taken, where it finds any."""
    t = visit.t
    typed, n = query.otherwise(visit.desk.store, visit.me, wanted, now=visit.desk.world.now())
    if not typed:
        return
    label = t.each(
        "Search {typed} instead: {n} payment", "Search {typed} instead: {n} payments", n, typed=markdown(typed)
    )
    st.button(label, icon=":material/swap_horiz:", type="tertiary", key="otherwise", on_click=_search, args=(typed,))


def _search(typed: str) -> None:
    st.session_state.search = typed


def tabs(visit: Visit, counts: Counts, basis: Basis) -> str:
    """The shown states with their counts; the choice lives in the address as `tab`.

    On the basis `cancelled` only those that a payment with a cancellation can have; that of tests when there are any.
    """
    t = visit.t
    offered = OF_CANCELLATIONS if basis is Basis.CANCELLED else tuple(TABS)
    test = State.TEST.value
    if not counts.of(State.TEST).count and test not in (st.session_state.get("tab"), st.query_params.get("tab")):
        offered = tuple(code for code in offered if code != test)

    def label(code: str) -> str:
        title, states = TABS[code]
        return f"{t(title)} {t.number(counts.over(states).rows)}{'+' if counts.at_least else ''}"

    address.one("tab", offered, "all")
    chosen = st.segmented_control(
        t("State"),
        offered,
        required=True,
        key="tab",
        format_func=label,
        label_visibility="collapsed",
    )
    address.keep("tab", "all")
    return str(chosen)


def filters(visit: Visit) -> tuple[Filter, str]:
    """The row of filters. Returns the filter without states and text, and the sorting."""
    t = visit.t
    address.one("basis", BASES, Basis.PAID.value)
    address.many("method", GROUPS)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        basis = st.selectbox(
            t("Date"),
            [basis.value for basis in BASES],
            key="basis",
            format_func=lambda b: t(BASES[Basis(b)]),
            label_visibility="collapsed",
            width=140,
        )
        period = periods.days(t, default_period(visit), key="days")
        methods = st.multiselect(
            t("Method"),
            list(GROUPS),
            key="method",
            format_func=lambda m: t(METHOD_TITLES[m]),
            placeholder=t("Method"),
            label_visibility="collapsed",
            width=230,
        )
        with st.popover(t("More filters"), icon=":material/tune:"):
            more, sort = _more(visit)
    address.keep("basis", Basis.PAID.value)
    address.keep("method")
    attention = more.attention
    return replace(
        more, period=None if attention else period, basis=Basis(basis or "paid"), methods=tuple(methods)
    ), sort


def _more(visit: Visit) -> tuple[Filter, str]:
    """The filters one needs rarely, the sorting and the columns."""
    t = visit.t
    found = query.choices(visit.desk.store, visit.me)
    gateways = st.multiselect(t("Gateway"), found.gateways, key="gateway", placeholder=t("All"), bind="query-params")
    mids = st.multiselect(t("MID"), found.mids, key="mid", placeholder=t("All"), bind="query-params")
    least = st.number_input(t("Amount from (KRW)"), min_value=0, value=None, step=1000, key="min", bind="query-params")
    most = st.number_input(t("Amount to (KRW)"), min_value=0, value=None, step=1000, key="max", bind="query-params")
    address.one("sort", SORTS, "newest")
    sort = st.selectbox(t("Sorting"), list(SORTS), key="sort", format_func=lambda s: t(SORTS[s]))
    address.keep("sort", "newest")
    address.one("attention", ATTENTION, "")
    attention = st.selectbox(
        t("To look at"),
        ["", *ATTENTION],
        key="attention",
        format_func=lambda a: t(ATTENTION[a]) if a else t("All"),
    )
    address.keep("attention")
    st.multiselect(
        t("Columns"),
        columns.LISTED,
        default=SHOWN,
        key="columns",
        format_func=lambda c: t(columns.TITLES[c]),
        persist_state="session",
    )
    st.button(t("Clear filters"), icon=":material/filter_alt_off:", on_click=_clear, key="clear")
    return Filter(
        gateways=tuple(gateways),
        mids=tuple(mids),
        amount_min=None if least is None else int(least),
        amount_max=None if most is None else int(most),
        attention=attention or "",
    ), str(sort or "newest")


def _clear() -> None:
    address.forget(*IN_ADDRESS, "days")
    for key in ("search", "pasted"):
        st.session_state[key] = ""


def table(visit: Visit, frame: pd.DataFrame, basis: Basis) -> str | None:
    """The rows of one page; returns the imp_uid of the row that was clicked, on whichever cell."""
    t = visit.t
    chosen = st.session_state.get("columns") or SHOWN
    if basis is Basis.CANCELLED:  # a list of cancellations without their amounts would say nothing
        chosen = [*chosen, "time", "cancel_amount"]
    shown = pd.DataFrame(
        {
            "time": frame["time"],
            "state": [
                [t(LOOKS[state].title) for state in ((State.TEST, State(stands)) if test else (State(stands),))]
                for stands, test in zip(frame["state"], frame["sandbox"], strict=True)
            ],
            "method": [t(METHOD_TITLES[m]) for m in frame["method"]],
            "card": [
                f"{name} {number}".strip()
                for name, number in zip(frame["card_name"], frame["card_number"], strict=True)
            ],
            **{name: frame[name] for name in chosen if name not in {"time", "state", "method", "card"}},
        }
    )
    titles = [t(look.title) for look in LOOKS.values()]
    shown_as = {name: t(columns.title(name, basis)) for name in columns.LISTED}
    config = {name: st.column_config.TextColumn(title) for name, title in shown_as.items()}
    config["time"] = st.column_config.DatetimeColumn(shown_as["time"], format="MM-DD HH:mm", timezone="Asia/Seoul")
    config["state"] = st.column_config.MultiselectColumn(
        t("State"),
        options=titles,
        color=[look.pill[visit.dark] for look in LOOKS.values()],
        width=150 if frame["sandbox"].any() else 96,
    )
    for name in ("amount", "balance", "cancel_amount"):
        amounts, config[name] = rows.money(t, frame[name].tolist(), frame["currency"].tolist(), shown_as[name])
        if name in shown:
            shown[name] = amounts
    at = rows.clicked(
        shown,
        config,
        column_order=[name for name in columns.listed(basis) if name in chosen],
        key="rows",
        tallest=660,
        alt=t("Payments"),
    )
    return None if at is None else str(frame["imp_uid"].iloc[at])


def summed(visit: Visit, counts: Counts, wanted: Filter) -> None:
    """The sum of all that the filter holds, not of this page alone; test payments are no money."""
    t, sums = visit.t, counts.over(wanted.states)
    count = t.each("{n} payment", "{n} payments", sums.rows)
    cancelled = t("cancelled {amount}", amount=t.money(sums.cancelled))
    if wanted.basis is Basis.CANCELLED:
        count = t.each("{n} cancellation", "{n} cancellations", sums.rows)
        cancelled = t.money(sums.cancelled)
    told = {
        "paid": t("paid {amount}", amount=t.money(sums.paid)),
        "cancelled": cancelled,
        "net": t("net {amount}", amount=t.money(sums.net)),
        "waiting": t("awaiting deposit {amount}", amount=t.money(sums.waiting)),
    }
    parts = [
        count + ("+" if counts.at_least else ""),
        *map(told.__getitem__, file_words.summed(wanted.basis, wanted.states, sums)),
    ]
    why = t("Test payments move no money and are in no total.") if wanted.states == (State.TEST,) else ""
    st.markdown(f"**{' · '.join(parts)}** {why}", width="content")


def turner(visit: Visit, signature: object, following: str | None) -> None:
    """Previous and next; the cursors of the pages before are kept for this filter."""
    t = visit.t
    trail = trail_of(signature)
    with st.container(horizontal=True, width="content", vertical_alignment="center", gap="small"):
        if st.button("", icon=":material/chevron_left:", disabled=not trail, help=t("Previous page"), key="previous"):
            trail.pop()
            st.rerun()
        st.markdown(t("Page {n}", n=len(trail) + 1), width="content")
        if st.button("", icon=":material/chevron_right:", disabled=not following, help=t("Next page"), key="next"):
            trail.append(following)
            st.rerun()


def trail_of(signature: object) -> list[str | None]:
    """The cursors that led to the page shown; empty for the first page and after any change of the filter."""
    kept = st.session_state.get("trail")
    if kept is None or kept[0] != signature:
        kept = st.session_state.trail = (signature, [])
    trail: list[str | None] = kept[1]
    return trail


def tests_found(visit: Visit, wanted: Filter, counts: Counts) -> None:
    """Of what was searched for, test payments that the chosen tab does not show: said, with the way to them."""
    t, tests = visit.t, counts.of(State.TEST).count
    if not tests or not (wanted.query or wanted.ids) or State.TEST in wanted.states:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        told = t.each("{n} test payment matches.", "{n} test payments match.", tests)
        st.caption(told, width="content")
        st.button(t("Show test payments"), icon=":material/science:", key="tests", type="tertiary", on_click=_to_tests)


def _to_tests() -> None:
    st.session_state.tab = State.TEST.value


def not_found(visit: Visit, wanted: Filter, page: query.Page) -> None:
    """What was searched for and is not here: listed, or offered in a wider range."""
    t = visit.t
    if wanted.ids:
        absent = query.missing(visit.desk.store, visit.me, wanted.ids)
        if absent:
            with st.expander(t.each("{n} number not found", "{n} numbers not found", len(absent)), expanded=True):
                st.code("\n".join(absent), language=None)
    aside = bool(sought := _ids_of(wanted)) and unread.told(visit, sought)
    if not page.frame.empty:
        return
    if wanted.query or wanted.ids:
        if aside and not page.outside:
            return
        st.info(t("Nothing in these days matches what you searched for."), icon=":material/search_off:")
        if page.outside:
            st.markdown(
                t.each("{n} match lies outside these days.", "{n} matches lie outside these days.", page.outside)
            )
            st.button(
                t("Widen to all days"), icon=":material/zoom_out_map:", key="widen", on_click=_widen, args=(visit,)
            )
        return
    st.info(t("No payment matches these filters. Clear them, or choose other days."), icon=":material/inbox:")
    st.button(t("Clear filters"), icon=":material/filter_alt_off:", on_click=_clear, key="clear_empty")


def _ids_of(wanted: Filter) -> tuple[str, ...]:
    """The numbers that were searched for, among which one of i'mport's may be."""
    understood = search.understand(wanted.query)
    typed = search.written(understood, wanted.query) if understood.kind in ("imp_uid", "order") else ()
    return (*wanted.ids, *typed)


def _widen(visit: Visit) -> None:
    today = day_of(int(visit.desk.world.now()))
    address.forget(*IN_ADDRESS)
    st.session_state.days = (today - timedelta(days=3 * 366), today)


def clock(visit: Visit, wanted: Filter) -> None:
    """Which clock the days are of."""
    t = visit.t
    told = {
        Basis.PAID: t("Days are those on which payments were paid; unpaid ones by the day requested. KST."),
        Basis.CANCELLED: t(
            "Each cancellation is a row of its own, by the day cancelled; the state is that of the payment now. KST."
        ),
        Basis.CHANGED: t("Days are those of the last change of state. KST."),
        Basis.REQUESTED: t("Days are those on which payments were requested. KST."),
    }
    st.caption(told[wanted.basis])
