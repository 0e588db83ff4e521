"""What a person must look at under payment links: the list, one link's part of it, and that of one payment's page."""

from __future__ import annotations

import streamlit as st

from lib.operations import payment_links
from lib.operations.payment_links import Seen
from lib.payments.payment_link import Odd
from lib.payments.record import Payment
from lib.payments.state import State
from lib.people import policy
from lib.text.escaping import markdown
from lib.text.sentences import sentence_of
from lib.ui import links
from lib.ui.visit import Visit

SHOWN = 5


@st.fragment(run_every="5s")
def draw(visit: Visit) -> None:
    """The links under which something needs a person, each payment with its reason and what to do."""
    t = visit.t
    found = payment_links.alarms(visit.desk.journal, visit.me)
    if not found:
        return
    st.error(t("Payment links to look at"), icon=":material/report:")
    with st.container(border=True, gap="small"):
        for one in found[:SHOWN]:
            with st.container(gap="xxsmall"):
                _link(visit, one)
                for odd in one.standing.odd[:SHOWN]:
                    _odd(visit, odd, "list")
        if len(found) > SHOWN:
            st.caption(t.each("{n} more", "{n} more", len(found) - SHOWN))


def _link(visit: Visit, one: Seen) -> None:
    t, link = visit.t, one.link
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        asked = t("{amount} asked", amount=t.money(link.amount))
        st.markdown(f"**{markdown(link.name)}** · {asked} · :gray[{link.merchant_uid}]", width="content")
        if st.button(t("Show the link"), key=f"link_of_{link.merchant_uid}", type="tertiary"):
            st.session_state.link_shown = link.merchant_uid
            st.rerun()


def of_link(visit: Visit, one: Seen) -> None:
    """What needs a person under one link."""
    for odd in one.standing.odd:
        with st.container(border=True):
            _odd(visit, odd, "card", to_it=odd.payment is not one.standing.payment)  # the card leads to that one


def _odd(visit: Visit, odd: Odd, place: str, *, to_it: bool = True) -> None:
    t, payment = visit.t, odd.payment
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        told = f"{_came(visit, payment)} · {sentence_of(odd.code, t)}"
        st.markdown(f":red[:material/report:] {told}", width="content")
        if to_it and st.button(
            t("Open the payment"), key=f"link_odd_{place}_{odd.code}_{payment.imp_uid}", type="tertiary"
        ):
            links.to_payment(visit, payment.imp_uid)


def _came(visit: Visit, payment: Payment) -> str:
    """How much, and whether it came in or still may."""
    t = visit.t
    amount = t.money(payment.amount, payment.currency)
    if payment.state is State.WAITING:
        return t("{amount} until {time}", amount=amount, time=t.short_when(payment.vbank_date))
    test = t("Test channel")
    return t("{amount} paid", amount=amount) + f" · {test}" * payment.sandbox


def of_payment(visit: Visit, payment: Payment) -> None:
    """Before a payment of a link that needs a person: why, and the way to the link."""
    if not policy.may(visit.me, policy.ASK_PAYMENT):
        return
    one = payment_links.seen(visit.desk.journal, visit.me, payment.merchant_uid)
    codes = [odd.code for odd in one.standing.odd if odd.payment.imp_uid == payment.imp_uid] if one else []
    if not codes:
        return
    t = visit.t
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.error("  \n".join(sentence_of(code, t) for code in codes), icon=":material/report:")
        if st.button(t("Show the link"), icon=":material/link:", key="odd_link"):
            st.session_state.link_shown = payment.merchant_uid
            links.to(visit, "checkout")
