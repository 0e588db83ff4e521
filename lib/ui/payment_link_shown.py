"""Payment links that were made: the message to send, and the latest ones and how they stand."""

from __future__ import annotations

from urllib.parse import urlsplit

import pandas as pd
import streamlit as st

from lib.errors import DeskError
from lib.operations import payment_links
from lib.operations.payment_links import Seen
from lib.payments.days import KST
from lib.payments.payment_link import Link
from lib.payments.state import State
from lib.text.escaping import markdown, plain
from lib.text.sentences import sentence
from lib.ui import links, payment_link_alarms, rows
from lib.ui.states import LOOKS, Look
from lib.ui.visit import Visit

STATES = {
    "open": LOOKS[State.UNFINISHED]._replace(title="Not paid yet"),
    "account": LOOKS[State.WAITING],
    **{state.value: LOOKS[state] for state in (State.PAID, State.PARTLY_CANCELLED, State.CANCELLED)},
    "wrong": LOOKS[State.FAILED]._replace(title="Paid otherwise"),
    "withdrawn": LOOKS[State.CANCELLED]._replace(title="Link withdrawn"),
    "expired": LOOKS[State.CANCELLED]._replace(title="Link expired"),
}
NEEDS_A_LOOK = LOOKS[State.FAILED]._replace(title="Needs a look")
"""Beside the state, where something under the link needs a person."""


def messages() -> list[str]:
    """The messages in this module's tables."""
    return [look.title for look in (*STATES.values(), NEEDS_A_LOOK)]


# -- one link ----------------------------------------------------------------------------------------------------------


def card(visit: Visit) -> None:
    """The link that was made or clicked last: its message, its payment, what needs a look, and the way to withdraw it."""
    t, state = visit.t, st.session_state
    one = payment_links.seen(visit.desk.journal, visit.me, state.get("link_shown", ""))
    with st.container(border=True):
        if one is None:
            empty = t("The link appears here, with a message to send.")
            st.markdown(f":gray[:material/link:] {empty}")
            st.caption(
                t("The customer chooses how to pay and pays on a page without signing in. Nothing else is shown.")
            )
            st.caption(t("i'mport fixes the amount, and the link ends by itself. What is paid otherwise is told here."))
            return
        state.link_stood = _mark(one)
        _head(visit, one)
        payment_link_alarms.of_link(visit, one)
        if one.standing.state in ("open", "account"):
            _message(visit, one.link)
        _ways(visit, one)


def _head(visit: Visit, one: Seen) -> None:
    t, link, look = visit.t, one.link, STATES[one.standing.state]
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        sendable = one.standing.state in ("open", "account")
        st.header(t("To send to the customer") if sendable else t("Payment link"), anchor=False, width="content")
        with st.container(horizontal=True, width="content", gap="xsmall"):
            st.badge(t(look.title), color=look.colour)
            if one.standing.odd:
                st.badge(t(NEEDS_A_LOOK.title), icon=":material/report:", color=NEEDS_A_LOOK.colour)
    if not sendable:
        st.markdown(f"{markdown(link.name)} · {t.money(link.amount)}")
    made = t("Made by {name}, {when}", name=plain(link.made_by), when=t.short_when(link.made_at))
    st.caption(markdown(f"{link.merchant_uid} · {made}"))
    state, payment = one.standing.state, one.standing.payment
    if state == "account" and payment:
        due = t.when(payment.vbank_date)
        st.caption(t("The customer has an account and may deposit until {time}.", time=due))


def _message(visit: Visit, link: Link) -> None:
    t, shop = visit.t, visit.desk.settings.shop
    lines = [
        f"[{shop}] {link.name}" if shop else link.name,
        t("Amount: {amount}", amount=t.money(link.amount)),
        t("Pay by {time}", time=t.when(link.expires)),
        _url(visit, link),
    ]
    st.code("\n".join(lines), language=None, wrap_lines=True)


def _url(visit: Visit, link: Link) -> str:
    parts = urlsplit(st.context.url or "")
    return f"{parts.scheme}://{parts.netloc}/pay/{payment_links.token(visit.desk.journal.secret, link)}"


def _ways(visit: Visit, one: Seen) -> None:
    t = visit.t
    stands, payment = one.standing.state, one.standing.payment
    with st.container(horizontal=True, gap="small"):
        if stands in ("open", "account"):
            st.link_button(t("See the customer's page"), _url(visit, one.link), icon=":material/open_in_new:")
        if payment and st.button(t("Open the payment"), icon=":material/receipt:", key="link_payment"):
            links.to_payment(visit, payment.imp_uid)
        if stands in ("open", "account", "wrong") and st.button(
            t("Withdraw the link"), icon=":material/link_off:", key="link_withdraw"
        ):
            _withdraw(visit, one)
        st.button(t("Another link"), icon=":material/add:", key="link_another", on_click=_another)


