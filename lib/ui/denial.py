"""No, with what the one who asked should know."""

from __future__ import annotations

import streamlit as st

from lib.operations.approvals import WHY_CHARS_MAX
from lib.text.escaping import markdown
from lib.ui.visit import Visit


def draw(visit: Visit, requested_by: str, label: str, *, field: str, button: str) -> str:
    """A box that asks why and only then can be pressed; the reason in the run in which it was, else "". `field` and
    `button` are their keys."""
    t = visit.t
    with st.popover(t("Deny")):
        why = st.text_input(t("Why, for {name}", name=markdown(requested_by)), key=field, max_chars=WHY_CHARS_MAX)
        return why if st.button(label, key=button, disabled=not why.strip()) else ""
