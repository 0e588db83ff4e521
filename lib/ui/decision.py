"""A person's word on a refund that could not be told by reading: what is known, and the three ways on."""

from __future__ import annotations

import streamlit as st

from lib.errors import DeskError
from lib.journal.life import Operation
from lib.operations import decisions
from lib.operations import proof as evidence
from lib.people import policy
from lib.queries.payments import Detail
from lib.text.escaping import markdown
from lib.text.sentences import sentence
from lib.ui.visit import Visit

CHOICES = {
    "wait": "Keep waiting",
    "ran": "The refund ran",
    "not": "The refund did not run",
}


def needed(operation: Operation) -> bool:
    """Whether this operation waits for somebody's word."""
    return decisions.to_decide(operation)


def form(visit: Visit, detail: Detail, operation: Operation) -> None:
    """What is known of the operation, and the decision for those who may take it."""
    t, payment = visit.t, detail.payment

    def say(minor: int) -> str:
        return t.money(minor, payment.currency)

    with st.container(border=True):
        st.subheader(t("This refund needs a person"), anchor=False)
        st.markdown(
            t(
                "{amount} was asked for by {name} at a balance of {balance}; sent {sent}, in {n} attempts.",
                amount=say(operation.amount),
                name=markdown(operation.requested_by),
                balance=say(operation.balance),
                sent=t.when(operation.last_sent_at) if operation.last_sent_at else "-",
                n=operation.attempts,
            )
        )
        for entry in payment.cancellations:
            st.text(f"{t.when(entry.cancelled_at)}  {say(entry.amount)}  {entry.cancellation_id}  {entry.reason}")
        if not payment.cancellations:
            st.caption(t("i'mport shows no cancellation of this payment."))
        words = decisions.said_of(visit.desk.store, operation)
        for said in words:
            told = t("{name} says that it ran", name=markdown(said.by))
            if not said.ran:
                told = t("{name} says that it did not run", name=markdown(said.by))
            st.info(f"{told} · {t.when(said.at)}  \n{markdown(said.proof)}", icon=":material/how_to_reg:")
        if not policy.may(visit.me, policy.DECIDE):
            st.caption(t("Somebody from finance decides this after looking into KICC's merchant site."))
            return
        if decisions.needs_two(visit.desk.journal, visit.me, operation):
            st.caption(t("Above the limit of one person: it is decided once two people say the same."))
        choice = st.radio(
            t("What did the gateway's merchant site show?"),
            list(CHOICES),
            key=f"decide_{operation.id}_{len(words)}",
            format_func=lambda code: t(CHOICES[code]),
        )
        if choice == "wait":
            return
        proof = st.text_input(
            t("The cancellation's id or the gateway's receipt number")
            if choice == "ran"
            else t("Where you looked, and what it showed"),
            key=f"proof_{operation.id}_{len(words)}",
            max_chars=evidence.CHARS_MAX,
        )
        if st.button(t("Record this decision"), type="primary", disabled=not proof.strip(), key="decide"):
            try:
                decisions.decide(visit.desk.journal, visit.me, operation.id, ran=choice == "ran", proof=proof)
            except DeskError as wrong:
                st.error(sentence(wrong, t), icon=":material/error:")
                return
            st.rerun()
