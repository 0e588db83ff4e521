"""An operation that is no refund, followed where it was asked for: sending, being checked, done or refused."""

from __future__ import annotations

import streamlit as st

from lib.journal.life import Operation, State
from lib.operations import refunds
from lib.text.escaping import plain
from lib.text.sentences import sentence_of
from lib.ui.visit import Visit

SENT = "work_sent"
"""In the session: the operation that was just asked for from here."""


def watch(visit: Visit, operation: Operation, done: str, about: str = "") -> None:
    """Its outcome, followed while it is open. `done`: the sentence for success; `about`: which one it is."""
    if operation.open:
        _progress(visit, operation.id, done, about)
    else:
        _outcome(visit, operation, done, about)


@st.fragment(run_every="1s")
def _progress(visit: Visit, operation_id: str, done: str, about: str) -> None:
    operation = refunds.operation(visit.desk.store, operation_id)
    if not operation.open:
        st.rerun()
    _outcome(visit, operation, done, about)


def _outcome(visit: Visit, operation: Operation, done: str, about: str) -> None:
    t = visit.t
    match operation.state:
        case State.PREPARED | State.SENDING:
            st.info(t("Sending. It goes on if you close this page."), icon=":material/send:")
        case State.CONFIRMED:
            st.success(done, icon=":material/check_circle:")
        case State.UNKNOWN:
            st.warning(sentence_of("work_checking", t), icon=":material/hourglass_top:")
        case State.NEEDS_HUMAN | State.LATE_REVIEW:
            st.warning(sentence_of("work_needs_human", t), icon=":material/person_alert:")
        case _:
            st.error(sentence_of(operation.code or "not_done", t), icon=":material/block:")
    parts = [about, t("The gateway's words: {text}", text=plain(operation.message)) if operation.message else ""]
    if operation.open:
        by, at = plain(operation.requested_by), t.time(operation.created_at)
        parts.append(t("asked for by {name} at {time}", name=by, time=at))
    if any(parts):
        st.text(" · ".join(part for part in parts if part))
