"""The foot of a dialog that asks for one thing: what went wrong, Close, and the button that says what it does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext

import streamlit as st

from lib.errors import DeskError
from lib.journal.life import Operation
from lib.text.sentences import sentence
from lib.ui import work
from lib.ui.visit import Visit

WRONG = "dialog_wrong"
"""In the session: why the last attempt from the open dialog was refused."""


def opened() -> None:
    """A dialog opens: nothing of the one before is wrong in it."""
    st.session_state.pop(WRONG, None)


def close(visit: Visit, key: str) -> None:
    """The button that only closes."""
    if st.button(visit.t("Close"), key=key):
        st.rerun()


def footer(visit: Visit, label: str, *, enabled: bool, key: str, close_key: str) -> bool:
    """What went wrong last time, Close, and the button that says what it does. What `label` names belongs into `key`: a
    click on a button that named something else is lost."""
    if wrong := st.session_state.pop(WRONG, None):
        st.error(wrong, icon=":material/error:")
    with st.container(horizontal=True, horizontal_alignment="right"):
        close(visit, close_key)
        return bool(st.button(label, type="primary", disabled=not enabled, key=key))


def send(visit: Visit, act: Callable[[], Sequence[Operation]], doing: str = "") -> None:
    """Do what the dialog was confirmed for, under a spinner that says what is being done, and close it; what is wrong is
    shown in it."""
    try:
        with st.spinner(doing) if doing else nullcontext():
            work.sent(act())
    except DeskError as wrong:
        st.session_state[WRONG] = sentence(wrong, visit.t)
        st.rerun(scope="fragment")
    st.rerun()
