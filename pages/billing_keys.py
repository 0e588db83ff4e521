"""Billing keys: every subscriber's card, how its last charge went and when the next one is due."""

import streamlit as st

from lib.queries import billing_keys as query
from lib.ui import billing_keys, links, listing, scheduled, visit
from lib.ui.heads import head

here = visit.required()
t, store, me = here.t, here.desk.store, here.me

for named in ("of", "key"):  # the browser's Back brings them along from a key's page
    st.query_params.pop(named, None)
with head(t("Billing keys")):
    billing_keys.register(here)

text = billing_keys.search_box(here)
state = billing_keys.tabs(here, query.counts(store, me, text))
signature = ("keys", text, state)
trail = listing.trail_of(signature)
after = int(trail[-1]) if trail and trail[-1] else None
page = query.page(store, me, text=text, state=state, after=after, size=billing_keys.PAGE_ROWS)
if page.subscribers:
    opened = billing_keys.table(here, page.subscribers, scheduled.coming(here))
    listing.turner(here, signature, str(page.next) if page.next else None)
    if opened:
        links.to_key(here, opened.customer_uid, opened.of)
else:
    billing_keys.nothing(here, text)
st.caption(
    t(
        "Known from the payments here. Next: what i'mport has planned this month and next, at most a minute old. "
        "Success: how many of all charges were paid. KST."
    )
)
