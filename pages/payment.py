"""One payment: its money, its history, what to tell the customer, and the refund."""

import streamlit as st

from lib.errors import DeskError
from lib.queries import payments as query
from lib.text.sentences import sentence
from lib.ui import cash, escrow_section, following, links, outside, payment, payment_link_alarms, unread, visit

here = visit.required()
t = here.t
imp_uid = st.query_params.get("imp_uid") or st.session_state.get("imp_uid", "")

if st.button(t("All payments"), icon=":material/arrow_back:", type="tertiary", key="back"):
    links.back_to_payments(here)
try:
    detail = query.one(here.desk.store, here.me, imp_uid)
except DeskError as missing:
    if not unread.told(here, [imp_uid]):
        st.info(sentence(missing, t), icon=":material/search_off:")
    if imp_uid:
        following.payment(here, imp_uid, None)
    st.stop()
st.query_params.imp_uid = st.session_state.imp_uid = imp_uid

payment.head(here, detail)
payment_link_alarms.of_payment(here, detail.payment)
back = cash.taken_back(here, detail)
left, right = st.columns([1.7, 1])
with left:
    payment.money(here, detail, back.paid_at)
    payment.timeline(here, detail, [*cash.events(here, detail, back), *escrow_section.events(here, detail)])
with right:
    payment.reading_out(here, detail, back.paid_at, escrow_section.told(here, detail))
    escrow_section.draw(here, detail)
    cash.account(here, detail, back)
    of_receipt = st.container()
    payment.details(here, detail)
    outside.form(here, detail)
    payment.raw(here, imp_uid)
with of_receipt:
    cash.cash_receipt(here, detail)
following.payment(here, imp_uid, detail.payment)
