"""A delivery that was just sent: followed until it is certain, then read back from i'mport."""

from __future__ import annotations

import streamlit as st

from lib.errors import DeskError
from lib.journal.life import Operation, State, look_of
from lib.operations import escrow, refunds
from lib.text.escaping import markdown, plain
from lib.ui import escrow_dialog
from lib.ui import escrow_words as words
from lib.ui.visit import Visit

SENT = "escrow_sent"
"""In the session: the id of the operation that was sent from here."""


def sent(visit: Visit, imp_uid: str = "") -> None:
    """What was sent from here last (of one payment, where it is named), until it is put away."""
    kept = st.session_state.get(SENT)
    with st.container():  # always there: what stands below keeps its place
        if not kept:
            return
        operation = refunds.operation(visit.desk.store, kept)
        if imp_uid and operation.imp_uid != imp_uid:
            return
        if operation.open and operation.state is not State.NEEDS_HUMAN:
            follow(visit, operation.id)
        else:
            _ended(visit, operation)


@st.fragment(run_every="1s")
def follow(visit: Visit, operation_id: str) -> None:
    """Polls the journal's row; a closed tab changes nothing."""
    t = visit.t
    operation = refunds.operation(visit.desk.store, operation_id)
    if not operation.open or operation.state is State.NEEDS_HUMAN:
        st.rerun()
    if operation.state is State.UNKNOWN:
        told = f"{_parcel(visit, operation)}: {words.outcome(operation, t)}"
        st.warning(told, icon=":material/hourglass_top:")
        st.caption(t("Next check at {time}.", time=t.time(operation.next_check_at or operation.created_at)))
    else:
        sending = t("Registering {parcel}. It goes on if you close this page.", parcel=_parcel(visit, operation))
        st.info(sending, icon=":material/send:")


def _ended(visit: Visit, operation: Operation) -> None:
    t, parcel = visit.t, _parcel(visit, operation)
    kept = operation.code == escrow.KEPT
    if operation.state is State.CONFIRMED:
        st.success(t("Registered: {parcel}.", parcel=parcel), icon=":material/check_circle:")
    elif kept:
        st.warning(words.outcome(operation, t), icon=":material/edit_note:")
    else:
        look = look_of(operation)
        state = look.ko if t.code == "ko" else look.en
        st.error(f"{parcel} · {state}. {words.outcome(operation, t)}", icon=":material/error:")
        if operation.message:
            st.caption(t("The gateway's words: {text}", text=markdown(operation.message)))
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        if not kept:
            st.caption(_read_back(visit, operation), width="content")
        elif st.button(t("Show what to type"), icon=":material/content_copy:", type="primary", key="escrow_to_type"):
            escrow_dialog.open_dialog(visit, operation.imp_uid)
        if st.button(t("Put away"), type="tertiary", icon=":material/close:", key="escrow_away"):
            st.session_state.pop(SENT)
            st.rerun()


def _read_back(visit: Visit, operation: Operation) -> str:
    """What i'mport has now; read once for each state of the operation."""
    t = visit.t
    seen = st.session_state.get("escrow_read_back")
    mark = (operation.id, operation.version)
    if not seen or seen[0] != mark:
        try:
            found = escrow.registered(visit.desk.iamport, operation.imp_uid)
        except DeskError as wrong:
            return markdown(words.wrong(wrong, t))
        seen = st.session_state.escrow_read_back = (mark, found, visit.desk.world.now())
    _, found, at = seen
    if found is None:
        return t("i'mport has no delivery of this order (read {time}).", time=t.time(at))
    return t(
        "i'mport has now: {parcel}, sent {sent} (read {time}).",
        parcel=markdown(words.parcel(found.company, found.invoice, t)),
        sent=t.short_when(found.sent_at),
        time=t.time(at),
    )


def _parcel(visit: Visit, operation: Operation) -> str:
    delivery = escrow.delivery_of(operation)
    return plain(words.parcel(delivery.company, delivery.invoice, visit.t))
