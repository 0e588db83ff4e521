"""Bulk refunds that were asked for: their list, and one with its progress, its rows and what may be done with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

import pandas as pd
import streamlit as st

from lib.errors import DeskError
from lib.journal.life import LOOK
from lib.operations import batches, refund_accounts, running
from lib.operations.batches import Batch, BatchState, Result, Sums
from lib.payments.days import day_of
from lib.people import policy
from lib.queries import approving, payments
from lib.reports.workbooks.jobs import Labels
from lib.reports.workbooks.xlsx_file import Condition
from lib.text.escaping import markdown, plain
from lib.text.sentences import sentence, sentence_of
from lib.ui import denial, exporting, links, refund_account, remedies, rows
from lib.ui.visit import Visit

LOOKS = {
    BatchState.WAITING: ("Waiting for approval", "blue"),
    BatchState.RUNNING: ("Running", "blue"),
    BatchState.PAUSED: ("Paused", "orange"),
    BatchState.DONE: ("Done", "green"),
    BatchState.DENIED: ("Denied", "gray"),
    BatchState.WITHDRAWN: ("Withdrawn", "gray"),
    BatchState.EXPIRED: ("Expired", "gray"),
}
CHECKING = ("All sent, being checked", "orange")
"""Of a batch with no row left to send, as long as what was sent is not certain."""
ROWS = {"WAITING": "Not sent yet", "REFUSED": "Not sent"}
SUMS = {
    "requested": "Asked for",
    "confirmed": "Refunded",
    "not_refunded": "Not refunded",
    "uncertain": "Being checked",
    "waiting": "Not sent yet",
}
WHERE_TO = {"account": "Refund account", "doubt": "To look at"}
COLUMNS = {
    "n": "Line",
    "imp_uid": "PortOne ID",
    "amount": "Amount (KRW)",
    "state": "State",
    "told": "What happened",
    "reason": "Reason",
    "cancellation_id": "Cancellation",
    "operation_id": "Refund",
}
WHOSE = {"buyer": "Buyer", "order": "Order number"}


def messages() -> list[str]:
    """The messages in this module's tables."""
    return [
        *(title for title, _ in (*LOOKS.values(), CHECKING)),
        *ROWS.values(),
        *SUMS.values(),
        *COLUMNS.values(),
        *WHOSE.values(),
        *WHERE_TO.values(),
    ]


def back(visit: Visit) -> None:
    """The way back to the list."""
    if st.button(visit.t("All files"), icon=":material/arrow_back:", key="bulk_back"):
        links.to(visit, "bulk")


def table(visit: Visit, found: Sequence[Batch]) -> None:
    """One row a file, newest first; a click on it opens it."""
    t = visit.t
    if not found:
        st.info(t("No file of refunds was uploaded yet."), icon=":material/inbox:")
        return
    frame = pd.DataFrame(
        {
            "at": [t.when(batch.created_at) for batch in found],
            "file": [plain(batch.file_name) for batch in found],
            "state": [t(_look(batch)[0]) for batch in found],
            "rows": [batch.rows for batch in found],
            "total": [batch.total for batch in found],
            "by": [plain(batch.requested_by) for batch in found],
            "approved": [plain(batch.approved_by) for batch in found],
        }
    )
    at = rows.clicked(
        frame,
        {
            "at": st.column_config.TextColumn(t("Uploaded (KST)")),
            "file": st.column_config.TextColumn(t("File")),
            "state": st.column_config.TextColumn(t("State")),
            "rows": st.column_config.NumberColumn(t("Refunds"), format="localized"),
            "total": st.column_config.NumberColumn(t("Total (KRW)"), format="localized"),
            "by": st.column_config.TextColumn(t("By")),
            "approved": st.column_config.TextColumn(t("Approved by")),
        },
        key=f"batches_{len(found)}",
        tallest=460,
        alt=t("Uploaded files"),
    )
    if at is not None:
        links.to(visit, "bulk", batch=found[at].id)


def draw(visit: Visit, batch_id: str) -> None:
    """One batch; while it runs, drawn again every second, and every few while something is not certain."""
    try:
        batch = batches.one(visit.desk.journal, visit.me, batch_id)
    except DeskError as wrong:
        st.error(sentence(wrong, visit.t), icon=":material/error:")
        return
    if said := st.session_state.pop("batch_said", None):
        st.error(said, icon=":material/error:")
    pace = _pace(batch)
    st.fragment(partial(_one, visit, batch_id, pace), run_every=pace)()
    _report(visit, batch)


def _pace(batch: Batch) -> str | None:
    if batch.state is BatchState.RUNNING and not batches.abandoned(batch):
        return "1s"
    return "3s" if batch.uncertain else None


