"""How a shown state looks: its title and its colour, the same on every page."""

from __future__ import annotations

from typing import Literal, NamedTuple

from lib.payments.state import State

Colour = Literal["red", "orange", "yellow", "blue", "green", "violet", "gray"]


class Look(NamedTuple):
    """`title` (English message), `colour` for badges, `pill` for cells of a table."""

    title: str
    colour: Colour
    pill: str


LOOKS: dict[State, Look] = {
    State.PAID: Look("Paid", "green", "#16A34A"),
    State.PARTLY_CANCELLED: Look("Partly cancelled", "orange", "#EA580C"),
    State.CANCELLED: Look("Fully cancelled", "gray", "#64748B"),
    State.WAITING: Look("Awaiting deposit", "blue", "#2563EB"),
    State.FAILED: Look("Failed", "red", "#DC2626"),
    State.UNFINISHED: Look("Left unfinished", "gray", "#94A3B8"),
}
