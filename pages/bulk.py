"""Bulk refunds: a file is tried out and asked for here; each one asked for has a view of its own."""

import streamlit as st

from lib.operations import batches
from lib.ui import batch, batch_upload, visit
from lib.ui.heads import head

here = visit.required()
t = here.t
chosen = st.query_params.get("batch", "")

with head(t("Bulk refunds")):
    if chosen:
        batch.back(here)
    else:
        batch_upload.template(here)
if chosen:
    batch.draw(here, chosen)
else:
    batch_upload.draw(here)
    st.subheader(t("Uploaded files"), anchor=False)
    batch.table(here, batches.latest(here.desk.journal, here.me))
