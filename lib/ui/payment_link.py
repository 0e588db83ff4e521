"""Payment links: the form that makes one. Beside it stands the message to send (`payment_link_shown`)."""

from __future__ import annotations

import streamlit as st

from lib.errors import DeskError
from lib.operations import payment_links
from lib.payments.checkout import METHODS
from lib.payments.checkout_channels import Channel
from lib.payments.money import typed_won
from lib.reports.figures.style import METHOD_TITLES
from lib.text.escaping import markdown
from lib.text.sentences import sentence, sentence_of
from lib.ui import payment_link_alarms, payment_link_shown
from lib.ui.checkout_state import channels
from lib.ui.visit import Visit

WRONG = -1
"""An amount that cannot be read."""


def draw(visit: Visit) -> None:
    """What needs a look, the form at the left and the link, once made, at the right, and the latest ones."""
    t, state = visit.t, st.session_state
    payment_link_alarms.draw(visit)
    if not visit.desk.settings.merchant_code:
        st.warning(t("Set IMP_CODE, the merchant code, so that payment windows can open."), icon=":material/settings:")
    if "link_order" not in state:
        state.link_order = payment_links.order(visit.desk.world)
    left, right = st.columns([1, 1.15], gap="medium")
    with left, st.container(border=True):
        _form(visit)
    with right:
        payment_link_shown.card(visit)
    payment_link_shown.latest(visit)


def _form(visit: Visit) -> None:
    """Shut once its link is made: what it says is then what the link says."""
    t, state = visit.t, st.session_state
    shut = state.get("link_made") == state.link_order
    name = st.text_input(
        t("Product, as the customer sees it"),
        key="link_name",
        max_chars=payment_links.LONGEST_NAME,
        disabled=shut,
    )
    left, right = st.columns(2)
    with left:
        asked = st.text_input(
            t("Amount (KRW)"), key="link_amount", placeholder="30,000", max_chars=20, disabled=shut
        ).strip()
    with right:
        free = st.text_input(
            t("Of it tax-free"), key="link_tax_free", placeholder="0", max_chars=20, disabled=shut
        ).strip()
    amount, tax_free = _won(visit, asked), _won(visit, free)
    methods = st.pills(
        t("Ways to pay offered"),
        METHODS,
        selection_mode="multi",
        default=["card", "trans", "vbank"],
        key="link_methods",
        format_func=lambda method: t(METHOD_TITLES[method]),
        disabled=shut,
    )
    digital = "phone" in methods and st.checkbox(
        t("Digital goods (the phone fee depends on it)"), key="link_digital", disabled=shut
    )
    hours = st.selectbox(
        t("Valid for"),
        (1, 6, 24, 72, 168),
        index=2,
        key="link_hours",
        format_func=lambda n: t.each("{n} hour", "{n} hours", n) if n <= 24 else t.each("{n} day", "{n} days", n // 24),
        disabled=shut,
    )
    channel = _channel(visit, shut=shut)
    if shut:
        st.caption(t("This link is made. To ask for anything else, make another link."))
    if not st.button(
        t("Make the link"),
        icon=":material/add_link:",
        type="primary",
        key="link_make",
        width="stretch",
        disabled=shut,
    ):
        return
    if WRONG in (amount, tax_free):
        return  # it is said under the fields
    try:
        with st.spinner(t("Fixing the amount at i'mport …")):
            link = payment_links.make(
                visit.desk.journal,
                visit.me,
                merchant_uid=state.link_order,
                name=name,
                amount=amount,
                methods=methods,
                hours=hours,
                tax_free=tax_free or 0,
                digital=digital,
                channel_key=channel.key,
                pg_id=channel.mid,
                test=channel.test,
            )
    except DeskError as wrong:
        st.error(sentence(wrong, t), icon=":material/error:")
        return
    state.link_made = state.link_shown = link.merchant_uid
    st.rerun()


def _won(visit: Visit, typed: str) -> int | None:
    """An amount typed in won; None where nothing is, `WRONG` after saying so."""
    amount = typed_won(typed) if typed else None
    if not typed or amount is not None:
        return amount
    st.error(sentence_of("link_amount_text", visit.t, value=markdown(typed)), icon=":material/error:")
    return WRONG


def _channel(visit: Visit, *, shut: bool) -> Channel:
    """The channel chosen, of no key where none is. i'mport is asked for its channels when somebody wants to choose."""
    t = visit.t
    if not st.toggle(t("Choose the channel"), key="link_choose", disabled=shut):
        return Channel("", "")
    found, testing = {one.key: one for one in channels(visit) or ()}, t("Test channel")
    names = {key: f"{one.name or 'KICC'} · {one.mid}" + f" · {testing}" * one.test for key, one in found.items()}
    key = st.selectbox(t("Channel"), list(names), key="link_channel", format_func=names.__getitem__, disabled=shut)
    chosen = found.get(key or "", Channel("", ""))
    if chosen.test:
        st.caption(t("A test channel takes no money. This link counts what it takes as paid."))
    return chosen
