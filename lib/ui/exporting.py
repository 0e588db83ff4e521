"""The export menu: a job that writes the whole filtered result, its progress, and the link to the finished file."""

from __future__ import annotations

import streamlit as st

from lib.errors import DeskError
from lib.people import policy
from lib.queries.payments import Filter
from lib.reports.workbooks import jobs
from lib.text.sentences import sentence
from lib.ui.visit import Visit

KINDS = {"xlsx": "Excel (XLSX)", "csv": "CSV"}


def menu(visit: Visit, wanted: Filter) -> None:
    """Choose a kind; then progress, then the file. Only for those who may take data out."""
    t = visit.t
    if not policy.may(visit.me, policy.EXPORT):
        return
    with st.container(horizontal=True, width="content", vertical_alignment="center"):
        kind = st.menu_button(
            t("Export"), list(KINDS), icon=":material/download:", format_func=KINDS.__getitem__, key="export"
        )
        if kind:
            try:
                st.session_state.export_job = jobs.start(
                    visit.desk.store, visit.me, visit.desk.world, wanted, kind, visit.t
                )
            except DeskError as wrong:
                st.error(sentence(wrong, t), icon=":material/error:")
        if job := st.session_state.get("export_job"):
            _follow(visit, job)


@st.fragment(run_every="1s")
def _follow(visit: Visit, job: str) -> None:
    t = visit.t
    now = jobs.progress(job, visit.me)
    if now is None:
        st.session_state.pop("export_job", None)
        return
    if now.problem:
        st.error(sentence(now.problem, t), icon=":material/error:")
        st.session_state.pop("export_job", None)
    elif now.done:
        title = t("Download {file}", file=now.file_name)
        st.html(f'<a class="pd-download" href="/exports/{job}" download>{title}</a>', width="content")
    else:
        share = now.rows / now.total if now.total else 0.0
        st.progress(min(1.0, share), t("Writing: {n} rows", n=t.number(now.rows)), width=220)
