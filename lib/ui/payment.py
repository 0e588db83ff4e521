"""The parts of one payment's page: head, money, operations, timeline, details."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import streamlit as st

from lib import codes
from lib.errors import DeskError
from lib.journal.life import LOOK, Operation, State
from lib.operations import approvals, decisions, outside, raw_answer, refunds, repeat
from lib.payments.record import Payment
from lib.people import policy
from lib.queries import payments as query
from lib.queries.payments import Detail
from lib.reports.figures.money_bar import money_bar
from lib.reports.figures.style import Palette
from lib.text import masking
from lib.text.escaping import markdown, plain
from lib.text.sentences import sentence
from lib.ui import answers, decision, links, refund_dialog, words, work
from lib.ui.outside import WAYS
from lib.ui.states import badges
from lib.ui.visit import Visit

DECIDED = {
    decisions.FOUND: "A person decided: the refund of {amount} ran",
    decisions.RULED_OUT: "A person decided: the refund of {amount} did not run",
    decisions.LOOKED: "A person looked into the refund of {amount}",
    decisions.RAN: "First word: the refund of {amount} ran",
    decisions.NOT_RUN: "First word: the refund of {amount} did not run",
}


def head(visit: Visit, detail: Detail) -> None:
    """Amount, state, product and order, and the actions this person may take."""
    t, payment = visit.t, detail.payment
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        with st.container(horizontal=True, width="content", vertical_alignment="center", gap="small"):
            st.title(t.money(payment.amount, payment.currency), anchor=False, width="content")
            badges(t, payment)
            if detail.expired(visit.desk.world.now()):
                st.badge(t("Deposit expired"), color="gray")
        if payment.state.was_paid and policy.may(visit.me, policy.REFUND):
            busy = any(_unsettled(visit, detail, op) for op in detail.operations)
            if st.button(
                t("Refund"),
                icon=":material/undo:",
                type="primary",
                key="refund",
                disabled=busy or payment.balance == 0,
            ):
                refund_dialog.open_dialog(visit, payment.imp_uid, payment.balance)
    order = t("Order number")
    st.caption(f"{markdown(payment.name)} · {order} {markdown(payment.merchant_uid)}")
    if payment.sandbox:
        st.caption(t("Made on a test channel: it moves no money and is in no total, list of things to do or limit."))


def money(visit: Visit, detail: Detail, deposited_at: int) -> None:
    """The money bar: paid = cancelled + being checked + refunded another way + refundable. `deposited_at`: see
    `words.to_read_out`."""
    t, payment = visit.t, detail.payment
    checking = sum(op.amount for op in detail.operations if _unsettled(visit, detail, op))
    with st.container(border=True):
        st.subheader(t("Money"), anchor=False)
        if payment.state.was_paid:
            standing = outside.of_payment(visit.desk.store, visit.me, payment.imp_uid)
            left = payment.balance - checking
            elsewhere = min(left, sum(done.amount for done in standing))
            parts = (payment.cancel_amount, checking, elsewhere, left - elsewhere)
            figure = money_bar(*parts, payment.currency, Palette(visit.dark), t)
            told = _equation(visit, payment, *parts)
            st.plotly_chart(figure, theme=None, config={"staticPlot": True}, key="money", alt=told)
            read = t("read from i'mport at {time}", time=t.when(detail.read_at))
            st.caption(f"{told} · {read}")
        else:
            st.caption(t("The bank took the deposit back.") if deposited_at else t("No money was taken."))
        operations(visit, detail)


def _equation(visit: Visit, payment: Payment, cancelled: int, checking: int, elsewhere: int, refundable: int) -> str:
    """What the money bar shows, in words; what went back another way only where there is any."""
    t = visit.t
    facts = {
        "paid": t.money(payment.amount, payment.currency),
        "cancelled": t.money(cancelled, payment.currency),
        "checking": t.money(checking, payment.currency),
        "refundable": t.money(refundable, payment.currency),
    }
    if not elsewhere:
        return t("Paid {paid} = cancelled {cancelled} + being checked {checking} + refundable {refundable}", **facts)
    return t(
        "Paid {paid} = cancelled {cancelled} + being checked {checking} + refunded another way {elsewhere} + "
        "refundable {refundable}",
        elsewhere=t.money(elsewhere, payment.currency),
        **facts,
    )


def operations(visit: Visit, detail: Detail) -> None:
    """The operation that is open, followed until it ends; and the outcome of what was just sent from here."""
    watched = next((op for op in detail.operations if _unsettled(visit, detail, op)), None)
    sent = st.session_state.get("refund_sent")
    if watched is None and sent:
        watched = next((op for op in detail.operations if op.id == sent), None)
    newest = next(iter(detail.operations), None)
    if watched is None and newest and repeat.possible(newest, visit.me, visit.desk.world.now()):
        watched = newest
    if watched is not None:
        if _unsettled(visit, detail, watched):
            progress(visit, watched.id, detail.payment.cancel_amount)
        else:
            outcome(visit, watched)
    _approval(visit, detail)
    for waiting in filter(decision.needed, detail.operations):
        decision.form(visit, detail, waiting)


def _approval(visit: Visit, detail: Detail) -> None:
    """A refund of this payment that waits for a second person, and the last one that was denied today, while nothing
    has come after it."""
    t, currency = visit.t, detail.payment.currency
    answers.saw_payment(visit, detail.payment.imp_uid)
    waiting, denied = approvals.of_payment(visit.desk.journal, visit.me, detail.payment.imp_uid)
    if waiting:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.info(
                t(
                    "{name} asked for approval of {amount}. It waits until {time}; nothing has been sent yet.",
                    name=markdown(waiting.requested_by),
                    amount=t.money(waiting.ask.amount, currency),
                    time=t.time(waiting.expires_at),
                ),
                icon=":material/group:",
            )
            if st.button(t("Approvals"), key="see_approvals"):
                links.to(visit, "approvals")
    if denied:
        told = t(
            "{name} denied the refund of {amount} that {asker} asked for, at {time}.",
            name=markdown(denied.by),
            amount=t.money(denied.amount, currency),
            asker=markdown(denied.requested_by),
            time=t.time(denied.at),
        )
        st.warning(f"{told}  \n{markdown(denied.why)}" if denied.why else told, icon=":material/block:")


def _unsettled(visit: Visit, detail: Detail, operation: Operation) -> bool:
    """It is not certain yet; or it just ran, and what this page shows of the payment was read before."""
    known = any(entry.cancellation_id == operation.cancellation_id for entry in detail.payment.cancellations)
    return operation.open or (_just_ran(visit, operation) and not known)


def _just_ran(visit: Visit, operation: Operation) -> bool:
    return operation.state is State.CONFIRMED and work.just_sent_out(visit, operation)


@st.fragment(run_every="1s")
def progress(visit: Visit, operation_id: str, cancelled: int) -> None:
    """Polls the journal's row, and then the payment until more than `cancelled` (minor units), which the page shows, is
    cancelled of it; a closed tab changes nothing."""
    operation = refunds.operation(visit.desk.store, operation_id)
    if _just_ran(visit, operation):
        mark = query.mark(visit.desk.store, visit.me, operation.imp_uid)
        if mark is not None and mark[3] == cancelled:
            outcome(visit, operation)
            return
    if not operation.open or (decision.needed(operation) and not st.session_state.get(f"shown_{operation_id}")):
        st.session_state[f"shown_{operation_id}"] = True
        st.rerun()
    left = refunds.hold_left(visit.desk.journal, operation)
    if left:
        _hold(visit, operation, left)
    else:
        outcome(visit, operation)


def _hold(visit: Visit, operation: Operation, left: float) -> None:
    """The seconds in which it can still be taken back."""
    t = visit.t
    amount = t.money(operation.amount, operation.currency)
    st.progress(
        1 - left / max(left, visit.desk.journal.hold_s),
        t("{amount} will be refunded in {n} s. Nothing has been sent yet.", amount=amount, n=max(1, round(left))),
    )
    if st.button(t("Take it back"), icon=":material/undo:", key="take_back"):
        try:
            refunds.take_back(visit.desk.journal, visit.me, operation.id)
        except DeskError as late:
            st.warning(sentence(late, t))
            return
        st.rerun()


def outcome(visit: Visit, operation: Operation) -> None:
    """One of the outcomes: done, refused, being checked, for a person to decide."""
    t = visit.t
    told = words.outcome_of(operation, t, visit.me.name)
    {"done": st.success, "refused": st.error, "checking": st.warning, "sending": st.info}[told.kind](
        told.sentence, icon=told.icon
    )
    if told.detail:
        st.caption(told.detail)
    if repeat.possible(operation, visit.me, visit.desk.world.now()):
        _again(visit, operation)


def _again(visit: Visit, operation: Operation) -> None:
    """The same refund once more, for who asked for it and learned that it did not run."""
    t = visit.t
    amount = t.money(operation.amount, operation.currency)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if st.button(t("Send {amount} again", amount=amount), icon=":material/replay:", key="repeat"):
            try:
                with st.spinner(t("Reading the balance from i'mport …")):
                    st.session_state.refund_sent = repeat.send_again(visit.desk.journal, visit.me, operation.id).id
            except DeskError as wrong:
                st.error(sentence(wrong, t), icon=":material/error:")
                return
            st.rerun()
        st.caption(t("The same refund, at the same balance. It cannot run twice."))


class Event(NamedTuple):
    """One line of the timeline."""

    at: int
    icon: str
    title: str
    detail: str
    source: str


def timeline(visit: Visit, detail: Detail, more: Sequence[Event] = ()) -> None:
    """Requested, paid, each cancellation, each of our operations and what is given beside them, newest first."""
    t, p = visit.t, detail.payment

    def say(minor: int) -> str:
        return t.money(minor, p.currency)

    events = [*more, Event(p.started_at, ":material/open_in_new:", t("Payment requested"), p.channel, t("Buyer"))]
    if p.vbank_issued_at:
        events.append(
            Event(
                p.vbank_issued_at,
                ":material/account_balance:",
                t("Virtual account issued"),
                plain(f"{p.vbank_name} {p.vbank_num}"),
                words.gateway_of(p),
            )
        )
    if p.paid_at:
        events.append(
            Event(
                p.paid_at,
                ":material/check_circle:",
                t("{amount} paid", amount=say(p.amount)),
                words.method_of(p, t),
                words.gateway_of(p),
            )
        )
    if p.failed_at:
        events.append(
            Event(p.failed_at, ":material/error:", t("Payment failed"), plain(p.fail_reason), words.gateway_of(p))
        )
    events += [
        Event(
            c.cancelled_at,
            ":material/undo:",
            t("{amount} cancelled", amount=say(c.amount)),
            plain(c.reason),
            words.gateway_of(p),
        )
        for c in p.cancellations
    ]
    for op in detail.operations:
        look = LOOK[op.state]
        events.append(
            Event(
                int(op.created_at),
                ":material/person:",
                t("Refund of {amount}: {state}", amount=say(op.amount), state=look.name(t.code)),
                _asked(visit, detail, op),
                plain(op.requested_by),
            )
        )
    events += [
        Event(
            done.at,
            ":material/assignment_turned_in:",
            t("{amount} refunded another way", amount=say(done.amount)),
            plain(f"{t(WAYS[done.way])} · {done.proof}"),
            plain(done.by),
        )
        for done in outside.of_payment(visit.desk.store, visit.me, p.imp_uid)
    ]
    events += _decided(visit, detail)
    with st.container(border=True):
        st.subheader(t("Timeline"), anchor=False)
        for event in sorted(events, key=lambda e: e.at, reverse=True):
            with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
                line = f":gray[{t.short_when(event.at)}]  {event.icon} **{markdown(event.title)}**"
                st.markdown(line + (f" · {markdown(event.detail)}" if event.detail else ""), width="content")
                st.caption(markdown(event.source), width="content")


def _decided(visit: Visit, detail: Detail) -> list[Event]:
    """What people said of refunds that could not be told by reading: who, when, and the proof."""
    t, amounts = visit.t, {op.id: op.amount for op in detail.operations}
    return [
        Event(
            said.at,
            ":material/how_to_reg:",
            t(DECIDED[said.because], amount=t.money(amounts.get(said.operation_id, 0), detail.payment.currency)),
            plain(said.proof),
            plain(said.by),
        )
        for said in decisions.of_payment(visit.desk.store, visit.me, detail.payment.imp_uid)
    ]


def _asked(visit: Visit, detail: Detail, op: Operation) -> str:
    """Why, to which account, on whose word, and in how many sendings."""
    t, account = visit.t, refunds.account_of(op)
    parts = [plain(op.reason)]
    if account:
        bank = codes.banks(detail.payment.pg_provider).get(account.bank)
        parts.append(
            f"{bank.ko if bank else plain(account.bank)} {masking.account(account.number)} {masking.name(account.holder)}"
        )
    if op.approved_by:
        parts.append(t("approved by {name}", name=plain(op.approved_by)))
    if op.attempts > 1:
        parts.append(t("sent {n} times", n=op.attempts))
    return " · ".join(parts)


def details(visit: Visit, detail: Detail) -> None:
    """Everything about it, masked."""
    t, p = visit.t, detail.payment
    rows = (
        (t("Buyer"), " · ".join(part for part in (p.buyer_name, p.buyer_tel) if part)),
        (t("E-mail"), p.buyer_email),
        (t("Method"), " · ".join(part for part in (words.method_of(p, t), words.instalments(p, t)) if part)),
        (t("Approval no."), p.apply_num),
        (t("Gateway and MID"), " · ".join(part for part in (p.pg_provider, p.pg_id) if part)),
        (t("Gateway transaction"), p.pg_tid),
        (t("Requested"), t.when(p.started_at) if p.started_at else ""),
        (t("Paid at"), t.when(p.paid_at) if p.paid_at else ""),
        (t("Deposit due"), t.when(p.vbank_date) if p.vbank_date else ""),
        (t("Escrow"), t("yes") if p.escrow else ""),
        (t("Billing key"), p.customer_uid),
        (t("Reason of failure"), p.fail_reason),
        (t("PortOne ID"), p.imp_uid),
        (t("Order number"), p.merchant_uid),
    )
    with st.container(border=True):
        st.subheader(t("Details"), anchor=False)
        for title, value in rows:
            if value:
                left, right = st.columns([1, 2], gap="small")
                left.caption(title)
                right.text(plain(value))
        if p.customer_uid and st.button(
            t("See the billing key"), icon=":material/credit_card:", type="tertiary", key="see_key"
        ):
            links.to_key(visit, p.customer_uid, p.imp_uid)
        if p.receipt_url.startswith("https://"):
            st.link_button(t("Receipt"), p.receipt_url, icon=":material/receipt:", type="tertiary")


def reading_out(visit: Visit, detail: Detail, deposited_at: int, parcel: str) -> None:
    """The sentence for the caller, with a button to copy it. `deposited_at`, `parcel`: see `words.to_read_out`."""
    t = visit.t
    with st.container(border=True):
        st.subheader(t("To tell the customer"), anchor=False)
        st.code(
            words.to_read_out(detail.payment, t, visit.desk.world.now(), detail.operations, deposited_at, parcel),
            language=None,
            wrap_lines=True,
        )


def raw(visit: Visit, imp_uid: str) -> None:
    """i'mport's own answer, read now, card numbers masked; for finance and admins."""
    t = visit.t
    if not policy.may(visit.me, policy.SEE_RAW):
        return
    with st.expander(t("Raw answer of i'mport")):
        if st.button(t("Read now"), icon=":material/refresh:", key="read_raw"):
            try:
                st.json(raw_answer.read(visit.desk.journal, visit.me, imp_uid))
            except DeskError as wrong:
                st.error(sentence(wrong, t), icon=":material/error:")
