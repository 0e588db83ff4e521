"""The activity list: filters, entries, and their file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

import pandas as pd
import streamlit as st

from lib.errors import DeskError
from lib.journal.life import LOOK, REFUND, WORK_LOOK
from lib.operations import escrow_records
from lib.payments.days import KST, Period, day_of
from lib.people import policy
from lib.people.accounts import SERVER
from lib.queries import activity as query
from lib.queries.activity import Activity
from lib.queries.escrow import Said
from lib.queries.export import stamp
from lib.queries.payments import Sums
from lib.reports.workbooks.jobs import Labels
from lib.reports.workbooks.xlsx_file import Condition
from lib.text.escaping import plain
from lib.text.sentences import sentence
from lib.ui import activity_words, exporting, periods, rows
from lib.ui.escrow_words import SAID
from lib.ui.operations_table import KINDS
from lib.ui.outside import WAYS
from lib.ui.visit import Visit

ROWS = 200
ACTIONS = {
    **KINDS,
    "ask_approval": "Approval asked for",
    "approve": "Approval given",
    "deny_approval": "Approval denied",
    "withdraw_approval": "Approval withdrawn",
    "handled_outside": "Refunded another way",
    "handled_outside_void": "Record withdrawn",
    "decide": "First word on a refund",
    "ask_batch": "Bulk refund asked for",
    "approve_batch": "Bulk refund approved",
    "deny_batch": "Bulk refund denied",
    "withdraw_batch": "Bulk refund withdrawn",
    "pause_batch": "Bulk refund paused",
    "continue_batch": "Bulk refund continued",
    "end_batch": "Bulk refund given up",
    "escrow_record": "Escrow order recorded",
    "remind": "Reminder shown",
    "payment_link": "Payment link made",
    "withdraw_payment_link": "Payment link withdrawn",
    "export": "Export",
    "read_raw": "Raw answer read",
    "add_person": "Account added",
    "set_role": "Role changed",
    "disable_person": "Account closed",
}
COLUMNS = {
    "at": "Time",
    "actor": "Who",
    "action": "What",
    "object": "On",
    "before": "Before",
    "after": "After",
    "reason": "Details",
    "session": "Session",
    "seq": "Entry",
}


FILED = {
    **{name: COLUMNS[name] for name in ("at", "actor", "action", "object", "before", "after")},
    "amount": "Amount (KRW)",
    **{name: COLUMNS[name] for name in ("reason", "session", "seq")},
    "at": "Time (KST)",
    "raw": "The entry as it is sealed",
}
"""The columns of the file, in order."""


def messages() -> list[str]:
    """The messages in this module's tables."""
    return [*ACTIONS.values(), *COLUMNS.values(), *FILED.values()]


def days(visit: Visit) -> Activity:
    """The days, kept in the address; the last seven at first."""
    today = day_of(int(visit.desk.world.now()))
    return Activity(periods.days(visit.t, Period(today - timedelta(days=6), today), key="days"))


def filters(visit: Visit, wanted: Activity) -> Activity:
    """Who, what and on which payment or account; and all that this holds as a file."""
    t = visit.t
    try:
        found = query.occurring(visit.desk.store, visit.me)
    except DeskError as refused:
        st.info(sentence(refused, t), icon=":material/lock:")
        st.stop()
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        who = st.selectbox(
            t("Who"),
            ["", *found.actors],
            key="who",
            format_func=lambda a: _actor(visit, a) or t("Everyone"),
            width=170,
            label_visibility="collapsed",
        )
        what = st.selectbox(
            t("What"),
            ["", *found.actions],
            key="what",
            format_func=lambda a: _action(visit, a) or t("Everything"),
            width=170,
            label_visibility="collapsed",
        )
        on = st.text_input(
            t("On"),
            key="on",
            placeholder=t("PortOne ID or account"),
            icon=":material/search:",
            width=260,
            label_visibility="collapsed",
        )
        chosen = replace(wanted, actor=who or "", action=what or "", object=(on or "").strip())
        _file(visit, chosen)
    return chosen


def table(visit: Visit, wanted: Activity) -> None:
    """The newest entries, and older ones on demand."""
    t = visit.t
    if st.session_state.get("activity_of") != wanted:
        st.session_state.activity_of, st.session_state.activity_below = wanted, []
    trail: list[int] = st.session_state.activity_below
    below = trail[-1] if trail else None
    frame = query.entries(visit.desk.store, visit.me, wanted, below=below, limit=ROWS)
    if frame.empty:
        st.info(t("Nothing was done in these days that these filters hold."), icon=":material/inbox:")
    else:
        st.dataframe(
            shown(visit, frame),
            hide_index=True,
            row_height=rows.ROW_PX,
            height=rows.height(frame, 660),
            column_config={
                **{name: st.column_config.TextColumn(t(title)) for name, title in COLUMNS.items()},
                "action": st.column_config.TextColumn(t("What"), width=150),
                "at": st.column_config.DatetimeColumn(t("Time"), format="MM-DD HH:mm:ss", timezone="Asia/Seoul"),
                "seq": st.column_config.NumberColumn(t("Entry"), format="localized"),
            },
            alt=t("Activity"),
        )
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if st.button(t("Newer"), icon=":material/chevron_left:", disabled=not trail, key="newer"):
            trail.pop()
            st.rerun()
        if st.button(t("Older"), icon=":material/chevron_right:", disabled=len(frame) < ROWS, key="older"):
            trail.append(int(frame["seq"].iloc[-1]))
            st.rerun()
    st.caption(t("Each entry is sealed with the one before it; the command “audit verify” checks the whole chain."))


