"""Writing down a refund that was made another way."""

from __future__ import annotations

import streamlit as st

from lib.errors import DeskError
from lib.operations import outside, proof
from lib.payments.money import typed_won
from lib.people import policy
from lib.queries.payments import Detail
from lib.text.sentences import sentence
from lib.ui.visit import Visit

WAYS = {
    "forced": "Forced cancel by the gateway",
    "transfer": "Transfer to the customer's account",
    "console": "Cancelled in the gateway's own site",
}


def form(visit: Visit, detail: Detail) -> None:
    """How, how much, and the evidence; only for those who may refund, while something is left."""
    t, payment = visit.t, detail.payment
    if not (payment.state.was_paid and payment.balance and policy.may(visit.me, policy.REFUND)):
        return
    with st.expander(t("Refunded another way?")):
        st.caption(t("Records what was done outside the desk, so that nobody refunds it again. Sends nothing."))
        with st.form("outside", border=False, clear_on_submit=False):
            way = st.selectbox(t("How"), list(WAYS), format_func=lambda code: t(WAYS[code]), key="outside_way")
            amount = st.text_input(t("Amount (KRW)"), key="outside_amount", max_chars=20)
            evidence = st.text_input(
                t("Evidence: receipt number, who confirmed it (no account number)"),
                key="outside_proof",
                max_chars=proof.CHARS_MAX,
            )
            sent = st.form_submit_button(t("Record"))
        if not sent:
            return
        try:
            outside.record(visit.desk.journal, visit.me, payment.imp_uid, way, typed_won(amount) or 0, evidence)
        except DeskError as wrong:
            st.error(sentence(wrong, t), icon=":material/error:")
            return
        st.rerun()
