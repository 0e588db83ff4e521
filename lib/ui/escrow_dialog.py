"""One escrow order: how it stands, its delivery to register or change, and what a person records of it.

The dialog mints a nonce when it opens; a double click carries the same one and meets the same operation.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from lib.errors import BadInput, DeskError
from lib.journal.life import Operation
from lib.operations import decisions, escrow, escrow_draft, escrow_records, proof, refunds
from lib.operations.escrow_draft import Draft
from lib.payments.days import day_of
from lib.people import policy
from lib.queries import escrow as query
from lib.queries.escrow import Order, Said, Stage
from lib.text.escaping import markdown, plain
from lib.ui import escrow_form, links, work
from lib.ui import escrow_words as words
from lib.ui.visit import Visit
from lib.ui.words import gateway as named

ANSWERS = {
    Said.CONFIRMED: "The buyer confirmed it",
    Said.REJECTED: "The buyer refused it",
    Said.NOTHING: "Recorded by mistake",
}


def open_dialog(visit: Visit, imp_uid: str, parcel: tuple[str, str] = ("", "")) -> None:
    """Show the dialog for an order, read afresh. `parcel`: courier and invoice number that are known of it already."""
    st.session_state.escrow_nonce = visit.desk.world.nonce()
    st.session_state.escrow_parcel = parcel
    st.session_state.pop("escrow_draft", None)
    st.session_state.pop("escrow_wrong", None)
    _dialog(visit)(imp_uid)


def _dialog(visit: Visit):  # type: ignore[no-untyped-def]  # st.dialog's decorator is untyped in use
    t = visit.t

    @st.dialog(t("Escrow order"), width="medium", on_dismiss="rerun")
    def show(imp_uid: str) -> None:
        try:
            order = query.one(visit.desk.store, visit.me, imp_uid, visit.desk.world.now())
        except DeskError as missing:
            st.error(words.wrong(missing, t), icon=":material/error:")
            return
        _head(visit, order)
        if said := st.session_state.pop("escrow_wrong", None):
            st.error(said, icon=":material/error:")
        newest = refunds.operation(visit.desk.store, order.operation) if order.operation else None
        if newest and (newest.open or decisions.to_decide(newest)):
            _uncertain(visit, newest)
        elif order.balance > 0:
            _body(visit, order)
        _records(visit, order)

    return show


def _head(visit: Visit, order: Order) -> None:
    t, look = visit.t, words.STAGES[order.stage]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(t("**{amount}** held", amount=t.money(order.balance)), width="content")
        st.badge(t(look.title), icon=look.icon, color=look.colour)
        if st.button(t("Payment"), icon=":material/receipt:", type="tertiary", key="escrow_payment"):
            links.to_payment(visit, order.imp_uid)
    parts = (order.name, order.merchant_uid, order.buyer_name, t("paid {day}", day=t.short_day(day_of(order.paid_at))))
    st.caption(" · ".join(markdown(part) for part in parts if part))


def _body(visit: Visit, order: Order) -> None:
    may = policy.may(visit.me, policy.SHIP)
    if order.invoice and not (may and order.stage is Stage.KICC):
        st.markdown(markdown(_sent(visit, order)))
    if not may:
        return
    if order.stage is Stage.KICC:
        _type_at_kicc(visit, order.imp_uid)
    elif order.stage is not Stage.SHIP:
        _answer(visit, order)
    if order.stage is Stage.SHIP or st.toggle(visit.t("Change the delivery"), key=f"change_{_mark()}"):
        _deliver(visit, order)


def _uncertain(visit: Visit, newest: Operation) -> None:
    """A delivery that is still being checked; where reading cannot tell, a person of finance says what there is."""
    t, delivery = visit.t, escrow.delivery_of(newest)
    st.markdown(markdown(words.parcel(delivery.company, delivery.invoice, t)))
    if not decisions.to_decide(newest):
        st.warning(words.outcome(newest, t), icon=":material/hourglass_top:")
        return
    st.warning(words.code_told("escrow_needs_human", t), icon=":material/person_alert:")
    if not policy.may(visit.me, policy.DECIDE):
        return
    ran = st.segmented_control(
        t("What i'mport's console or the gateway's site shows"),
        [True, False],
        format_func=lambda there: t("It is registered") if there else t("It is not registered"),
        key=f"decide_{_mark()}",
    )
    if ran is None:
        return
    evidence = _evidence(visit, t("Where you looked, and what it showed"))

    def decide() -> None:
        decisions.decide(visit.desk.journal, visit.me, newest.id, ran=ran, proof=evidence)

    _button(visit, t("Record"), decide, key="escrow_decide", ready=bool(evidence.strip()))


def _sent(visit: Visit, order: Order) -> str:
    t, parcel = visit.t, words.parcel(order.company, order.invoice, visit.t)
    if not order.sent_at:
        return parcel
    return t("{parcel} · sent {when}", parcel=parcel, when=t.when(order.sent_at))


def _answer(visit: Visit, order: Order) -> None:
    """What the buyer said, or that the last record was a mistake."""
    t, journal, imp_uid = visit.t, visit.desk.journal, order.imp_uid
    gateway = markdown(named(order.pg_provider))
    standing = {Stage.CONFIRMED: Said.CONFIRMED, Stage.REJECTED: Said.REJECTED}.get(order.stage, Said.SHIPPED)
    recorded = bool(order.records) and order.records[0].said is standing
    with st.container(border=True):
        chosen = st.segmented_control(
            t("What the buyer answered"),
            [said for said in ANSWERS if said is not standing and (recorded or said is not Said.NOTHING)],
            format_func=lambda said: t(ANSWERS[said]),
            key=f"answer_{_mark()}",
        )
        if chosen is None:
            st.caption(
                t(
                    "i'mport does not tell it. Record what the mail or merchant site of {gateway} shows.",
                    gateway=gateway,
                )
            )
            return
        evidence = _evidence(visit, t("How is it known? (mail of {gateway}, who looked where)", gateway=gateway))

        def record() -> None:
            if chosen is Said.NOTHING:
                escrow_records.take_back(journal, visit.me, imp_uid, evidence)
            else:
                escrow_records.answered(journal, visit.me, imp_uid, chosen, evidence)

        _button(visit, t("Record"), record, key="escrow_record", ready=bool(evidence.strip()))


def _type_at_kicc(visit: Visit, imp_uid: str) -> None:
    """Exactly what to type at KICC's merchant site, to be copied, and the record that it was done."""
    asked = escrow_records.to_type(visit.desk.journal, visit.me, imp_uid)
    t, delivery = visit.t, asked.delivery
    st.markdown(t("i'mport does not take this delivery. Type it at KICC's merchant site, under escrow deliveries:"))
    left, right = st.columns(2)
    for place, title, value in (
        (left, t("Gateway transaction"), asked.pg_tid),
        (right, t("Invoice number"), delivery.invoice),
    ):
        with place:
            st.caption(title)
            st.code(plain(value), language=None, wrap_lines=True)
    lines = (
        (t("Gateway transaction"), asked.pg_tid),
        (t("Order number"), asked.merchant_uid),
        (t("Amount"), f"{t.money(asked.amount)} · {t.when(asked.paid_at)}"),
        (t("Kind of delivery"), t("courier (DE02)")),
        (t("Courier"), words.courier(delivery.company, t)),
        (t("Invoice number"), delivery.invoice),
        (t("Sent on"), t.when(delivery.sent_at)),
        (t("Receiver"), f"{delivery.receiver.name} · {delivery.receiver.tel}"),
        (t("Address"), f"({delivery.receiver.postcode}) {delivery.receiver.addr}"),
        (t("Sender"), f"{delivery.sender.name} · {delivery.sender.tel}"),
    )
    st.code("\n".join(f"{title}: {plain(value)}" for title, value in lines), language=None, wrap_lines=True)
    evidence = _evidence(visit, t("Evidence: what KICC's site showed after registering"))
    _button(
        visit,
        t("Registered at KICC"),
        lambda: escrow_records.at_gateway(visit.desk.journal, visit.me, imp_uid, evidence),
        key="escrow_at_kicc",
        ready=bool(evidence.strip()),
    )


