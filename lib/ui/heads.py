"""The head of a page: its title at the left, its own controls at the right."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st


@contextmanager
def head(title: str) -> Iterator[None]:
    """Draw the title; what is drawn inside stands at the right of it (below it on a narrow screen)."""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.title(title, anchor=False, width="content")
        with st.container(horizontal=True, width="content", vertical_alignment="center", gap="small"):
            yield
