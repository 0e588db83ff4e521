"""A pasted column of invoice numbers: tried out row by row, then registered one by one with one click."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd
import streamlit as st

from lib.errors import DeskError
from lib.journal.life import State, look_of
from lib.operations import escrow, escrow_draft, escrow_paste, escrow_run, refunds
from lib.operations.escrow import Person
from lib.operations.escrow_paste import Verdict
from lib.operations.escrow_run import Result, Run
from lib.payments.days import day_of
from lib.queries import payments
from lib.reports.workbooks.jobs import Labels
from lib.text.escaping import plain
from lib.ui import escrow_dialog, escrow_form, exporting, links, remedies, rows
from lib.ui import escrow_words as words
from lib.ui.visit import Visit

EXAMPLE = "ord261126-000123\t123456789012\tCJ대한통운"
TRIED = "escrow_tried"
"""In the session: (the id of the run to come, the verdicts), so that a double click is one run."""
STARTED = "escrow_started"
"""In the session: the run that was begun from here, until what is left of it stands in the box again."""
Told = tuple[int, str, str, str, str, str]
COLUMNS = {
    "n": "Line",
    "state": "State",
    "order": "Order in the row",
    "invoice": "Invoice number",
    "courier": "Courier",
    "told": "What happened",
}


def messages() -> list[str]:
    """The messages in this module's table."""
    return [*COLUMNS.values()]


def enter(visit: Visit) -> None:
    """The way to this view."""
    if st.button(visit.t("Paste invoice numbers"), icon=":material/content_paste:", key="escrow_column"):
        links.to(visit, "escrow", view="column")


def back(visit: Visit) -> None:
    """The way back to the board."""
    if st.button(visit.t("All escrow orders"), icon=":material/arrow_back:", key="escrow_all"):
        links.to(visit, "escrow")


def draw(visit: Visit) -> None:
    """The run that goes on; else the paste, and under it what its dry run found, or the report of the last run."""
    run = escrow_run.latest(visit.me)
    if run and not run.ended:
        st.fragment(_report, run_every="1s")(visit, run)
        return
    if run and st.session_state.get(STARTED) == run.id:
        del st.session_state[STARTED]
        st.session_state.escrow_pasted = escrow_paste.written(escrow_run.to_paste_again(run))
    _paste(visit)
    tried = st.session_state.get(TRIED)
    if tried:
        _found(visit, *tried)
    elif run:
        st.subheader(visit.t("Registered last, {when}", when=visit.t.when(run.started_at)), anchor=False)
        _report(visit, run, running=False)
        _file(visit, run)


def _paste(visit: Visit) -> None:
    t = visit.t
    sender, company = escrow_draft.last_used(visit.desk.journal, visit.me)
    with st.form("escrow_paste", border=True):
        text = st.text_area(
            t("Order number or PortOne ID, invoice number, courier (may be left out)"),
            placeholder=EXAMPLE,
            height=180,
            key="escrow_pasted",
        )
        left, right = st.columns([1, 2])
        with left:
            chosen = escrow_form.courier(
                visit, company, key="escrow_courier", label=t("Courier where a row names none")
            )
        with right:
            began = st.session_state.setdefault("escrow_column_at", visit.desk.world.now())
            sent_at = escrow_form.sent(visit, began, "column")
        remembered = bool(sender.name)
        title = t("Sender: {name}", name=plain(sender.name)) if remembered else t("Sender")
        with st.expander(title, expanded=not remembered):
            sender = escrow_form.person(visit, sender, "column")
        st.caption(t("Receivers are the buyers of the orders. Nothing is sent yet."))
        if not st.form_submit_button(t("Try it out"), icon=":material/rule:", key="escrow_try"):
            return
    _try(visit, text, sender, chosen, sent_at)


def _try(visit: Visit, text: str, sender: Person, company: str, sent_at: int) -> None:
    st.session_state.pop(TRIED, None)
    try:
        lines = escrow_paste.read(text)
        with st.spinner(visit.t("Looking the orders up …")):
            verdicts = escrow_paste.dry_run(visit.desk.journal, visit.me, lines, sender, company, sent_at)
    except DeskError as wrong:
        st.error(words.wrong(wrong, visit.t), icon=":material/error:")
        return
    st.session_state[TRIED] = (visit.desk.world.nonce(), verdicts)