def _another() -> None:
    """An empty form for a new order."""
    state = st.session_state
    for key in ("link_made", "link_shown", "link_order"):
        state.pop(key, None)
    for key in ("link_name", "link_amount", "link_tax_free"):
        state[key] = ""


def _withdraw(visit: Visit, one: Seen) -> None:
    t = visit.t

    @st.dialog(t("Withdraw the link"))
    def show() -> None:
        st.markdown(f"{markdown(one.link.name)} · {t.money(one.link.amount)}")
        st.caption(t("Its page closes at once and cannot be opened again. It is on record who withdrew it."))
        if one.standing.state == "account":
            stays = t("The virtual account stays open to a deposit. Close it on the payment's page, too.")
            st.warning(stays, icon=":material/warning:")
        if not st.button(
            t("Withdraw the link"), icon=":material/link_off:", type="primary", key="link_withdraw_yes", width="stretch"
        ):
            return
        try:
            payment_links.withdraw(visit.desk.journal, visit.me, one.link.merchant_uid)
        except DeskError as wrong:
            st.error(sentence(wrong, t), icon=":material/error:")
            return
        if st.session_state.get("link_made") == one.link.merchant_uid:
            st.session_state.pop("link_order", None)  # the form opens again, for another order
        st.rerun()

    show()


# -- all of them -------------------------------------------------------------------------------------------------------


@st.fragment(run_every="5s")
def latest(visit: Visit) -> None:
    """The latest links and how they stand; a row shows its message again."""
    t, state = visit.t, st.session_state
    shown = payment_links.seen(visit.desk.journal, visit.me, state.get("link_shown", ""))
    if shown and _mark(shown) != state.get("link_stood"):
        st.rerun()  # the card says it, too
    made = payment_links.latest(visit.desk.journal, visit.me)
    st.header(t("Latest links"), anchor=False)
    if not made:
        st.info(t("No payment link was made yet."), icon=":material/link:")
        return
    st.caption(t("Click a row to send its link again, to withdraw it or to open its payment."))
    chosen = rows.clicked(_frame(visit, made), _columns(visit), key="links", alt=t("Latest links"))
    if chosen is not None:
        state.link_shown = made[chosen].link.merchant_uid
        st.rerun()


def _mark(one: Seen) -> object:
    """What the card says of how a link stands."""
    return one.standing.state, [(odd.code, odd.payment.imp_uid) for odd in one.standing.odd]


def _frame(visit: Visit, made: list[Seen]) -> pd.DataFrame:
    """Columns: state (list of titles), name, order, by (str), amount (int, KRW), at, expires (datetime KST)."""
    t, test = visit.t, visit.t("Test channel")
    return pd.DataFrame(
        {
            "state": [
                [*([t(NEEDS_A_LOOK.title)] if one.standing.odd else []), t(STATES[one.standing.state].title)]
                for one in made
            ],
            "name": [plain(one.link.name) + f" · {test}" * one.link.test for one in made],
            "amount": [one.link.amount for one in made],
            "order": [one.link.merchant_uid for one in made],
            "by": [plain(one.link.made_by) for one in made],
            "at": pd.to_datetime([one.link.made_at for one in made], unit="s", utc=True).tz_convert(KST),
            "expires": pd.to_datetime([one.link.expires for one in made], unit="s", utc=True).tz_convert(KST),
        }
    )


def _columns(visit: Visit) -> dict[str, object]:
    t = visit.t
    looks: dict[str, Look] = {t(look.title): look for look in (*STATES.values(), NEEDS_A_LOOK)}
    return {
        "state": st.column_config.MultiselectColumn(
            t("State"), options=list(looks), color=[look.pill[visit.dark] for look in looks.values()], width=150
        ),
        "name": st.column_config.TextColumn(t("Product"), width="medium"),
        "amount": st.column_config.NumberColumn(t("Amount (KRW)"), format="localized"),
        "order": st.column_config.TextColumn(t("Order number"), width=180),
        "by": st.column_config.TextColumn(t("Who"), width=90),
        "at": st.column_config.DatetimeColumn(t("Made at"), format="MM-DD HH:mm", timezone="Asia/Seoul", width=100),
        "expires": st.column_config.DatetimeColumn(
            t("Link valid until"), format="MM-DD HH:mm", timezone="Asia/Seoul", width=120
        ),
    }
