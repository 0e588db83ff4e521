"""Escrow: orders by where they stand, deliveries one by one, and a pasted column of invoice numbers."""

import streamlit as st

from lib.people import policy
from lib.ui import escrow_board, escrow_column, escrow_progress, following, visit
from lib.ui.heads import head

here = visit.required()
t = here.t
pasting = st.query_params.get("view") == "column" and policy.may(here.me, policy.SHIP)

with head(t("Escrow")):
    if pasting:
        escrow_column.back(here)
    elif policy.may(here.me, policy.SHIP):
        escrow_column.enter(here)
if pasting:
    escrow_progress.sent(here)
    escrow_column.draw(here)
else:
    seen = following.mark(here)
    escrow_progress.sent(here)
    escrow_board.draw(here)
    following.totals_moved(here, seen)
