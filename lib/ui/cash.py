"""What one payment's page says of its virtual account and of its cash receipt."""

from __future__ import annotations

from typing import NamedTuple

import streamlit as st

from lib.journal.life import Operation, look_of
from lib.operations import receipts, submitting, vbanks
from lib.payments.days import day_of
from lib.people import policy
from lib.queries import vbanks as query
from lib.queries.payments import Detail
from lib.text.escaping import plain
from lib.ui import receipt, vbank_dialogs, words, work
from lib.ui.payment import Event
from lib.ui.vbank_dialogs import Account
from lib.ui.visit import Visit

TITLES = {
    vbanks.CLOSE: "Close the virtual account: {state}",
    receipts.ISSUE: "Issue a cash receipt: {state}",
    receipts.CANCEL: "Cancel the cash receipt: {state}",
}


def cash_receipt(visit: Visit, detail: Detail) -> None:
    """The receipt's card, for what was paid in cash. It asks i'mport, so the rest of the page should be drawn before."""
    if receipts.for_cash(detail.payment):
        receipt.panel(visit, detail, _operations(visit, receipts.subject_of(detail.payment.imp_uid)))


class TakenBack(NamedTuple):
    """When a deposit that the bank took back had come in and when the desk noticed (epoch seconds); zeros for never."""

    paid_at: int = 0
    noticed_at: int = 0


def taken_back(visit: Visit, detail: Detail) -> TakenBack:
    """Whether the bank has ever taken a deposit of this payment back."""
    if detail.payment.pay_method != "vbank":
        return TakenBack()
    return TakenBack(*query.taken_back(visit.desk.store, visit.me, detail.payment.imp_uid))


def account(visit: Visit, detail: Detail, back: TakenBack) -> None:
    """The account's card, while it waits, was taken back or is being closed."""
    t, payment = visit.t, detail.payment
    if payment.pay_method != "vbank":
        return
    newest = next(iter(_operations(visit, vbanks.subject_of(payment.imp_uid))), None)
    fell_back = bool(back.noticed_at) and not payment.state.was_paid
    watched = newest if newest and (newest.open or work.was_sent(newest)) else None
    waits = vbanks.waits(payment)
    if not (waits or fell_back or watched):
        return
    with st.container(border=True):
        st.subheader(t("Virtual account"), anchor=False)
        if watched:
            work.draw(visit, watched)
        if fell_back:
            st.error(_fell_back(visit, detail, back), icon=":material/undo:")
        st.text(f"{plain(payment.vbank_name)} {payment.vbank_num}")
        if payment.vbank_date:
            st.caption(t("Deposit due {time}", time=t.minute(payment.vbank_date)))
        if waits and policy.may(visit.me, policy.CASH):
            _actions(visit, detail, busy=bool(newest and newest.open), remind=not fell_back)


def _fell_back(visit: Visit, detail: Detail, back: TakenBack) -> str:
    """What became of the deposit, and of the sales of its day: i'mport lists it as unpaid, and the totals follow i'mport."""
    t, payment = visit.t, detail.payment
    told = t(
        "The deposit of {paid} was taken back by the bank (noticed {noticed}). Do not ship; ask the gateway.",
        paid=t.minute(back.paid_at) if back.paid_at else "-",
        noticed=t.minute(back.noticed_at),
    )
    if not back.paid_at:
        return told
    amount, day = t.money(payment.amount, payment.currency), t.day(day_of(back.paid_at))
    smaller = t("The sales of {day} are {amount} smaller since, as they are at i'mport.", day=day, amount=amount)
    return f"{told} {smaller}"


def _actions(visit: Visit, detail: Detail, *, busy: bool, remind: bool) -> None:
    t, payment = visit.t, detail.payment
    over = detail.expired(visit.desk.world.now())
    with st.container(horizontal=True, gap="small"):
        if remind and not over and st.button(t("Reminder"), icon=":material/sms:", key="vbank_remind"):
            vbank_dialogs.remind(visit, payment.imp_uid)
        if st.button(t("Close the account"), icon=":material/block:", key="vbank_close", disabled=busy):
            amount = t.money(payment.amount, payment.currency)
            vbank_dialogs.close(visit, Account(payment.imp_uid, payment.vbank_name, payment.vbank_num, amount))


def events(visit: Visit, detail: Detail, back: TakenBack) -> list[Event]:
    """Lines for the timeline: a deposit and that it was taken back, what was done with the account and the receipt."""
    t, payment = visit.t, detail.payment
    found, gateway = [], words.gateway_of(payment)
    if back.noticed_at:
        found.append(Event(back.noticed_at, ":material/undo:", t("Deposit taken back"), t("as noticed here"), gateway))
    if back.paid_at and back.paid_at != payment.paid_at:  # i'mport itself has forgotten that it was paid
        paid = t("{amount} paid", amount=t.money(payment.amount, payment.currency))
        found.append(Event(back.paid_at, ":material/check_circle:", paid, words.method_of(payment, t), gateway))
    subjects = (vbanks.subject_of(payment.imp_uid), receipts.subject_of(payment.imp_uid))
    for op in (op for subject in subjects for op in _operations(visit, subject)):
        look = look_of(op)
        title = t(TITLES[op.kind], state=look.name(t.code))
        reason = plain(op.reason) if op.kind == vbanks.CLOSE else ""
        found.append(Event(op.created_at, ":material/person:", title, reason, plain(op.requested_by)))
    return found


def _operations(visit: Visit, subject: str) -> list[Operation]:
    return submitting.of_subject(visit.desk.store, subject)
