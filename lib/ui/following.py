"""Pages that follow what they show: a fragment asks the store every few seconds and redraws only what changed.

What is asked is a row or a counter; i'mport is asked by the webhook's thread and the sync alone. A page with an open
dialog is left as it is, for a redrawing would close it under somebody's hands; so these are called at the end of a page.
"""

from __future__ import annotations

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from lib.payments.record import Payment
from lib.payments.state import State
from lib.queries import payments as query
from lib.queries import totals
from lib.queries.filters import Filter
from lib.ui.visit import Visit

FRESH_S = 120
OPEN = (State.UNFINISHED, State.WAITING)


def payment(visit: Visit, imp_uid: str, shown: Payment | None) -> None:
    """Follow a payment that may change soon: open, changed in the last two minutes, or not here yet (`shown` None)."""
    if _dialog_open():
        return
    if shown is None:
        _mark(visit, imp_uid, None)
    elif shown.state in OPEN or visit.desk.world.now() - shown.status_at < FRESH_S:
        _mark(visit, imp_uid, (shown.listed_as.value, shown.status_at, shown.amount, shown.cancel_amount))


def _dialog_open() -> bool:
    """Whether this run of the page has opened a dialog; it stays open until the page runs again."""
    run = get_script_run_ctx()
    return run is not None and run.has_dialog_opened


@st.fragment(run_every="1s")
def _mark(visit: Visit, imp_uid: str, known: tuple[object, ...] | None) -> None:
    if query.mark(visit.desk.store, visit.me, imp_uid) != known:
        st.rerun()


def first_page(visit: Visit, wanted: Filter, sort: str, size: int, shown: query.Page) -> None:
    """Follow the first page of the list: it is drawn again when a row of it came, went or changed its state."""
    if _dialog_open():
        return
    st.session_state.followed = None
    _rows(visit, wanted, sort, size, _rows_of(shown))


@st.fragment(run_every="2s")
def _rows(visit: Visit, wanted: Filter, sort: str, size: int, known: list[tuple[object, ...]]) -> None:
    desk, followed = visit.desk, st.session_state.followed
    if followed is None:  # just drawn
        st.session_state.followed = 0
        return
    changes = totals.changes(desk.store, visit.me)
    if changes == followed:
        return
    st.session_state.followed = changes
    if _rows_of(query.page(desk.store, visit.me, wanted, now=desk.world.now(), sort=sort, size=size)) != known:
        st.rerun()


def mark(visit: Visit) -> int:
    """How the totals stand; to be taken before the page reads what it shows, and given to `totals_moved` at its end."""
    return totals.changes(visit.desk.store, visit.me)


def totals_moved(visit: Visit, seen: int) -> None:
    """Draw the page again when any payment has changed the totals since `seen`, at most every five seconds."""
    if not _dialog_open():
        st.session_state.moved = None
        _moved(visit, seen)


@st.fragment(run_every="5s")
def _moved(visit: Visit, seen: int) -> None:
    if st.session_state.moved is None:  # just drawn
        st.session_state.moved = seen
    elif mark(visit) != seen:
        st.rerun()


def _rows_of(page: query.Page) -> list[tuple[object, ...]]:
    return list(page.frame[["imp_uid", "state", "balance"]].itertuples(index=False, name=None))
