"""The delivery of an escrow payment on the payment's own page: how it stands, and the way to it."""

from __future__ import annotations

import streamlit as st

from lib.journal.life import State
from lib.operations import refunds
from lib.people import policy
from lib.queries import escrow as query
from lib.queries.escrow import Stage
from lib.queries.payments import Detail
from lib.text.escaping import markdown
from lib.ui import escrow_dialog, escrow_progress, work
from lib.ui import escrow_words as words
from lib.ui.visit import Visit


def draw(visit: Visit, detail: Detail) -> None:
    """Nothing for a payment that is no escrow order or was never paid."""
    t, payment = visit.t, detail.payment
    if not (payment.escrow and payment.paid_at):
        return
    order = query.one(visit.desk.store, visit.me, payment.imp_uid, visit.desk.world.now())
    look = words.STAGES[order.stage]
    newest = refunds.operation(visit.desk.store, order.operation) if order.operation else None
    checked = newest if newest and newest.open and newest.state is not State.NEEDS_HUMAN else None
    with st.container(border=True):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            st.subheader(t("Escrow delivery"), anchor=False, width="content")
            st.badge(t(look.title), icon=look.icon, color=look.colour)
        if order.invoice:
            st.markdown(markdown(words.parcel(order.company, order.invoice, t)))
        if checked:
            work.follow(visit, (checked.id,))
        elif order.balance and policy.may(visit.me, policy.SHIP):
            label = t("Register the delivery") if order.stage is Stage.SHIP else t("Open the delivery")
            if st.button(label, icon=":material/local_shipping:", key="escrow_open"):
                escrow_dialog.open_dialog(visit, payment.imp_uid)
    if not checked:
        escrow_progress.sent(visit, payment.imp_uid)
