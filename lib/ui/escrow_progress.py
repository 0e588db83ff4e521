"""A delivery that was just sent from here: followed until it is certain, then read back from i'mport."""

from __future__ import annotations

import streamlit as st

from lib.errors import DeskError
from lib.journal.life import Operation
from lib.operations import escrow
from lib.text.escaping import markdown
from lib.ui import escrow_dialog, work
from lib.ui import escrow_words as words
from lib.ui.visit import Visit


def sent(visit: Visit, imp_uid: str = "") -> None:
    """What was sent from here last (of one payment, where it is named), until it is put away."""
    with st.container():  # always there: what stands below keeps its place
        for operation in work.just_sent(visit, escrow.KINDS_OF_DELIVERY):
            if imp_uid not in ("", operation.imp_uid):
                continue
            if work.runs(visit, operation):
                work.follow(visit, (operation.id,))
            else:
                _ended(visit, operation)


def _ended(visit: Visit, operation: Operation) -> None:
    t, kept = visit.t, operation.code == escrow.KEPT
    if kept:
        st.warning(words.outcome(operation, t), icon=":material/edit_note:")
    else:
        work.outcome(visit, operation)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        if not kept:
            st.caption(_read_back(visit, operation), width="content")
        elif st.button(t("Show what to type"), icon=":material/content_copy:", type="primary", key="escrow_to_type"):
            escrow_dialog.open_dialog(visit, operation.imp_uid)
        if st.button(t("Put away"), type="tertiary", icon=":material/close:", key="escrow_away"):
            work.forget()
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
