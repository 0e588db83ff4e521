"""Approvals: refunds above a limit that wait for a second person."""

import streamlit as st

from lib.operations import approvals, batches
from lib.ui import approvals_queue, visit
from lib.ui.heads import head

here = visit.required()
t = here.t

with head(t("Approvals")):
    st.caption(t("A request expires after 30 minutes"))
approvals_queue.draw(
    here,
    approvals.waiting(here.desk.journal, here.me),
    batches.waiting(here.desk.journal, here.me),
)
