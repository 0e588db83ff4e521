"""The dialogs of a billing key. Each mints a nonce when it opens: a double click or a rerun meets the same operations.

Nothing is sent from here: the journal is written, a worker sends. No card number is ever asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta

import streamlit as st

from lib.errors import DeskError
from lib.iamport import schedules as upstream
from lib.iamport.schedules import Schedule
from lib.journal.life import Operation
from lib.operations import charges, keys, repeat, schedules
from lib.payments.days import DAY_S, KST, day_of
from lib.payments.money import typed_won
from lib.queries.billing_keys import Stored
from lib.text.escaping import markdown, plain
from lib.text.sentences import sentence, sentence_of
from lib.ui import dialogs, scheduled, work
from lib.ui.visit import Visit

NONCE, CLOSE = "key_nonce", "key_close"
LISTED = 8
REASONS = {
    "left": "The customer left",
    "card": "The customer registers another card",
    "asked": "The customer asked for it",
    "other": "Other",
}


def messages() -> list[str]:
    """The messages in this module's tables."""
    return [*REASONS.values()]


def opened(visit: Visit) -> None:
    """A dialog opens: its nonce, and nothing of the one before."""
    st.session_state[NONCE] = visit.desk.world.nonce()
    for key in [key for key in st.session_state if str(key).startswith("kd_")]:
        del st.session_state[key]
    dialogs.opened()


def ask(visit: Visit, act: Callable[[str], Sequence[Operation]]) -> None:
    """Do what the dialog was confirmed for, under its nonce, and close it; what is wrong is shown in it."""

    def acted() -> Sequence[Operation]:
        found = act(st.session_state[NONCE])
        scheduled.forget()
        return found

    dialogs.send(visit, acted)


def footer(visit: Visit, label: str, *, enabled: bool, key: str) -> bool:
    """The foot of a key's dialog; see `dialogs.footer`."""
    return dialogs.footer(visit, label, enabled=enabled, key=key, close_key=CLOSE)


def close(visit: Visit) -> None:
    """Close alone, where there is nothing to confirm."""
    with st.container(horizontal=True, horizontal_alignment="right"):
        dialogs.close(visit, CLOSE)


def needed(visit: Visit, parts: Mapping[str, object]) -> None:
    """Says which of these parts, by what they are called, are still missing."""
    missing = [name for name, value in parts.items() if not value]
    if missing:
        st.caption(visit.t("Still needed: {what}", what=", ".join(missing)))


def dead(visit: Visit, customer_uid: str) -> bool:
    """Whether the key's card can never be charged again, or i'mport cannot tell; said with what to do. Looked up once
    for each opening."""
    t, known = visit.t, st.session_state.get("kd_dead")
    if known is None:
        try:
            found = schedules.dead_card(visit.desk.journal, visit.me, customer_uid)
        except DeskError as wrong:
            st.error(sentence(wrong, t), icon=":material/error:")
            return True
        known = st.session_state.kd_dead = found.title if found else ""
    if known:
        st.error(f"**{t(known)}.** {sentence_of('card_dead', t)}", icon=":material/credit_card_off:")
    return bool(known)


def charge(visit: Visit, stored: Stored, amount: int, name: str) -> None:
    """Charge the card now; `amount` and `name` stand there at first (0, "" for none)."""
    opened(visit)
    t = visit.t

    @st.dialog(t("Charge now"), width="medium")
    def show() -> None:
        unheard = charges.unheard(visit.desk.journal, visit.me, stored.customer_uid)
        sure = unheard is None or _beside(visit, unheard)
        won, said = what(visit, amount, name)
        if won:
            card = f"{stored.card_name} {stored.card_number}".strip() or stored.customer_uid
            st.markdown(
                t(
                    "**{amount}** is taken now from {card}. The statement says: {name}.",
                    amount=t.money(won),
                    card=markdown(" · ".join(part for part in (card, stored.holder) if part)),
                    name=markdown(said) or "…",
                )
            )
        needed(visit, {t("the amount"): won, t("the order's name"): said, t("the tick that it is another one"): sure})
        label = t("Charge {amount}", amount=t.money(won or 0))
        if footer(visit, label, enabled=bool(won and said and sure), key=f"key_charge_confirm_{won or 0}"):
            ask(
                visit,
                lambda nonce: [
                    charges.charge(visit.desk.journal, visit.me, stored.customer_uid, won or 0, said, nonce)
                ],
            )

    show()


def _beside(visit: Visit, unheard: Operation) -> bool:
    """The warning before a new charge beside one of which nothing was heard; whether the person insists."""
    t = visit.t
    st.warning(
        t(
            "Nothing was heard of the charge of {amount} that {name} asked for on {time}. If you mean the same charge, "
            "send that one again: under its order number the customer cannot be charged twice.",
            amount=t.money(unheard.amount),
            name=markdown(unheard.requested_by),
            time=t.when(unheard.created_at),
        ),
        icon=":material/warning:",
    )
    if repeat.possible(unheard, visit.me, visit.desk.world.now()):
        work.send_again(visit, unheard, key="kd_again")
    return bool(st.checkbox(t("This is another charge, not that one."), key="kd_another"))


