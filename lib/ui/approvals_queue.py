"""The queue of refunds that wait for a second person: what, how much, why, whose wish, and the answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st

from lib.errors import DeskError
from lib.journal.life import REFUND
from lib.operations import approvals, batches
from lib.operations.approvals import Approval
from lib.operations.batches import Batch
from lib.payments.record import Payment
from lib.people import policy
from lib.queries import payments
from lib.text.escaping import markdown, plain
from lib.text.sentences import sentence
from lib.ui import denial, links, refund_account, words, work
from lib.ui.visit import Visit


def draw(visit: Visit, waiting: Sequence[Approval], files: Sequence[Batch]) -> None:
    """A card for each request, oldest first, or a sentence that there is none."""
    t = visit.t
    said = st.session_state.pop("approval_said", None)
    if said:
        kind, told = said
        {"done": st.success, "refused": st.error}[kind](told)
    for operation in work.just_sent(visit, (REFUND,)):  # what was approved here, until it is certain
        work.draw(visit, operation, operation.imp_uid)
    if not waiting and not files:
        st.info(t("No refund waits for approval."), icon=":material/task_alt:")
    for batch in files:
        _file(visit, batch)
    for approval in waiting:
        _card(visit, approval)


def asked_by(visit: Visit) -> list[str]:
    """Who asked for each refund and each file that waits."""
    journal, me = visit.desk.journal, visit.me
    refunds = [each.requested_by for each in approvals.waiting(journal, me)]
    return refunds + [each.requested_by for each in batches.waiting(journal, me)]


@st.fragment(run_every="2s")
def follow(visit: Visit, shown: Sequence[Approval], files: Sequence[Batch]) -> None:
    """Draw the page again when a request came, was answered or expired."""
    now = (approvals.waiting(visit.desk.journal, visit.me), batches.waiting(visit.desk.journal, visit.me))
    if [[each.id for each in part] for part in now] != [[each.id for each in part] for part in (shown, files)]:
        st.rerun()


def _file(visit: Visit, batch: Batch) -> None:
    t = visit.t
    with st.container(border=True):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            words = t("{n} refunds, {total}", n=t.number(batch.rows), total=t.money(batch.total))
            st.subheader(words, anchor=False, width="content")
            if st.button(plain(batch.file_name), icon=":material/upload_file:", key=f"see_{batch.id}"):
                links.to(visit, "bulk", batch=batch.id)
        st.markdown(
            t(
                "{name} · uploaded {time}, expires {end}",
                name=markdown(batch.requested_by),
                time=t.when(batch.created_at),
                end=t.when(batch.expires_at),
            )
        )


def _card(visit: Visit, approval: Approval) -> None:
    t, ask = visit.t, approval.ask
    try:
        payment: Payment | DeskError = payments.one(visit.desk.store, visit.me, ask.imp_uid).payment
    except DeskError as missing:
        payment = missing
    currency = payment.currency if isinstance(payment, Payment) else "KRW"
    with st.container(border=True):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            amount, balance = t.money(ask.amount, currency), t.money(ask.seen_balance, currency)
            whole = ask.amount == ask.seen_balance
            title = (
                t("All {amount}", amount=amount)
                if whole
                else t("{amount} of {balance}", amount=amount, balance=balance)
            )
            st.subheader(title, anchor=False, width="content")
            if st.button(ask.imp_uid, type="tertiary", icon=":material/receipt:", key=f"see_{approval.id}"):
                links.to_payment(visit, ask.imp_uid)
        st.markdown(
            t(
                "{name} · {reason} · asked at {time}, expires at {end}",
                name=markdown(approval.requested_by),
                reason=markdown(ask.reason),
                time=t.time(approval.created_at),
                end=t.time(approval.expires_at),
            )
        )
        if isinstance(payment, Payment):
            _payment(visit, approval, payment)
        else:
            st.caption(sentence(payment, t))
        _buttons(visit, approval, currency)


def _payment(visit: Visit, approval: Approval, payment: Payment) -> None:
    """Whose money it is, what it was paid for, where it goes, and whether the balance is still the one that was seen."""
    t, ask = visit.t, approval.ask
    lines = {
        t("Buyer"): payment.buyer_name,
        t("Order number"): payment.merchant_uid,
        t("Product"): payment.name,
        t("Method"): words.method_of(payment, t),
    }
    if ask.account:
        lines[t("Refund account")] = refund_account.masked(ask.account, payment.pg_provider, t)
    with st.container(horizontal=True, gap="medium"):
        for title, value in lines.items():
            if value:
                with st.container(width="content", gap=None):
                    st.caption(title)
                    st.text(plain(value))
    if ask.account:
        refund_account.badge(visit, payment, ask.account)
    if payment.balance != ask.seen_balance:
        st.warning(
            t(
                "Changed since it was asked for: {balance} is left now.",
                balance=t.money(payment.balance, payment.currency),
            ),
            icon=":material/sync_problem:",
        )


def _buttons(visit: Visit, approval: Approval, currency: str) -> None:
    t, journal = visit.t, visit.desk.journal
    with st.container(horizontal=True, horizontal_alignment="right"):
        if approval.requested_by == visit.me.name:
            if st.button(t("Withdraw"), key=f"withdraw_{approval.id}"):
                _answer(visit, lambda: approvals.deny(journal, visit.me, approval.id), t("Withdrawn."))
        elif policy.may(visit.me, policy.APPROVE):
            _denial(visit, approval, currency)
            label = t("Approve {amount}", amount=t.money(approval.ask.amount, currency))
            if st.button(label, type="primary", key=f"approve_{approval.id}"):
                _answer(
                    visit,
                    lambda: work.sent([approvals.approve(journal, visit.me, approval.id)]),
                    t("Approved."),
                )
        else:
            st.caption(t("Somebody from finance approves this."))


def _denial(visit: Visit, approval: Approval, currency: str) -> None:
    label = visit.t("Deny {amount}", amount=visit.t.money(approval.ask.amount, currency))
    field, button = f"why_{approval.id}", f"deny_{approval.id}"
    if why := denial.draw(visit, approval.requested_by, label, field=field, button=button):
        deny = partial(approvals.deny, visit.desk.journal, visit.me, approval.id, why)
        _answer(visit, deny, visit.t("Denied."))


def _answer(visit: Visit, act: Callable[[], object], told: str) -> None:
    try:
        act()
        st.session_state.approval_said = ("done", told)
    except DeskError as wrong:
        st.session_state.approval_said = ("refused", sentence(wrong, visit.t))
    st.rerun()
