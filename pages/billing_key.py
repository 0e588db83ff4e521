"""One billing key: its card, what is planned and what was charged, and everything that may be done with it."""

import streamlit as st

from lib.queries import billing_keys as query
from lib.ui import billing_key, key_address, key_work, links, visit

here = visit.required()
t, store, me = here.t, here.desk.store, here.me

if st.button(t("All billing keys"), icon=":material/arrow_back:", type="tertiary", key="back"):
    links.to(here, "billing_keys")
named = query.of_payment(store, me, st.query_params.get("of", ""))
named = named or key_address.key_of(st.query_params.get("key", ""))
customer_uid = named or st.session_state.get("customer_uid", "")
if not customer_uid:
    st.info(t("Choose a billing key from the list."), icon=":material/search_off:")
    st.stop()
st.session_state.customer_uid = customer_uid
work = key_work.gather(here, customer_uid)
key = query.one(store, me, customer_uid)
# An id may be personal data: the address names a payment made with it, or a word of our own.
if key is not None:
    st.query_params.of = key.of
    st.query_params.pop("key", None)
else:
    st.query_params.key = key_address.word_of(here.desk.world, customer_uid)

top = st.container()
card, asked = billing_key.stored(here, customer_uid)
listed = billing_key.schedules(here, customer_uid) if asked else None
with top:
    billing_key.head(here, customer_uid, key, card, charging=work.charging)
    if asked and card is None:
        billing_key.gone(here)
failed = key.last.imp_uid if key and key.last and key.state == "failed" else ""
left, right = st.columns([1.9, 1])
with left:
    key_work.draw(here, work, failed)
    billing_key.failure(here, key, card, listed, charging=work.charging)
    billing_key.planned(here, customer_uid, listed)
    billing_key.payments(here, query.charges(store, me, customer_uid))
with right:
    billing_key.facts(here, customer_uid, key, card)
