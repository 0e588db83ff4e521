"""A cash receipt: whether one was issued, issuing it, and taking it back where the gateway can."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from lib.errors import DeskError
from lib.journal.life import Operation
from lib.operations import receipts
from lib.operations.receipts import Receipt
from lib.payments.record import Payment
from lib.people import policy
from lib.queries.payments import Detail
from lib.text import masking
from lib.text.escaping import markdown, plain
from lib.text.sentences import sentence
from lib.ui import dialogs, work
from lib.ui.operations_table import RECEIPT_FOR
from lib.ui.visit import Visit

FORMS = {
    "phone": "11 digits that begin with 010, or 10 that begin with 011 to 019",
    "business": "10 digits of which the last one checks the others",
    "taxcard": "13 to 19 digits",
}

MASKED = {"phone": masking.phone, "business": masking.account, "taxcard": masking.card}
NOT_FROM_HERE = "i'mport cannot cancel KICC's cash receipts: do it at KICC's merchant site or at Hometax."


def panel(visit: Visit, detail: Detail, operations: list[Operation]) -> None:
    """The card of a payment that was paid in cash. `operations`: those on its receipt, newest first."""
    t, payment = visit.t, detail.payment
    newest = next(iter(operations), None)
    with st.container(border=True):
        st.subheader(t("Cash receipt"), anchor=False)
        if newest and (newest.open or work.was_sent(newest)):
            work.draw(visit, newest)
        with st.spinner(t("Reading the receipt from i'mport …")):
            found = _read(visit, detail, newest)
        if isinstance(found, DeskError):
            st.badge(t("Issued") if payment.cash_receipt_issued else t("Not issued"), color="gray")
            st.caption(t("What i'mport knows of it could not be read: {why}", why=markdown(sentence(found, t))))
            if st.button(t("Look again"), icon=":material/refresh:", key="receipt_again"):
                del st.session_state.receipt_read
                st.rerun()
            return
        stands = found is not None and not found.cancelled_at
        if stands or payment.cash_receipt_issued:
            _issued(visit, detail, found if stands else None, operations)
        else:
            _absent(visit, detail, found, newest)


def _read(visit: Visit, detail: Detail, newest: Operation | None) -> Receipt | DeskError | None:
    """What i'mport says, or why it does not; asked once as long as neither the payment nor its receipt has changed here."""
    as_of = (detail.payment.imp_uid, detail.payment.cash_receipt_issued, newest and (newest.id, newest.version))
    kept: tuple[object, Receipt | DeskError | None] | None = st.session_state.get("receipt_read")
    if kept is None or kept[0] != as_of:
        try:
            kept = (as_of, receipts.issued(visit.desk.iamport, detail.payment.imp_uid))
        except DeskError as wrong:
            kept = (as_of, wrong)
        st.session_state.receipt_read = kept
    return kept[1]


def _issued(visit: Visit, detail: Detail, found: Receipt | None, operations: Sequence[Operation]) -> None:
    t, payment, newest = visit.t, detail.payment, next(iter(operations), None)
    st.badge(t("Issued"), color="green", icon=":material/check:")
    if payment.balance <= 0:
        st.warning(
            t("The payment was cancelled in full, and the receipt still stands: cancel it, too."),
            icon=":material/receipt_long:",
        )
    if found is None:
        st.caption(
            t("Not issued through i'mport: most likely in the payment window. It is cancelled where it was issued.")
        )
    else:
        st.text(f"{t.money(found.amount, payment.currency)} · {t.minute(found.applied_at)}")
        kind, number = receipts.issued_for(operations, found.apply_num)
        if kind:
            st.text(f"{t(RECEIPT_FOR[kind])} {MASKED[kind](number)}")
        st.text(t("NTS approval no. {number}", number=plain(found.apply_num)))
        if found.receipt_url.startswith("https://"):
            st.link_button(t("See the cash receipt"), found.receipt_url, icon=":material/receipt:", type="tertiary")
    if payment.pg_provider in receipts.NOT_CANCELLED_BY_API:
        st.caption(t(NOT_FROM_HERE))
    elif (
        found
        and policy.may(visit.me, policy.CASH)
        and st.button(
            t("Cancel the receipt"),
            icon=":material/undo:",
            key="receipt_cancel",
            disabled=bool(newest and newest.open),
        )
    ):
        cancel(visit, payment.imp_uid, t.money(found.amount, payment.currency))


