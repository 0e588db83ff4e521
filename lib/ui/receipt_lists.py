"""Cash receipts that are missing, and those that stand on payments that were cancelled in full."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pandas as pd
import streamlit as st

from lib.operations import receipts
from lib.payments.days import Period, day_of
from lib.payments.state import State
from lib.people import policy
from lib.queries import payments as listed
from lib.queries.payments import Basis, Filter, Page
from lib.queries.totals import Sum
from lib.reports.figures.style import METHOD_TITLES
from lib.ui import address, cash_rows, links, listing, receipt, rows
from lib.ui.states import LOOKS
from lib.ui.visit import Visit

RECEIPT, STANDING = "receipt", "standing"
TABS = {
    RECEIPT: "Without a receipt",
    STANDING: "Receipts of cancelled ones",
}
EMPTY = {
    RECEIPT: "Everything that was paid in cash on these days has a receipt.",
    STANDING: "No receipt stands on a payment that was cancelled in full.",
}
MEANING = {
    RECEIPT: "Transfers and virtual accounts by the day paid, what was refunded taken off. KST.",
    STANDING: "Transfers and virtual accounts that were cancelled in full in the last 365 days, while i'mport shows their "
    "receipt as issued. One that was cancelled elsewhere, i'mport may go on showing. KST.",
}
STANDING_DAYS = 365
SORTS = ("newest", "urgent")
PILLS = {
    "red": LOOKS[State.FAILED].pill,
    "orange": LOOKS[State.PARTLY_CANCELLED].pill,
    "gray": LOOKS[State.CANCELLED].pill,
}


def without_receipt(period: Period) -> Filter:
    """Cash that came in on these days without a receipt."""
    return Filter(period=period, states=(State.PAID, State.PARTLY_CANCELLED), attention="no_receipt")


def left_standing(visit: Visit) -> Filter:
    """Cash that went back in full in the last year, of which the receipt stands."""
    today = day_of(int(visit.desk.world.now()))
    period = Period(today - timedelta(days=STANDING_DAYS - 1), today)
    return Filter(period=period, basis=Basis.CHANGED, states=(State.CANCELLED,), attention="standing_receipt")


def sums(visit: Visit, period: Period) -> dict[str, Sum]:
    """How many, and how much in won, of the two tabs."""
    counted = listed.counts(visit.desk.store, visit.me, left_standing(visit), now=visit.desk.world.now())
    stand = counted.of(State.CANCELLED)
    return {RECEIPT: _left(visit, without_receipt(period)), STANDING: Sum(stand.count, stand.amount)}


def _left(visit: Visit, wanted: Filter) -> Sum:
    """How many, and how much in won is left of them."""
    counted = listed.counts(visit.desk.store, visit.me, wanted, now=visit.desk.world.now()).by_state.values()
    return Sum(sum(s.count for s in counted), sum(s.amount - s.cancel_amount for s in counted))


def receiptless(visit: Visit, period: Period, counted: Sum) -> None:
    """Cash without a receipt; its button issues one, a click elsewhere opens the payment."""
    t, wanted, sort = visit.t, without_receipt(period), "newest"
    if not counted.count:
        st.info(t(EMPTY[RECEIPT]), icon=":material/task_alt:")
        return
    large = replace(wanted, amount_min=receipts.UNASKED_FROM)
    of_large = _left(visit, large)
    if _sorting(visit, of_large) == "urgent":
        wanted, counted, sort = large, of_large, "oldest"
    page = _page(visit, wanted, sort)
    frame = page.frame
    if frame.empty:
        least = t.money(receipts.UNASKED_FROM)
        st.info(t("No payment of {amount} or more is without a receipt.", amount=least), icon=":material/task_alt:")
        return
    today = day_of(int(visit.desk.world.now()))
    left = [
        receipts.days_left(at.date(), today) if amount >= receipts.UNASKED_FROM else None
        for at, amount in zip(frame["time"], frame["amount"], strict=True)
    ]
    issues = policy.may(visit.me, policy.CASH)
    opened = _receipt_rows(
        visit,
        frame.assign(due=cash_rows.cells([[_due(visit, n)] if n is not None else [] for n in left])),
        ["time", "due", "buyer_name", "balance", "merchant_uid", "method", "name", *(["actions"] if issues else [])],
        {"time": cash_rows.time(t("Paid at")), "due": _dues(visit, {n for n in left if n is not None})},
        RECEIPT,
    )
    cash_rows.foot(visit, wanted, page, counted, MEANING[RECEIPT])
    if opened is not None:
        links.to_payment(visit, str(frame["imp_uid"].iloc[opened]))
    imp_uid, label = cash_rows.asked("receipt_asked", frame)
    if label:
        payment = listed.one(visit.desk.store, visit.me, imp_uid).payment
        receipt.issue(visit, payment)


def standing(visit: Visit, counted: Sum) -> None:
    """Receipts that stand although their payment was cancelled in full; a click opens the payment."""
    if not counted.count:
        st.info(visit.t(EMPTY[STANDING]), icon=":material/task_alt:")
        return
    wanted = left_standing(visit)
    page = _page(visit, wanted, "newest")
    columns = ["time", "merchant_uid", "buyer_name", "amount", "method", "where", "name"]
    frame = page.frame.assign(where=[_where(visit, gateway) for gateway in page.frame["pg_provider"]])
    opened = _receipt_rows(visit, frame, columns, {"time": cash_rows.time(visit.t("Cancelled at"))}, STANDING)
    cash_rows.foot(visit, wanted, page, counted, MEANING[STANDING])
    if opened is not None:
        links.to_payment(visit, str(page.frame["imp_uid"].iloc[opened]))


def _where(visit: Visit, pg_provider: str) -> str:
    t = visit.t
    known = pg_provider in receipts.NOT_CANCELLED_BY_API
    return t("KICC's merchant site or Hometax") if known else t("see the payment's page")


def _page(visit: Visit, wanted: Filter, sort: str) -> Page:
    trail, now = listing.trail_of(wanted), visit.desk.world.now()
    cursor = trail[-1] if trail else None
    return listed.page(visit.desk.store, visit.me, wanted, now=now, sort=sort, cursor=cursor, size=cash_rows.PAGE_ROWS)


def _receipt_rows(visit: Visit, frame: pd.DataFrame, columns: list[str], own: dict[str, Any], tab: str) -> int | None:
    """The table of one of the two tabs; `own`: its own columns. The place of the row that was clicked."""
    t = visit.t
    shown = frame.assign(
        method=[t(METHOD_TITLES[m]) for m in frame["method"]], actions=cash_rows.cells([[t("Issue")]] * len(frame))
    )
    return rows.clicked(
        shown,
        {
            **{name: st.column_config.TextColumn(t(title)) for name, title in cash_rows.TEXTS.items()},
            "method": st.column_config.TextColumn(t("Method")),
            "where": st.column_config.TextColumn(t("To be cancelled at")),
            "balance": st.column_config.NumberColumn(t("Amount (KRW)"), format="localized"),
            "amount": st.column_config.NumberColumn(t("Amount (KRW)"), format="localized"),
            "actions": st.column_config.ButtonColumn("", type="tertiary", key="receipt_asked"),
            **own,
        },
        column_order=columns,
        key=f"cash_{tab}",
        tallest=660,
        alt=t(TABS[tab]),
        but=("actions",),
    )


def _sorting(visit: Visit, large: Sum) -> str:
    """All of them, or the large ones that an obliged trade must not leave without a receipt."""
    t = visit.t
    address.one("receipts", SORTS, "newest")
    least = t.money(receipts.UNASKED_FROM)
    titles = {
        "newest": t("All, newest first"),
        "urgent": t("{amount} or more, oldest first", amount=least) + f" **{t.number(large.count)}**",
    }
    chosen = st.segmented_control(
        t("Sorting"),
        list(titles),
        required=True,
        key="receipts",
        format_func=lambda code: titles[code],
        label_visibility="collapsed",
    )
    address.keep("receipts", "newest")
    st.caption(
        t(
            "Trades that the law obliges to issue cash receipts do so for {amount} or more within {n} days of the payment, "
            "even unasked. Which trades those are, the tax law lists.",
            amount=least,
            n=receipts.UNASKED_DAYS,
        )
    )
    return str(chosen)


def _due(visit: Visit, days: int) -> str:
    """How many days an obliged trade has left, or how long they are over."""
    t = visit.t
    if days < 0:
        return t.each("{n} day past", "{n} days past", -days)
    return t.each("{n} day left", "{n} days left", days) if days else t("until today")


def _dues(visit: Visit, days: set[int]) -> object:
    """The column of `_due`: red when they are over, orange on the last two days."""
    order = sorted(days)
    colours = [PILLS["red" if n < 0 else "orange" if n < 2 else "gray"][visit.dark] for n in order]
    return st.column_config.MultiselectColumn(
        visit.t("Five-day limit"), options=[_due(visit, n) for n in order], color=colours, width=110
    )
