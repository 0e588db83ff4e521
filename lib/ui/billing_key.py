"""The parts of one billing key's page: head, why it failed, what is under way, its schedules, payments and facts."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from lib.errors import DeskError
from lib.iamport.schedules import Schedule
from lib.payments.days import KST
from lib.payments.failures import Retry, failure_of
from lib.people import policy
from lib.queries import billing_keys as query
from lib.queries import schedules as schedule_query
from lib.queries.billing_keys import Charge, Stored, Subscriber
from lib.text.escaping import markdown, plain
from lib.text.sentences import sentence
from lib.ui import key_dialogs, links, plan_dialog, rows, schedule_dialog, scheduled
from lib.ui.billing_keys import STATES
from lib.ui.states import LOOKS
from lib.ui.visit import Visit


def stored(visit: Visit, customer_uid: str) -> tuple[Stored | None, bool]:
    """The key as i'mport has it now, and whether i'mport could be asked at all."""
    try:
        return query.stored(visit.desk.iamport, visit.me, customer_uid), True
    except DeskError as wrong:
        st.warning(sentence(wrong, visit.t), icon=":material/cloud_off:")
        return None, False


def schedules(visit: Visit, customer_uid: str) -> list[Schedule] | None:
    """Its schedules: those that wait, the next one first, then the others, the latest first; None, with a word of why,
    when i'mport cannot tell."""
    try:
        found = scheduled.of_key(visit, customer_uid)
        waiting = [schedule for schedule in found if schedule_query.standing(schedule) == schedule_query.DUE]
        return [*waiting, *(schedule for schedule in reversed(found) if schedule not in waiting)]
    except DeskError as wrong:
        st.warning(sentence(wrong, visit.t), icon=":material/cloud_off:")
        return None


def head(visit: Visit, customer_uid: str, key: Subscriber | None, card: Stored | None, *, charging: bool) -> None:
    """Whose it is, how it stands, and the actions this person may take; no charge while one is `charging`."""
    t, last = visit.t, key.last if key else None
    state = key.state if key else "new"
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        with st.container(horizontal=True, width="content", vertical_alignment="center", gap="small"):
            st.title(markdown(customer_uid), anchor=False, width="content")
            st.badge(t(STATES[state].title), color=STATES[state].colour)
        if card is not None:
            _actions(visit, card, last, charging=charging)


def _actions(visit: Visit, card: Stored, last: Charge | None, *, charging: bool) -> None:
    t, amount, name = visit.t, last.amount if last else 0, last.name if last else ""
    charges, plans = policy.may(visit.me, policy.CHARGE), policy.may(visit.me, policy.BILLING)
    with st.container(horizontal=True, width="content", gap="small"):
        if charges and st.button(t("Delete"), icon=":material/delete:", type="tertiary", key="key_delete"):
            key_dialogs.delete(visit, card.customer_uid)
        if plans and st.button(t("Schedule charges"), icon=":material/event_repeat:", key="key_plan"):
            plan_dialog.open_dialog(visit, card, amount, name)
        icon = ":material/credit_card:"
        if charges and st.button(t("Charge now"), icon=icon, type="primary", key="key_charge", disabled=charging):
            key_dialogs.charge(visit, card, amount, name)


def gone(visit: Visit) -> None:
    """i'mport has no such key: nothing can be charged."""
    told = visit.t(
        "i'mport has no such billing key: it was deleted, or no card was ever registered. Nothing can be charged."
    )
    st.info(told, icon=":material/credit_card_off:")


def failure(
    visit: Visit, key: Subscriber | None, card: Stored | None, listed: Sequence[Schedule] | None, *, charging: bool
) -> None:
    """Why the last charge failed, what to do, and the way to try again where that can help."""
    t = visit.t
    if key is None or key.state != "failed" or key.last is None:
        return
    last, why = key.last, failure_of(key.last.fail_reason)
    with st.container(border=True):
        often = t.each("{n} failure in a row", "{n} failures in a row", key.failures)
        st.error(f"**{t(why.title)}.** {t(why.remedy)}", icon=":material/credit_card_off:")
        words = t("The gateway's words: {text}", text=markdown(last.fail_reason)) if last.fail_reason else ""
        told = (t("{amount} on {time}", amount=t.money(last.amount, last.currency), time=t.when(last.at)), often, words)
        st.caption(" · ".join(part for part in told if part))
        if why.retry is not Retry.NEVER and not policy.may(visit.me, policy.CHARGE):
            st.caption(t("Only finance charges a card again: ask them for it."))
        if card is None or listed is None or why.retry is Retry.NEVER or not policy.may(visit.me, policy.CHARGE):
            return  # without the schedules nobody can tell whether it was one of them, which has its own way
        label = t("Charge {amount} again", amount=t.money(last.amount, last.currency))
        if st.button(label, icon=":material/replay:", key="key_retry", disabled=charging):
            planned = next(
                (schedule for schedule in listed if schedule.imp_uid == last.imp_uid and schedule.failed), None
            )
            if planned:
                schedule_dialog.open_dialog(visit, planned)
            else:
                key_dialogs.charge(visit, card, last.amount, last.name)


