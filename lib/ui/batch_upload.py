"""A file of refunds: chosen, tried out row by row, and asked for with its total typed."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from lib.errors import DeskError
from lib.operations import batch_file, batch_trial, batches
from lib.operations.batch_file import NEEDED, TITLES, BatchFile
from lib.operations.batch_trial import Verdict
from lib.payments.money import typed_won
from lib.text.escaping import markdown, plain
from lib.text.sentences import sentence, sentence_of, shown_facts
from lib.ui import links, remedies, rows
from lib.ui.visit import Visit

DRY = "bulk_dry_run"
"""In the session: (the upload's id, the file, its verdicts), so that a rerun neither parses nor asks again."""


def template(visit: Visit) -> None:
    """A file with the headings and a row that shows how one is filled in."""
    t = visit.t
    st.download_button(
        t("Template"),
        batch_file.TEMPLATE.encode(),
        file_name=f"{t('bulk-refunds')}.csv",
        mime="text/csv",
        icon=":material/description:",
        key="bulk_template",
    )


def draw(visit: Visit) -> None:
    """Choose a file; then what the dry run found, and the way to ask for it."""
    t = visit.t
    st.caption(
        t(
            "One row a refund, with the columns {columns}; the order number may stand in place of the PortOne ID. Nothing is"
            " sent before a second person has approved the file.",
            columns=", ".join(TITLES[column] for column in NEEDED),
        )
    )
    uploaded = st.file_uploader(
        t("File of refunds (XLSX or CSV, at most {n} rows)", n=t.number(batch_file.ROWS_MAX)),
        type=["xlsx", "csv"],
        key=f"bulk_file_{st.session_state.get('bulk_asked', 0)}",
    )
    if uploaded is None:
        st.session_state.pop(DRY, None)
        return
    try:
        dry = st.session_state.get(DRY)
        if dry is None or dry[0] != uploaded.file_id:
            file = batch_file.read(uploaded.name, uploaded.getvalue())
            st.session_state[DRY] = dry = (uploaded.file_id, file, _try(visit, file))
    except DeskError as wrong:
        st.error(sentence(wrong, t), icon=":material/error:")
        return
    _found(visit, *dry[1:])


def _try(visit: Visit, file: BatchFile) -> list[Verdict]:
    """Every row's verdict, with a bar while they come."""
    t, verdicts = visit.t, list[Verdict]()
    bar = st.progress(0.0)
    for verdict in batch_trial.dry_run(visit.desk.journal, visit.me, file):
        verdicts.append(verdict)
        done = t("Reading payments from i'mport: {done} of {total}", done=len(verdicts), total=len(file.lines))
        bar.progress(len(verdicts) / len(file.lines), done)
    bar.empty()
    return verdicts


def _found(visit: Visit, file: BatchFile, verdicts: Sequence[Verdict]) -> None:
    t = visit.t
    good = sum(verdict.ask is not None for verdict in verdicts)
    bad, total = len(verdicts) - good, batch_trial.total_of(verdicts)
    with st.container(horizontal=True):
        st.metric(t("Can be refunded"), t.each("{n} row", "{n} rows", good), border=True)
        st.metric(t("Adds up to"), t.money(total), border=True)
        st.metric(t("Left out"), t.each("{n} row", "{n} rows", bad), border=True)
    if bad:
        st.warning(
            t("Rows that cannot be refunded are left out. Correct the file and upload it again to include them."),
            icon=":material/warning:",
        )
    _verdicts(visit, verdicts)
    if st.button(t("Check again"), icon=":material/refresh:", key="bulk_again"):
        st.session_state.pop(DRY, None)
        st.rerun()
    if good:
        _ask(visit, file, verdicts, good, total)


def _verdicts(visit: Visit, verdicts: Sequence[Verdict]) -> None:
    t = visit.t
    ordered = sorted(verdicts, key=lambda verdict: verdict.ask is not None)
    frame = pd.DataFrame(
        {
            "n": [verdict.line.n for verdict in ordered],
            "verdict": [_words(visit, verdict) for verdict in ordered],
            "payment": [plain(verdict.line.payment) for verdict in ordered],
            "amount": [verdict.amount for verdict in ordered],
            "balance": [verdict.refundable for verdict in ordered],
            "reason": [plain(verdict.line.reason) for verdict in ordered],
        }
    ).astype({"amount": "Int64", "balance": "Int64"})
    st.dataframe(
        frame,
        hide_index=True,
        placeholder="",
        row_height=rows.ROW_PX,
        height=rows.height(frame, 420),
        column_config={
            "n": st.column_config.NumberColumn(t("Line"), width="small", format="localized"),
            "verdict": st.column_config.TextColumn(t("Verdict"), width="large"),
            "payment": st.column_config.TextColumn(t("Payment in the file")),
            "amount": st.column_config.NumberColumn(t("Amount (KRW)"), format="localized"),
            "balance": st.column_config.NumberColumn(t("Refundable"), format="localized"),
            "reason": st.column_config.TextColumn(t("Reason")),
        },
        alt=t("Every row with its verdict"),
    )
    refused = [verdict for verdict in verdicts if verdict.ask is None]
    remedies.draw(visit, [(verdict.line.n, _words(visit, verdict)) for verdict in refused], "bulk_remedies")


def _words(visit: Visit, verdict: Verdict) -> str:
    if verdict.ask:
        return visit.t("Can be refunded")
    return plain(sentence_of(verdict.code, visit.t, **shown_facts(verdict.facts or {}, visit.t)))


def _ask(visit: Visit, file: BatchFile, verdicts: Sequence[Verdict], good: int, total: int) -> None:
    t = visit.t
    with st.container(border=True):
        st.markdown(
            t(
                "Ask for approval of **{rows} refunds, {total}** from {file}.",
                rows=t.number(good),
                total=t.money(total),
                file=markdown(file.name),
            )
        )
        typed = st.text_input(t("Type the total to confirm"), key="bulk_total", max_chars=20, width=260)
        if st.button(t("Ask for approval"), type="primary", disabled=not typed.strip(), key="bulk_ask"):
            try:
                batch = batches.request(visit.desk.journal, visit.me, file, verdicts, typed_won(typed) or 0)
            except DeskError as wrong:
                st.error(sentence(wrong, t), icon=":material/error:")
                return
            st.session_state.pop(DRY, None)
            st.session_state.bulk_asked = st.session_state.get("bulk_asked", 0) + 1
            links.to(visit, "bulk", batch=batch.id)
