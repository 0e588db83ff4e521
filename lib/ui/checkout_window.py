"""A trial of the payment window: what is wrong with the parameters, the way to open it, and what came of it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import streamlit as st

from lib.operations.trials import Trial
from lib.payments import browser_json, checkout, verified
from lib.payments.checkout_channels import Place
from lib.payments.checkout_finding import Finding, Params
from lib.text.escaping import markdown, plain
from lib.text.sentences import sentence_of, shown_facts
from lib.ui import checkout_state, checkout_table, links
from lib.ui.visit import Visit

UNTOLD = ("failed",)
"""States that i'mport sends no webhook of."""


def begin(visit: Visit) -> None:
    """Before the form: a trial that has its answer makes room for the next, with an order number of its own."""
    state, trials = st.session_state, visit.desk.trials
    trial = trials.find(state.get("ck_trial", ""))
    if trial is not None and trial.callback is not None:
        st.query_params.trial = trial.id
        checkout_state.renew_order(visit, str(trial.params.get("merchant_uid") or ""))
    if "ck_trial" not in state or (trial is not None and trial.callback is not None):
        state.ck_trial = visit.desk.world.nonce()


def draw(visit: Visit, params: dict[str, Any] | None) -> None:
    """Findings and the button."""
    if params is None:
        return
    t, settings = visit.t, visit.desk.settings
    place = Place(checkout_state.channels(visit), practice=not settings.live)
    findings = checkout.check(params, visit.desk.world.now(), place)
    opens = checkout.opens(findings)
    with st.container(border=True):
        if any(finding.doubts for finding in findings) and opens:
            doubt = t("Nothing is wrong with these parameters, but not everything could be checked.")
            st.markdown(f":orange[:material/help:] {doubt}")
        elif opens:
            good = t("These parameters open a window.")
            st.markdown(f":green[:material/check_circle:] {good}")
        for finding in findings:
            _finding(visit, finding)
    if opens and settings.merchant_code:
        visit.desk.trials.put(visit.me, st.session_state.ck_trial, params)
        _waiting(visit, st.session_state.ck_trial)
    if settings.live:
        st.warning(t("This desk is live: what is paid in the window is really paid."), icon=":material/warning:")
    st.link_button(
        t("Open the payment window"),
        f"/checkout/run/{st.session_state.ck_trial}",
        icon=":material/open_in_new:",
        type="primary",
        disabled=not opens or not settings.merchant_code,
        width="stretch",
    )


def _finding(visit: Visit, finding: Finding) -> None:
    t = visit.t
    icon = ":gray[:material/info:]"
    if finding.blocks or finding.doubts:
        icon = ":red[:material/error:]" if finding.blocks else ":orange[:material/help:]"
    facts = {name: plain(fact) if isinstance(fact, str) else fact for name, fact in finding.facts.items()}
    said = sentence_of(finding.code, t, **shown_facts(facts, t))
    name = plain(finding.parameter).replace("`", "")
    badge = "" if not name or name in said else f"`{name}` "
    st.markdown(f"{icon} {badge}{markdown(said)}")


@st.fragment(run_every="1s")
def _waiting(visit: Visit, id: str) -> None:  # the trial's own name
    """Follow the trial that is open in another tab."""
    trial = visit.desk.trials.find(id)
    if trial is not None and trial.callback is not None and (trial.payment is not None or not trial.imp_uid):
        st.rerun()


def result(visit: Visit, params: Params | None) -> None:
    """The trial in the address, three sources side by side: until it is put away or its parameters change."""
    trial = visit.desk.trials.find(st.query_params.get("trial", ""))
    if trial is None or trial.callback is None or trial.by != visit.me.name:
        return
    if params is None or _wish(params) != _wish(trial.params):
        st.query_params.pop("trial", None)
        return
    t = visit.t
    with st.container(border=True):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            st.header(t("Result of the trial"), anchor=False, width="content")
            st.button(t("Put away"), icon=":material/close:", type="tertiary", key="ck_put_away", on_click=_put_away)
        number = markdown(str(trial.params.get("merchant_uid") or "-"))
        st.caption(t("{time} · order {number}", time=t.when(trial.answered_at), number=number))
        _verdict(visit, trial)
        if not trial.imp_uid:
            return
        _compared(visit, trial)
        if trial.payment is not None and st.button(
            t("Open the payment"), icon=":material/receipt:", key="ck_open_payment"
        ):
            links.to_payment(visit, trial.imp_uid)


def _wish(params: Params) -> str:
    """What was asked for, apart from the order number, which is another for each trial."""
    others = {name: value for name, value in params.items() if name != "merchant_uid"}
    return browser_json.write(dict(sorted(others.items())))


def _put_away() -> None:
    st.query_params.pop("trial", None)


def _verdict(visit: Visit, trial: Trial) -> None:
    t, why = visit.t, markdown(plain(trial.why or "-"))
    found = verified.verdict(trial.params, trial.payment)
    if not trial.imp_uid:
        st.error(t("The window did not open: {why}", why=why), icon=":material/error:")
    elif trial.payment is None:
        unknown = t("i'mport could not be asked, or knows no such payment. Do not deliver.")
        st.warning(unknown, icon=":material/warning:")
    elif found == "account":
        unpaid = t("The account is issued, the deposit is still missing. Do not deliver before status is paid.")
        st.warning(unpaid, icon=":material/hourglass_top:")
    elif found == "key":
        st.success(t("i'mport confirms the billing key of this order. Nothing was paid."), icon=":material/verified:")
    elif found == "paid":
        st.success(t("i'mport confirms amount and status of this order."), icon=":material/verified:")
    else:
        st.error(t("i'mport does not confirm this order as paid: {why}", why=why), icon=":material/error:")


def _compared(visit: Visit, trial: Trial) -> None:
    """The table; it polls until the webhook is there, as long as one may come."""
    if _told(visit, trial):
        _table(visit, trial)
    else:
        _polled(visit, trial)


def _told(visit: Visit, trial: Trial) -> bool:
    """Nothing more will come: the webhook is there, or there is none of such a payment."""
    untold = trial.payment is not None and trial.payment.status in UNTOLD
    return untold or visit.desk.hints.heard(trial.imp_uid) is not None


@st.fragment(run_every="1s")
def _polled(visit: Visit, trial: Trial) -> None:
    if _told(visit, trial):
        st.rerun()
    _table(visit, trial)


def _table(visit: Visit, trial: Trial) -> None:
    t = visit.t
    hint = visit.desk.hints.heard(trial.imp_uid)
    found = verified.rows(trial.params, trial.callback or {}, trial.payment, asdict(hint) if hint else {})
    checkout_table.draw(t, found, dark=visit.dark)
    if hint is not None:
        st.caption(t("Webhook received at {time}. Nothing in it is believed; i'mport was asked.", time=t.when(hint.at)))
    elif trial.payment is not None and trial.payment.status in UNTOLD:
        st.caption(t("i'mport sends no webhook of a payment that failed."))
    elif trial.params.get("notice_url"):
        st.caption(t("No webhook came here: notice_url sends this payment's to another address."))
    else:
        st.caption(t("No webhook has come yet. Its address is set in i'mport's console."))
