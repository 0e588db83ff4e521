"""Refunds in progress: every operation that is not certain yet, and the ones of today."""

import streamlit as st

from lib.operations import refunds
from lib.ui import operations_table, visit
from lib.ui.heads import head

here = visit.required()
t = here.t

with head(t("Refunds in progress")):
    st.caption(t("Checked again every 20 seconds"))
operations_table.draw(here, refunds.open_operations(here.desk.store), empty=t("No refund needs attention."))
st.subheader(t("Latest refunds"), anchor=False)
operations_table.draw(here, refunds.latest(here.desk.store, 50), empty=t("No refund was made from here yet."))
