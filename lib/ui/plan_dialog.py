"""The dialog that plans charges on a billing key: what is planned on it already, the dates, and a button that names them.

The button's key holds what it names: a click on a button that names another day or amount than this run is lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta

import streamlit as st

from lib.errors import DeskError
from lib.iamport.schedules import Schedule
from lib.operations import schedules
from lib.payments.days import day_of
from lib.queries import schedules as query
from lib.queries.billing_keys import Stored
from lib.text.escaping import markdown
from lib.text.sentences import sentence, sentence_of
from lib.ui import key_dialogs, scheduled
from lib.ui.visit import Visit

ONCE, MONTHLY = "once", "monthly"


def open_dialog(visit: Visit, stored: Stored, amount: int, name: str) -> None:
    """Schedule one charge, or one a month; `amount` and `name` stand there at first (0, "" for none)."""
    key_dialogs.opened(visit)
    t = visit.t

    @st.dialog(t("Schedule charges"), width="medium")
    def show() -> None:
        listed = _planned(visit, stored.customer_uid)
        if listed is None or key_dialogs.dead(visit, stored.customer_uid):
            key_dialogs.close(visit)
            return
        most = schedules.most_alone(visit.desk.journal, visit.me, stored.customer_uid)
        if most == 0:
            st.error(sentence_of("plan_never_paid", t), icon=":material/block:")
            key_dialogs.close(visit)
            return
        won, said = key_dialogs.what(visit, amount, name)
        within = _within(visit, won, most)
        tomorrow = day_of(int(visit.desk.world.now())) + timedelta(days=1)
        first = key_dialogs.moment(visit, tomorrow, time(10, 0))
        times = schedules.monthly(first, _months(visit))
        seconds = [int(day.timestamp()) for day in times]
        _preview(visit, times, won)
        in_time = all(key_dialogs.reachable(visit, at) for at in {seconds[0], seconds[-1]})
        sure = _beside(visit, listed)
        key_dialogs.needed(
            visit, {t("the amount"): won, t("the order's name"): said, t("the tick that it is another one"): sure}
        )
        label, key = _label(visit, times, won), f"key_plan_confirm_{seconds[0]}_{len(times)}_{won or 0}"
        if key_dialogs.footer(visit, label, enabled=bool(won and said and sure and in_time and within), key=key):
            key_dialogs.ask(
                visit,
                lambda nonce: schedules.plan_all(
                    visit.desk.journal, visit.me, stored.customer_uid, won or 0, said, seconds, nonce
                ),
            )

    show()


def _within(visit: Visit, won: int | None, most: int | None) -> bool:
    """Whether this person may plan so much (`most`: in won, None for no bound), said as soon as it is typed."""
    t = visit.t
    if most is None:
        return True
    if won and won > most:
        st.error(sentence_of("plan_above_paid", t, limit=t.money(most)), icon=":material/block:")
        return False
    st.caption(
        t(
            "Up to {limit}, the most that was paid with this key at once; more is planned by finance.",
            limit=t.money(most),
        )
    )
    return True


def _planned(visit: Visit, customer_uid: str) -> list[Schedule] | None:
    """The key's schedules, read when the dialog opens; None, with a word of why, when i'mport cannot tell."""
    t = visit.t
    listed: list[Schedule] | None = st.session_state.get("kd_planned")
    if listed is None:
        try:
            with st.spinner(t("Asking i'mport …")):
                now = visit.desk.world.now()
                listed = st.session_state.kd_planned = query.of_key(visit.desk.iamport, visit.me, customer_uid, now)
        except DeskError as wrong:
            st.error(sentence(wrong, t), icon=":material/error:")
    return listed


def _months(visit: Visit) -> int:
    t, words = visit.t, {ONCE: visit.t("Once"), MONTHLY: visit.t("Every month")}
    left, right = st.columns([1.4, 1], vertical_alignment="bottom")
    with left:
        often = st.segmented_control(
            t("How often"), list(words), default=ONCE, required=True, key="kd_often", format_func=words.__getitem__
        )
    if often != MONTHLY:
        return 1
    with right:
        return int(st.number_input(t("How many times"), 2, schedules.SERIES_MAX, 12, key="kd_months"))


def _preview(visit: Visit, times: Sequence[datetime], won: int | None) -> None:
    """Every date of a series, and what they come to."""
    t = visit.t
    if len(times) == 1:
        return
    with st.container(border=True):
        st.markdown(" · ".join(t.day(day.date()) for day in times))
        told = t("{n} charges at {time}", n=t.number(len(times)), time=f"{times[0]:%H:%M}")
        whole = t("{amount} in all", amount=t.money(won * len(times))) if won else ""
        short = any(day.day != times[0].day for day in times)
        why = t("a month without that day has its last one instead") if short else ""
        st.caption(" · ".join(part for part in (told, whole, why) if part))


def _beside(visit: Visit, listed: Sequence[Schedule]) -> bool:
    """What is planned already, and whether the person insists that this is another one."""
    t = visit.t
    waiting = [schedule for schedule in listed if query.standing(schedule) == query.DUE]
    if not waiting:
        return True
    runs = query.monthly(listed)
    if runs:
        told = t(
            "{amount} for {name} is charged every month already. Planned once more, the customer pays twice.",
            amount=t.money(runs[0].amount),
            name=markdown(runs[0].name),
        )
    else:
        told = t.each(
            "{n} charge is planned on this key already.", "{n} charges are planned on this key already.", len(waiting)
        )
    st.warning(told, icon=":material/event_repeat:")
    key_dialogs.listing(visit, waiting)
    return bool(st.checkbox(t("This is beside what is planned already."), key="kd_beside"))


def _label(visit: Visit, times: Sequence[datetime], won: int | None) -> str:
    t, at = visit.t, scheduled.when(visit.t, int(times[0].timestamp()))
    if not won:
        return t("Schedule for {time}", time=at)
    if len(times) == 1:
        return t("Schedule {amount} for {time}", amount=t.money(won), time=at)
    return t("Schedule {n} charges of {amount}, monthly from {time}", n=len(times), amount=t.money(won), time=at)
