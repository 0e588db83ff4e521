"""Choices that live in the address, by their codes: a link shared today means the same tomorrow and in both languages.

Streamlit's own binding writes the shown label, which carries counts and changes with the language.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

FIRST, LAST = date(2000, 1, 1), date(2099, 12, 31)


def moved() -> bool:
    """Whether this run came of the browser's Back or Forward."""
    run = get_script_run_ctx()
    return run is not None and run.is_history_navigation


def unread(key: str) -> bool:
    """Whether the address says what the widget `key` holds: before it is first drawn, and when the browser went back or
    forward."""
    if moved():
        st.session_state.pop(key, None)
    return key not in st.session_state


def one(key: str, options: Collection[str], default: str) -> None:
    """Before the widget `key` is drawn: its state from the address when `unread`, `default` when that says nothing or
    what was chosen is not offered any more."""
    if unread(key):
        st.session_state[key] = st.query_params.get(key, default)
    if st.session_state[key] not in options:
        st.session_state[key] = default


def many(key: str, options: Collection[str]) -> None:
    """The same for a widget of several choices."""
    if unread(key):
        st.session_state[key] = [value for value in st.query_params.get_all(key) if value in options]


def days(key: str) -> tuple[date, ...] | None:
    """The range of days in the address: its first and its last, () when there is none, None when it cannot be read, runs
    backwards or lies in another century."""
    told = st.query_params.get_all(key)
    try:
        found = [date.fromisoformat(text) for text in told]
    except ValueError:
        return None
    if not found:
        return ()
    first, last = found[0], found[-1]
    return (first, last) if len(found) < 3 and FIRST <= first <= last <= LAST else None


def keep(key: str, default: str = "") -> None:
    """After the widget `key`: write its choice into the address, or take it out when it is the default."""
    value = st.session_state.get(key)
    if not value or value == default:
        st.query_params.pop(key, None)
    else:
        st.query_params[key] = value


def query() -> dict[str, list[str]]:
    """The address's query as it stands."""
    return {name: st.query_params.get_all(name) for name in st.query_params}


def forget(*keys: str) -> None:
    """Back to the defaults, in the widgets and in the address."""
    for key in keys:
        st.session_state.pop(key, None)
        st.query_params.pop(key, None)
