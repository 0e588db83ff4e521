"""What one does with a virtual account that waits: remind the customer, or close it."""

from __future__ import annotations

from typing import NamedTuple

import streamlit as st

from lib.errors import DeskError
from lib.operations import reminders, vbanks
from lib.text.escaping import markdown
from lib.text.sentences import sentence
from lib.ui import dialogs
from lib.ui.visit import Visit

REASONS = {
    "asked": "The customer asked for it",
    "order": "The order was cancelled",
    "other_way": "Paid another way",
    "deadline": "The deadline is over",
    "other": "Other",
}


class Account(NamedTuple):
    """One account as a list shows it: masked."""

    imp_uid: str
    bank: str
    number: str
    amount: str


def remind(visit: Visit, imp_uid: str) -> None:
    """Show the reminder in both languages; what it says is read from i'mport once, when the dialog opens."""
    t = visit.t
    st.session_state.pop("reminder", None)

    @st.dialog(t("Deposit reminder"), width="medium", on_dismiss="rerun")
    def show() -> None:
        found = st.session_state.get("reminder")
        if found is None:
            try:
                with st.spinner(t("Reading the payment from i'mport …")):
                    found = reminders.remind(visit.desk.journal, visit.me, imp_uid)
            except DeskError as wrong:
                st.error(sentence(wrong, t), icon=":material/error:")
                return
            st.session_state.reminder = found
        st.caption(
            t("For the customer alone: it holds the name and the whole account number. Showing it is on record.")
        )
        for title, text in (("한국어", found.ko), ("English", found.en)):
            st.markdown(f"**{title}**")
            st.code(text, language=None, wrap_lines=True)

    show()


def close(visit: Visit, account: Account) -> None:
    """Ask for the reason, then close the account; a double click carries the same nonce and is one operation."""
    t = visit.t
    nonce = visit.desk.world.nonce()

    @st.dialog(t("Close the virtual account"), width="medium", on_dismiss="rerun")
    def show() -> None:
        st.markdown(f"{markdown(account.bank)} {markdown(account.number)} · **{markdown(account.amount)}**")
        st.warning(
            t("Nobody can pay into it any more, and the payment turns failed. This cannot be undone."),
            icon=":material/info:",
        )
        choice = st.selectbox(
            t("Reason"),
            list(REASONS),
            index=None,
            key="close_reason",
            format_func=lambda code: t(REASONS[code]),
            placeholder=t("Choose"),
        )
        more = st.text_input(t("Details"), key="close_details", max_chars=60)
        reason = " ".join(part for part in (t(REASONS[choice]) if choice else "", more.strip()) if part)
        whole = bool(choice) and (choice != "other" or bool(more.strip()))
        if dialogs.footer(visit, t("Close the account"), enabled=whole, key="close_confirm", close_key="close_cancel"):
            dialogs.send(
                visit,
                lambda: [vbanks.close(visit.desk.journal, visit.me, account.imp_uid, reason, nonce)],
                t("Reading the payment from i'mport …"),
            )

    show()