def _found(visit: Visit, run_id: str, verdicts: Sequence[Verdict]) -> None:
    t = visit.t
    good = [verdict for verdict in verdicts if verdict.delivery]
    shown = sorted(verdicts, key=lambda verdict: verdict.delivery is not None)
    guessed = sum(verdict.guess.how != "row" for verdict in good)
    with st.container(horizontal=True):
        st.metric(t("Can be registered"), t.each("{n} row", "{n} rows", len(good)), border=True)
        st.metric(t("Courier guessed"), t.each("{n} row", "{n} rows", guessed), border=True)
        st.metric(t("Left out"), t.each("{n} row", "{n} rows", len(verdicts) - len(good)), border=True)
    frame = pd.DataFrame(
        {
            "n": [verdict.line.n for verdict in shown],
            "verdict": [_verdict(visit, verdict) for verdict in shown],
            "order": [plain(verdict.line.order) for verdict in shown],
            "product": [plain(verdict.name) for verdict in shown],
            "invoice": [_invoice(verdict) for verdict in shown],
            "courier": [_courier(visit, verdict) for verdict in shown],
        }
    )
    at = rows.clicked(
        frame,
        {
            "n": st.column_config.NumberColumn(t("Line"), width="small", format="localized"),
            "verdict": st.column_config.TextColumn(t("Verdict"), width=470),
            "order": st.column_config.TextColumn(t("Order in the row")),
            "product": st.column_config.TextColumn(t("Product")),
            "invoice": st.column_config.TextColumn(t("Invoice number")),
            "courier": st.column_config.TextColumn(t("Courier")),
        },
        key="escrow_verdicts",
        tallest=480,
        alt=t("Every row with its verdict"),
    )
    _open(visit, shown, at)
    refused = [verdict for verdict in verdicts if verdict.delivery is None]
    remedies.draw(visit, [(verdict.line.n, _verdict(visit, verdict)) for verdict in refused], "escrow_remedies")
    if len(good) < len(verdicts):
        st.caption(t("A click on a row opens its order: what is missing is typed there. The others stay in the box."))
    label = t.each("Register {n} delivery", "Register {n} deliveries", len(good))
    if good and st.button(label, type="primary", icon=":material/local_shipping:", key="escrow_start"):
        try:
            escrow_run.start(visit.desk.journal, visit.me, run_id, verdicts)
        except DeskError as wrong:
            st.error(words.wrong(wrong, t), icon=":material/error:")
            return
        st.session_state.pop(TRIED, None)
        st.session_state[STARTED] = run_id
        st.rerun()


def _open(visit: Visit, shown: Sequence[Verdict], at: int | None) -> None:
    """The order of the row that was clicked, its courier and invoice number typed already."""
    if at is not None and (row := shown[at]).imp_uid:
        escrow_dialog.open_dialog(visit, row.imp_uid, (row.guess.company, row.line.invoice))


def _verdict(visit: Visit, verdict: Verdict) -> str:
    if verdict.delivery is None:
        return plain(words.code_told(verdict.code, visit.t, **(verdict.facts or {})))
    odd = words.unusual(verdict.guess.company, verdict.line.invoice, visit.t)
    return plain(odd) if odd else visit.t("Can be registered")


def _courier(visit: Visit, verdict: Verdict) -> str:
    """The courier, and where it was guessed, how."""
    if not verdict.guess.company:
        return plain(verdict.line.courier)
    name = words.courier(verdict.guess.company, visit.t)
    how = words.HOW[verdict.guess.how] if verdict.guess.how else ""
    return f"{name} ({visit.t(how)})" if how else name


