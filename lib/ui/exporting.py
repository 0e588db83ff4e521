"""The export menu: a job that writes the whole filtered result, its progress, and the link to the finished file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

import streamlit as st

from lib import audit
from lib.errors import DeskError
from lib.payments.days import day_of
from lib.payments.state import State
from lib.people import policy
from lib.queries import export
from lib.queries import payments as query
from lib.queries.payments import Filter, Sums
from lib.reports.figures.style import METHOD_TITLES
from lib.reports.workbooks import jobs
from lib.reports.workbooks.jobs import Labels, Rows
from lib.reports.workbooks.xlsx_file import Condition
from lib.text.sentences import sentence, sentence_of
from lib.ui import columns, file_words, words
from lib.ui.listing import ATTENTION, BASES
from lib.ui.states import LOOKS
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
            _begin(visit, "export_job", lambda: _start(visit, wanted, kind))
        if "export_job" in st.session_state:
            _follow(visit, "export_job")


def one_file(
    visit: Visit,
    rows: Rows,
    count: Callable[[], int],
    days: str,
    labels: Labels,
    *,
    right: str = policy.EXPORT,
    kind: str = "xlsx",
) -> None:
    """A button that writes these rows as a file of this kind; then progress, then the file. Only for those who hold
    `right`."""
    if not policy.may(visit.me, right):
        return
    with st.container(horizontal=True, width="content", vertical_alignment="center"):
        kept = f"job_{labels.name}-{days}"
        if st.button(visit.t("Export"), icon=":material/download:", key=f"export_{labels.name}"):
            _begin(visit, kept, lambda: _written(visit, kind, rows, count(), days, labels, right))
        if kept in st.session_state:
            _follow(visit, kept)


def _begin(visit: Visit, kept: str, start: Callable[[], str]) -> None:
    """Start a job and keep its id in the session under this name."""
    try:
        st.session_state[kept] = start()
    except DeskError as wrong:
        st.error(sentence(wrong, visit.t), icon=":material/error:")


def _written(visit: Visit, kind: str, rows: Rows, total: int, days: str, labels: Labels, right: str) -> str:
    """The job's id; that the file leaves the desk stands in the audit chain."""
    job = jobs.start(visit.me, visit.desk.world, kind, rows, total, days, labels, right=right)
    audit.record(
        visit.desk.store,
        visit.desk.settings.secret,
        at=int(visit.desk.world.now()),
        actor=visit.me.name,
        session=visit.me.session,
        action="export",
        object=f"{labels.name}-{days}.{kind}",
        reason=f"{total} rows",
    )
    return job


def _start(visit: Visit, wanted: Filter, kind: str) -> str:
    store, me, world = visit.desk.store, visit.me, visit.desk.world
    now = world.now()
    total = query.counts(store, me, wanted, now=now).over(wanted.states).rows
    period = wanted.period
    days = f"{period.first:%Y%m%d}-{period.last:%Y%m%d}" if period else f"{day_of(int(now)):%Y%m%d}"
    rows = partial(_rows, visit, wanted, now)
    return _written(visit, kind, rows, total, days, labels(visit, wanted), policy.EXPORT)


def _rows(visit: Visit, wanted: Filter, now: float, sums: Sums) -> Iterator[tuple[object, ...]]:
    found = export.rows(visit.desk.store, visit.me, wanted, now=now, sums=sums)
    return file_words.in_words(visit.t, wanted.basis, found)


def labels(visit: Visit, wanted: Filter) -> Labels:
    """The words of the file, in this person's language."""
    t = visit.t
    made = t.when(visit.desk.world.now())

    def conditions(sums: Sums) -> Sequence[Condition]:
        days = f"{t.day(wanted.period.first)} - {t.day(wanted.period.last)}" if wanted.period else t("All")
        return (
            (t("Made by"), visit.me.name),
            (t("Made at (KST)"), made),
            (t("Days"), days),
            (t("Date"), t(BASES[wanted.basis])),
            (t("State"), ", ".join(t(LOOKS[s].title) for s in wanted.states) or t("All")),
            (t("Method"), ", ".join(t(METHOD_TITLES[m]) for m in wanted.methods) or t("All")),
            (t("Gateway"), ", ".join(map(words.gateway, wanted.gateways)) or t("All")),
            (t("MID"), ", ".join(wanted.mids) or t("All")),
            (t("Amount from (KRW)"), "" if wanted.amount_min is None else wanted.amount_min),
            (t("Amount to (KRW)"), "" if wanted.amount_max is None else wanted.amount_max),
            (t("To look at"), t(ATTENTION[wanted.attention]) if wanted.attention else ""),
            (t("Search"), t("yes") if wanted.query or wanted.ids else ""),
            (t("Rows"), sums.rows),
            *file_words.sums(t, wanted.basis, wanted.states, sums),
        )

    names = columns.filed(wanted.basis)
    header = [t(columns.title(name, wanted.basis)) for name in names]
    name = "test-payments" if wanted.states == (State.TEST,) else "payments"
    return Labels(header, (t("Payments"), t("Conditions")), conditions, names, name)


@st.fragment(run_every="1s")
def _follow(visit: Visit, kept: str) -> None:
    """How far the job is whose id the session keeps under this name; its file when it is done."""
    t, job = visit.t, st.session_state[kept]
    now = jobs.progress(job, visit.me)
    if now is None:
        st.session_state.pop(kept, None)
        return
    if now.problem:
        st.error(sentence_of(now.problem, t), icon=":material/error:")
        st.session_state.pop(kept, None)
    elif now.done:
        title = t("Download {file}", file=now.file_name)
        st.html(f'<a class="pd-download" href="/exports/{job}" download>{title}</a>', width="content")
    else:
        share = now.rows / now.total if now.total else 0.0
        st.progress(min(1.0, share), t("Writing: {n} rows", n=t.number(now.rows)), width=220)
