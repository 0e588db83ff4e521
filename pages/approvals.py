"""Approvals: refunds above a limit, and files of refunds, that wait for a second person."""

import streamlit as st

from lib.operations import approvals, batches
from lib.ui import answers, approvals_queue, visit

here = visit.required()

st.title(here.t("Approvals"), anchor=False)
waiting = approvals.waiting(here.desk.journal, here.me)
files = batches.waiting(here.desk.journal, here.me)
approvals_queue.draw(here, waiting, files)
answers.draw(here)
approvals_queue.follow(here, waiting, files)
