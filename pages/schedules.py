"""Scheduled charges: a month with what is due, was paid and failed, and the charges of a day."""

import streamlit as st

from lib.queries import schedules as query
from lib.ui import calendar, visit
from lib.ui.heads import head

here = visit.required()
t = here.t

st.query_params.pop("of", None)  # the browser's Back brings it along from a key's page
with head(t("Scheduled charges")):
    first = calendar.month(here)
listed = calendar.read(here, first)
days = query.days(listed)
calendar.sums(here, days)
day = calendar.grid(here, first, days)
if day is None:
    st.info(t("No charge is scheduled in this month."), icon=":material/event_available:")
else:
    calendar.of_day(here, day, listed)
st.caption(t("As i'mport tells it, at most a minute old. Cancelled ones are not counted."))
