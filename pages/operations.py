"""Work in progress: every operation that is not certain yet, money on its way to customers, and the latest."""

import streamlit as st

from lib.operations import promises, refunds
from lib.ui import operations_table, promises_table, refunded_table, visit
from lib.ui.heads import head

here = visit.required()
t = here.t

with head(t("Work in progress")):
    st.caption(t("Checked again every 20 seconds"))
operations_table.draw(here, refunds.open_operations(here.desk.store), empty=t("Nothing needs attention."))
st.subheader(t("Money on its way"), anchor=False)
promises_table.draw(here, promises.open_promises(here.desk.store, here.me, here.desk.world.now()))
refunded_table.draw(here)
st.subheader(t("Latest work"), anchor=False)
operations_table.draw(here, refunds.latest(here.desk.store, 50), empty=t("Nothing was done from here yet."))
