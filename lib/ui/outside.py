"""Writing down a refund that was made another way, and withdrawing a record that was wrong."""

from __future__ import annotations

import streamlit as st

from lib.errors import DeskError
from lib.operations import outside, proof
from lib.operations.outside import Handled
from lib.payments.money import typed_won
from lib.people import policy
from lib.queries.payments import Detail
from lib.text.escaping import markdown
from lib.text.sentences import sentence
from lib.ui.visit import Visit

WAYS = {
    "forced": "Forced cancel by the gateway",
    "transfer": "Transfer to the customer's account",
    "console": "Cancelled in the gateway's own site",
}
ROUND, SAID = "outside_round", "outside_said"
"""In the session: part of the widgets' keys, so that a form whose record was written comes back empty and the second of
two clicks meets none; and what to say of it."""


def form(visit: Visit, detail: Detail) -> None:
    """What stands, and a form for more, only for those who may refund; finance withdraws what was wrong."""
    t, payment = visit.t, detail.payment
    if not (payment.state.was_paid and policy.may(visit.me, policy.REFUND)):
        return
    standing = outside.of_payment(visit.desk.store, visit.me, payment.imp_uid)
    said = st.session_state.pop(SAID, None)
    if not (payment.balance or standing or said):
        return
    with st.expander(t("Refunded another way?"), expanded=bool(said)):
        if said:
            st.success(said, icon=":material/check_circle:")
        for done in standing:
            _standing(visit, detail, done)
        if payment.balance:
            _new(visit, payment.imp_uid)


def _new(visit: Visit, imp_uid: str) -> None:
    t, turn = visit.t, st.session_state.get(ROUND, 0)
    st.caption(t("Records what was done outside the desk, so that nobody refunds it again. Sends nothing."))
    with st.form(f"outside_{turn}", border=False, clear_on_submit=False, enter_to_submit=False):
        way = st.selectbox(t("How"), list(WAYS), format_func=lambda code: t(WAYS[code]), key=f"outside_way_{turn}")
        amount = st.text_input(t("Amount (KRW)"), key=f"outside_amount_{turn}", max_chars=20)
        evidence = st.text_input(
            t("Evidence: receipt number, who confirmed it (no account number)"),
            key=f"outside_proof_{turn}",
            max_chars=proof.CHARS_MAX,
        )
        sent = st.form_submit_button(t("Record"), key=f"outside_record_{turn}")
    if sent:
        won = typed_won(amount) or 0
        try:
            outside.record(visit.desk.journal, visit.me, imp_uid, way, won, evidence)
        except DeskError as wrong:
            st.error(sentence(wrong, t), icon=":material/error:")
            return
        _done(t("{amount} is on record. Nothing was sent.", amount=t.money(won)))


def _standing(visit: Visit, detail: Detail, done: Handled) -> None:
    """One record, and for finance the way to withdraw it."""
    t = visit.t
    amount = t.money(done.amount, detail.payment.currency)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.markdown(f"**{markdown(amount)}** · {t(WAYS[done.way])} · {markdown(done.by)}", width="content")
        if not policy.may(visit.me, policy.DECIDE):
            return
        with st.popover(t("Withdraw"), type="tertiary"):
            why = st.text_input(t("Why the record is wrong"), key=f"void_why_{done.number}", max_chars=proof.CHARS_MAX)
            if not st.button(t("Withdraw this record"), disabled=not why.strip(), key=f"void_{done.number}"):
                return
            try:
                outside.withdraw(visit.desk.journal, visit.me, detail.payment.imp_uid, done.number, why)
            except DeskError as wrong:
                st.error(sentence(wrong, t), icon=":material/error:")
                return
            _done(t("The record of {amount} was withdrawn.", amount=amount))


def _done(told: str) -> None:
    st.session_state[ROUND] = st.session_state.get(ROUND, 0) + 1
    st.session_state[SAID] = told
    st.rerun()