def what(visit: Visit, amount: int, name: str) -> tuple[int | None, str]:
    """Amount in won and the order's name, as typed."""
    t = visit.t
    left, right = st.columns([1, 1.4])
    with left:
        typed = st.text_input(
            t("Amount (KRW)"), value=t.number(amount) if amount else "", key="kd_amount", max_chars=20
        )
    with right:
        said = st.text_input(
            t("Product, as the customer knows it"),
            value=name[: charges.NAME_CHARS_MAX],
            key="kd_name",
            max_chars=charges.NAME_CHARS_MAX,
        )
    won = typed_won(typed) if typed.strip() else None
    if typed.strip() and won is None:
        st.error(sentence_of("bad_amount", t, value=plain(typed)), icon=":material/error:")
    return won or None, said.strip()


def moment(visit: Visit, day: date, at: time) -> datetime:
    """A KST day and time to choose, from today to as far as charges may be planned."""
    t = visit.t
    today = day_of(int(visit.desk.world.now()))
    last = today + timedelta(seconds=upstream.AHEAD_S - DAY_S)
    left, right = st.columns(2)
    with left:
        chosen = st.date_input(t("Day (KST)"), day, min_value=today, max_value=last, format="YYYY-MM-DD", key="kd_day")
    with right:
        clock = st.time_input(t("Time of day (KST)"), at, key="kd_time", step=600)
    st.caption(t("From 10 minutes from now to 400 days ahead."))
    return datetime.combine(chosen if isinstance(chosen, date) else day, clock or at, KST)


def reachable(visit: Visit, at: int) -> bool:
    """Whether a charge may be planned for this time (epoch seconds); why not is said."""
    try:
        schedules.ahead(visit.desk.journal, at)
    except DeskError as wrong:
        st.error(sentence(wrong, visit.t), icon=":material/schedule:")
        return False
    return True


def listing(visit: Visit, listed: Sequence[Schedule]) -> None:
    """Planned charges in lines, the first few by name."""
    t = visit.t
    for schedule in listed[:LISTED]:
        st.markdown(
            f"- {scheduled.when(t, schedule.schedule_at)} · {t.money(schedule.amount)} · {markdown(schedule.name)}"
        )
    if len(listed) > LISTED:
        st.caption(t("and {n} more", n=t.number(len(listed) - LISTED)))


def cancel_all(visit: Visit, waiting: Sequence[Schedule]) -> None:
    """Call off every planned charge that the page lists: the subscription ends."""
    opened(visit)
    t = visit.t

    @st.dialog(t("End the subscription"), width="medium")
    def show() -> None:
        total = t.money(sum(schedule.amount for schedule in waiting))
        st.markdown(t("{n} planned charges, {total} in all, will not be made:", n=t.number(len(waiting)), total=total))
        listing(visit, waiting)
        st.caption(t("The card stays registered, and what was paid is not refunded."))
        if footer(visit, t("Call off {n}", n=t.number(len(waiting))), enabled=bool(waiting), key="key_call_off_all"):
            ask(
                visit,
                lambda nonce: schedules.cancel_all(visit.desk.journal, visit.me, waiting, nonce),
            )

    show()


def delete(visit: Visit, customer_uid: str) -> None:
    """Delete the key: what is planned on it is listed first; then its id is typed."""
    opened(visit)
    t = visit.t

    @st.dialog(t("Delete the billing key"), width="medium")
    def show() -> None:
        left = st.session_state.get("kd_left")
        if left is None:
            try:
                with st.spinner(t("Asking i'mport …")):
                    left = st.session_state.kd_left = keys.waiting(visit.desk.journal, visit.me, customer_uid)
            except DeskError as wrong:
                st.error(sentence(wrong, t), icon=":material/error:")
                return
        if left:
            st.error(sentence_of("schedules_left", t, n=t.number(len(left))), icon=":material/block:")
            listing(visit, left)
            label = t("Call off {n}", n=t.number(len(left)))
            if footer(visit, label, enabled=True, key="key_call_off_first"):
                ask(
                    visit,
                    lambda nonce: schedules.cancel_all(visit.desk.journal, visit.me, left, nonce),
                )
            return
        st.markdown(
            t("This cannot be undone. To charge this customer again, they must register a card in the payment window.")
        )
        reason = st.selectbox(
            t("Reason"),
            list(REASONS),
            index=None,
            key="kd_reason",
            format_func=lambda code: t(REASONS[code]),
            placeholder=t("Choose a reason"),
        )
        typed = st.text_input(t("Type the customer ID: {id}", id=markdown(customer_uid)), key="kd_typed", max_chars=80)
        whole = bool(reason) and typed.strip() == customer_uid.strip()
        if footer(visit, t("Delete the billing key"), enabled=whole, key="key_delete_confirm"):
            said = t(REASONS[str(reason)])
            ask(
                visit,
                lambda nonce: [keys.delete(visit.desk.journal, visit.me, customer_uid, said, nonce)],
            )

    show()
