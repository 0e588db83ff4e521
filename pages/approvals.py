"""Approvals: refunds above a limit, and files of refunds, that wait for a second person."""

import streamlit as st

from lib.operations import approvals, batches
from lib.ui import approvals_queue, visit

here = visit.required()

st.title(here.t("Approvals"), anchor=False)
approvals_queue.draw(
    here,
    approvals.waiting(here.desk.journal, here.me),
    batches.waiting(here.desk.journal, here.me),
)