def planned(visit: Visit, customer_uid: str, listed: Sequence[Schedule] | None) -> None:
    """Its schedules; a click on one opens it."""
    t = visit.t
    if listed is None:
        return
    waiting = [schedule for schedule in listed if schedule_query.standing(schedule) == schedule_query.DUE]
    with st.container(border=True):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            st.subheader(t("Scheduled charges"), anchor=False, width="content")
            ends = waiting and policy.may(visit.me, policy.BILLING)
            icon = ":material/event_busy:"
            if ends and st.button(t("End the subscription"), icon=icon, type="tertiary", key="key_call_off"):
                key_dialogs.cancel_all(visit, waiting)
        if not listed:
            st.caption(t("Nothing is scheduled, and nothing was in the last 80 days."))
            return
        clicked = scheduled.table(visit, list(listed), key="key_schedules")
        st.caption(t("From 80 days ago to 400 days ahead, as i'mport tells it, at most a minute old."))
    if clicked:
        schedule_dialog.open_dialog(visit, clicked)


def payments(visit: Visit, made: Sequence[Charge]) -> None:
    """Its payments; a click on one opens it."""
    t = visit.t
    with st.container(border=True):
        st.subheader(t("Payments"), anchor=False)
        if not made:
            st.caption(t("No payment was made with it yet."))
            return
        frame = pd.DataFrame(
            {
                "at": pd.to_datetime([charge.at for charge in made], unit="s", utc=True).tz_convert(KST),
                "state": [[t(_title(charge))] for charge in made],
                "name": [plain(charge.name) for charge in made],
                "amount": [charge.amount for charge in made],
                "told": [t(failure_of(c.fail_reason).title) if c.fail_reason else "" for c in made],
                "merchant_uid": [plain(charge.merchant_uid) for charge in made],
            }
        )
        titles = {t(look.title): look.pill[visit.dark] for look in LOOKS.values()}
        titles[t(REGISTERED)] = STATES["new"].pill[visit.dark]
        at = rows.clicked(
            frame,
            {
                "at": st.column_config.DatetimeColumn(t("Time"), format="YYYY-MM-DD HH:mm", timezone="Asia/Seoul"),
                "state": st.column_config.MultiselectColumn(
                    t("State"), options=list(titles), color=list(titles.values()), width=96
                ),
                "name": st.column_config.TextColumn(t("Product")),
                "amount": st.column_config.NumberColumn(t("Amount (KRW)"), format="localized"),
                "told": st.column_config.TextColumn(t("Reason of failure")),
                "merchant_uid": st.column_config.TextColumn(t("Order number")),
            },
            key="key_payments",
            tallest=420,
            alt=t("Payments"),
        )
        if len(made) == query.PAYMENTS_SHOWN:
            st.caption(t("The latest {n}.", n=t.number(query.PAYMENTS_SHOWN)))
    if at is not None:
        links.to_payment(visit, made[at].imp_uid)


REGISTERED = "Card registered"


def _title(charge: Charge) -> str:
    if charge.registration and charge.state and charge.state.was_paid:
        return REGISTERED
    return LOOKS[charge.state].title if charge.state else ""


def facts(visit: Visit, customer_uid: str, key: Subscriber | None, card: Stored | None) -> None:
    """The card as i'mport has it now, and how its charges went."""
    t = visit.t
    with st.container(border=True):
        st.subheader(t("Card at i'mport"), anchor=False)
        if card is not None:
            _lines(
                (
                    (t("Issuer and card"), f"{card.card_name} {card.card_number}".strip()),
                    (t("Holder"), " · ".join(part for part in (card.holder, card.phone) if part)),
                    (t("Registered"), t.when(card.inserted) if card.inserted else ""),
                    (t("Card changed"), t.when(card.updated) if card.updated > card.inserted else ""),
                    (t("Gateway and MID"), " · ".join(part for part in (card.pg_provider, card.pg_id) if part)),
                    (t("Customer ID"), customer_uid),
                )
            )
        elif key is not None:
            _lines(
                (
                    (t("Last known card"), f"{key.card_name} {key.card_number}".strip()),
                    (t("Holder"), key.holder),
                    (t("Customer ID"), customer_uid),
                )
            )
    if key is None or not key.charges:
        return
    with st.container(border=True):
        st.subheader(t("How its charges went"), anchor=False)
        with st.container(horizontal=True):
            st.metric(t("Charges"), t.number(key.charges))
            st.metric(t("Success"), t.percent(key.paid / key.charges, 0))
            st.metric(t("Failed in a row"), t.number(key.failures))


def _lines(pairs: Sequence[tuple[str, str]]) -> None:
    for title, value in pairs:
        if value:
            left, right = st.columns([1, 2], gap="small")
            left.caption(title)
            right.text(plain(value))
