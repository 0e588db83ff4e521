"""Where a refund goes: the account asked for, read back, and what is odd about it."""

from __future__ import annotations

import streamlit as st

from lib import codes
from lib.operations import refund_accounts
from lib.operations.offers import Offer
from lib.operations.refunds import Account
from lib.operations.wish import account_number
from lib.payments.holders import typed_holder
from lib.payments.record import Payment
from lib.text import masking
from lib.text.escaping import markdown, plain
from lib.text.language import Language
from lib.text.sentences import sentence_of
from lib.ui.visit import Visit

DOUBTS = {
    refund_accounts.OTHER_HOLDER: "The holder is not the buyer",
    refund_accounts.OF_ANOTHER: "The same account as another buyer's",
}


def messages() -> list[str]:
    """The messages in this module's table."""
    return list(DOUBTS.values())


def draw(visit: Visit, offer: Offer) -> Account | None:
    """The three fields, where the method needs an account; None where it does not."""
    if not offer.needs_account:
        return None
    t = visit.t
    st.caption(sentence_of("account_needed", t))
    bank, number, holder = st.columns([1, 1.3, 1])
    with bank:
        code = st.selectbox(
            t("Bank"),
            list(offer.banks),
            index=None,
            key="refund_bank",
            format_func=offer.banks.__getitem__,
            placeholder=t("Choose"),
        )
    with number:
        typed = st.text_input(t("Account number"), key="refund_number", max_chars=30)
    with holder:
        name = st.text_input(t("Account holder"), key="refund_holder", max_chars=30)
    account = Account(holder=typed_holder(name), bank=code or "", number=account_number(typed))
    if account.number and not account.plausible:
        st.error(sentence_of("account_digits", t), icon=":material/error:")
    return account


def read_back(visit: Visit, offer: Offer, account: Account) -> None:
    """The account as it will be sent, so that a slip of the finger is seen."""
    st.markdown(
        visit.t(
            "To {bank} {number}, {holder}",
            bank=markdown(offer.banks.get(account.bank, account.bank)),
            number=markdown(account.number),
            holder=markdown(account.holder),
        )
    )


def warn(visit: Visit, payment: Payment, account: Account) -> None:
    """What is odd about an account to which this person may refund alone all the same."""
    t = visit.t
    why = refund_accounts.doubt_of(visit.desk.journal, visit.me, payment.buyer_name, account)
    if why:
        st.warning(t("{doubt}. Make sure who asked for it.", doubt=t(DOUBTS[why])), icon=":material/warning:")


def badge(visit: Visit, payment: Payment, account: Account) -> None:
    """What an approver is told of the account; the names themselves stay masked."""
    why = refund_accounts.doubt_of(visit.desk.journal, visit.me, payment.buyer_name, account)
    if why and not payment.buyer_name.strip():
        st.badge(visit.t("The payment does not tell its buyer"), icon=":material/help:", color="gray")
    elif why:
        st.badge(visit.t(DOUBTS[why]), icon=":material/warning:", color="orange")
    else:
        st.badge(visit.t("The holder typed is the buyer's name"), icon=":material/check:", color="green")


def masked(account: Account, pg_provider: str, t: Language) -> str:
    """신한은행 ***-1234 홍*동"""
    bank = codes.banks(pg_provider).get(account.bank)
    name = bank.name(t.code) if bank else account.bank
    return plain(f"{name} {masking.account(account.number)} {masking.name(account.holder)}")
