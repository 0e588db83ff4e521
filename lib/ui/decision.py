"""A person's word on what could not be told by reading: what is known of a refund, and the three ways on."""

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
from lib.ui import words
from lib.ui.visit import Visit

CHOICES = {
    "wait": "Keep waiting",
    "ran": "The refund ran",
    "not": "The refund did not run",
}
CHOICES_OF_WORK = {"wait": "Keep waiting", "ran": "It was done", "not": "It was not done"}
"""The same for every kind but refunds."""

WHY = {
    "cannot tell": "It could not be told: i'mport's history neither shows that this refund ran nor rules it out. "
    "A cancellation below may be this refund, or somebody else's.",
    "seen twice": "The mark of this refund stands in more than one cancellation: it may have run twice.",
    "late, perhaps ours": "It was closed as not run; later a cancellation of the same amount appeared.",
}
"""By the move that made it wait for a person."""


def messages() -> list[str]:
    """The messages in this module's tables."""
    return [*CHOICES.values(), *CHOICES_OF_WORK.values(), *WHY.values()]


def needed(operation: Operation) -> bool:
    """Whether this operation waits for somebody's word."""
    return decisions.to_decide(operation)


def form(visit: Visit, detail: Detail, operation: Operation) -> None:
    """What is known of the operation, and the decision for those who may take it."""
    t, payment = visit.t, detail.payment
    gateway = markdown(words.gateway_of(payment))

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
        reason = WHY.get(decisions.why_waiting(visit.desk.store, operation))
        if reason:
            st.caption(t(reason))
        _history(visit, detail, operation)
        number = t("The cancellation's id, or a number of at least six digits from {gateway}", gateway=gateway)
        _word(visit, operation, gateway, number, CHOICES)


def of_work(visit: Visit, operation: Operation) -> None:
    """The decision on an operation that is no refund."""
    t = visit.t
    with st.container(border=True):
        number = t("Where you looked, and what it showed")
        if decisions.makes_a_payment(operation):
            number = t("The PortOne ID (imp_…) of the payment, and where you looked")
        _word(visit, operation, markdown(operation.pg_provider.upper() or "KICC"), number, CHOICES_OF_WORK)


def _word(visit: Visit, operation: Operation, gateway: str, number: str, choices: dict[str, str]) -> None:
    """What others said, and this person's word, for those who may decide. `number`: what proof that it ran must name."""
    t = visit.t
    told_before = decisions.said_of(visit.desk.store, operation)
    for said in told_before:
        told = t("{name} says that it ran", name=markdown(said.by))
        if not said.ran:
            told = t("{name} says that it did not run", name=markdown(said.by))
        st.info(f"{told} · {t.when(said.at)}  \n{markdown(said.proof)}", icon=":material/how_to_reg:")
    if not policy.may(visit.me, policy.DECIDE):
        st.caption(
            t("Somebody from finance decides this after looking into the merchant site of {gateway}.", gateway=gateway)
        )
        return
    if decisions.needs_two(visit.desk.journal, visit.me, operation):
        st.caption(t("Above the limit of one person: it is decided once two people say the same."))
    choice = st.radio(
        t("What did the merchant site of {gateway} show?", gateway=gateway),
        list(choices),
        key=f"decide_{operation.id}_{len(told_before)}",
        format_func=lambda code: t(choices[code]),
    )
    if choice == "wait":
        return
    proof = st.text_input(
        number if choice == "ran" else t("Where you looked, and what it showed"),
        key=f"proof_{operation.id}_{len(told_before)}",
        max_chars=evidence.CHARS_MAX,
    )
    if st.button(
        t("Record this decision"), type="primary", disabled=not proof.strip(), key=f"decide_now_{operation.id}"
    ):
        try:
            decisions.decide(visit.desk.journal, visit.me, operation.id, ran=choice == "ran", proof=proof)
        except DeskError as wrong:
            st.error(sentence(wrong, t), icon=":material/error:")
            return
        st.rerun()


def _history(visit: Visit, detail: Detail, operation: Operation) -> None:
    """The cancellations that i'mport shows, and which of them were not there when the refund was asked for."""
    t, payment = visit.t, detail.payment
    if not payment.cancellations:
        st.caption(t("i'mport shows no cancellation of this payment."))
        return
    st.caption(t("Cancellations of this payment that i'mport shows"))
    named, why = t("Cancellation id"), t("Reason")
    for entry in sorted(payment.cancellations, key=lambda c: c.cancelled_at, reverse=True):
        since = t("there before") if entry.cancellation_id in operation.known_ids else t("new since it was asked for")
        amount = markdown(t.money(entry.amount, payment.currency))
        with st.container(border=True, gap="xxsmall"):
            st.markdown(f"**{amount}** · {t.when(entry.cancelled_at)} · {since}")
            st.text(f"{named}: {entry.cancellation_id}")
            if entry.reason:
                st.text(f"{why}: {entry.reason}")