def _one(visit: Visit, batch_id: str, pace: str | None) -> None:
    batch = batches.one(visit.desk.journal, visit.me, batch_id)
    found = batches.results(visit.desk.journal, visit.me, batch_id)
    gone = batches.abandoned(batch)
    if _pace(batch) != pace:
        st.rerun()  # drawn as a whole: the buttons are others now
    t = visit.t
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(plain(batch.file_name), anchor=False, width="content")
        title, colour = _look(batch)
        st.badge(t(title), color=colour)  # type: ignore[arg-type]
    who = t("Uploaded by {name}, {time}", name=markdown(batch.requested_by), time=t.when(batch.created_at))
    approved = t("approved by {name}", name=markdown(batch.approved_by)) if batch.approved_by else ""
    st.caption(" · ".join(part for part in (who, approved, _ended(visit, batch)) if part))
    if batch.why:
        st.info(markdown(batch.why), icon=":material/format_quote:")
    if gone:
        st.warning(
            t("The process that sent it has ended. What it sent is being checked; the rest waits for you."),
            icon=":material/power_off:",
        )
    elif batch.pause_code:
        st.warning(sentence_of(batch.pause_code, t), icon=":material/pause_circle:")
    _figures(visit, batch, batches.sums(found))
    doubts = _doubts(visit, found) if batch.state is BatchState.WAITING else {}
    _buttons(visit, batch, gone, sure=_looked_at(visit, batch, doubts))
    _rows(visit, found, doubts)


def _figures(visit: Visit, batch: Batch, sums: Sums) -> None:
    t = visit.t
    if batch.state in (BatchState.RUNNING, BatchState.PAUSED):
        done = sums.requested[0] - sums.waiting[0]
        words = t("{done} of {total} taken up", done=t.number(done), total=t.number(sums.requested[0]))
        st.progress(done / sums.requested[0], words)
    with st.container(horizontal=True):
        for name, title in SUMS.items():
            count, won = getattr(sums, name)
            st.metric(
                t(title),
                t.money(won),
                t.each("{n} row", "{n} rows", count),
                delta_color="off",
                delta_arrow="off",
                border=True,
            )


def _doubts(visit: Visit, found: Sequence[Result]) -> dict[str, str]:
    accounts = {result.imp_uid: result.account for result in found if result.account}
    return refund_accounts.doubts(visit.desk.journal, visit.me, accounts)


def _looked_at(visit: Visit, batch: Batch, doubts: Mapping[str, str]) -> bool:
    """Where money would go to somebody else's account, whoever approves says that they looked at it."""
    t, me = visit.t, visit.me
    if not doubts:
        return True
    n = t.each("{n} refund goes", "{n} refunds go", len(doubts))
    st.warning(
        t("{n} to an account that may not be the buyer's. They stand first, marked.", n=n), icon=":material/warning:"
    )
    if batch.requested_by == me.name or not policy.may(me, policy.APPROVE):
        return True
    return st.checkbox(t("I looked at these accounts and know why the money goes there."), key=f"looked_{batch.id}")


def _buttons(visit: Visit, batch: Batch, gone: bool, *, sure: bool) -> None:
    t, me, journal = visit.t, visit.me, visit.desk.journal
    with st.container(horizontal=True):
        if batch.state is BatchState.WAITING:
            if batch.requested_by == me.name:
                _button(visit, t("Withdraw"), "withdraw", lambda: batches.deny(journal, me, batch.id))
                st.caption(
                    t("Somebody from finance approves this, at the latest {time}.", time=t.when(batch.expires_at))
                )
            elif policy.may(me, policy.APPROVE):
                label = t("Approve {n} refunds, {total}", n=t.number(batch.rows), total=t.money(batch.total))
                _button(visit, label, "approve", partial(_approve, visit, batch.id), True, disabled=not sure)
                _denial(visit, batch)
        elif batch.state is BatchState.RUNNING and not gone:
            _button(visit, t("Pause"), "pause", lambda: batches.pause(journal, me, batch.id))
        elif gone or batch.state is BatchState.PAUSED:
            if policy.may(me, policy.APPROVE):
                _button(
                    visit, t("Continue"), "continue", lambda: _start(visit, batches.go_on(journal, me, batch.id)), True
                )
            _button(visit, t("Give up the rest"), "end", lambda: batches.end(journal, me, batch.id))


def _denial(visit: Visit, batch: Batch) -> None:
    t = visit.t
    label = t("Deny {n} refunds, {total}", n=t.number(batch.rows), total=t.money(batch.total))
    if why := denial.draw(visit, batch.requested_by, label, field=f"batch_why_{batch.id}", button="batch_deny"):
        _do(visit, partial(batches.deny, visit.desk.journal, visit.me, batch.id, why))


def _ended(visit: Visit, batch: Batch) -> str:
    t = visit.t
    match batch.state:
        case BatchState.DENIED if batch.denied_by:
            return t("denied by {name}, {time}", name=markdown(batch.denied_by), time=t.when(batch.decided_at))
        case BatchState.DENIED | BatchState.WITHDRAWN:
            return t("ended {time}", time=t.when(batch.decided_at))
    return ""


