"""Payments: find the payment the caller means, or the payments behind a number."""

from dataclasses import replace

import streamlit as st

from lib.queries import payments as query
from lib.ui import exporting, following, links, listing, unread, visit
from lib.ui.heads import head

here = visit.required()
t, store, me = here.t, here.desk.store, here.me

st.query_params.pop("imp_uid", None)  # the browser's Back brings it along from a payment's page
with head(t("Payments")):
    exports = st.container(width="content")

text, ids = listing.search_box(here)
unread.panel(here)
instead = st.container()
above = st.container()
chosen, sort = listing.filters(here)
chosen = replace(chosen, query=text, ids=ids)
now = here.desk.world.now()
counts = query.counts(store, me, chosen, now=now)
with above:
    states = listing.TABS[listing.tabs(here, counts, chosen.basis)][1]
wanted = replace(chosen, states=states)

trail = listing.trail_of((wanted, sort))
page = query.page(store, me, wanted, now=now, sort=sort, cursor=trail[-1] if trail else None, size=listing.PAGE_ROWS)
listing.not_found(here, wanted, page)
listing.tests_found(here, wanted, counts)
if not page.frame.empty:
    opened = listing.table(here, page.frame, wanted.basis)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        listing.summed(here, counts, wanted)
        listing.turner(here, (wanted, sort), page.next)
    if opened:
        links.to_payment(here, opened)
if text and not trail:
    with instead:
        listing.otherwise(here, wanted)
with exports:
    exporting.menu(here, wanted)
listing.clock(here, wanted)
if not trail:
    following.first_page(here, wanted, sort, listing.PAGE_ROWS, page)
