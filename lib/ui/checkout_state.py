"""What the fields of the payment window's form hold: from an example, from JSON, from before a reload.

Streamlit forgets a widget that is not drawn; `ck_fields` holds what all of them said.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from lib.errors import BadInput, DeskError
from lib.payments import browser_json, checkout, checkout_channels, checkout_fields, checkout_presets
from lib.payments.checkout_channels import Channel
from lib.payments.checkout_fields import EMPTY
from lib.payments.checkout_presets import PRESETS
from lib.payments.money import typed_won
from lib.ui import address
from lib.ui.visit import Visit

CHANNELS_S, UNREAD_S = 300, 15
WON = ("amount", "tax_free")


def fresh_order(visit: Visit) -> str:
    """An order number for the next trial."""
    world = visit.desk.world
    return checkout.order_number("try", world.now(), world.random_bits(checkout.ORDER_BITS))


def channels(visit: Visit) -> tuple[Channel, ...] | None:
    """KICC's payment channels of the merchant, read every few minutes; None while i'mport does not tell them."""
    state, now = st.session_state, visit.desk.world.now()
    read_at, found, _ = state.get("ck_channels", (0, None, None))
    if read_at < now - (UNREAD_S if found is None else CHANNELS_S):
        try:
            state.ck_channels = now, checkout_channels.of(visit.desk.iamport.channels()), None
        except DeskError as wrong:
            state.ck_channels = now, found, wrong
    kept: tuple[Channel, ...] | None = state.ck_channels[1]
    return kept


def begin(visit: Visit) -> None:
    """Before anything is drawn: the fields as a reload left them, or as the chosen example says."""
    state = st.session_state
    address.one("preset", PRESETS, state.get("ck_filled", "card"))
    if "ck_fields" not in state:
        _restore(visit)
    if state.get("ck_filled") != state.preset:
        state.ck_filled = state.preset
        _begin_with(visit, state.preset)
    collect()


def _restore(visit: Visit) -> None:
    """What this person typed before a reload, by its name in the address; else the parameters of the trial there."""
    state, trials = st.session_state, visit.desk.trials
    draft = trials.drafted(visit.me, st.query_params.get("form", ""))
    trial = trials.find(st.query_params.get("trial", ""))
    if draft is not None:
        state.preset = state.ck_filled = draft.preset
        state.ck_trial = st.query_params.form
        state.ck_written, state.ck_kept_text = draft.written, draft.text
        _fill(visit, {} if draft.written else browser_json.read_object(draft.text))
    elif trial is not None and trial.by == visit.me.name:
        state.ck_filled = state.preset
        _fill(visit, {**trial.params, "merchant_uid": fresh_order(visit)})


def keep(visit: Visit, params: dict[str, Any] | None) -> None:
    """At the end: what a reload brings back, under the name of the trial that is next."""
    state = st.session_state
    written = bool(state.get("ck_json"))
    text = state.ck_kept_text if written else browser_json.write(params) if params is not None else None
    if text is not None:
        visit.desk.trials.draft(visit.me, state.ck_trial, state.ck_filled, text, written=written)
        st.query_params.form = state.ck_trial


def renew_order(visit: Visit, used: str) -> None:
    """An order number for the next trial, in the form and in the JSON."""
    state, fresh = st.session_state, fresh_order(visit)
    if state.ck_fields["merchant_uid"] == used:
        state.ck_merchant_uid = state.ck_fields["merchant_uid"] = fresh
    if state.get("ck_json") and used:
        state.ck_text = state.ck_kept_text = state.get("ck_text", "").replace(used, fresh)


def _begin_with(visit: Visit, name: str) -> None:
    params = checkout_presets.preset(name, visit.desk.world.now()) | {"merchant_uid": fresh_order(visit)}
    known = channels(visit) or ()
    fitting = [one for one in known if "customer_uid" not in params or one.recurring]
    if fitting:
        params = {"channelKey": fitting[0].key} | params
    _fill(visit, params)
    if st.session_state.get("ck_json"):
        st.session_state.ck_text = browser_json.write(params, indent=2)


def _fill(visit: Visit, params: dict[str, Any]) -> None:
    """The fields as these parameters say; everything else empty."""
    state = st.session_state
    state.ck_fields = checkout_fields.fields_of(params, channels(visit) or ())
    state.ck_round = state.get("ck_round", 0) + 1
    for name, value in state.ck_fields.items():
        if name != "products":
            state[f"ck_{name}"] = _shown(name, value)


def _shown(name: str, value: Any) -> Any:
    return f"{value:,}" if name in WON and value is not None else "" if name in WON else value


def collect() -> None:
    """What the widgets say into the fields."""
    state = st.session_state
    for name in EMPTY:
        if name != "products" and f"ck_{name}" in state:
            value = state[f"ck_{name}"]
            state.ck_fields[name] = (typed_won(value) if value.strip() else None) if name in WON else value
    if "ck_text" in state:
        state.ck_kept_text = state.ck_text
    if "ck_json" in state:
        state.ck_written = state.ck_json


def ready(name: str) -> str:
    """The key of a field's widget, which says what the field holds."""
    key = f"ck_{name}"
    if key not in st.session_state:
        st.session_state[key] = _shown(name, st.session_state.ck_fields[name])
    return key


def turned(visit: Visit) -> None:
    """JSON into fields or fields into JSON; what is no JSON stays where it is."""
    state, known = st.session_state, channels(visit) or ()
    try:
        if state.ck_json:
            collect()
            state.ck_text = browser_json.write(checkout_fields.params_of(state.ck_fields, known), indent=2)
        else:
            _fill(visit, browser_json.read_object(state.get("ck_text", "")))
    except BadInput:
        state.ck_json = not state.ck_json


def separated(key: str) -> None:
    """An amount with separators, once it is typed."""
    won = typed_won(st.session_state[key])
    if won is not None:
        st.session_state[key] = f"{won:,}"