def _deliver(visit: Visit, order: Order) -> None:
    t = visit.t
    draft = _draft(visit, order.imp_uid)
    if draft is None:
        return
    _there(visit, order, draft)
    if draft.goods != (draft.payment.name,):
        st.caption(t("Products: {names}", names=markdown(" · ".join(draft.goods))))
    whole = escrow_form.delivery(visit, draft, _mark())
    label = t("Change the delivery") if draft.registered else t("Register the delivery")
    if not draft.served:
        label = t("Keep it for KICC")
    _button(visit, label, lambda: _send(visit, order.imp_uid, draft, whole), key="escrow_send", ready=whole is not None)


def _draft(visit: Visit, imp_uid: str) -> Draft | None:
    """The order read afresh, once for each opening."""
    draft = st.session_state.get("escrow_draft")
    if draft is None or draft.payment.imp_uid != imp_uid:
        try:
            with st.spinner(visit.t("Reading the order from i'mport …")):
                company, invoice = st.session_state.get("escrow_parcel", ("", ""))
                draft = escrow_draft.draft(visit.desk.journal, visit.me, imp_uid)
                draft = replace(draft, company=company or draft.company, invoice=invoice)
        except DeskError as wrong:
            st.error(words.wrong(wrong, visit.t), icon=":material/error:")
            return None
        st.session_state.escrow_draft = draft
    return draft


