"""Overview: what was sold, by which method, against the period before, and what needs a person today."""

import streamlit as st

from lib.sync import status
from lib.ui import overview, periods, visit
from lib.ui.heads import head

here = visit.required()
t = here.t

with head(t("Overview")):
    period = periods.choose(t, here.desk.world.now())

shown = overview.picture(here, period)
overview.figures(here, shown.headline, period)

wide, narrow = st.columns([2.2, 1])
with wide:
    overview.volume_card(here, shown.volume)
with narrow:
    overview.attention_card(here)

left, middle, right = st.columns([1, 1.25, 1])
with left:
    overview.share_card(here, shown.share, shown.cancelled)
with middle:
    overview.heat_card(here, shown.heat)
with right:
    overview.issuer_card(here, shown.issuers)

fresh = status.freshness(here.desk.store)
st.caption(
    t(
        "{first} to {last} · KST · Sales by the day paid, cancellations by the day cancelled · KRW only · as of {at}",
        first=t.day(period.first),
        last=t.day(period.last),
        at=t.when(fresh.as_of) if fresh.as_of else "-",
    )
)
