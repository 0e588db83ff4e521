"""The refund dialog: the balance read afresh, the rules of the method, and a button that names the amount.

The dialog mints a nonce when it opens; a double click or a rerun carries the same one and meets the same operation.
Nothing is sent from here: `refunds.submit` writes the journal, a worker sends.
"""

from __future__ import annotations

import streamlit as st

from lib.errors import BadInput, DeskError
from lib.operations import approvals, limits, offers, refunds
from lib.operations.offers import Offer
from lib.operations.refunds import Account, Ask
from lib.payments.arrival import arrival
from lib.payments.days import day_of
from lib.payments.money import typed_won
from lib.payments.record import Payment
from lib.text.escaping import markdown, plain
from lib.text.sentences import sentence, sentence_of
from lib.ui import refund_account, words
from lib.ui.visit import Visit

REASONS = {
    "changed_mind": "Customer changed their mind",
    "exchange": "Return or exchange",
    "out_of_stock": "Out of stock",
    "late": "Late delivery",
    "wrong_amount": "Wrong amount",
    "double": "Paid twice",
    "other": "Other",
}
LONGEST_REASON = 60
WRONG = -1
"""A tax-free part that cannot be; the button stays shut."""


def open_dialog(visit: Visit, imp_uid: str, page_balance: int) -> None:
    """Read the payment afresh and show the dialog for it; `page_balance` is what the page behind it shows."""
    st.session_state.refund_nonce = visit.desk.world.nonce()
    st.session_state.pop("refund_offer", None)
    _dialog(visit)(imp_uid, page_balance)


def _dialog(visit: Visit):  # type: ignore[no-untyped-def]  # st.dialog's decorator is untyped in use
    t = visit.t

    @st.dialog(t("Refund"), width="medium")
    def show(imp_uid: str, page_balance: int) -> None:
        offer = st.session_state.get("refund_offer")
        if offer is None or offer.payment.imp_uid != imp_uid:
            try:
                with st.spinner(t("Reading the balance from i'mport …")):
                    offer = offers.offer(visit.desk.journal, visit.me, imp_uid, page_balance)
            except DeskError as wrong:
                st.error(sentence(wrong, t), icon=":material/error:")
                _look_again(visit)
                return
            st.session_state.refund_offer = offer
        closed = offers.in_the_way(offer) or (BadInput("approval_waits") if offer.waits_for_approval else None)
        if closed:
            st.error(sentence(closed, t), icon=":material/block:")
            _look_again(visit)
            return
        _form(visit, offer)

    return show


def _look_again(visit: Visit) -> None:
    """Back to the page, drawn anew with what was just read."""
    if st.button(visit.t("Look again"), icon=":material/refresh:", key="look_again"):
        st.rerun()


def _form(visit: Visit, offer: Offer) -> None:
    t, payment = visit.t, offer.payment
    st.markdown(
        t(
            "Paid {paid} · cancelled {cancelled} · refundable **{balance}** (read {time})",
            paid=t.money(payment.amount, payment.currency),
            cancelled=t.money(payment.cancel_amount, payment.currency),
            balance=t.money(offer.refundable, payment.currency),
            time=t.time(offer.read_at),
        )
    )
    for code in offer.warnings:
        st.warning(sentence_of(code, t), icon=":material/info:")
    amount = _amount(visit, offer)
    reason = _reason(visit)
    tax_free = _tax_free(visit, offer, amount)
    account = refund_account.draw(visit, offer)
    today = day_of(int(visit.desk.world.now()))
    whole = account is None or bool(account.holder and account.bank and account.plausible)
    above = _above_limit(visit, payment, int(amount), account if whole else None) if amount else False
    if amount:
        with st.container(border=True):
            st.markdown(
                t(
                    "Refund **{amount}** to {method}. {left} stays refundable. This cannot be undone.",
                    amount=t.money(amount, payment.currency),
                    method=words.method_of(payment, t),
                    left=t.money(offer.refundable - amount, payment.currency),
                )
            )
            if account and account.plausible:
                refund_account.read_back(visit, offer, account)
                if whole and not above:
                    refund_account.warn(visit, payment, account)
            st.caption(markdown(words.arrival_of(arrival(payment, amount, today), payment, t)))
    wrong = st.session_state.pop("refund_wrong", None)
    if wrong:
        st.error(wrong, icon=":material/error:")
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button(t("Close"), key="refund_close"):
            st.rerun()
        said = t.money(amount or 0, payment.currency)
        label = t("Ask for approval of {amount}", amount=said) if above else t("Refund {amount}", amount=said)
        label = label if amount else t("Refund")
        named = f"refund_confirm_{amount or 0}"  # a click on a button that names another amount than this is lost
        if st.button(
            label, type="primary", disabled=not (amount and reason and whole and tax_free != WRONG), key=named
        ):
            _submit(visit, _ask(offer, int(amount or 0), reason, tax_free, account), above=above)