def _there(visit: Visit, order: Order, draft: Draft) -> None:
    """What i'mport has, and what is to be expected of the gateway."""
    t, there = visit.t, draft.registered
    if there:
        known = order.invoice == there.invoice
        told = t(
            "i'mport has {parcel}, sent {sent}, registered {at} (read {time}).",
            parcel=markdown(words.parcel(there.company, there.invoice, t)),
            sent=t.short_when(there.sent_at),
            at=t.short_when(there.applied_at),
            time=t.time(draft.read_at),
        )
        st.info(told, icon=":material/cloud_done:")
        if not known:
            st.caption(t("It was not registered from here. Take it over as it is, or change it below."))
            take = lambda: escrow_records.take_over(visit.desk.journal, visit.me, order.imp_uid)  # noqa: E731
            _button(visit, t("Take it over"), take, key="escrow_take_over", first=False)
    elif not draft.served:
        st.warning(
            t("i'mport has just said that it does not serve this gateway. What you type is kept, to be typed at KICC."),
            icon=":material/edit_note:",
        )
    elif not draft.published:
        st.caption(
            t(
                "This gateway is on no published list of i'mport's deliveries. If it is refused, what you type is kept "
                "under “Register at KICC”."
            )
        )


def _send(visit: Visit, imp_uid: str, draft: Draft, whole: escrow.Delivery | None) -> None:
    if whole is None:
        return
    try:
        operation = escrow.register(
            visit.desk.journal, visit.me, imp_uid, whole, st.session_state.escrow_nonce, draft.registered
        )
    except BadInput as stale:
        if stale.why == "escrow_differs":  # somebody changed it meanwhile: look again before anything else
            st.session_state.pop("escrow_draft", None)
            st.session_state.escrow_nonce = visit.desk.world.nonce()
        raise
    work.sent([operation])


def _records(visit: Visit, order: Order) -> None:
    """Who recorded what, newest first."""
    t = visit.t
    for record in order.records:
        st.caption(
            f"{t.short_when(record.at)} · {t(words.SAID[record.said])} · {markdown(record.by)} · {markdown(record.proof)}"
        )


def _evidence(visit: Visit, label: str) -> str:
    return st.text_input(label, key=f"proof_{_mark()}", max_chars=proof.CHARS_MAX)


def _button(
    visit: Visit, label: str, act: Callable[[], None], *, key: str, ready: bool = True, first: bool = True
) -> None:
    """A button that acts and goes back to the page; what is refused is said in the dialog."""
    kind = "primary" if first else "secondary"
    if not st.button(label, type=kind, key=key, disabled=not ready):  # type: ignore[arg-type]
        return
    work.forget()
    try:
        act()
    except DeskError as wrong:
        st.session_state.escrow_wrong = words.wrong(wrong, visit.t)
        st.rerun(scope="fragment")
    st.rerun()


def _mark() -> str:
    return str(st.session_state.escrow_nonce)[:8]