def _report(visit: Visit, run: Run, running: bool = True) -> None:
    """How far the run is, and what became of every row."""
    if run.ended and running:
        st.rerun()  # drawn as a whole: it is polled no more, and another column may come
    t, results = visit.t, list(run.results)
    known = [_now(visit, result) for result in results]
    if running:
        taken = t("{done} of {total} taken up", done=t.number(len(results)), total=t.number(len(run.rows)))
        st.progress(len(results) / len(run.rows), taken)
    if run.halted:
        st.warning(words.code_told(run.halted, t), icon=":material/pause_circle:")
    done = sum(result.operation is not None and result.operation.state is State.CONFIRMED for result in known)
    kept = sum(result.operation is not None and result.operation.code == escrow.KEPT for result in known)
    open_ = sum(result.operation is not None and result.operation.open for result in known)
    figures = {
        t("Registered"): done,
        t("Kept for KICC"): kept,
        t("Being checked"): open_,
        t("Not registered"): len(known) - done - kept - open_,
        t("Not sent yet"): len(run.rows) - len(known),
        t("Left out"): len(run.left_out),
    }
    with st.container(horizontal=True):
        for title, count in figures.items():
            st.metric(title, t.each("{n} row", "{n} rows", count), border=True)
    verdicts, lines = _lines(visit, run, known)
    at = rows.clicked(
        pd.DataFrame(lines, columns=list(COLUMNS)),
        {
            **{name: st.column_config.TextColumn(t(title)) for name, title in COLUMNS.items()},
            "n": st.column_config.NumberColumn(t("Line"), width="small", format="localized"),
            "told": st.column_config.TextColumn(t("What happened"), width="large"),
        },
        key="escrow_report",
        tallest=480,
        alt=t("Every row with what became of it"),
    )
    remedies.draw(visit, [(line[0], line[-1]) for line in lines], "escrow_told")
    if not running:  # a dialog would be closed by the next second's drawing
        _open(visit, verdicts, at)


def _invoice(verdict: Verdict) -> str:
    """The number; of a row that was refused what stands in its place, as typed."""
    return plain(verdict.line.invoice if verdict.delivery else verdict.line.typed)


def _lines(visit: Visit, run: Run, known: Sequence[Result]) -> tuple[list[Verdict], list[Told]]:
    """Every row of the paste, those first that were left out, and what is told of each (`COLUMNS`)."""
    padded: list[Result | None] = [*known, *[None] * (len(run.rows) - len(known))]
    told = [(row, visit.t("Left out"), _verdict(visit, row)) for row in run.left_out]
    told += [(row, _state(visit, result), _told(visit, result)) for row, result in zip(run.rows, padded, strict=True)]
    return [row for row, _, _ in told], [
        (row.line.n, state, plain(row.line.order), _invoice(row), _courier(visit, row), why) for row, state, why in told
    ]


def _file(visit: Visit, run: Run) -> None:
    """The report as a file, every row as it stands when it is written."""
    t = visit.t

    def lines(sums: payments.Sums) -> Iterator[tuple[object, ...]]:
        for line in _lines(visit, run, [_now(visit, result) for result in run.results])[1]:
            sums.rows += 1
            yield line

    name = f"{day_of(run.started_at):%Y%m%d}-{run.id[-6:]}"
    header = [t(title) for title in COLUMNS.values()]
    labels = Labels(header, (t("Escrow"), t("Conditions")), lambda _sums: (), list(COLUMNS), "escrow-deliveries")
    exporting.one_file(visit, lines, lambda: len(run.rows) + len(run.left_out), name, labels, kind="csv")


def _now(visit: Visit, result: Result) -> Result:
    """A row as it stands now: one that was not certain may be by now."""
    if result.operation is None or not result.operation.open:
        return result
    return Result(refunds.operation(visit.desk.store, result.operation.id))


def _state(visit: Visit, result: Result | None) -> str:
    if result is None:
        return visit.t("Not sent yet")
    if result.operation is None:
        return visit.t("Not sent")
    return look_of(result.operation).name(visit.t.code)


def _told(visit: Visit, result: Result | None) -> str:
    if result is None:
        return ""
    if result.operation is None:
        return plain(words.code_told(result.code, visit.t, **result.facts))
    if result.operation.state is State.CONFIRMED:
        return ""
    said = words.outcome(result.operation, visit.t)
    return plain(f"{said} {result.operation.message}".strip())