def _absent(visit: Visit, detail: Detail, found: Receipt | None, newest: Operation | None) -> None:
    t, payment = visit.t, detail.payment
    st.badge(t("Not issued"), color="orange")
    if found is not None:
        st.caption(
            t(
                "One of {amount} was cancelled at {time}.",
                amount=t.money(found.amount),
                time=t.minute(found.cancelled_at),
            )
        )
    if payment.balance <= 0:
        st.caption(t("Nothing of the payment is left to issue one for."))
    elif policy.may(visit.me, policy.CASH) and st.button(
        t("Issue a receipt"), icon=":material/receipt_long:", key="receipt_issue", disabled=bool(newest and newest.open)
    ):
        issue(visit, payment)


def issue(visit: Visit, payment: Payment) -> None:
    """Ask for whom, check the number as it is typed, then issue; nothing of the number is kept in the session."""
    imp_uid, amount = payment.imp_uid, visit.t.money(payment.balance, payment.currency)
    t = visit.t
    nonce = visit.desk.world.nonce()

    @st.dialog(t("Issue a cash receipt"), width="medium", on_dismiss="rerun")
    def show() -> None:
        kind = st.segmented_control(
            t("For"),
            list(RECEIPT_FOR),
            default="phone",
            required=True,
            key=f"receipt_type_{nonce}",
            format_func=lambda code: t(RECEIPT_FOR[code]),
        )
        typed = st.text_input(
            t("Number"), key=f"receipt_number_{nonce}", max_chars=30, autocomplete="off", live=True, help=t(FORMS[kind])
        )
        fits = bool(receipts.number_of(kind, typed))
        if typed.strip():
            told = t("The number has the right form.") if fits else t("It should be: {form}", form=t(FORMS[kind]))
            st.caption(f":green[:material/check:] {told}" if fits else f":red[:material/close:] {told}")
        else:
            st.caption(t("For a business it proves an expense; otherwise it is a personal income deduction."))
        if payment.pg_provider in receipts.NOT_CANCELLED_BY_API:
            check = t("Check the number before you issue.")
            st.warning(f"{check} {t(NOT_FROM_HERE)}", icon=":material/info:")
        if _confirmed(visit, t("Issue for {amount}", amount=amount), enabled=fits):
            _send(visit, lambda: receipts.issue(visit.desk.journal, visit.me, imp_uid, kind, typed, nonce))

    show()


def cancel(visit: Visit, imp_uid: str, amount: str) -> None:
    """Ask once more, then take the receipt back."""
    t = visit.t
    nonce = visit.desk.world.nonce()

    @st.dialog(t("Cancel the cash receipt"), width="medium", on_dismiss="rerun")
    def show() -> None:
        st.markdown(t("The receipt of {amount} is cancelled at the tax office too.", amount=markdown(amount)))
        if _confirmed(visit, t("Cancel the receipt"), enabled=True):
            _send(visit, lambda: receipts.cancel(visit.desk.journal, visit.me, imp_uid, nonce))

    show()


def _confirmed(visit: Visit, label: str, *, enabled: bool) -> bool:
    return dialogs.footer(visit, label, enabled=enabled, key="receipt_confirm", close_key="receipt_close")


def _send(visit: Visit, act: Callable[[], Operation]) -> None:
    dialogs.send(visit, lambda: [act()], visit.t("Reading the payment from i'mport …"))
