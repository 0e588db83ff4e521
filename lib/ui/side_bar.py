"""The side bar below the menu: the sandbox's mark, how fresh the data is, who is here, language, and the way out."""

from __future__ import annotations

import streamlit as st

from lib.operations import offers
from lib.people import policy
from lib.sync import status
from lib.text.escaping import markdown
from lib.text.sentences import sentence_of
from lib.ui import answers, approvals_queue, navigation
from lib.ui import visit as visits
from lib.ui.visit import Visit

DARK = """<style>:is([data-testid="stBaseButton-primary"], [data-testid="stBaseLinkButton-primary"]):not([disabled])
{color: #0B1220}</style>"""
"""The pale blue that reads well on a dark page needs dark letters on a button; the theme knows only white ones."""


def draw(visit: Visit) -> None:
    """Everything in the side bar but the menu."""
    t = visit.t
    with st.sidebar:
        if visit.dark:
            st.html(DARK)
        if visit.desk.settings.sandboxed:
            st.badge(t("Practice sandbox"), icon=":material/science:", color="orange")
        freshness(visit)
        st.caption(f"{markdown(visit.me.name)} · {t(visit.me.role.words)}")
        st.html(visits.language_form(t, visits.here()))
        leave = t("Sign out")
        st.html(f'<form class="pd out" method="post" action="/sign-out"><button type="submit">{leave}</button></form>')


@st.fragment(run_every="5s")
def freshness(visit: Visit) -> None:
    """As of when the data is; progress while it is being brought; "refresh now"."""
    t, parts = visit.t, visit.desk
    now = parts.world.now()
    fresh = status.freshness(parts.store)
    if fresh.problem:
        st.warning(sentence_of(fresh.problem, t), icon=":material/cloud_off:")
    if why := offers.shut(parts.journal):
        st.error(sentence_of(why, t), icon=":material/block:")
    _approvals(visit)
    answers.notice(visit)
    if fresh.as_of:
        st.caption(t("As of {time}, {ago}", time=t.time(fresh.as_of), ago=t.ago(now - fresh.as_of)))
    if fresh.running and fresh.total:
        st.progress(
            min(1.0, fresh.done / fresh.total),
            t("Bringing payments: {done} of {total}", done=t.number(fresh.done), total=t.number(fresh.total)),
        )
    if policy.may(visit.me, policy.SYNC_NOW) and st.button(
        t("Refresh now"), icon=":material/refresh:", type="tertiary", key="refresh_now"
    ):
        parts.worker.refresh()


def _approvals(visit: Visit) -> None:
    """How many refunds wait for this person's word, with the way there."""
    if not policy.may(visit.me, policy.APPROVE):
        return
    theirs = sum(name != visit.me.name for name in approvals_queue.asked_by(visit))
    if theirs:
        told = visit.t.each("{n} refund waits for approval", "{n} refunds wait for approval", theirs)
        st.page_link(navigation.page(visit, "approvals"), label=f":orange[**{told}**]", icon=":material/group:")
