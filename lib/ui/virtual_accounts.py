"""The parts of the virtual accounts page: how they stand, the list of one group, and cash without a receipt."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from lib.journal.life import Operation
from lib.operations import receipts, refunds, vbanks
from lib.payments.days import DAY_S, Period
from lib.payments.state import State
from lib.people import policy
from lib.queries import payments as listed
from lib.queries import vbanks as query
from lib.queries.payments import Filter, Page
from lib.queries.totals import Sum
from lib.queries.vbanks import Group
from lib.reports.figures.style import METHOD_TITLES
from lib.text.escaping import plain
from lib.ui import address, links, listing, receipt, rows, vbank_dialogs, work
from lib.ui.states import LOOKS
from lib.ui.vbank_dialogs import Account
from lib.ui.visit import Visit

RECEIPT = "receipt"
TABS: dict[str, str] = {
    Group.WAITING.value: "Awaiting deposit",
    Group.DUE.value: "Due today",
    Group.EXPIRED.value: "Deposit expired",
    Group.CLOSED.value: "Closed before deposit",
    Group.TAKEN_BACK.value: "Deposit taken back",
    RECEIPT: "Without a receipt",
}
EMPTY = {
    Group.WAITING.value: "No virtual account waits for a deposit.",
    Group.DUE.value: "No deposit is due today.",
    Group.EXPIRED.value: "No virtual account has expired in the last 30 days.",
    Group.CLOSED.value: "No virtual account was closed in the last 30 days.",
    Group.TAKEN_BACK.value: "No deposit was taken back in the last 90 days.",
    RECEIPT: "Everything that was paid in cash on these days has a receipt.",
}
MEANING = {
    Group.WAITING.value: "Issued and not yet paid, the latest deadline first. KST.",
    Group.DUE.value: "Those whose deadline ends today. KST.",
    Group.EXPIRED.value: "The deadline of the last 30 days has passed without a deposit. KST.",
    Group.CLOSED.value: "Closed before anybody paid, in the last 30 days, the latest first. KST.",
    Group.TAKEN_BACK.value: "Paid once, then the bank took the deposit back, in the last 90 days. Do not ship these.",
    RECEIPT: "Transfers and virtual accounts by the day paid, what was refunded taken off. KST.",
}
TEXTS = {
    "merchant_uid": "Order number",
    "name": "Product",
    "buyer_name": "Buyer",
    "vbank_name": "Bank",
    "vbank_num": "Account number",
    "left": "Time left",
}
PAGE_ROWS = 100
KINDS = frozenset({vbanks.CLOSE, receipts.ISSUE, receipts.CANCEL})


def messages() -> list[str]:
    """The messages in this module's tables."""
    return [*TEXTS.values(), *TABS.values(), *EMPTY.values(), *MEANING.values()]


def chosen() -> str:
    """The tab that is open, from the address; to be asked before the tabs are drawn."""
    address.one("group", TABS, Group.WAITING.value)
    return str(st.session_state.group)


def without_receipt(period: Period) -> Filter:
    """Cash that came in on these days without a receipt."""
    return Filter(period=period, states=(State.PAID, State.PARTLY_CANCELLED), attention="no_receipt")


def sums(visit: Visit, period: Period) -> dict[str, Sum]:
    """How many, and how much in won, by tab."""
    store, now = visit.desk.store, visit.desk.world.now()
    found = {group.value: each for group, each in query.counts(store, visit.me, now).items()}
    counted = listed.counts(store, visit.me, without_receipt(period), now=now).by_state.values()
    found[RECEIPT] = Sum(sum(s.count for s in counted), sum(s.amount - s.cancel_amount for s in counted))
    return found


def tabs(visit: Visit, counted: dict[str, Sum]) -> None:
    """The groups with their counts and won; the choice lives in the address as `group`."""
    t = visit.t

    def label(code: str) -> str:
        each = counted[code]
        return f"{t(TABS[code])} **{t.number(each.count)}**" + (
            f" · {t.short_money(each.amount)}" if each.count else ""
        )

    st.segmented_control(
        t("State"), list(TABS), required=True, key="group", format_func=label, label_visibility="collapsed"
    )
    address.keep("group", Group.WAITING.value)


