"""Choices that live in the address, by their codes: a link shared today means the same tomorrow and in both languages.

Streamlit's own binding writes the shown label, which carries counts and changes with the language.
"""

from __future__ import annotations

from collections.abc import Collection

import streamlit as st


def one(key: str, options: Collection[str], default: str) -> None:
    """Before the widget `key` is drawn: its state from the address the first time, `default` when that says nothing."""
    if key not in st.session_state:
        given = st.query_params.get(key, default)
        st.session_state[key] = given if given in options else default


def many(key: str, options: Collection[str]) -> None:
    """The same for a widget of several choices."""
    if key not in st.session_state:
        st.session_state[key] = [value for value in st.query_params.get_all(key) if value in options]


def keep(key: str, default: str = "") -> None:
    """After the widget `key`: write its choice into the address, or take it out when it is the default."""
    value = st.session_state.get(key)
    if not value or value == default:
        st.query_params.pop(key, None)
    else:
        st.query_params[key] = value


def forget(*keys: str) -> None:
    """Back to the defaults, in the widgets and in the address."""
    for key in keys:
        st.session_state.pop(key, None)
        st.query_params.pop(key, None)
