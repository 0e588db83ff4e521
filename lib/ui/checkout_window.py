"""A trial of the payment window: what is wrong with the parameters, the code, the way to open it, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import pandas as pd
import streamlit as st

from lib.operations.trials import Trial
from lib.payments import checkout, verified
from lib.payments.checkout import Finding
from lib.payments.checkout_code import addressed, javascript
from lib.settings import SDK_HOST, SDK_PATH
from lib.text.escaping import markdown, plain
from lib.text.sentences import sentence_of, shown_facts
from lib.ui import checkout_form, links, rows
from lib.ui.visit import Visit

UNTOLD = ("failed",)
"""States that i'mport sends no webhook of."""


def begin(visit: Visit) -> None:
    """Before the form: a trial that has its answer makes room for the next, with an order number of its own."""
    state, trials = st.session_state, visit.desk.trials
    trial = trials.find(state.get("ck_trial", ""))
    if trial is not None and trial.callback is not None:
        st.query_params.trial = trial.id
        state.ck_merchant_uid = checkout_form.fresh_order(visit)
        if "ck_text" in state:
            state.ck_text = state.ck_text.replace(str(trial.params.get("merchant_uid")), state.ck_merchant_uid)
    if trial is None or trial.callback is not None:
        state.ck_trial = visit.desk.world.nonce()


def draw(visit: Visit, params: dict[str, Any] | None) -> None:
    """Findings, the button, the code."""
    if params is None:
        return
    t, settings = visit.t, visit.desk.settings
    findings = checkout.check(params, visit.desk.world.now())
    opens = checkout.opens(findings)
    with st.container(border=True):
        if opens:
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
    _code(visit, params)


def _finding(visit: Visit, finding: Finding) -> None:
    t = visit.t
    icon = ":red[:material/error:]" if finding.blocks else ":gray[:material/info:]"
    said = sentence_of(finding.code, t, **shown_facts(finding.facts, t))
    badge = "" if finding.parameter in said else f"`{finding.parameter}` "
    st.markdown(f"{icon} {badge}{markdown(said)}")


def _code(visit: Visit, params: dict[str, Any]) -> None:
    """The call by channelKey and by pg."""
    t, settings = visit.t, visit.desk.settings
    channels = checkout_form.channels(visit)
    named = (params.get("channelKey"), str(params.get("pg", "")).partition(".")[2])
    one: Mapping[str, Any] = next(
        (c for c in channels if c.get("channel_key") == named[0] or c.get("pg_id") == named[1]),
        channels[0] if channels else {},
    )
    key, mid = str(one.get("channel_key") or ""), str(one.get("pg_id") or "")
    script = SDK_HOST + SDK_PATH if settings.live or settings.sandboxed else settings.sdk_url
    comment = t("Check amount and status on your server by GET /payments/imp_uid before you deliver.")
    ways = {
        "channelKey": addressed(params, channel_key=key),
        "pg": addressed(params, pg=f"kicc.{mid}" if mid else "kicc"),
    }
    tabs = st.tabs(list(ways), default="pg" if "pg" in params else "channelKey")
    for tab, order in zip(tabs, ways.values(), strict=True):
        with tab:
            code = javascript(order, settings.merchant_code or "imp00000000", script, comment, settings.imp_tier)
            st.code(code, language=None, wrap_lines=True)  # the colours of the others are too pale to read


@st.fragment(run_every="1s")
def _waiting(visit: Visit, id: str) -> None:  # the trial's own name
    """Follow the trial that is open in another tab."""
    trial = visit.desk.trials.find(id)
    if trial is not None and trial.callback is not None and (trial.payment is not None or not trial.imp_uid):
        st.rerun()


def result(visit: Visit) -> None:
    """The trial in the address: three sources side by side."""
    trial = visit.desk.trials.find(st.query_params.get("trial", ""))
    if trial is None or trial.callback is None or trial.by != visit.me.name:
        return
    t = visit.t
    with st.container(border=True):
        st.subheader(t("Result of the trial"), anchor=False)
        if not trial.imp_uid:
            why = plain(str(trial.callback.get("error_msg") or "-"))
            st.error(t("The window did not open: {why}", why=markdown(why)), icon=":material/error:")
            return
        _verdict(visit, trial)
        _compared(visit, trial)
        if trial.payment is not None and st.button(
            t("Open the payment"), icon=":material/receipt:", key="ck_open_payment"
        ):
            links.to_payment(visit, trial.imp_uid)


def _verdict(visit: Visit, trial: Trial) -> None:
    t, callback = visit.t, trial.callback or {}
    if trial.payment is None:
        st.warning(
            t("i'mport could not be asked, or knows no such payment. Do not deliver."), icon=":material/warning:"
        )
    elif verified.holds(trial.params, trial.payment):
        st.success(t("i'mport confirms amount and status of this order."), icon=":material/verified:")
    else:
        why = plain(str(callback.get("error_msg") or trial.payment.fail_reason or "-"))
        st.error(t("i'mport does not confirm this order as paid: {why}", why=markdown(why)), icon=":material/error:")


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
    frame = pd.DataFrame(
        {
            "agree": ["✓" if row.agree else "✗" for row in found],
            "field": [row.field for row in found],
            **{
                source: [plain(getattr(row, source) or "") for row in found]
                for source in ("order", "callback", "server", "webhook")
            },
        }
    )
    titles = {
        "agree": t("Agrees"),
        "field": t("Field"),
        "order": t("Order"),
        "callback": t("Browser's callback"),
        "server": "GET /payments",
        "webhook": t("Webhook"),
    }
    st.dataframe(
        frame,
        hide_index=True,
        row_height=rows.ROW_PX,
        column_config={
            name: st.column_config.TextColumn(title, width="small" if name in ("agree", "field") else "medium")
            for name, title in titles.items()
        },
        alt=t("Result of the trial"),
    )
    if hint is not None:
        st.caption(t("Webhook received at {time}. Nothing in it is believed; i'mport was asked.", time=t.when(hint.at)))
    elif trial.payment is not None and trial.payment.status in UNTOLD:
        st.caption(t("i'mport sends no webhook of a payment that failed."))
    else:
        st.caption(t("No webhook has come yet. Its address is set in i'mport's console."))