def _file(visit: Visit, wanted: Activity) -> None:
    """All entries of the filter as a workbook, in the page's words."""
    t, store = visit.t, visit.desk.store

    def lines(sums: Sums) -> Iterator[tuple[object, ...]]:
        for frame in query.batches(store, visit.me, wanted):
            sums.rows += len(frame)
            yield from filed(visit, frame).itertuples(index=False, name=None)

    def conditions(sums: Sums) -> Sequence[Condition]:
        return (
            (t("Made by"), visit.me.name),
            (t("Made at (KST)"), t.when(visit.desk.world.now())),
            (t("Days"), f"{t.day(wanted.period.first)} - {t.day(wanted.period.last)}"),
            (t("Who"), _actor(visit, wanted.actor) or t("Everyone")),
            (t("What"), _action(visit, wanted.action) if wanted.action else t("Everything")),
            (t("On"), wanted.object),
            (t("Rows"), sums.rows),
        )

    header = [t(title) for title in FILED.values()]
    labels = Labels(header, (t("Activity"), t("Conditions")), conditions, list(FILED), "activity")
    days = f"{wanted.period.first:%Y%m%d}-{wanted.period.last:%Y%m%d}"
    exporting.one_file(
        visit, lines, lambda: query.count(store, visit.me, wanted), days, labels, right=policy.SEE_ACTIVITY
    )


def shown(visit: Visit, frame: pd.DataFrame) -> pd.DataFrame:
    """The entries in words. Columns as `COLUMNS`: at (datetime KST), seq (int64), the others str."""
    names = query.account_names(visit.desk.store, visit.me)
    currencies = query.currencies(visit.desk.store, visit.me, frame["object"])
    return pd.DataFrame(
        {
            "at": pd.to_datetime(frame["at"], unit="s", utc=True).dt.tz_convert(KST),
            "actor": [_actor(visit, actor) for actor in frame["actor"]],
            "action": [_action(visit, action) for action in frame["action"]],
            "object": [plain(names.get(id, id)) for id in frame["object"]],
            "before": [_state(visit, *pair) for pair in zip(frame["action"], frame["before"], strict=True)],
            "after": [_state(visit, *pair) for pair in zip(frame["action"], frame["after"], strict=True)],
            "reason": [
                plain(activity_words.details(visit.t, action, reason, currencies.get(id, "KRW")))
                for action, reason, id in zip(frame["action"], frame["reason"], frame["object"], strict=True)
            ],
            "session": frame["session"],
            "seq": frame["seq"],
        }
    )


def filed(visit: Visit, frame: pd.DataFrame) -> pd.DataFrame:
    """The entries as a file holds them, columns as `FILED`: the words of `shown`, the amount in won where the entry has
    one (else ""), and last the entry as the chain has it."""
    told = shown(visit, frame)
    won = query.currencies(visit.desk.store, visit.me, frame["object"])
    amounts = [
        activity_words.amount(action, after, reason) if won.get(id, "KRW") == "KRW" else None
        for action, after, reason, id in zip(
            *(frame[name] for name in ("action", "after", "reason", "object")), strict=True
        )
    ]
    raw = [json.dumps(entry, ensure_ascii=False) for entry in frame.to_dict("records")]
    made = told.assign(
        at=[stamp(at) for at in frame["at"]],
        amount=pd.Series(["" if amount is None else amount for amount in amounts], dtype=object, index=told.index),
        raw=raw,
    )
    return made[list(FILED)]


def _actor(visit: Visit, actor: str) -> str:
    return visit.t("Command line") if actor == SERVER else plain(actor)


def _action(visit: Visit, action: str) -> str:
    return visit.t(ACTIONS[action]) if action in ACTIONS else action


def _state(visit: Visit, action: str, word: str) -> str:
    if word in WAYS:
        return visit.t(WAYS[word])
    if action == escrow_records.ACTION and word in SAID:
        return visit.t(SAID[Said(word)])
    work = action in KINDS and action != REFUND
    look = (WORK_LOOK if work else LOOK).get(word)
    if look is None:
        return plain(activity_words.state(visit.t, action, word))
    return look.name(visit.t.code)