def _amount(visit: Visit, offer: Offer) -> int | None:
    t, currency = visit.t, offer.payment.currency
    if not offer.rules.partial:
        st.caption(t("This method can only be refunded in full."))
        return offer.refundable
    half = offer.refundable // 2
    presets = {"all": t("All {amount}", amount=t.money(offer.refundable, currency)), "other": t("Another amount")}
    if half:
        presets = {
            "all": presets["all"],
            "half": t("Half {amount}", amount=t.money(half, currency)),
            "other": presets["other"],
        }
    preset = st.segmented_control(
        t("Amount"),
        list(presets),
        default="all",
        required=True,
        key="refund_preset",
        format_func=presets.__getitem__,
        label_visibility="collapsed",
    )
    if preset != "other":
        return offer.refundable if preset == "all" else half
    typed = st.text_input(
        t("Amount to refund (refundable {amount})", amount=t.money(offer.refundable, currency)),
        key="refund_amount",
        placeholder=t.number(min(10_000, offer.refundable)),
        max_chars=20,
    )
    if not typed.strip():
        return None
    amount = typed_won(typed)
    if amount is None:
        st.error(sentence_of("bad_amount", t, value=plain(typed)), icon=":material/error:")
    elif amount > offer.refundable:
        st.error(sentence_of("over_balance", t, balance=t.money(offer.refundable, currency)), icon=":material/error:")
    elif amount < 1:
        st.error(sentence_of("amount_needed", t), icon=":material/error:")
    else:
        return amount
    return None


def _reason(visit: Visit) -> str:
    t = visit.t
    choice = st.selectbox(
        t("Reason"),
        list(REASONS),
        index=None,
        key="refund_reason",
        format_func=lambda code: t(REASONS[code]),
        placeholder=t("Choose a reason"),
    )
    detail = st.text_input(
        t("Details (sent to i'mport with the reason)"), key="refund_detail", max_chars=LONGEST_REASON
    )
    if choice == "other":
        if not detail.strip():
            st.caption(t("Write the reason."))
        return detail.strip()
    return f"{t(REASONS[choice])} {detail.strip()}".strip() if choice else ""


def _tax_free(visit: Visit, offer: Offer, amount: int | None) -> int | None:
    """The tax-free part of this refund; where only one is possible it is not asked for."""
    if not offer.needs_tax_free:
        return None
    t = visit.t
    low, high = offers.tax_free_range(offer, amount or offer.refundable)
    if low == high:
        st.caption(t("Tax-free part of this refund: {amount}", amount=t.money(low)))
        return low
    typed = st.text_input(
        t("Tax-free part of this refund ({low} to {high})", low=t.money(low), high=t.money(high)),
        value=t.number(low),
        key=f"refund_tax_free_{low}_{high}",
        max_chars=20,
        help=t("KICC needs the tax-free part of every refund of a mixed order."),
    )
    value = typed_won(typed)
    if value is None or not low <= value <= high:
        st.error(sentence_of("tax_free_wrong", t, low=t.money(low), high=t.money(high)), icon=":material/error:")
        return WRONG
    return value


def _above_limit(visit: Visit, payment: Payment, amount: int, account: Account | None) -> bool:
    """Whether a second person must approve this refund, and why; what nobody can approve is said as well."""
    try:
        over = limits.over(visit.desk.journal, visit.me, amount, payment, account)
    except DeskError as wrong:
        st.error(sentence(wrong, visit.t), icon=":material/block:")
        return False
    if over is None:
        return False
    st.info(sentence(over, visit.t), icon=":material/group:")
    return True


def _ask(offer: Offer, amount: int, reason: str, tax_free: int | None, account: Account | None) -> Ask:
    return Ask(
        imp_uid=offer.payment.imp_uid,
        amount=amount,
        seen_balance=offer.balance,
        reason=reason,
        intent_key=st.session_state.refund_nonce,
        tax_free=tax_free,
        account=account,
    )


def _submit(visit: Visit, ask: Ask, *, above: bool) -> None:
    try:
        if above:
            approvals.request(visit.desk.journal, visit.me, ask)
        else:
            st.session_state.refund_sent = refunds.submit(visit.desk.journal, visit.me, ask).id
    except DeskError as wrong:
        if not isinstance(wrong, BadInput):
            st.session_state.pop("refund_offer", None)
        st.session_state.refund_wrong = sentence(wrong, visit.t)
        st.rerun(scope="fragment")
    st.rerun()
