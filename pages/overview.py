"""Overview: what was sold, by which method, against the period before, and what needs a person today."""

import streamlit as st

from lib.queries import totals
from lib.reports.headline import headline
from lib.sync import status
from lib.ui import overview, periods, visit
from lib.ui.heads import head

here = visit.required()
t, store, me = here.t, here.desk.store, here.me

with head(t("Overview")):
    period = periods.choose(t, here.desk.world.now())

daily = totals.daily(store, me, period)
overview.figures(here, headline(daily, totals.daily(store, me, period.previous()), period), period)

wide, narrow = st.columns([2.2, 1])
with wide:
    overview.volume_card(here, daily, period)
with narrow:
    overview.attention_card(here)

left, middle, right = st.columns([1, 1.25, 1])
with left:
    overview.share_card(here, daily)
with middle:
    overview.heat_card(here, period)
with right:
    overview.issuer_card(here, period)

fresh = status.freshness(store)
st.caption(
    t(
        "{first} to {last} · KST · Sales by the day paid, cancellations by the day cancelled · KRW only · as of {at}",
        first=t.day(period.first),
        last=t.day(period.last),
        at=t.when(fresh.as_of) if fresh.as_of else "-",
    )
)
