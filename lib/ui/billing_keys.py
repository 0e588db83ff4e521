"""The list of billing keys: search, states, and a row for each subscriber.

What somebody typed into the search box never gets into the address, for it may be personal data.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from lib.iamport.schedules import Schedule
from lib.payments.days import KST
from lib.payments.failures import Retry, failure_of
from lib.payments.state import State
from lib.queries.billing_keys import Subscriber
from lib.text.escaping import plain
from lib.ui import address, links, navigation, rows
from lib.ui.states import LOOKS, Look
from lib.ui.visit import Visit

PAGE_ROWS = 50
STATES = {
    "failed": LOOKS[State.FAILED],
    "paid": LOOKS[State.PAID],
    "new": Look("Not charged yet", "blue", LOOKS[State.WAITING].pill),
    "deleted": Look("Deleted", "gray", LOOKS[State.CANCELLED].pill),
}
RETRY = {
    Retry.NOW: "try again",
    Retry.LATER: "try again later",
    Retry.NEVER: "new card needed",
}


def messages() -> list[str]:
    """The messages in this module's tables."""
    return [*(look.title for look in STATES.values()), *RETRY.values()]


def register(visit: Visit) -> None:
    """The way to the payment window, where alone a card is registered: its number never comes here."""
    if not navigation.offered(visit, "checkout"):
        return
    if st.button(visit.t("Register a card"), icon=":material/add_card:", key="register"):
        st.session_state.pop("preset", None)
        links.to(visit, "checkout", preset="billing_key")


def search_box(visit: Visit) -> str:
    """What was typed."""
    t = visit.t
    typed = st.text_input(
        t("Search"),
        key="key_search",
        placeholder=t("Customer ID, holder's name, card's last four"),
        icon=":material/search:",
        label_visibility="collapsed",
        persist_state="session",
        max_chars=80,
    )
    return (typed or "").strip()


def tabs(visit: Visit, counts: Mapping[str, int]) -> str:
    """The states with how many keys stand in each; the chosen one, "" for all but the deleted."""
    t = visit.t
    whole = sum(n for state, n in counts.items() if state != "deleted")
    shown = {"all": t("All {n}", n=t.number(whole))}
    shown |= {state: f"{t(look.title)} {t.number(counts[state])}" for state, look in STATES.items()}
    address.one("keys", shown, "all")
    chosen = st.segmented_control(
        t("State"), list(shown), required=True, key="keys", format_func=shown.__getitem__, label_visibility="collapsed"
    )
    address.keep("keys", "all")
    return "" if chosen in (None, "all") else str(chosen)


def table(visit: Visit, found: list[Subscriber], coming: Mapping[str, Schedule]) -> Subscriber | None:
    """One row a key; the one that was just clicked."""
    t = visit.t
    nexts = [coming.get(key.customer_uid) for key in found]
    frame = pd.DataFrame(
        {
            "state": [[t(STATES[key.state].title)] for key in found],
            "customer_uid": [plain(key.customer_uid) for key in found],
            "holder": [plain(key.holder) for key in found],
            "card": [plain(f"{key.card_name} {key.card_number}".strip()) for key in found],
            "last": _times([key.last.at if key.last else 0 for key in found]),
            "amount": pd.array([key.last.amount if key.last else None for key in found], dtype="Int64"),
            "told": [told(visit, key) for key in found],
            "failures": pd.array([key.failures or None for key in found], dtype="Int64"),
            "next": _times([schedule.schedule_at if schedule else 0 for schedule in nexts]),
            "next_amount": pd.array([schedule.amount if schedule else None for schedule in nexts], dtype="Int64"),
            "rate": [_rate(visit, key) for key in found],
        }
    )
    looks = STATES.values()
    at = rows.clicked(
        frame,
        {
            "state": st.column_config.MultiselectColumn(
                t("State"),
                options=[t(look.title) for look in looks],
                color=[look.pill[visit.dark] for look in looks],
                width=92,
            ),
            "customer_uid": st.column_config.TextColumn(t("Customer ID"), width=112),
            "holder": st.column_config.TextColumn(t("Holder"), width=68),
            "card": st.column_config.TextColumn(t("Issuer and card"), width=138),
            "last": st.column_config.DatetimeColumn(t("Last charge"), format="MM-DD HH:mm", timezone="Asia/Seoul"),
            "amount": st.column_config.NumberColumn(t("Amount (KRW)"), format="localized"),
            "told": st.column_config.TextColumn(t("Reason of failure"), width=178 if t.code == "ko" else 236),
            "failures": st.column_config.NumberColumn(t("Failed in a row"), format="localized"),
            "next": st.column_config.DatetimeColumn(t("Next"), format="MM-DD HH:mm", timezone="Asia/Seoul"),
            "next_amount": st.column_config.NumberColumn(t("Next (KRW)"), format="localized"),
            "rate": st.column_config.TextColumn(t("Success"), width=104),
        },
        key="billing_keys",
        tallest=660,
        placeholder="",
        alt=t("Billing keys"),
    )
    return None if at is None else found[at]


def told(visit: Visit, key: Subscriber) -> str:
    """Why the last charge failed, and whether trying again can help; "" when it did not."""
    if key.state != "failed" or key.last is None:
        return ""
    failure = failure_of(key.last.fail_reason)
    return f"{visit.t(failure.title)} · {visit.t(RETRY[failure.retry])}"


def _rate(visit: Visit, key: Subscriber) -> str:
    t = visit.t
    if not key.charges:
        return ""
    return f"{t.percent(key.paid / key.charges, 0)} ({t.number(key.paid)}/{t.number(key.charges)})"


def nothing(visit: Visit, typed: str) -> None:
    """No row: why, and what else there is to do. A key that was never paid with is known to i'mport alone."""
    t = visit.t
    if not typed:
        st.info(t("No billing key in this state."), icon=":material/inbox:")
        return
    st.info(t("No payment here was made with such a key."), icon=":material/search_off:")
    if st.button(t("Look the ID up at i'mport"), icon=":material/travel_explore:", key="look_up"):
        links.to_key(visit, typed)


def _times(seconds: list[int]) -> pd.Series[pd.Timestamp]:
    """Epoch seconds as KST times; 0 is an empty cell."""
    shown = pd.Series([at or None for at in seconds], dtype="Int64")
    return pd.to_datetime(shown, unit="s", utc=True).dt.tz_convert(KST)
