"""The delivery of an escrow payment on the payment's own page: how it stands, and the way to it."""

from __future__ import annotations

import streamlit as st

from lib.journal.life import State, look_of
from lib.operations import escrow, refunds, submitting
from lib.people import policy
from lib.queries import escrow as query
from lib.queries.escrow import Order, Stage
from lib.queries.payments import Detail
from lib.text.escaping import markdown, plain
from lib.ui import escrow_dialog, escrow_progress, work
from lib.ui import escrow_words as words
from lib.ui.payment import Event
from lib.ui.visit import Visit

SENT = (Stage.TRANSIT, Stage.WAITING, Stage.CONFIRMED)
TITLES = {
    escrow.REGISTER: "Register the delivery: {state}",
    escrow.CHANGE: "Change the delivery: {state}",
}


def events(visit: Visit, detail: Detail) -> list[Event]:
    """Lines for the timeline: every delivery that was registered or changed from here, with the number before, and what
    people recorded."""
    t, payment = visit.t, detail.payment
    if not (payment.escrow and payment.paid_at):
        return []
    found = []
    for op in submitting.of_subject(visit.desk.store, escrow.subject(payment.imp_uid)):
        look, delivery = look_of(op), escrow.delivery_of(op)
        before = words.parcel(*escrow.before(op), t)
        now = words.parcel(delivery.company, delivery.invoice, t)
        title = t(TITLES[op.kind], state=look.name(t.code))
        told = plain(f"{before} → {now}" if before else now)
        found.append(Event(op.created_at, ":material/local_shipping:", title, told, plain(op.requested_by)))
    for record in _order(visit, detail).records:
        title = t(words.SAID[record.said])
        found.append(Event(record.at, ":material/edit_note:", title, plain(record.proof), plain(record.by)))
    return found


def told(visit: Visit, detail: Detail) -> str:
    """Courier and invoice number of a delivery that is registered, to read out to the customer; "" without one."""
    payment = detail.payment
    if not (payment.escrow and payment.paid_at and payment.balance):
        return ""
    order = _order(visit, detail)
    return plain(words.parcel(order.company, order.invoice, visit.t)) if order.stage in SENT and order.invoice else ""


def _order(visit: Visit, detail: Detail) -> Order:
    return query.one(visit.desk.store, visit.me, detail.payment.imp_uid, visit.desk.world.now())


def draw(visit: Visit, detail: Detail) -> None:
    """Nothing for a payment that is no escrow order or was never paid."""
    t, payment = visit.t, detail.payment
    if not (payment.escrow and payment.paid_at):
        return
    order = _order(visit, detail)
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
