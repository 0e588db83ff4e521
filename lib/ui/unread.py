"""Payments that cannot be understood: which, why, and what to do about them."""

from __future__ import annotations

from collections.abc import Collection

import streamlit as st

from lib.queries import unread as query
from lib.text.escaping import markdown
from lib.text.language import Language
from lib.ui import columns, rows
from lib.ui.visit import Visit

FIELDS = {
    **{name: title for name, title in columns.TITLES.items() if name not in ("time", "state", "method", "card")},
    "paid_at": "Time of payment",
    "status": "State",
    "pay_method": "Method",
    "bank_name": "Bank",
    "card_type": "Kind of card",
    "vbank_num": "Account number",
    "vbank_date": "Deadline",
    "vbank_issued_at": "Time the account was issued",
    "started_at": "Time requested",
    "failed_at": "Time of failure",
    "cancelled_at": "Time of cancellation",
    "cancel_history": "History of cancellations",
    "customer_uid": "Billing key",
    "custom_data": "Merchant's own data",
    "cash_receipt_issued": "Cash receipt",
}
"""What i'mport's fields are called; others stand under their own names."""


def messages() -> list[str]:
    """The messages in this module's table."""
    return [*FIELDS.values()]


def sentence(why: str, t: Language) -> str:
    """What cannot be read, naming the field; `why` as the reading said it."""
    field = query.field_of(why)
    if not field:
        return t("The record as a whole cannot be understood.")
    if field not in FIELDS:
        return t("The value of {field} cannot be understood.", field=field)
    return t("The value of {title} ({field}) cannot be understood.", title=t(FIELDS[field]), field=field)


def told(visit: Visit, imp_uids: Collection[str]) -> bool:
    """Of these payments say each that is among those set aside, and why; False where there is none."""
    t, aside = visit.t, query.among(visit.desk.store, visit.me, imp_uids)
    for one in aside:
        st.warning(
            t(
                "**{imp_uid}** is at PortOne, but its record could not be read; it is in no list and no total. {why} Look it up"
                " in PortOne's console. The desk tries again every ten minutes.",
                imp_uid=markdown(one.imp_uid),
                why=markdown(sentence(one.why, t)),
            ),
            icon=":material/report:",
        )
    return bool(aside)


def panel(visit: Visit) -> None:
    """The payments set aside, folded up; nothing where there is none."""
    t, frame = visit.t, query.listed(visit.desk.store, visit.me)
    if frame.empty:
        return
    title = t.each("{n} payment could not be read", "{n} payments could not be read", len(frame))
    with st.expander(title, icon=":material/report:", key="unread"):
        st.markdown(
            t(
                "They are in no list and no total. Look the number up in PortOne's console and tell PortOne what is wrong"
                " with the record. The desk tries again every ten minutes; once it can be read it leaves this list."
            )
        )
        frame["imp_uid"] = [name or t("unknown") for name in frame["imp_uid"]]
        frame.insert(1, "told", [sentence(why, t) for why in frame["why"]])
        times = st.column_config.DatetimeColumn
        st.dataframe(
            frame,
            hide_index=True,
            row_height=rows.ROW_PX,
            height=rows.height(frame, 240),
            column_config={
                "imp_uid": st.column_config.TextColumn(t("PortOne ID"), width=150),
                "told": st.column_config.TextColumn(t("What cannot be read"), width=360),
                "why": st.column_config.TextColumn(t("As the reading says it")),
                "first_at": times(t("First seen"), format="MM-DD HH:mm", timezone="Asia/Seoul", width=110),
                "last_at": times(t("Last tried"), format="MM-DD HH:mm", timezone="Asia/Seoul", width=110),
            },
            alt=title,
        )
