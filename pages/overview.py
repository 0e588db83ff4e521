"""Overview: what was sold, by which method, against the period before, and what needs a person today."""

import streamlit as st

from lib.payments.days import day_of
from lib.sync import status
from lib.ui import following, overview, periods, visit
from lib.ui.heads import head

here = visit.required()
t = here.t

with head(t("Overview")):
    held = periods.choose(t, here.desk.world.now())

seen = following.mark(here)
shown = overview.picture(here, held, seen)
overview.figures(here, shown.headline, held)

wide, narrow = st.columns([2.2, 1])
with wide:
    overview.volume_card(here, shown.volume)
with narrow:
    overview.attention_card(here, seen)

overview.methods_card(here, shown, held)

wide, narrow = st.columns([1.6, 1])
with wide:
    overview.heat_card(here, shown.heat)
with narrow:
    overview.issuer_card(here, shown.issuers)

fresh = status.freshness(here.desk.store)
st.caption(
    t(
        "{first} to {last} · KST · Sales by the day paid, cancellations by the day cancelled · KRW only · as of {at}",
        first=t.day(held.period.first),
        last=t.day(held.period.last),
        at=t.when(fresh.as_of) if fresh.as_of else "-",
    )
)
if held.period.holds(day_of(int(here.desk.world.now()))):
    following.totals_moved(here, seen)