def under_way(visit: Visit) -> None:
    """What is being closed or issued now, by anybody, and once the outcome of what was just asked for from here."""
    shown = [op for op in refunds.open_operations(visit.desk.store) if op.kind in KINDS][:5]
    over = [op for op in work.just_sent(visit, KINDS) if not op.open]
    if over:
        work.forget()
    for op in (*shown, *over):
        work.draw(visit, op, _about(visit, op))


def _about(visit: Visit, op: Operation) -> str:
    order = listed.one(visit.desk.store, visit.me, op.imp_uid).payment.merchant_uid
    return f"{plain(order)} · {visit.t.money(op.amount, op.currency)}"


def accounts(visit: Visit, group: Group, counted: Sum) -> None:
    """One page of a group; a click opens the payment, but for the buttons at its end."""
    signature = ("vbanks", group)
    trail = listing.trail_of(signature)
    page = query.page(
        visit.desk.store,
        visit.me,
        group,
        now=visit.desk.world.now(),
        cursor=trail[-1] if trail else None,
        size=PAGE_ROWS,
    )
    if page.frame.empty:
        st.info(visit.t(EMPTY[group.value]), icon=":material/task_alt:")
        return
    opened = _table(visit, group, page.frame)
    _foot(visit, signature, page, counted, MEANING[group.value])
    if opened is not None:
        links.to_payment(visit, str(page.frame["imp_uid"].iloc[opened]))
    imp_uid, label = _asked("vbank_asked", page.frame)
    if label == visit.t("Reminder"):
        vbank_dialogs.remind(visit, imp_uid)
    elif label:
        payment = listed.one(visit.desk.store, visit.me, imp_uid).payment
        amount = visit.t.money(payment.amount, payment.currency)
        vbank_dialogs.close(visit, Account(imp_uid, payment.vbank_name, payment.vbank_num, amount))


def _table(visit: Visit, group: Group, frame: pd.DataFrame) -> int | None:
    t = visit.t
    now = visit.desk.world.now()
    left = [left_of(visit, due.timestamp() - now) if pd.notna(due) else "" for due in frame["vbank_date"]]
    does = policy.may(visit.me, policy.CASH)
    remind, close = t("Reminder"), t("Close account")
    waits = frame["state"].eq(State.WAITING.value)
    over = frame["vbank_date"].lt(pd.Timestamp(now, unit="s", tz="UTC"))
    actions = [[*([remind] if w and not o else []), *([close] if w else [])] for w, o in zip(waits, over, strict=True)]
    shown = frame.assign(
        left=left, actions=_cells(actions), state=_cells([[t(LOOKS[State(s)].title)] for s in frame["state"]])
    )
    by_event = group in (Group.CLOSED, Group.TAKEN_BACK)
    columns = [
        "merchant_uid",
        "name",
        "buyer_name",
        "vbank_name",
        "vbank_num",
        "amount",
        "vbank_issued_at",
        "vbank_date",
    ]
    columns += ["at"] if by_event else ["left"]
    columns += ["state"] if group is Group.TAKEN_BACK else []
    columns += ["actions"] if does and group is not Group.CLOSED else []
    titles = [t(look.title) for look in LOOKS.values()]
    at = t("Closed at") if group is Group.CLOSED else t("Noticed at")
    return rows.clicked(
        shown,
        {
            **{name: st.column_config.TextColumn(t(title)) for name, title in TEXTS.items()},
            "amount": st.column_config.NumberColumn(t("Amount (KRW)"), format="localized"),
            "vbank_issued_at": _time(t("Issued at")),
            "vbank_date": _time(t("Deadline")),
            "at": _time(at),
            "state": st.column_config.MultiselectColumn(
                t("State"), options=titles, color=[look.pill[visit.dark] for look in LOOKS.values()], width=96
            ),
            "actions": st.column_config.ButtonColumn("", type="tertiary", key="vbank_asked"),
        },
        column_order=columns,
        key=f"vbanks_{group.value}",
        tallest=660,
        alt=t(TABS[group.value]),
        but=("actions",),
    )


