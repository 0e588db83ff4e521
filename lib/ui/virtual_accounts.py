"""The parts of the virtual accounts page: the tabs with how many stand how, and the list of one group."""

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
from lib.queries.totals import Sum
from lib.queries.vbanks import Group
from lib.text.escaping import plain
from lib.ui import address, cash_rows, links, listing, receipt_lists, rows, vbank_dialogs, work
from lib.ui.states import LOOKS
from lib.ui.vbank_dialogs import Account
from lib.ui.visit import Visit

TABS: dict[str, str] = {
    Group.WAITING.value: "Awaiting deposit",
    Group.DUE.value: "Due today",
    Group.EXPIRED.value: "Past the deadline",
    Group.CLOSED.value: "Closed before deposit",
    Group.TAKEN_BACK.value: "Deposit taken back",
    **receipt_lists.TABS,
}
EMPTY = {
    Group.WAITING.value: "No virtual account waits for a deposit.",
    Group.DUE.value: "No deposit is due today.",
    Group.EXPIRED.value: "No virtual account has expired in the last 30 days.",
    Group.CLOSED.value: "No virtual account was closed in the last 30 days.",
    Group.TAKEN_BACK.value: "No deposit was taken back in the last 90 days.",
    **receipt_lists.EMPTY,
}
MEANING = {
    Group.WAITING.value: "Not yet paid and not expired, whenever they were issued, the soonest deadline first. KST. "
    "The overview and the payments list count by the days issued, expired ones too.",
    Group.DUE.value: "Those whose deadline ends today, the soonest first. KST.",
    Group.EXPIRED.value: "The deadline of the last 30 days has passed without a deposit, the latest first. KST.",
    Group.CLOSED.value: "Closed before anybody paid, in the last 30 days, the latest first. KST.",
    Group.TAKEN_BACK.value: "Paid once, then the bank took the deposit back, in the last 90 days. Do not ship these. "
    "The sales of the day paid are smaller by the amount since, as they are at i'mport. KST.",
    **receipt_lists.MEANING,
}
KINDS = frozenset({vbanks.CLOSE, receipts.ISSUE, receipts.CANCEL})


def messages() -> list[str]:
    """The messages in this module's tables."""
    return [*TABS.values(), *EMPTY.values(), *MEANING.values()]


def chosen() -> str:
    """The tab that is open, from the address; to be asked before the tabs are drawn."""
    address.one("group", TABS, Group.WAITING.value)
    return str(st.session_state.group)


def sums(visit: Visit, period: Period) -> dict[str, Sum]:
    """How many, and how much in won, by tab."""
    store, now = visit.desk.store, visit.desk.world.now()
    found = {group.value: each for group, each in query.counts(store, visit.me, now).items()}
    return found | receipt_lists.sums(visit, period)


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
        size=cash_rows.PAGE_ROWS,
    )
    if page.frame.empty:
        st.info(visit.t(EMPTY[group.value]), icon=":material/task_alt:")
        return
    opened = _table(visit, group, page.frame)
    cash_rows.foot(visit, signature, page, counted, MEANING[group.value])
    if opened is not None:
        links.to_payment(visit, str(page.frame["imp_uid"].iloc[opened]))
    imp_uid, label = cash_rows.asked("vbank_asked", page.frame)
    if label == visit.t("Reminder"):
        vbank_dialogs.remind(visit, imp_uid)
    elif label:
        payment = listed.one(visit.desk.store, visit.me, imp_uid).payment
        amount = visit.t.money(payment.amount, payment.currency)
        vbank_dialogs.close(visit, Account(imp_uid, payment.vbank_name, payment.vbank_num, amount))


def _table(visit: Visit, group: Group, frame: pd.DataFrame) -> int | None:
    t = visit.t
    now = visit.desk.world.now()
    back = frame["deposited_at"].notna()
    left = [
        t("Deposit taken back") if b else left_of(visit, due.timestamp() - now) if pd.notna(due) else ""
        for b, due in zip(back, frame["vbank_date"], strict=True)
    ]
    does = policy.may(visit.me, policy.CASH)
    remind, close = t("Reminder"), t("Close account")
    waits = frame["state"].eq(State.WAITING.value)
    over = frame["vbank_date"].lt(pd.Timestamp(now, unit="s", tz="UTC")) | back
    actions = [[*([remind] if w and not o else []), *([close] if w else [])] for w, o in zip(waits, over, strict=True)]
    shown = frame.assign(
        left=left,
        actions=cash_rows.cells(actions),
        state=cash_rows.cells([[t(LOOKS[State(s)].title)] for s in frame["state"]]),
    )
    by_event = group in (Group.CLOSED, Group.TAKEN_BACK)
    columns = ["merchant_uid", "buyer_name", "amount", "at" if by_event else "left", "vbank_name", "vbank_num"]
    columns += ["deposited_at"] if group is Group.TAKEN_BACK else ["vbank_issued_at", "vbank_date"]
    columns += ["name"]
    columns += ["state"] if group is Group.TAKEN_BACK else []
    columns += ["actions"] if does and group is not Group.CLOSED else []
    titles = [t(look.title) for look in LOOKS.values()]
    at = t("Closed at") if group is Group.CLOSED else t("Noticed at")
    return rows.clicked(
        shown,
        {
            **{name: st.column_config.TextColumn(t(title)) for name, title in cash_rows.TEXTS.items()},
            "amount": st.column_config.NumberColumn(t("Amount (KRW)"), format="localized"),
            "vbank_issued_at": cash_rows.time(t("Issued at")),
            "vbank_date": cash_rows.time(t("Deadline")),
            "deposited_at": cash_rows.time(t("Had been paid at")),
            "at": cash_rows.time(at),
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
