"""How a shown state looks: its title and its colour, the same on every page."""

from __future__ import annotations

from typing import Literal, NamedTuple

import streamlit as st

from lib.payments.record import Payment
from lib.payments.state import State
from lib.text.language import Language

Colour = Literal["red", "orange", "yellow", "blue", "green", "violet", "gray"]


class Look(NamedTuple):
    """`title` (English message), `colour` for badges, `pill` for cells of a table on a light and on a dark page."""

    title: str
    colour: Colour
    pill: tuple[str, str]


LOOKS: dict[State, Look] = {
    State.PAID: Look("Paid", "green", ("#DCFCE7", "#14532D")),
    State.PARTLY_CANCELLED: Look("Partly cancelled", "orange", ("#FFEDD5", "#7C2D12")),
    State.CANCELLED: Look("Fully cancelled", "gray", ("#E2E8F0", "#334155")),
    State.WAITING: Look("Awaiting deposit", "blue", ("#DBEAFE", "#1E3A8A")),
    State.FAILED: Look("Failed", "red", ("#FEE2E2", "#7F1D1D")),
    State.UNFINISHED: Look("Left unfinished", "gray", ("#F1F5F9", "#1E293B")),
    State.TEST: Look("Test", "violet", ("#EDE9FE", "#4C1D95")),
}


def badges(t: Language, payment: Payment) -> None:
    """How a payment stands, and before it that it is a test."""
    if payment.sandbox:
        st.badge(t(LOOKS[State.TEST].title), icon=":material/science:", color=LOOKS[State.TEST].colour)
    st.badge(t(LOOKS[payment.state].title), color=LOOKS[payment.state].colour)