def _button(
    visit: Visit, label: str, key: str, act: Callable[[], object], first: bool = False, *, disabled: bool = False
) -> None:
    if st.button(label, type="primary" if first else "secondary", key=f"batch_{key}", disabled=disabled):
        _do(visit, act)


def _do(visit: Visit, act: Callable[[], object]) -> None:
    try:
        act()
    except DeskError as wrong:
        st.session_state.batch_said = sentence(wrong, visit.t)
    st.rerun()


def _approve(visit: Visit, batch_id: str) -> None:
    _start(visit, batches.approve(visit.desk.journal, visit.me, batch_id))


def _start(visit: Visit, batch: Batch) -> None:
    running.start(visit.desk.journal, batch)


def _rows(visit: Visit, results: Sequence[Result], doubts: Mapping[str, str]) -> None:
    """Every row, those with a doubt about their account first."""
    t = visit.t
    found = sorted(results, key=lambda result: result.imp_uid not in doubts)
    briefs = approving.briefs(visit.desk.store, visit.me, [result.imp_uid for result in found])
    told = [briefs.get(result.imp_uid, approving.Brief()) for result in found]
    accounts = [
        refund_account.masked(result.account, brief.pg_provider, t) if result.account else ""
        for result, brief in zip(found, told, strict=True)
    ]
    frame = pd.DataFrame(
        {
            "n": [result.n for result in found],
            "buyer": [plain(brief.buyer) for brief in told],
            "amount": [result.amount for result in found],
            **({"account": accounts} if any(accounts) else {}),
            **(
                {"doubt": [t(refund_account.DOUBTS[why]) if (why := doubts.get(r.imp_uid)) else "" for r in found]}
                if doubts
                else {}
            ),
            "order": [plain(brief.merchant_uid) for brief in told],
            "imp_uid": [result.imp_uid for result in found],
            "state": [_state(visit, result) for result in found],
            "told": [_told(visit, result) for result in found],
            "reason": [plain(result.reason) for result in found],
        }
    )
    at = rows.clicked(
        frame,
        {
            **{name: st.column_config.TextColumn(t(title)) for name, title in (WHOSE | COLUMNS | WHERE_TO).items()},
            "n": st.column_config.NumberColumn(t("Line"), width="small", format="localized"),
            "amount": st.column_config.NumberColumn(t("Amount (KRW)"), format="localized"),
            "told": st.column_config.TextColumn(t("What happened"), width="large"),
        },
        key="batch_rows",
        tallest=520,
        alt=t("Every row with its verdict"),
    )
    refused = [result for result in found if result.state == "REFUSED" or result.message]
    remedies.draw(visit, [(result.n, _told(visit, result)) for result in refused], "batch_remedies")
    if at is not None:
        links.to_payment(visit, found[at].imp_uid)


def _look(batch: Batch) -> tuple[str, str]:
    if batches.abandoned(batch):
        return "Interrupted", "orange"
    return CHECKING if batch.state is BatchState.DONE and batch.uncertain else LOOKS[batch.state]


def _state(visit: Visit, result: Result) -> str:
    if look := LOOK.get(result.state):
        return look.name(visit.t.code)
    return visit.t(ROWS[result.state])


def _told(visit: Visit, result: Result) -> str:
    """The sentence, and the gateway's own words behind it."""
    told = sentence_of(result.code, visit.t) if result.code else ""
    return plain(f"{told} ({result.message})" if result.message and result.code != "confirmed" else told)


def _report(visit: Visit, batch: Batch) -> None:
    """Every row and the sums as a workbook, both of one reading when it is written."""
    t, found = visit.t, list[Result]()

    def lines(sums: payments.Sums) -> Iterator[tuple[object, ...]]:
        found[:] = batches.results(visit.desk.journal, visit.me, batch.id)
        for result in found:
            sums.rows += 1
            words = (_state(visit, result), _told(visit, result), result.reason)
            yield (result.n, result.imp_uid, result.amount, *words, result.cancellation_id, result.operation_id)

    def conditions(_sums: payments.Sums) -> Sequence[Condition]:
        sums = batches.sums(found)
        figures = ((title, getattr(sums, name)) for name, title in SUMS.items())
        return (
            (t("Made by"), visit.me.name),
            (t("Made at (KST)"), t.when(visit.desk.world.now())),
            (t("File"), batch.file_name),
            (t("By"), batch.requested_by),
            (t("Approved by"), batch.approved_by),
            (t("Denied by"), batch.denied_by),
            (t("Reason of the denial"), batch.why),
            *(
                row
                for title, (count, won) in figures
                for row in ((t("{what}, rows", what=t(title)), count), (t("{what} (KRW)", what=t(title)), won))
            ),
        )

    name = f"{day_of(batch.created_at):%Y%m%d}-{batch.id[-6:]}"
    header = [t(title) for title in COLUMNS.values()]
    labels = Labels(header, (t("Refunds"), t("Conditions")), conditions, list(COLUMNS), "bulk-refunds")
    exporting.one_file(visit, lines, lambda: batch.rows, name, labels)