def _cells(lists: list[list[str]]) -> pd.Series:
    """A column whose cells are lists."""
    return pd.Series(lists, dtype=object)


def _time(title: str) -> object:
    return st.column_config.DatetimeColumn(title, format="MM-DD HH:mm", timezone="Asia/Seoul")


def _asked(key: str, frame: pd.DataFrame) -> tuple[str, str]:
    """The payment of the row whose button was just clicked, and the button; "" for none.

    Of the rows as they were drawn: the list may have moved since, and another account must not be closed for it.
    """
    before: list[str] = st.session_state.get(f"{key}_rows", [])
    st.session_state[f"{key}_rows"] = frame["imp_uid"].tolist()
    asked = st.session_state.get(key)
    if not asked or asked["row"] >= len(before):
        return "", ""
    return before[asked["row"]], asked["label"]


def left_of(visit: Visit, seconds: float) -> str:
    """Days, hours or minutes until the deadline; how long ago it was when it is over."""
    t = visit.t
    if seconds < 0:
        return t("over {ago}", ago=t.ago(-seconds))
    if seconds >= 2 * DAY_S:
        return t.each("{n} day left", "{n} days left", int(seconds // DAY_S))
    if seconds >= 3600:
        return t.each("{n} hour left", "{n} hours left", int(seconds // 3600))
    return t.each("{n} minute left", "{n} minutes left", int(seconds // 60))


def receiptless(visit: Visit, period: Period, counted: Sum) -> None:
    """Cash without a receipt; its button issues one, a click elsewhere opens the payment."""
    t, wanted = visit.t, without_receipt(period)
    trail = listing.trail_of(wanted)
    page = listed.page(
        visit.desk.store,
        visit.me,
        wanted,
        now=visit.desk.world.now(),
        cursor=trail[-1] if trail else None,
        size=PAGE_ROWS,
    )
    if page.frame.empty:
        st.info(t(EMPTY[RECEIPT]), icon=":material/task_alt:")
        return
    frame = page.frame
    shown = frame.assign(
        method=[t(METHOD_TITLES[m]) for m in frame["method"]], actions=_cells([[t("Issue")]] * len(frame))
    )
    columns = ["time", "merchant_uid", "name", "buyer_name", "method", "balance"]
    opened = rows.clicked(
        shown,
        {
            **{name: st.column_config.TextColumn(t(title)) for name, title in TEXTS.items()},
            "time": _time(t("Paid at")),
            "method": st.column_config.TextColumn(t("Method")),
            "balance": st.column_config.NumberColumn(t("Amount (KRW)"), format="localized"),
            "actions": st.column_config.ButtonColumn("", type="tertiary", key="receipt_asked"),
        },
        column_order=[*columns, *(["actions"] if policy.may(visit.me, policy.CASH) else [])],
        key="receiptless",
        tallest=660,
        alt=t(TABS[RECEIPT]),
        but=("actions",),
    )
    _foot(visit, wanted, page, counted, MEANING[RECEIPT])
    if opened is not None:
        links.to_payment(visit, str(frame["imp_uid"].iloc[opened]))
    imp_uid, label = _asked("receipt_asked", frame)
    if label:
        payment = listed.one(visit.desk.store, visit.me, imp_uid).payment
        receipt.issue(visit, payment)


def _foot(visit: Visit, signature: object, page: Page, counted: Sum, meaning: str) -> None:
    t = visit.t
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        told = t.each("{n} payment", "{n} payments", counted.count)
        st.markdown(f"**{told} · {t.money(counted.amount)}**", width="content")
        if page.next or listing.trail_of(signature):
            listing.turner(visit, signature, page.next)
    st.caption(t(meaning))
