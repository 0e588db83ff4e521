"""Payment links that were made: the message to send, the latest ones and how they stand, and what needs a look."""

from __future__ import annotations

from urllib.parse import urlsplit

import pandas as pd
import streamlit as st

from lib.errors import DeskError
from lib.operations import payment_links
from lib.operations.payment_links import Link, Seen
from lib.payments.days import KST
from lib.payments.state import State
from lib.text.escaping import markdown, plain
from lib.text.sentences import sentence, sentence_of
from lib.ui import links, rows
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
ALARMS_SHOWN = 5


def messages() -> list[str]:
    """The messages in this module's tables."""
    return [look.title for look in STATES.values()]


# -- one link ----------------------------------------------------------------------------------------------------------


def card(visit: Visit) -> None:
    """The link that was made or clicked last: its message, its payment, and the way to withdraw it."""
    t, state = visit.t, st.session_state
    one = payment_links.seen(visit.desk.journal, visit.me, state.get("link_shown", ""))
    with st.container(border=True):
        if one is None:
            empty = t("The link appears here, with a message to send.")
            st.markdown(f":gray[:material/link:] {empty}")
            st.caption(
                t("The customer chooses how to pay and pays on a page without signing in. Nothing else is shown.")
            )
            st.caption(t("i'mport fixes the amount, an order is paid once, and the link ends by itself."))
            return
        state.link_state = one.standing.state
        _head(visit, one)
        if one.standing.state in ("open", "account"):
            _message(visit, one.link)
        _ways(visit, one)


def _head(visit: Visit, one: Seen) -> None:
    t, link, look = visit.t, one.link, STATES[one.standing.state]
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        sendable = one.standing.state in ("open", "account")
        st.header(t("To send to the customer") if sendable else t("Payment link"), anchor=False, width="content")
        st.badge(t(look.title), color=look.colour)
    if not sendable:
        st.markdown(f"{markdown(link.name)} · {t.money(link.amount)}")
    made = t("Made by {name}, {when}", name=plain(link.made_by), when=t.short_when(link.made_at))
    st.caption(markdown(f"{link.merchant_uid} · {made}"))
    state, payment = one.standing.state, one.standing.payment
    if state == "account" and payment:
        due = t.when(payment.vbank_date)
        st.caption(t("The customer has an account and may deposit until {time}.", time=due))
    if state == "withdrawn" and payment:
        st.warning(_account_stays(visit), icon=":material/warning:")


def _account_stays(visit: Visit) -> str:
    return visit.t("The virtual account stays open to a deposit. Close it on the payment's page, too.")


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
            st.warning(_account_stays(visit), icon=":material/warning:")
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
def alarms(visit: Visit) -> None:
    """Links under which something else was paid than was asked for, or after they were withdrawn, with the payment."""
    t = visit.t
    found = payment_links.alarms(visit.desk.journal, visit.me)
    for state, code in (("wrong", "link_alarm"), ("", "link_late")):
        these = [one for one in found if (one.standing.state == "wrong") == bool(state)]
        if these:
            st.error(sentence_of(code, t), icon=":material/report:")
            with st.container(border=True, gap="xsmall"):
                for one in these[:ALARMS_SHOWN]:
                    _alarm(visit, one)
                if len(these) > ALARMS_SHOWN:
                    st.caption(t.each("{n} more", "{n} more", len(these) - ALARMS_SHOWN))


def _alarm(visit: Visit, one: Seen) -> None:
    t, link, payment = visit.t, one.link, one.standing.payment
    assert payment is not None
    asked, paid = t.money(link.amount), t.money(payment.amount, payment.currency)
    test = t("Test channel")
    told = t("{asked} asked, {paid} paid", asked=asked, paid=paid) + f" · {test}" * payment.sandbox
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.markdown(f"**{markdown(link.name)}** · {told} · {link.merchant_uid}", width="content")
        with st.container(horizontal=True, width="content", gap="small"):
            if st.button(t("Show the link"), key=f"link_of_{link.merchant_uid}", type="tertiary"):
                st.session_state.link_shown = link.merchant_uid
                st.rerun()
            if st.button(t("Open the payment"), key=f"link_paid_{link.merchant_uid}", type="tertiary"):
                links.to_payment(visit, payment.imp_uid)


@st.fragment(run_every="5s")
def latest(visit: Visit) -> None:
    """The latest links and how they stand; a row shows its message again."""
    t, state = visit.t, st.session_state
    shown = payment_links.seen(visit.desk.journal, visit.me, state.get("link_shown", ""))
    if shown and shown.standing.state != state.get("link_state"):
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


def _frame(visit: Visit, made: list[Seen]) -> pd.DataFrame:
    """Columns: state (list of one title), name, order, by (str), amount (int, KRW), at, expires (datetime KST)."""
    t, test = visit.t, visit.t("Test channel")
    return pd.DataFrame(
        {
            "state": [[t(STATES[one.standing.state].title)] for one in made],
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
    looks: dict[str, Look] = {t(look.title): look for look in STATES.values()}
    return {
        "state": st.column_config.MultiselectColumn(
            t("State"), options=list(looks), color=[look.pill[visit.dark] for look in looks.values()], width=110
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
