"""Payment links: a form that makes one, the message to send to the customer, and how the latest stand."""

from __future__ import annotations

from urllib.parse import urlsplit

import pandas as pd
import streamlit as st

from lib.errors import DeskError
from lib.operations import payment_links
from lib.payments.checkout import METHODS
from lib.payments.days import KST
from lib.payments.money import typed_won
from lib.payments.state import State
from lib.reports.figures.style import METHOD_TITLES
from lib.text.escaping import plain
from lib.text.sentences import sentence, sentence_of
from lib.ui import links, rows
from lib.ui.states import LOOKS
from lib.ui.visit import Visit

STATES = {"paid": "Paid", "account": "Awaiting deposit", "open": "Not paid yet", "expired": "Link expired"}
PILLS = [LOOKS[state].pill for state in (State.PAID, State.WAITING, State.UNFINISHED, State.CANCELLED)]


def messages() -> list[str]:
    """The messages in this module's tables."""
    return [*STATES.values()]


def draw(visit: Visit) -> None:
    """The form at the left; the link, once made, at the right."""
    t, state = visit.t, st.session_state
    if not visit.desk.settings.merchant_code:
        st.warning(t("Set IMP_CODE, the merchant code, so that payment windows can open."), icon=":material/settings:")
    if "link_order" not in state:
        state.link_order = payment_links.order(visit.desk.world)
    left, right = st.columns([1, 1.15], gap="medium")
    with left, st.container(border=True):
        _form(visit)
    with right:
        _made(visit)


def _form(visit: Visit) -> None:
    t, state = visit.t, st.session_state
    name = st.text_input(t("Product, as the customer sees it"), key="link_name", max_chars=payment_links.LONGEST_NAME)
    left, right = st.columns(2)
    with left:
        typed = st.text_input(t("Amount (KRW)"), key="link_amount", placeholder="30,000", max_chars=20)
    with right:
        free = st.text_input(t("Of it tax-free"), key="link_tax_free", placeholder="0", max_chars=20)
    methods = st.pills(
        t("Ways to pay offered"),
        METHODS,
        selection_mode="multi",
        default=["card", "trans", "vbank"],
        key="link_methods",
        format_func=lambda method: t(METHOD_TITLES[method]),
    )
    digital = "phone" in methods and st.checkbox(t("Digital goods (the phone fee depends on it)"), key="link_digital")
    hours = st.selectbox(
        t("Valid for"),
        (1, 6, 24, 72, 168),
        index=2,
        key="link_hours",
        format_func=lambda n: t.each("{n} hour", "{n} hours", n) if n <= 24 else t.each("{n} day", "{n} days", n // 24),
    )
    amount, tax_free = typed_won(typed) if typed.strip() else None, typed_won(free) if free.strip() else 0
    if typed.strip() and amount is None:
        st.error(sentence_of("bad_amount", t, value=plain(typed)), icon=":material/error:")
    if st.button(t("Make the link"), icon=":material/add_link:", type="primary", key="link_make", width="stretch"):
        try:
            with st.spinner(t("Fixing the amount at i'mport …")):
                token = payment_links.make(
                    visit.desk.journal,
                    visit.me,
                    merchant_uid=state.link_order,
                    name=name,
                    amount=amount,
                    methods=methods,
                    hours=hours,
                    tax_free=-1 if tax_free is None else tax_free,
                    digital=digital,
                )
        except DeskError as wrong:
            st.error(sentence(wrong, t), icon=":material/error:")
            return
        state.link_made = token


def _made(visit: Visit) -> None:
    t, state = visit.t, st.session_state
    with st.container(border=True):
        token = state.get("link_made")
        if token is None:
            empty = t("The link appears here, with a message to send.")
            st.markdown(f":gray[:material/link:] {empty}")
            st.caption(
                t("The customer chooses how to pay and pays on a page without signing in. Nothing else is shown.")
            )
            st.caption(t("i'mport fixes the amount, an order is paid once, and the link ends by itself."))
            return
        link = payment_links.opened(visit.desk.journal.secret, token)
        if link.expires <= visit.desk.world.now():
            st.info(sentence_of("link_expired", t), icon=":material/timer_off:")
        else:
            parts = urlsplit(st.context.url or "")
            url = f"{parts.scheme}://{parts.netloc}/pay/{token}"
            shop = visit.desk.settings.shop
            st.subheader(t("To send to the customer"), anchor=False)
            lines = [
                f"[{shop}] {link.name}" if shop else link.name,
                t("Amount: {amount}", amount=t.money(link.amount)),
                t("Pay by {time}", time=t.when(link.expires)),
                url,
            ]
            st.code("\n".join(lines), language=None, wrap_lines=True)
            st.link_button(t("See the customer's page"), url, icon=":material/open_in_new:", type="tertiary")
        if st.button(t("Another link"), icon=":material/add:", key="link_another"):
            for key in ("link_made", "link_order", "link_name", "link_amount", "link_tax_free"):
                state.pop(key, None)
            st.rerun()


@st.fragment(run_every="5s")
def latest(visit: Visit) -> None:
    """The latest links and whether they were paid; a row opens its payment."""
    t = visit.t
    made = payment_links.latest(visit.desk.journal, visit.me)
    st.subheader(t("Latest links"), anchor=False)
    if not made:
        st.info(t("No payment link was made yet."), icon=":material/link:")
        return
    frame = pd.DataFrame(
        {
            "state": [[t(STATES[one.state])] for one in made],
            "amount": [one.amount for one in made],
            "order": [one.merchant_uid for one in made],
            "by": [plain(one.by) for one in made],
            "at": pd.to_datetime([one.at for one in made], unit="s", utc=True).tz_convert(KST),
            "expires": pd.to_datetime([one.expires for one in made], unit="s", utc=True).tz_convert(KST),
        }
    )
    chosen = rows.clicked(
        frame,
        {
            "state": st.column_config.MultiselectColumn(
                t("State"),
                options=[t(title) for title in STATES.values()],
                color=[pill[visit.dark] for pill in PILLS],
                width=110,
            ),
            "amount": st.column_config.NumberColumn(t("Amount (KRW)"), format="localized"),
            "order": st.column_config.TextColumn(t("Order number"), width="medium"),
            "by": st.column_config.TextColumn(t("Who")),
            "at": st.column_config.DatetimeColumn(t("Made at"), format="MM-DD HH:mm", timezone="Asia/Seoul"),
            "expires": st.column_config.DatetimeColumn(
                t("Link valid until"), format="MM-DD HH:mm", timezone="Asia/Seoul"
            ),
        },
        key="links",
        alt=t("Latest links"),
    )
    if chosen is not None and made[chosen].imp_uid:
        links.to_payment(visit, made[chosen].imp_uid)
