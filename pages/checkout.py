"""Checkout: a payment link for a customer, and a trial of the payment window with every parameter of KICC."""

import streamlit as st

from lib.ui import address, checkout_form, checkout_script, checkout_state, checkout_window, payment_link, visit
from lib.ui.heads import head

here = visit.required()
t = here.t
VIEWS = {"link": t("Payment link"), "window": t("Payment window")}

address.one("view", VIEWS, "window" if {"preset", "trial", "form"} & set(st.query_params) else "link")
with head(t("Checkout")):
    view = st.segmented_control(
        t("View"), list(VIEWS), key="view", required=True, format_func=VIEWS.__getitem__, label_visibility="collapsed"
    )
address.keep("view")

if view == "link":
    address.forget("preset", "trial", "form")
    payment_link.draw(here)
else:
    checkout_state.begin(here)
    checkout_window.begin(here)
    checkout_form.presets(here)
    result = st.container()
    left, right = st.columns([1.15, 1], gap="medium")
    with left, st.container(border=True):
        params = checkout_form.draw(here)
    with right:
        checkout_window.draw(here, params)
        checkout_script.draw(here, params)
    with result:
        checkout_window.result(here, params)
    checkout_state.keep(here, params)
